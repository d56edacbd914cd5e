// One fact on the ticket: a quiet label over what it says.
import QtQuick

Column {
    property alias label: label.text
    property alias value: value.text

    Words {
        id: label

        width: parent.width
        color: look.quiet_colour
    }

    Words {
        id: value

        width: parent.width
        font.pixelSize: look.figure_size
        font.weight: Font.DemiBold
    }
}
