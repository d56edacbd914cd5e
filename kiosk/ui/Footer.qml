// The bottom of every screen: where a person helps, and when the screen ends by itself.
import QtQuick

Item {
    implicitHeight: Math.max(help.height, countdown.height)

    Words {
        id: help

        objectName: "help"
        anchors { left: parent.left; bottom: parent.bottom }
        width: parent.width - (countdown.visible ? countdown.width + look.gap * 2 : 0)
        text: words.help
        color: look.quiet_colour
    }

    Words {
        id: countdown

        objectName: "countdown"
        anchors { right: parent.right; bottom: parent.bottom }
        width: Math.min(implicitWidth, parent.width * 0.55)
        horizontalAlignment: Text.AlignRight
        visible: text !== ""
        text: says.countdown
        color: look.quiet_colour
    }
}
