// The top of every screen: whose machine this is, and the switches for language and elder mode.
import QtQuick

Item {
    implicitHeight: look.target

    Row {
        anchors.verticalCenter: parent.verticalCenter
        spacing: look.gap

        Rectangle {
            anchors.verticalCenter: parent.verticalCenter
            width: look.unit
            height: brand.height * 0.7
            radius: width / 2
            color: look.accent_colour
        }

        Words {
            id: brand

            text: words.brand
            font.pixelSize: look.button_size
            font.weight: Font.DemiBold
        }
    }

    Row {
        anchors { right: parent.right; verticalCenter: parent.verticalCenter }
        spacing: look.gap

        PushButton {
            objectName: "elder"
            small: true
            text: says.elder ? words.elder_off : words.elder_on
            onTapped: stage.switch_elder()
        }

        PushButton {
            objectName: "language"
            small: true
            text: words.other_language
            onTapped: stage.switch_language()
        }
    }
}
