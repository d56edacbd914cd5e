"""Draws a QR code with crisp modules."""

import segno
from PySide6.QtCore import Property, QRectF, Signal
from PySide6.QtGui import QColor, QPainter
from PySide6.QtQuick import QQuickItem, QQuickPaintedItem

QUIET_MODULES = 4

Matrix = tuple[bytearray, ...]


def matrix(text: str) -> Matrix:
    """The modules of `text`, 1 where dark; empty when there is no text or it is too long."""
    if not text:
        return ()
    try:
        return tuple(segno.make_qr(text, error="m").matrix)
    except segno.DataOverflowError:
        return ()


class QrCode(QQuickPaintedItem):
    """A QR code of `text` that fills the item, with its quiet zone."""

    changed = Signal()

    def __init__(self, parent: QQuickItem | None = None) -> None:
        super().__init__(parent)
        self._text, self._matrix = "", matrix("")
        self._ink = QColor("black")

    def _get_text(self) -> str:
        return self._text

    def _set_text(self, text: str) -> None:
        if text != self._text:
            self._text, self._matrix = text, matrix(text)
            self.changed.emit()
            self.update()

    def _get_ink(self) -> QColor:
        return self._ink

    def _set_ink(self, ink: QColor) -> None:
        if ink != self._ink:
            self._ink = ink
            self.changed.emit()
            self.update()

    def _is_drawn(self) -> bool:
        return bool(self._matrix)

    text = Property(str, _get_text, _set_text, notify=changed)
    ink = Property(QColor, _get_ink, _set_ink, notify=changed)
    drawn = Property(bool, _is_drawn, notify=changed)

    def paint(self, painter: QPainter) -> None:
        """Whole pixels per module: scanners read uneven ones badly."""
        if not self._matrix:
            return
        side = len(self._matrix) + 2 * QUIET_MODULES
        module = max(1, int(min(self.width(), self.height()) // side))
        left = (self.width() - module * side) // 2 + module * QUIET_MODULES
        top = (self.height() - module * side) // 2 + module * QUIET_MODULES
        for row, line in enumerate(self._matrix):
            for column, dark in enumerate(line):
                if dark:
                    cell = QRectF(left + column * module, top + row * module, module, module)
                    painter.fillRect(cell, self._ink)
