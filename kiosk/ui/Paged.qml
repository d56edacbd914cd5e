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
    readonly property real gap: look.gap * 1.5
    readonly property int rowsThatFit: Math.max(1, Math.floor((height + gap) / (leastHeight + gap)))
    readonly property int rows: Math.max(1, Math.min(rowsThatFit, Math.ceil(count / columns)))
    readonly property int perPage: rows * columns
    readonly property int pages: Math.max(1, Math.ceil(count / perPage))
    readonly property int shown: Math.min(page, pages - 1)

    Grid {
        columns: paged.columns
        spacing: paged.gap

        Repeater {
            // A number, not the list: fresh waits must not rebuild the card under a finger.
            model: Math.max(0, Math.min(paged.perPage, paged.count - paged.shown * paged.perPage))

            Loader {
                required property int index
                readonly property int entry: paged.shown * paged.perPage + index

                width: (paged.width - (paged.columns - 1) * paged.gap) / paged.columns
                height: Math.min(paged.mostHeight, (paged.height - (paged.rows - 1) * paged.gap) / paged.rows)
                sourceComponent: paged.choice
            }
        }
    }
}
