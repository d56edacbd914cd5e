"""The kiosk's journeys on its real QML, in both languages, both orientations and elder mode."""

import gc
import sys
from collections.abc import Callable

import pytest
from PySide6.QtCore import QEvent, QObject, Qt, QTimer
from PySide6.QtGui import QFont, QGuiApplication
from PySide6.QtTest import QTest
from pytestqt.qtbot import QtBot

from hall.http import Services
from hall.messages import Text
from kiosk.hub_client import Refused
from kiosk.ui.qr import QUIET_MODULES, matrix
from tests.gui.conftest import FakeHub
from tests.gui.kiosk_scene import (
    CATALOGUE,
    DEADLINE_MS,
    NAMES,
    PLAIN_TEXT,
    Booth,
    assert_well_set,
    enum,
    prepare,
)

OpenBooth = Callable[..., Booth]

LANDSCAPE, PORTRAIT = (1920, 1080), (1080, 1920)
VARIANTS = [
    pytest.param(size, language, elder, id=f"{name}-{language}{'-elder' if elder else ''}")
    for name, size in (("landscape", LANDSCAPE), ("portrait", PORTRAIT))
    for language in ("zh", "en")
    for elder in (False, True)
]


@pytest.mark.parametrize(("size", "language", "elder"), VARIANTS)
def test_three_touches_give_a_ticket_and_everything_can_be_read(
    booth: OpenBooth, size: tuple[int, int], language: str, *, elder: bool
) -> None:
    kiosk = booth(*size)
    prepare(kiosk, language, elder=elder)
    assert_well_set(kiosk)
    kiosk.tap("group:filing")
    kiosk.wait_for("services")
    assert_well_set(kiosk)
    kiosk.tap("service:vehicle")
    kiosk.wait_for("ticket")

    assert_well_set(kiosk)
    assert kiosk.find("number").property("text") == "C001"
    assert ("前面还有" if language == "zh" else "Ahead of you") in kiosk.reads()
    assert ("约 12–18 分钟" if language == "zh" else "about 12–18 min") in kiosk.reads()
    assert kiosk.is_there("qr")
    kiosk.tap("done")
    kiosk.wait_for("home")
    assert kiosk.stage.state.ticket is None


@pytest.mark.parametrize(("size", "language", "elder"), VARIANTS)
def test_unhappy_screens_can_be_read_too(
    booth: OpenBooth, hub: FakeHub, size: tuple[int, int], language: str, *, elder: bool
) -> None:
    kiosk = booth(*size)
    prepare(kiosk, language, elder=elder)
    hub.refusal = Refused(409, "hall_closed", None)
    kiosk.tap("group:filing")
    kiosk.wait_for("services")
    kiosk.tap("service:deed")
    kiosk.wait_for("refused")
    assert_well_set(kiosk)
    kiosk.tap("back")
    kiosk.wait_for("services")
    hub.may_answer.clear()
    kiosk.tap("service:deed")
    kiosk.wait_for("issuing")
    assert_well_set(kiosk)
    hub.away = True
    hub.may_answer.set()
    kiosk.wait_for("unanswered")
    assert_well_set(kiosk)
    kiosk.tap("done")
    kiosk.wait_for("away")
    assert_well_set(kiosk)


def test_pages_lead_to_every_service(booth: OpenBooth) -> None:
    kiosk = booth(*LANDSCAPE)
    prepare(kiosk, "zh", elder=True)
    kiosk.tap("group:filing")
    kiosk.wait_for("services")
    seen = {each for each in NAMES if kiosk.is_there(f"service:{each}")}
    kiosk.tap("next_page")
    kiosk.qtbot.waitUntil(lambda: kiosk.is_there("service:social"), timeout=DEADLINE_MS)
    assert_well_set(kiosk)

    assert seen | {"social"} == set(NAMES)


def test_two_quick_taps_make_one_ticket(booth: OpenBooth, hub: FakeHub) -> None:
    kiosk = booth()
    prepare(kiosk, "zh", elder=False)
    kiosk.tap("group:filing")
    kiosk.wait_for("services")
    where = kiosk.centre("service:vat")
    for _ in range(2):
        QTest.mouseClick(
            kiosk.scene.window,
            Qt.MouseButton.LeftButton,
            Qt.KeyboardModifier.NoModifier,
            where,
        )
    kiosk.wait_for("ticket")

    assert len(hub.asked) == len(hub.tickets) == 1


def test_a_double_tap_on_a_group_does_not_take_a_number(booth: OpenBooth, hub: FakeHub) -> None:
    kiosk = booth()
    prepare(kiosk, "zh", elder=False)
    where = kiosk.centre("group:filing")
    for _ in range(2):
        QTest.mouseClick(
            kiosk.scene.window,
            Qt.MouseButton.LeftButton,
            Qt.KeyboardModifier.NoModifier,
            where,
        )
    kiosk.wait_for("services")

    assert hub.asked == []


def test_trying_again_repeats_the_press_with_the_same_key(booth: OpenBooth, hub: FakeHub) -> None:
    kiosk = booth()
    prepare(kiosk, "zh", elder=False)
    kiosk.tap("group:filing")
    kiosk.wait_for("services")
    hub.may_answer.clear()
    kiosk.tap("service:vat")
    kiosk.wait_for("issuing")
    hub.away = True
    hub.may_answer.set()
    kiosk.wait_for("unanswered")
    hub.away = False
    kiosk.tap("retry")
    kiosk.wait_for("ticket")

    assert len(hub.asked) == 2
    assert len({key for _, key, _ in hub.asked}) == len(hub.tickets) == 1


def test_the_hub_goes_away_and_comes_back(booth: OpenBooth, hub: FakeHub) -> None:
    hub.away = True
    kiosk = booth()
    kiosk.wait_for("away")
    assert "这台机器暂时取不了号" in kiosk.reads()
    hub.away = False
    kiosk.wait_for("home")
    hub.away = True
    kiosk.wait_for("away")
    hub.away = False
    kiosk.wait_for("home")


def test_faults_are_told_when_they_begin_and_end(
    booth: OpenBooth, hub: FakeHub, qtbot: QtBot
) -> None:
    kiosk = booth()
    told: list[tuple[str, ...]] = []
    kiosk.worker.faults.connect(told.append, Qt.ConnectionType.QueuedConnection)
    kiosk.wait_for("home")
    hub.away = True
    kiosk.wait_for("away")
    hub.away = False
    kiosk.wait_for("home")

    qtbot.waitUntil(lambda: told[-2:] == [("hub_unreachable",), ()], timeout=DEADLINE_MS)


def test_the_hubs_own_sentence_is_shown_in_the_visitors_language(
    booth: OpenBooth, hub: FakeHub
) -> None:
    hub.refusal = Refused(409, "hall_closed", "Numbers start again at 9:00 tomorrow")
    kiosk = booth()
    prepare(kiosk, "en", elder=False)
    kiosk.tap("group:filing")
    kiosk.wait_for("services")
    kiosk.tap("service:vat")
    kiosk.wait_for("refused")
    assert kiosk.find("sentence").property("text") == "Numbers start again at 9:00 tomorrow"
    assert hub.asked[0][2] == "en"
    kiosk.tap("language")

    assert kiosk.find("sentence").property("text").startswith("请换一项业务")


def test_hostile_names_stay_text(booth: OpenBooth, hub: FakeHub) -> None:
    hostile = "<img src='file:///etc/passwd'><b>x</b> {0} %1 " + "很长" * 200
    named = Text(zh=hostile, en=hostile)
    first, *others = CATALOGUE.services
    group, *groups = CATALOGUE.groups
    hub.catalogue = Services(
        services=(first.model_copy(update={"name": named}), *others),
        groups=(group.model_copy(update={"name": named}), *groups),
    )
    kiosk = booth()
    prepare(kiosk, "zh", elder=False)
    kiosk.tap("group:filing")
    kiosk.wait_for("services")

    assert hostile in kiosk.reads()
    assert {enum(item, "textFormat") for item in kiosk.texts()} == {PLAIN_TEXT}
    assert kiosk.painted(kiosk.find("service:vat")).height() < 400


def test_a_closed_service_says_so_and_cannot_be_taken(booth: OpenBooth, hub: FakeHub) -> None:
    kiosk = booth()
    prepare(kiosk, "zh", elder=False)
    kiosk.tap("group:filing")
    kiosk.wait_for("services")
    kiosk.tap("service:social")

    assert "现在不取号" in kiosk.reads()
    assert hub.asked == []


def test_a_left_ticket_gives_way_to_the_next_visitor(booth: OpenBooth) -> None:
    kiosk = booth()
    prepare(kiosk, "en", elder=True)
    kiosk.tap("group:filing")
    kiosk.wait_for("services")
    kiosk.tap("service:vat")
    kiosk.wait_for("ticket")
    assert kiosk.is_there("countdown")
    kiosk.clock[0] += 81
    kiosk.wait_for("home")

    assert (kiosk.stage.state.language, kiosk.stage.state.elder) == ("zh", False)


def test_a_finger_works_as_a_mouse_does(booth: OpenBooth) -> None:
    kiosk = booth()
    prepare(kiosk, "zh", elder=False)
    finger = QTest.createTouchDevice()
    where = kiosk.centre("group:refunds")
    QTest.touchEvent(kiosk.scene.window, finger).press(0, where, kiosk.scene.window).commit()
    QTest.touchEvent(kiosk.scene.window, finger).release(0, where, kiosk.scene.window).commit()
    kiosk.wait_for("services")

    assert kiosk.is_there("service:refund")


def test_a_smaller_window_shows_the_same_scene_smaller(booth: OpenBooth) -> None:
    kiosk = booth(1280, 720)
    prepare(kiosk, "zh", elder=False)
    card = kiosk.painted(kiosk.find("group:filing"))

    assert card.right() < 1280
    kiosk.tap("group:filing")
    kiosk.wait_for("services")


def test_the_qr_code_is_drawn_as_its_matrix_says(booth: OpenBooth) -> None:
    kiosk = booth()
    prepare(kiosk, "zh", elder=False)
    kiosk.tap("group:filing")
    kiosk.wait_for("services")
    kiosk.tap("service:vat")
    kiosk.wait_for("ticket")
    modules = matrix("http://192.168.10.20:8000/t/unguessable-1")
    picture = kiosk.scene.window.grabWindow()
    place = kiosk.painted(kiosk.find("modules"))
    module = place.width() / (len(modules) + 2 * QUIET_MODULES)
    left = place.left() + module * (QUIET_MODULES + 0.5)
    top = place.top() + module * (QUIET_MODULES + 0.5)

    assert module >= 6
    assert module == int(module)
    for row, line in enumerate(modules):
        for column, dark in enumerate(line):
            pixel = picture.pixelColor(int(left + column * module), int(top + row * module))
            assert (pixel.lightness() < 100) == bool(dark)


def test_a_hall_without_services_sends_people_to_the_guide_desk(
    booth: OpenBooth, hub: FakeHub
) -> None:
    hub.catalogue = Services(services=(), groups=())
    kiosk = booth()
    kiosk.wait_for("home")

    assert_well_set(kiosk)
    assert "现在没有可以取号的业务" in kiosk.reads()


def test_visitors_leave_nothing_behind_in_memory(booth: OpenBooth) -> None:
    kiosk = booth()

    def visit() -> int:
        kiosk.wait_for("home")
        for name, screen in (("group:filing", "services"), ("service:vat", "ticket")):
            kiosk.tap(name)
            kiosk.wait_for(screen)
        kiosk.tap("done")
        kiosk.wait_for("home")
        gc.collect()
        return sum(isinstance(each, QObject) for each in gc.get_objects())

    visit()
    first = visit()
    for _ in range(5):
        last = visit()

    assert last <= first


def test_a_url_too_long_for_a_code_leaves_the_number_on_the_screen() -> None:
    assert matrix("x" * 5000) == ()
    assert matrix("") == ()


def test_this_pyside_keeps_count_of_its_references(qapp: QGuiApplication) -> None:
    timer, event = QTimer(), QEvent(QEvent.Type.User)
    before = sys.getrefcount(None), sys.getrefcount(True)  # noqa: FBT003
    for _ in range(200):
        timer.stop()
        qapp.sendEvent(timer, event)
        QFont().bold()
    after = sys.getrefcount(None), sys.getrefcount(True)  # noqa: FBT003

    assert all(abs(new - old) < 50 for new, old in zip(after, before, strict=True))
