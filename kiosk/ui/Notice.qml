// A calm full-screen sentence: what is so, what to do, and up to two buttons.
import QtQuick

Item {
    id: notice

    property alias title: title.text
    property alias sentence: sentence.text
    property color tone: look.accent_colour
    property bool busy: false
    default property alias buttons: buttons.data

    Column {
        anchors.centerIn: parent
        width: Math.min(parent.width, look.body_size * 46)
        spacing: look.unit * 3

        Row {
            anchors.horizontalCenter: parent.horizontalCenter
            spacing: look.unit * 2
            bottomPadding: look.unit * 2

            Repeater {
                model: 3

                Rectangle {
                    required property int index

                    width: notice.busy ? look.unit * 2 : index === 1 ? look.unit * 12 : 0
                    height: notice.busy ? look.unit * 2 : look.unit
                    radius: height / 2
                    color: notice.tone

                    SequentialAnimation on opacity {
                        running: notice.busy && look.motion_ms > 0
                        loops: Animation.Infinite
                        PauseAnimation { duration: 250 * index }
                        NumberAnimation { from: 1; to: 0.25; duration: 500 }
                        NumberAnimation { from: 0.25; to: 1; duration: 500 }
                        PauseAnimation { duration: 250 * (2 - index) }
                    }
                }
            }
        }

        Words {
            id: title

            objectName: "title"
            width: parent.width
            horizontalAlignment: Text.AlignHCenter
            font.pixelSize: look.title_size
            font.weight: Font.DemiBold
        }

        Words {
            id: sentence

            objectName: "sentence"
            width: parent.width
            horizontalAlignment: Text.AlignHCenter
            font.pixelSize: look.button_size
            visible: text !== ""
        }

        Flow {
            id: buttons

            readonly property real wanted: {
                let sum = -spacing
                for (const each of children)
                    sum += each.width + spacing
                return sum
            }

            anchors.horizontalCenter: parent.horizontalCenter
            width: Math.min(parent.width, wanted)
            topPadding: look.unit * 3
            spacing: look.gap * 1.5
            visible: children.length > 0
        }
    }
}
