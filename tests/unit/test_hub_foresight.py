"""The hub takes up what was learned while it runs, refuses what is bad, and trains once a night."""

import subprocess
from collections.abc import Mapping, Sequence
from dataclasses import dataclass, field
from datetime import datetime, time, timedelta
from pathlib import Path

from hub.core import commands
from hub.core.curve import Curve
from hub.core.outlook import Outlook
from hub.core.standing import State
from hub.core.trees import Forest, Tree
from hub.core.wait_model import WAITS_FILE, Usual, WaitModel
from hub.foresight import Foresight
from hub.nightly import Nightly
from hub.settings import LearningSettings
from hub.store import Learned
from tests.unit.hub_fakes import NOON, Clock
from tests.unit.hub_hall import Hall

USUAL = Usual(scale=2.0, short_min=5, windows=1, waiting=3, called=0.2, called_day=0.2, spread=0.5)


def ratio(of: float) -> Forest:
    return Forest(trees=(Tree(feature=(), threshold=(), left=(), right=(), leaf=(of,)),))


TWICE = WaitModel(
    usual={"cards": USUAL},
    elsewhere=USUAL,
    median=ratio(1.0),
    high=ratio(1.5),
    margins=(1.0, 1.0, 1.0, 1.0),
)


@dataclass
class Engine:
    """An engine that is taught on the spot."""

    hall: Hall
    curves: Mapping[str, Curve] = field(default_factory=dict)
    lessons: int = 0

    @property
    def standing(self) -> tuple[State, Outlook]:
        outlook = Outlook(self.hall.plan, self.hall.state, self.hall.now, self.curves)
        return self.hall.state, outlook

    def teach(self, curves: Mapping[str, Curve]) -> None:
        self.curves, self.lessons = curves, self.lessons + 1


class Scene:
    """A hall with a line, and what was learned of it."""

    def __init__(self, folder: Path) -> None:
        self.hall = Hall()
        self.hall.open("w1")
        self.hall.take()
        self.hall.call()
        self.hall.take()
        self.engine = Engine(self.hall)
        self.learned = Learned(folder, self.hall.plan.id)
        self.foresight = Foresight(self.hall.plan, self.engine, self.learned, lambda: self.hall.now)

    def said(self) -> tuple[float, float]:
        """By the formula, and as told."""
        (_, outlook), (ticket,) = self.engine.standing, self.hall.state.waiting()
        return outlook.by_formula(ticket).p50_s, outlook.wait(ticket).p50_s


def test_without_a_model_the_formula_is_told(tmp_path: Path) -> None:
    scene = Scene(tmp_path)
    scene.foresight.look()
    formula, told = scene.said()
    assert formula == told > 0
    assert scene.engine.lessons == 0


def test_a_model_is_taken_up_while_the_hub_runs_and_given_up_when_dropped(tmp_path: Path) -> None:
    scene = Scene(tmp_path)
    scene.foresight.look()
    scene.learned.save(WAITS_FILE, TWICE.model_dump_json().encode())
    scene.foresight.look()
    formula, told = scene.said()
    assert told == 2 * formula
    scene.learned.drop(WAITS_FILE)
    scene.foresight.look()
    assert scene.said() == (formula, formula)


def test_a_model_that_is_damaged_foreign_or_senseless_is_refused(tmp_path: Path) -> None:
    scene = Scene(tmp_path)
    good = TWICE.model_dump_json().encode()
    Learned(tmp_path, "elsewhere").save(WAITS_FILE, good)
    scene.foresight.look()
    for body in (b"", b"{}", good.replace(b'"version":1', b'"version":2'), good[:-1]):
        scene.learned.save(WAITS_FILE, body)
        scene.foresight.look()
    path = tmp_path / "learned" / WAITS_FILE
    scene.learned.save(WAITS_FILE, good)
    path.write_bytes(path.read_bytes().replace(b"1.5", b"0.5"))
    scene.foresight.look()
    formula, told = scene.said()
    assert formula == told
    scene.learned.save(WAITS_FILE, good)
    scene.foresight.look()
    assert scene.said() == (formula, 2 * formula)


def test_waits_longer_than_promised_widen_what_is_promised(tmp_path: Path) -> None:
    scene = Scene(tmp_path)
    scene.learned.save(WAITS_FILE, TWICE.model_dump_json().encode())
    scene.foresight.look()
    scene.foresight.look()
    before = scene.engine.curves["cards"]
    scene.hall.wait(300)
    scene.hall.do(commands.StartService("w1"))
    scene.hall.do(commands.FinishService("w1"))
    scene.hall.call()
    scene.foresight.look()
    after = scene.engine.curves["cards"]
    assert [p50 for p50, _ in before.told] == [p50 for p50, _ in after.told]
    assert all(late > early for (_, early), (_, late) in zip(before.told, after.told, strict=True))


def test_it_looks_by_itself_until_it_is_stopped(tmp_path: Path) -> None:
    scene = Scene(tmp_path)
    scene.learned.save(WAITS_FILE, TWICE.model_dump_json().encode())
    scene.foresight.start()
    scene.foresight.stop()
    assert scene.engine.lessons == 1


@dataclass
class Training:
    """A process that ends when told to."""

    ended: int | None = None
    lingers: bool = False
    terminated: bool = False

    def poll(self) -> int | None:
        return self.ended

    def terminate(self) -> None:
        self.terminated = True

    def wait(self, timeout: float | None = None) -> int:
        if self.lingers:
            raise subprocess.TimeoutExpired("train", timeout or 0)
        return -15


class Night:
    """A hub that runs from noon on, and the trainings that it starts."""

    def __init__(self, *, enabled: bool = True, fails: bool = False) -> None:
        self.clock, self.started, self.fails = Clock(), list[Training](), fails
        settings = LearningSettings(enabled=enabled, at=time(2, 30))
        self.nightly = Nightly(Hall().plan, settings, ["train"], self.clock, self.start)

    def start(self, command: Sequence[str]) -> Training:
        if self.fails:
            raise OSError(11, "no more processes")
        self.started.append(Training())
        return self.started[-1]

    def at(self, moment: datetime) -> int:
        """How many trainings were started by then."""
        self.clock.now = moment
        self.nightly.beat()
        return len(self.started)


NIGHT = NOON + timedelta(hours=14, minutes=30)  # half past two in Shanghai


def test_training_starts_once_a_night_at_its_time() -> None:
    night = Night()
    assert night.at(NOON) == 0
    assert night.at(NIGHT - timedelta(seconds=1)) == 0
    assert night.at(NIGHT) == 1
    assert night.at(NIGHT + timedelta(seconds=1)) == 1
    night.started[0].ended = 0
    assert night.at(NIGHT + timedelta(hours=5)) == 1
    assert night.at(NIGHT + timedelta(days=1)) == 2


def test_a_training_that_lasts_a_day_is_not_joined_by_another() -> None:
    night = Night()
    night.at(NIGHT)
    assert night.at(NIGHT + timedelta(days=1)) == 1
    night.started[0].ended = 1
    assert night.at(NIGHT + timedelta(days=1, seconds=1)) == 2


def test_switched_off_there_is_no_training() -> None:
    assert Night(enabled=False).at(NIGHT) == 0


def test_a_training_that_cannot_start_is_tried_again_the_next_night_only() -> None:
    night = Night(fails=True)
    night.at(NIGHT)
    night.fails = False
    assert night.at(NIGHT + timedelta(seconds=1)) == 0
    assert night.at(NIGHT + timedelta(days=1)) == 1


def test_a_hub_that_ends_gives_up_its_training() -> None:
    for lingers in (False, True):
        night = Night()
        night.nightly.stop()
        night.at(NIGHT)
        night.started[0].lingers = lingers
        night.nightly.stop()
        assert night.started[0].terminated
