"""Hands and eyes for the kiosk's scene: taps what a visitor would tap, reads what is painted."""

from collections.abc import Iterator
from dataclasses import dataclass
from datetime import UTC, datetime
from itertools import combinations
from uuid import UUID

from PySide6.QtCore import QPoint, QPointF, QRectF, Qt
from PySide6.QtQml import QQmlExpression, qmlContext
from PySide6.QtQuick import QQuickItem
from PySide6.QtTest import QTest
from pytestqt.qtbot import QtBot

from hall.http import Services
from hall.messages import Group, Priority, Service, Text, Ticket, TicketState
from kiosk.ui.scene import Scene
from kiosk.ui.stage import Stage
from kiosk.worker import Worker

DEADLINE_MS = 20_000
ALIGN_RIGHT, ALIGN_CENTRE, PLAIN_TEXT = 2, 4, 0  # as QML's Text numbers them
SHORTENED_ON_PURPOSE = {"summary"}

NAMES = {
    "vat": Text(zh="增值税申报", en="VAT return"),
    "iit": Text(zh="个人所得税", en="Individual income tax"),
    "vehicle": Text(zh="车辆购置税", en="Vehicle purchase tax"),
    "deed": Text(zh="契税与存量房交易", en="Deed tax and second-hand homes"),
    "social": Text(zh="社保费", en="Social insurance contributions"),
}
WAITING = {"vat": 0, "iit": 1, "vehicle": 12, "deed": 3, "social": 40}
CATALOGUE = Services(
    groups=(
        Group(id="filing", name=Text(zh="申报缴税", en="Filing and payment"), prefix="C"),
        Group(id="refunds", name=Text(zh="退税证明", en="Refunds and certificates"), prefix="D"),
    ),
    services=(
        *(
            Service(
                id=each,
                name=name,
                group="filing",
                open=each != "social",
                waiting=WAITING[each],
                wait_p50_s=WAITING[each] * 200,
                wait_p90_s=WAITING[each] * 300,
            )
            for each, name in NAMES.items()
        ),
        Service(
            id="refund",
            name=Text(zh="误收多缴退税", en="Refund of tax paid in error"),
            group="refunds",
            open=True,
            waiting=2,
            wait_p50_s=300,
            wait_p90_s=500,
        ),
    ),
)


def ticket(service: str, number: int) -> Ticket:
    return Ticket(
        id=UUID(int=number),
        number=f"C{number:03}",
        service=service,
        service_name=NAMES[service],
        priority=Priority.NONE,
        state=TicketState.WAITING,
        issued_at=datetime(2026, 11, 24, 1, tzinfo=UTC),
        ahead=5,
        wait_p50_s=760,
        wait_p90_s=1060,
        url=f"http://192.168.10.20:8000/t/unguessable-{number}",
    )


def enum(item: QQuickItem, name: str) -> int:
    """A property of an enumeration type, which Python cannot read but QML can."""
    context = qmlContext(item)
    assert context is not None
    value = QQmlExpression(context, item, name).evaluate()
    return int(value[0] if isinstance(value, tuple) else value)


@dataclass
class Booth:
    """A kiosk and someone in front of it, whose time passes only when told."""

    qtbot: QtBot
    stage: Stage
    scene: Scene
    worker: Worker
    clock: list[float]

    def wait_for(self, screen: str) -> None:
        """Until `screen` is shown, faded in, and a calm visitor would touch it."""

        def is_shown() -> bool:
            loader = self.find("screen")
            return self.stage.state.screen == screen and loader.opacity() == 1.0

        self.qtbot.waitUntil(is_shown, timeout=DEADLINE_MS)
        self.clock[0] += 1

    def items(self) -> Iterator[QQuickItem]:
        """Everything visible."""
        waiting = [self.scene.window.contentItem()]
        while waiting:
            item = waiting.pop()
            if item.isVisible() and item.opacity() > 0:
                yield item
                waiting.extend(item.childItems())

    def find(self, name: str) -> QQuickItem:
        found = [item for item in self.items() if item.objectName() == name]
        assert len(found) == 1, f"{len(found)} of {name}"
        return found[0]

    def is_there(self, name: str) -> bool:
        return any(item.objectName() == name for item in self.items())

    def centre(self, name: str) -> QPoint:
        return self.painted(self.find(name)).center().toPoint()

    def settle(self) -> None:
        """Draw one frame: rows and columns place their members only then."""
        self.scene.window.grabWindow()

    def tap(self, name: str) -> None:
        """Press and release, wherever on the screen `name` is now."""
        self.settle()
        QTest.mouseClick(
            self.scene.window,
            Qt.MouseButton.LeftButton,
            Qt.KeyboardModifier.NoModifier,
            self.centre(name),
        )

    def painted(self, item: QQuickItem) -> QRectF:
        """Where in the window an item is."""
        corner = item.mapToScene(QPointF(0, 0))
        opposite = item.mapToScene(QPointF(item.width(), item.height()))
        return QRectF(corner, opposite)

    def texts(self) -> list[QQuickItem]:
        """Visible pieces of text."""
        return [
            item
            for item in self.items()
            if item.metaObject().indexOfProperty("textFormat") >= 0 and item.property("text")
        ]

    def reads(self) -> str:
        """All that can be read."""
        return "\n".join(item.property("text") for item in self.texts())

    def targets(self) -> list[QQuickItem]:
        """Visible things to touch."""
        return [item for item in self.items() if item.metaObject().indexOfProperty("pressed") >= 0]


def prepare(booth: Booth, language: str, *, elder: bool) -> None:
    booth.wait_for("home")
    if language == "en":
        booth.tap("language")
    if elder:
        booth.tap("elder")
    booth.clock[0] += 1


def overlap(one: QRectF, other: QRectF) -> bool:
    shared = one.intersected(other)
    return shared.width() > 1 and shared.height() > 1


def written(booth: Booth, item: QQuickItem) -> QRectF:
    """The rectangle that an item's glyphs take, in the window."""
    width = min(item.property("contentWidth"), item.width())
    spare = item.width() - width
    left = {ALIGN_RIGHT: spare, ALIGN_CENTRE: spare / 2}.get(enum(item, "horizontalAlignment"), 0)
    top = item.mapToScene(QPointF(left, 0))
    bottom = item.mapToScene(QPointF(left + width, item.property("contentHeight")))
    return QRectF(top, bottom)


def assert_well_set(booth: Booth) -> None:
    """No text cut, outside the window or over another; every target large enough and apart."""
    booth.settle()
    window = QRectF(0, 0, booth.scene.window.width(), booth.scene.window.height())
    texts = booth.texts()
    for item in texts:
        text = item.property("text")
        if item.objectName() not in SHORTENED_ON_PURPOSE:
            assert not item.property("truncated"), text
            assert item.property("contentWidth") <= item.width() + 1, text
            assert item.property("contentHeight") <= item.height() + 1, text
        assert window.contains(written(booth, item)), text
        assert item.property("font").pixelSize() >= 24
    for one, other in combinations(texts, 2):
        assert not overlap(written(booth, one), written(booth, other)), (
            f"{one.property('text')} over {other.property('text')}"
        )
    least = 60 * 1.3 if booth.stage.state.elder else 64
    targets = [booth.painted(item) for item in booth.targets()]
    assert targets
    for target in targets:
        assert min(target.width(), target.height()) >= least
        assert window.contains(target)
    for left, right in combinations(targets, 2):
        assert not overlap(left, right)
    for item in texts:
        for target in targets:
            place = written(booth, item)
            assert target.contains(place) or not overlap(target, place), item.property("text")
