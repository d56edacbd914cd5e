// One service: its name, how it stands, and what a touch does.
import QtQuick

Card {
    id: card

    readonly property var service: says.services[entry] ?? {"id": "", "name": "", "status": "", "wait": "", "open": false}

    objectName: "service:" + service.id
    label: service.name
    enabled: service.open
    onTapped: stage.choose_service(service.id)

    Words {
        id: name

        anchors { top: parent.top; left: parent.left; right: parent.right }
        maximumLineCount: 2
        text: card.service.name
        font.pixelSize: card.height >= look.target * 4 ? look.figure_size : look.button_size
        font.weight: Font.DemiBold
        color: card.ink
    }

    Column {
        anchors { left: parent.left; right: take.left; bottom: parent.bottom }
        anchors.rightMargin: look.unit * 2

        Words {
            width: parent.width
            text: card.service.status
            color: card.quiet
        }

        Words {
            width: parent.width
            text: card.service.wait
            color: card.quiet
            visible: text !== ""
        }
    }

    Words {
        id: take

        anchors { right: parent.right; bottom: parent.bottom }
        text: words.take + " ›"
        font.pixelSize: look.button_size
        font.weight: Font.DemiBold
        color: card.accent
        visible: card.enabled
        wrapMode: Text.NoWrap
        Accessible.ignored: true
    }
}
