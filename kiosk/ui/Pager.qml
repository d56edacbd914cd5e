// Turns the pages of a grid that has more than one.
import QtQuick

Row {
    id: pager

    required property Item grid

    spacing: look.gap
    visible: grid.pages > 1
    height: visible ? implicitHeight : 0
    width: visible ? implicitWidth : 0

    PushButton {
        objectName: "earlier_page"
        enabled: pager.grid.shown > 0
        opacity: enabled ? 1 : 0.4
        text: "‹ " + words.earlier_page
        onTapped: pager.grid.page = pager.grid.shown - 1
    }

    Words {
        anchors.verticalCenter: parent.verticalCenter
        text: (pager.grid.shown + 1) + " / " + pager.grid.pages
        wrapMode: Text.NoWrap
    }

    PushButton {
        objectName: "next_page"
        enabled: pager.grid.shown < pager.grid.pages - 1
        opacity: enabled ? 1 : 0.4
        text: words.next_page + " ›"
        onTapped: pager.grid.page = pager.grid.shown + 1
    }
}
