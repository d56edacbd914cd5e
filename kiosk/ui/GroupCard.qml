// One group on the first screen: its letter, its name, what is in it, how many wait.
import QtQuick

Card {
    id: card

    // One frame may pass between a shorter list and the Repeater that follows it.
    readonly property var group: says.groups[entry] ?? {"id": "", "mark": "", "name": "", "hint": "", "status": "", "open": false}

    objectName: "group:" + group.id
    label: group.name
    enabled: group.open
    onTapped: stage.choose_group(group.id)

    Words {
        id: mark

        anchors { left: parent.left; verticalCenter: parent.verticalCenter }
        width: look.title_size * 1.4
        elide: Text.ElideNone
        horizontalAlignment: Text.AlignHCenter
        text: card.group.mark
        font.pixelSize: look.title_size * 1.3
        font.weight: Font.DemiBold
        color: card.enabled ? card.accent : card.quiet
    }

    Column {
        anchors { left: mark.right; right: arrow.left; verticalCenter: parent.verticalCenter }
        anchors.leftMargin: look.unit * 4
        anchors.rightMargin: look.unit * 2
        spacing: look.unit

        Words {
            width: parent.width
            maximumLineCount: 2
            text: card.group.name
            font.pixelSize: look.figure_size
            font.weight: Font.DemiBold
            color: card.ink
        }

        Words {
            objectName: "summary"
            width: parent.width
            maximumLineCount: 2
            text: card.group.hint
            color: card.quiet
        }

        Words {
            width: parent.width
            text: card.group.status
            color: card.accent
            visible: card.enabled
        }

        Words {
            width: parent.width
            text: card.group.status
            color: card.quiet
            visible: !card.enabled
        }
    }

    Words {
        id: arrow

        anchors { right: parent.right; verticalCenter: parent.verticalCenter }
        text: "›"
        font.pixelSize: look.title_size
        color: card.accent
        visible: card.enabled
        Accessible.ignored: true
    }
}
