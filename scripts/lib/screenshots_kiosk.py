"""Takes the pictures of the kiosk in docs/screenshots: its window, offscreen, on a running hub."""

import os
import time
from collections.abc import Callable
from pathlib import Path
from typing import Final

os.environ.setdefault("QT_QPA_PLATFORM", "offscreen")
os.environ.setdefault("QT_QUICK_BACKEND", "software")

from PySide6.QtCore import Qt
from PySide6.QtGui import QGuiApplication

from kiosk.core.flow import Screen
from kiosk.hub_client import HubClient
from kiosk.ui.scene import Scene
from kiosk.ui.stage import Stage
from kiosk.worker import Worker

SIZE: Final = (1920, 1080)
UPRIGHT: Final = (1080, 1920)
PATIENCE_S: Final = 30.0
FADE_S: Final = 0.8  # between screens; a visitor's second touch counts only after it
GROUP, SERVICE = "invoices", "invoice-special"


class Visit:
    """One kiosk window in front of which somebody does what visitors do."""

    def __init__(self, url: str, token: str, size: tuple[int, int]) -> None:
        self._application = QGuiApplication.instance() or QGuiApplication([])
        self.stage = Stage(idle_s=60, clock=time.monotonic)
        self._scene = Scene(self.stage, width=size[0], height=size[1])
        self._worker = Worker(lambda: HubClient(url, token, ca_file=None), poll_s=1)
        self._worker.happened.connect(self.stage.happen, Qt.ConnectionType.QueuedConnection)
        self.stage.asked.connect(self._worker.ask)
        self._scene.window.show()
        self._worker.start()
        self.until(Screen.HOME)

    def until(self, screen: Screen) -> None:
        """Let Qt work until `screen` is shown and has settled."""
        self._work(lambda: self.stage.state.screen is screen, PATIENCE_S)
        self._work(lambda: False, FADE_S)

    def _work(self, done: Callable[[], bool], at_most_s: float) -> None:
        end = time.monotonic() + at_most_s
        while not done() and time.monotonic() < end:
            self._application.processEvents()
            time.sleep(0.01)

    def shoot(self, path: Path) -> None:
        """One picture."""
        if not self._scene.window.grabWindow().save(str(path)):
            raise RuntimeError(f"{path} cannot be written")

    def close(self) -> None:
        """Leave the kiosk."""
        self._worker.stop()
        self._scene.close()


def photograph(url: str, token: str, folder: Path) -> None:
    """The start in both languages, a choice, an elder's choice on an upright screen, a ticket."""
    visit = Visit(url, token, SIZE)
    visit.shoot(folder / "kiosk-home-zh.png")
    visit.stage.choose_group(GROUP)
    visit.until(Screen.SERVICES)
    visit.shoot(folder / "kiosk-services-zh.png")
    visit.stage.choose_service(SERVICE)
    visit.until(Screen.TICKET)
    visit.shoot(folder / "kiosk-zh.png")
    visit.stage.switch_language()
    visit.until(Screen.TICKET)
    visit.shoot(folder / "kiosk-en.png")
    visit.close()
    upright = Visit(url, token, UPRIGHT)
    upright.stage.switch_elder()
    upright.until(Screen.HOME)
    upright.shoot(folder / "kiosk-home-upright-elder-zh.png")
    upright.close()
