"""Loads the QML scene into a window around a stage."""

from pathlib import Path
from typing import Final

import structlog
from PySide6.QtCore import QCoreApplication, QEvent, QObject, QUrl, Slot
from PySide6.QtGui import QFont, QFontDatabase, QGuiApplication
from PySide6.QtQml import QQmlApplicationEngine, QQmlError
from PySide6.QtQuick import QQuickWindow

from kiosk.ui.stage import Stage

MAIN: Final = Path(__file__).with_name("Main.qml")
FONTS: Final = ("Noto Sans CJK SC", "Noto Sans SC", "Source Han Sans SC", "Microsoft YaHei")

log = structlog.get_logger()


class BrokenScene(Exception):
    """The QML files cannot be loaded."""


class Scene(QObject):
    """The window and everything in it, alive as long as this object."""

    def __init__(self, stage: Stage, *, width: int, height: int) -> None:
        super().__init__()
        self._stage = stage
        self.complaints: list[str] = []
        QGuiApplication.setFont(_font())
        self._engine = QQmlApplicationEngine()
        self._engine.warnings.connect(self._complain)
        context = self._engine.rootContext()
        for name in ("says", "words", "look"):
            context.setContextProperty(name, getattr(stage, name))
        context.setContextProperty("stage", stage)
        self._engine.setInitialProperties({"width": width, "height": height})
        self._engine.load(QUrl.fromLocalFile(str(MAIN)))
        if not self._engine.rootObjects():
            raise BrokenScene("; ".join(self.complaints))
        window = self._engine.rootObjects()[0]
        if not isinstance(window, QQuickWindow):
            raise BrokenScene(f"{MAIN.name} is not a window")
        self.window = window
        window.installEventFilter(stage)

    def close(self) -> None:
        """Take the window down at once, before the objects that it reads from."""
        self._engine.deleteLater()
        QCoreApplication.sendPostedEvents(self._engine, QEvent.Type.DeferredDelete)

    @Slot(list)
    def _complain(self, errors: list[QQmlError]) -> None:
        for error in errors:
            self.complaints.append(error.toString())
            log.error("qml_complaint", text=error.toString())


def has_chinese_font() -> bool:
    """Whether the machine can write Chinese at all."""
    return bool(QFontDatabase.families(QFontDatabase.WritingSystem.SimplifiedChinese))


def _font() -> QFont:
    font = QFont()
    font.setFamilies(list(FONTS))
    return font
