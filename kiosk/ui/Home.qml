// The first screen: which group of services.
import QtQuick

Item {
    id: home

    readonly property bool portrait: height > width

    Heading {
        id: heading

        anchors { left: parent.left; right: pager.left; rightMargin: look.gap }
        title: says.groups.length ? words.home_title : words.empty_title
        lead: says.groups.length ? words.home_lead : words.empty_sentence
    }

    Pager {
        id: pager

        anchors { right: parent.right; top: parent.top }
        grid: grid
    }

    Paged {
        id: grid

        anchors { top: heading.bottom; bottom: parent.bottom; left: parent.left; right: parent.right }
        anchors.topMargin: look.unit * (home.portrait ? 6 : 4)
        count: says.groups.length
        columns: home.portrait ? 1 : 2
        leastHeight: look.target * 3
        mostHeight: look.target * (home.portrait ? 5 : 5.2)
        choice: GroupCard {}
    }
}
