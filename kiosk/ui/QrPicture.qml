// The QR code of the visitor's page.
import QtQuick
import Huiting 1.0

QrCode {
    objectName: "qr"
    ink: look.ink_colour
    Accessible.role: Accessible.Graphic
    Accessible.name: words.qr_title
}
