// Something to touch: pressed at once, tapped once, reachable by keyboard, named for readers.
import QtQuick

Item {
    id: touchable

    property string label
    readonly property bool pressed: enabled && tap.pressed
    property alias radius: ring.radius

    signal tapped

    activeFocusOnTab: enabled
    Accessible.role: Accessible.Button
    Accessible.name: label
    Accessible.onPressAction: touchable.tapped()
    Keys.onReturnPressed: touchable.tapped()
    Keys.onSpacePressed: touchable.tapped()

    TapHandler {
        id: tap

        gesturePolicy: TapHandler.ReleaseWithinBounds
        onTapped: touchable.tapped()
    }

    Rectangle {
        id: ring

        anchors { fill: parent; margins: -6 }
        z: 1
        visible: touchable.activeFocus
        color: "transparent"
        border { width: 3; color: look.focus_colour }
    }
}
