// A grid of choices that shows as many as fit, and the rest on further pages.
import QtQuick

Item {
    id: paged

    property int count
    property int columns
    property real leastHeight
    property real mostHeight
    property Component choice
    property int page: 0
    readonly property int rowsThatFit: Math.max(1, Math.floor((height + look.gap * 1.5) / (leastHeight + look.gap * 1.5)))
    readonly property bool turns: count > columns * rowsThatFit
    readonly property int rows: turns
        ? Math.max(1, Math.floor((height - pager.height) / (leastHeight + look.gap * 1.5)))
        : Math.max(1, Math.ceil(count / columns))
    readonly property int perPage: rows * columns
    readonly property int pages: Math.max(1, Math.ceil(count / perPage))
    readonly property int shown: Math.min(page, pages - 1)
    readonly property real cellWidth: (width - (columns - 1) * look.gap * 1.5) / columns
    readonly property real cellHeight: Math.min(
        mostHeight, (height - (turns ? pager.height + look.gap * 1.5 : 0) - (rows - 1) * look.gap * 1.5) / rows)

    Grid {
        columns: paged.columns
        spacing: look.gap * 1.5

        Repeater {
            // A number, not the list: fresh waits must not rebuild the card under a finger.
            model: Math.min(paged.perPage, paged.count - paged.shown * paged.perPage)

            Loader {
                required property int index
                readonly property int entry: paged.shown * paged.perPage + index

                width: paged.cellWidth
                height: paged.cellHeight
                sourceComponent: paged.choice
            }
        }
    }

    Row {
        id: pager

        anchors { bottom: parent.bottom; horizontalCenter: parent.horizontalCenter }
        spacing: look.gap * 2
        visible: paged.turns

        PushButton {
            objectName: "earlier_page"
            small: true
            enabled: paged.shown > 0
            opacity: enabled ? 1 : 0.4
            text: words.earlier_page
            onTapped: paged.page = paged.shown - 1
        }

        Words {
            anchors.verticalCenter: parent.verticalCenter
            text: (paged.shown + 1) + " / " + paged.pages
        }

        PushButton {
            objectName: "next_page"
            small: true
            enabled: paged.shown < paged.pages - 1
            opacity: enabled ? 1 : 0.4
            text: words.next_page
            onTapped: paged.page = paged.shown + 1
        }
    }
}
