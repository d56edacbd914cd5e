// Text as the kiosk writes it: always plain, so that no name from outside becomes markup.
import QtQuick

Text {
    textFormat: Text.PlainText
    wrapMode: Text.Wrap
    elide: Text.ElideRight
    color: look.ink_colour
    font.pixelSize: look.body_size
    lineHeight: says.language === "zh" ? 1.15 : 1.05
    Accessible.role: Accessible.StaticText
    Accessible.name: text
}
