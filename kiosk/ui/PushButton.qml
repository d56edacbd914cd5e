// A button: a verb, and how much it matters (one primary button on a screen).
import QtQuick

Touchable {
    id: button

    property string text
    property bool primary: false
    property bool small: false
    readonly property bool filled: primary !== pressed

    label: text
    radius: face.radius + 6
    implicitHeight: small ? look.target : Math.round(look.target * 1.375)
    implicitWidth: Math.max(
        words.implicitWidth + look.unit * (small ? 6 : 10), look.target * 2)

    Rectangle {
        id: face

        anchors.fill: parent
        radius: look.unit * 1.5
        color: button.filled ? look.accent_colour : look.surface_colour
        border { width: button.filled ? 0 : 2; color: button.primary ? look.accent_colour : look.border_colour }
    }

    Words {
        id: words

        anchors.centerIn: parent
        text: button.text
        wrapMode: Text.NoWrap
        font.pixelSize: button.small ? look.body_size : look.button_size
        font.weight: button.primary ? Font.DemiBold : Font.Normal
        color: button.filled ? look.on_accent_colour : look.ink_colour
        Accessible.ignored: true
    }
}
