// The services of a group: one touch takes a number.
import QtQuick

Item {
    id: services

    readonly property bool portrait: height > width

    PushButton {
        id: back

        objectName: "back"
        text: "‹ " + words.back
        onTapped: stage.back()
    }

    Heading {
        id: heading

        anchors { top: services.portrait ? back.bottom : parent.top; left: services.portrait ? parent.left : back.right; right: services.portrait ? parent.right : pager.left }
        anchors.rightMargin: look.gap
        anchors.leftMargin: services.portrait ? 0 : look.unit * 5
        anchors.topMargin: services.portrait ? look.unit * 4 : 0
        title: says.group_name
        lead: words.services_lead
    }

    Pager {
        id: pager

        anchors { right: parent.right; top: parent.top }
        grid: grid
    }

    Paged {
        id: grid

        anchors { top: heading.bottom; bottom: parent.bottom; left: parent.left; right: parent.right }
        anchors.topMargin: look.unit * (services.portrait ? 6 : 4)
        count: says.services.length
        columns: services.portrait ? 1 : says.elder || says.services.length <= 4 ? 2 : 3
        leastHeight: look.target * 3.3
        mostHeight: look.target * 4.6
        choice: ServiceCard {}
    }
}
