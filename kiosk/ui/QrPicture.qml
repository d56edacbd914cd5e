// The QR code of the visitor's page, whole pixels per module: scanners read uneven ones badly.
import QtQuick
import QtQuick.Shapes

Item {
    id: picture

    readonly property bool drawn: says.qr_side > 0
    readonly property int module: Math.max(1, Math.floor(width / Math.max(1, says.qr_side)))

    objectName: "qr"
    Accessible.role: Accessible.Graphic
    Accessible.name: words.qr_title

    Shape {
        objectName: "modules"
        anchors.centerIn: parent
        width: says.qr_side
        height: says.qr_side
        scale: picture.module

        ShapePath {
            strokeWidth: -1
            fillColor: look.ink_colour

            PathSvg { path: says.qr_path }
        }
    }
}
