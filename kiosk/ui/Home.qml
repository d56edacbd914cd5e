// The first screen: which group of services.
import QtQuick

Item {
    id: home

    readonly property bool portrait: height > width

    Heading {
        id: heading

        anchors { left: parent.left; right: pager.left; rightMargin: look.gap }
        visible: says.groups.length > 0
        title: words.home_title
        lead: words.home_lead
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

    Notice {
        anchors.fill: parent
        visible: says.groups.length === 0
        title: words.empty_title
        sentence: words.empty_sentence
    }
}
