"""The real QML scene, offscreen, over a worker whose hub is a fake."""

import os
from collections.abc import Callable, Iterator
from dataclasses import dataclass, field
from threading import Event

os.environ.setdefault("QT_QPA_PLATFORM", "offscreen")
os.environ.setdefault("QT_QUICK_BACKEND", "software")

import pytest
from PySide6.QtCore import Qt
from PySide6.QtGui import QGuiApplication
from pytestqt.qtbot import QtBot

from hall.http import Services
from hall.messages import Ticket
from kiosk.hub_client import HubAway, Refused
from kiosk.ui.scene import Scene
from kiosk.ui.stage import Stage
from kiosk.worker import Worker
from tests.gui.kiosk_scene import CATALOGUE, Booth, ticket

PATIENCE_S = 20


@dataclass
class FakeHub:
    """A hub in memory: one ticket for each key; `away` and `refusal` make it unkind."""

    catalogue: Services = CATALOGUE
    away: bool = False
    refusal: Refused | None = None
    tickets: dict[str, Ticket] = field(default_factory=dict)
    asked: list[tuple[str, str, str]] = field(default_factory=list)
    may_answer: Event = field(default_factory=Event)

    async def services(self) -> Services:
        if self.away:
            raise HubAway("ConnectError")
        return self.catalogue

    async def take_ticket(self, service: str, *, key: str, language: str) -> Ticket:
        self.asked.append((service, key, language))
        if not self.may_answer.wait(PATIENCE_S) or self.away:
            raise HubAway("ReadTimeout")
        if self.refusal:
            raise self.refusal
        return self.tickets.setdefault(key, ticket(service, len(self.tickets) + 1))

    async def close(self) -> None:
        return


@pytest.fixture(scope="session")
def qapp_cls() -> type[QGuiApplication]:
    return QGuiApplication


@pytest.fixture
def hub() -> FakeHub:
    hub = FakeHub()
    hub.may_answer.set()
    return hub


@pytest.fixture
def booth(qtbot: QtBot, hub: FakeHub) -> Iterator[Callable[..., Booth]]:
    """Opens a kiosk of the given size; it is checked for QML complaints when it closes."""
    opened: list[tuple[Booth, Worker]] = []

    def open_booth(width: int = 1920, height: int = 1080) -> Booth:
        clock = [0.0]
        stage = Stage(idle_s=40, clock=lambda: clock[0])
        scene = Scene(stage, width=width, height=height)
        worker = Worker(lambda: hub, poll_s=0.01)
        worker.happened.connect(stage.happen, Qt.ConnectionType.QueuedConnection)
        stage.asked.connect(worker.ask)
        scene.window.show()
        made = Booth(qtbot, stage, scene, worker, clock)
        opened.append((made, worker))
        worker.start()
        return made

    yield open_booth
    for made, worker in opened:
        worker.stop()
        complaints = list(made.scene.complaints)
        made.scene.close()
        assert complaints == []
