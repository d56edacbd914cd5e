// A large choice: a white card that turns to the accent colour under the finger.
import QtQuick

Touchable {
    id: card

    readonly property int entry: parent ? parent.entry : 0
    readonly property color ground: pressed ? look.accent_colour : enabled ? look.surface_colour : look.paper_colour
    readonly property color ink: pressed ? look.on_accent_colour : enabled ? look.ink_colour : look.quiet_colour
    readonly property color quiet: pressed ? look.on_accent_colour : look.quiet_colour
    readonly property color accent: pressed ? look.on_accent_colour : look.accent_colour
    default property alias content: inside.data

    radius: face.radius + 6

    Rectangle {
        id: face

        anchors.fill: parent
        radius: look.unit * 2
        color: card.ground
        border { width: 2; color: card.pressed ? look.accent_colour : card.enabled ? look.border_colour : look.line_colour }
    }

    Item {
        id: inside

        anchors { fill: parent; margins: look.unit * 4 }
    }
}
