// What this screen is about, in one line, and what to do here, in another.
import QtQuick

Column {
    property alias title: title.text
    property alias lead: lead.text

    spacing: look.unit

    Words {
        id: title

        objectName: "title"
        width: parent.width
        font.pixelSize: look.title_size
        font.weight: Font.DemiBold
    }

    Words {
        id: lead

        width: parent.width
        color: look.quiet_colour
    }
}
