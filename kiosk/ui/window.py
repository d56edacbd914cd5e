"""The kiosk's Qt application: stage, scene and worker, from the first frame to the last."""

import os
import sys
from collections.abc import Callable

import structlog
from PySide6.QtCore import (
    QMessageLogContext,
    QObject,
    QSize,
    Qt,
    QtMsgType,
    Slot,
    qInstallMessageHandler,
)
from PySide6.QtGui import QCursor, QGuiApplication

from hall.process import EXIT_MISTAKE
from kiosk.hub_client import HubClient
from kiosk.missing import why_no_window
from kiosk.settings import KioskSettings, ScreenSettings
from kiosk.ui.scene import Scene, has_chinese_font
from kiosk.ui.stage import Stage
from kiosk.worker import Worker

ROOM = 0.92
"""Share of a desktop screen that a window takes at most, for its frame and the task bar."""

log = structlog.get_logger()


class Window(QObject):
    """The whole kiosk in one Qt application."""

    def __init__(
        self,
        settings: KioskSettings,
        *,
        clock: Callable[[], float],
        faults: Callable[[tuple[str, ...]], None],
        ready: Callable[[], None],
    ) -> None:
        super().__init__()
        qInstallMessageHandler(_hear_qt)
        self._app = QGuiApplication(sys.argv[:1])
        if not has_chinese_font():
            log.warning("font_missing", do="apt install fonts-noto-cjk")
        self._ready, self._tell_faults = ready, faults
        self._is_ready = False
        size = _fitting(settings.screen, self._app.primaryScreen().availableSize())
        self._stage = Stage(idle_s=settings.screen.idle_s, clock=clock)
        self._scene = Scene(self._stage, width=size.width(), height=size.height())
        self._worker = Worker(lambda: _client(settings), poll_s=settings.poll_s)
        queued = Qt.ConnectionType.QueuedConnection
        self._worker.happened.connect(self._stage.happen, queued)
        self._worker.faults.connect(self._on_faults, queued)
        self._stage.asked.connect(self._worker.ask)
        self._scene.window.frameSwapped.connect(self._on_first_frame, queued)
        if settings.screen.fullscreen:
            self._app.setOverrideCursor(QCursor(Qt.CursorShape.BlankCursor))
            self._scene.window.showFullScreen()
        else:
            self._scene.window.show()

    def run(self) -> int:
        """Until `quit` is called or the window is closed; the exit status."""
        self._worker.start()
        status = self._app.exec()
        self._worker.stop()
        self._scene.close()
        return status

    def quit(self) -> None:
        """End `run`; the stage's tick lets Python handle a signal soon enough."""
        self._app.quit()

    @Slot(object)
    def _on_faults(self, faults: tuple[str, ...]) -> None:
        self._tell_faults(faults)

    @Slot()
    def _on_first_frame(self) -> None:
        if not self._is_ready:
            self._is_ready = True
            self._ready()


def _client(settings: KioskSettings) -> HubClient:
    return HubClient(
        str(settings.hub_url), settings.token.get_secret_value(), ca_file=settings.hub_ca_file
    )


def _fitting(wanted: ScreenSettings, room: QSize) -> QSize:
    """The window's size: as wanted, or smaller in the same shape where the screen is."""
    size = QSize(wanted.width, wanted.height)
    if wanted.fullscreen:
        return room
    if size.width() <= room.width() and size.height() <= room.height():
        return size
    return size.scaled(room * ROOM, Qt.AspectRatioMode.KeepAspectRatio)


def _hear_qt(kind: QtMsgType, context: QMessageLogContext, message: str) -> None:
    """Qt's own messages go to our log; where it would abort, we exit with one line."""
    if kind is QtMsgType.QtFatalMsg:
        platform = os.environ.get("QT_QPA_PLATFORM", "").partition(":")[0] or "xcb"
        print(why_no_window(platform), file=sys.stderr, flush=True)  # noqa: T201
        os._exit(EXIT_MISTAKE)
    if kind is not QtMsgType.QtDebugMsg:
        log.warning("qt_message", text=message)
