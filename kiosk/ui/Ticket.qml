// The ticket: a number, a wait, a way to keep it, and what happens next.
import QtQuick

Item {
    id: ticket

    readonly property bool portrait: height > width

    Grid {
        id: halves

        anchors { top: parent.top; bottom: ticket.portrait ? undefined : parent.bottom; left: parent.left; right: parent.right }
        columns: ticket.portrait || !code.drawn ? 1 : 2
        columnSpacing: look.unit * 10
        rowSpacing: look.unit * 4

        Column {
            id: first

            width: ticket.portrait || !code.drawn ? halves.width : halves.width - second.width - halves.columnSpacing
            spacing: look.unit * (ticket.portrait ? 3 : 4)

            Words {
                objectName: "service_name"
                width: parent.width
                maximumLineCount: 2
                text: says.service_name
                font.pixelSize: look.button_size
            }

            Column {
                width: parent.width

                Words {
                    text: words.your_number
                    color: look.quiet_colour
                }

                Words {
                    objectName: "number"
                    width: parent.width
                    maximumLineCount: 1
                    text: says.number
                    font.pixelSize: look.number_size
                    font.weight: Font.Bold
                    fontSizeMode: Text.HorizontalFit
                    lineHeight: 0.95
                    color: look.accent_colour
                }
            }

            Row {
                width: parent.width
                spacing: look.unit * 6

                Fact {
                    objectName: "ahead"
                    width: (parent.width - parent.spacing) * 0.45
                    label: words.ahead_label
                    value: says.ahead
                }

                Fact {
                    objectName: "wait"
                    width: (parent.width - parent.spacing) * 0.55
                    label: words.wait_label
                    value: says.wait
                }
            }

            Words {
                objectName: "next_step"
                width: parent.width
                text: says.next_step
                font.pixelSize: look.button_size
            }
        }

        Rectangle {
            id: second

            width: ticket.portrait ? halves.width : Math.max(look.unit * 62, look.body_size * 20)
            height: phone.height + look.unit * (ticket.portrait ? 5 : 8)
            radius: look.unit * 2
            color: look.surface_colour
            visible: code.drawn

            Column {
                id: phone

                anchors.centerIn: parent
                width: parent.width - look.unit * 8
                spacing: look.unit

                QrPicture {
                    id: code

                    anchors.horizontalCenter: parent.horizontalCenter
                    width: look.unit * (ticket.portrait ? 45 : 50)
                    height: width
                }

                Words {
                    width: parent.width
                    horizontalAlignment: Text.AlignHCenter
                    text: words.qr_title
                    font.pixelSize: look.button_size
                    font.weight: Font.DemiBold
                }

                Words {
                    width: parent.width
                    horizontalAlignment: Text.AlignHCenter
                    text: words.qr_sentence
                    color: look.quiet_colour
                }
            }
        }
    }

    PushButton {
        objectName: "done"
        anchors { bottom: parent.bottom; right: parent.right }
        width: second.width
        primary: true
        text: words.done
        onTapped: stage.done()
    }
}
