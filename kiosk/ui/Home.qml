// The first screen: which group of services.
import QtQuick

Item {
    id: home

    readonly property bool portrait: height > width

    Heading {
        id: heading

        width: parent.width
        title: says.groups.length ? words.home_title : words.empty_title
        lead: says.groups.length ? words.home_lead : words.empty_sentence
    }

    Paged {
        anchors { top: heading.bottom; bottom: parent.bottom; left: parent.left; right: parent.right }
        anchors.topMargin: look.unit * (home.portrait ? 6 : 4)
        count: says.groups.length
        columns: home.portrait ? 1 : 2
        leastHeight: look.target * 2.6
        mostHeight: look.target * (home.portrait ? 4.4 : 5.2)
        choice: GroupCard {}
    }
}
