"""What an edge node does when there is more to do than time, or time itself jumps."""

from datetime import UTC, datetime, timedelta
from threading import Event, Thread
from typing import Final

import numpy as np
import pytest
from hypothesis import given
from hypothesis import strategies as st

from edge.camera import Camera, Frame
from edge.core.lasting import OK
from edge.core.quality import Judgement
from edge.core.rollcall import RollCall
from edge.core.view import Small
from edge.detector import Boxes, Picture
from edge.pipeline import LOST_AFTER_S, Pipeline
from edge.settings import CameraSettings
from hall.messages import Crowd
from tests.unit.test_edge_camera import Shelf, Tape, endless
from tests.unit.test_edge_pipeline import FACTS, SETTINGS

DEADLINE_S: Final = 30
NOON = datetime(2026, 3, 16, 4, tzinfo=UTC)
RUN_S: Final = 120.0


class Time(Event):
    """Seconds that pass only when somebody waits or works; the end of the run stops the work."""

    def __init__(self, run_s: float = RUN_S) -> None:
        super().__init__()
        self.now, self._end = 0.0, run_s
        self.set_back = timedelta()
        self.set_back_at = float("inf")

    def ticks(self) -> float:
        return self.now

    def clock(self) -> datetime:
        back = self.set_back if self.now >= self.set_back_at else timedelta()
        return NOON + timedelta(seconds=self.now) - back

    def wait(self, timeout: float | None = None) -> bool:
        """In the place of the event that stops the work."""
        self.now += timeout or 0.0
        return self.is_set()

    def is_set(self) -> bool:
        return self.now >= self._end


class Punctual:
    """A camera that has a frame every `period_s` sharp; only those asked for are taken."""

    trouble = ""

    def __init__(self, time: Time, period_s: float) -> None:
        self._time, self._period_s = time, period_s

    def next(self, timeout_s: float) -> Frame:
        self._time.now = (self._time.now // self._period_s + 1) * self._period_s
        return Frame(np.zeros((2, 2, 3), np.uint8), self._time.clock())


class Slow:
    """A finder that takes its time."""

    name, facts = "slow", FACTS

    def __init__(self, time: Time, seconds: float) -> None:
        self._time, self._seconds = time, seconds
        self.analyses = 0

    def find(self, picture: Picture, threshold: float | None = None) -> Boxes:
        self._time.now += self._seconds
        self.analyses += 1
        return np.zeros((0, 5), np.float32)


class Trusting:
    """Finds every picture good."""

    def judge(self, grey: Small, now: float) -> Judgement:
        return Judgement(OK, OK)


def work(
    time: Time, *, analysis_s: float, period_s: float = 0.04, rate_hz: float = 2.0
) -> tuple[list[Crowd], Slow]:
    """All readings of a run, and who made them."""
    published: list[Crowd] = []
    finder = Slow(time, analysis_s)
    settings = CameraSettings(id="lobby", source="rtsp://camera", rate_hz=rate_hz)
    Pipeline(
        settings,
        frames=Punctual(time, period_s),
        finder=finder,
        judge=Trusting(),
        publish=published.append,
        clock=time.clock,
        stopping=time,
        ticks=time.ticks,
    ).run()
    return published, finder


@given(
    analysis_s=st.floats(0.001, 4),
    period_s=st.sampled_from([1 / 50, 1 / 25, 0.1, 1.0]),
    rate_hz=st.sampled_from([0.5, 2.0, 10.0]),
)
def test_however_slow_the_analysis_readings_are_of_new_frames(
    analysis_s: float, period_s: float, rate_hz: float
) -> None:
    crowds, _ = work(Time(), analysis_s=analysis_s, period_s=period_s, rate_hz=rate_hz)
    assert crowds
    assert max(each.latency_ms for each in crowds) <= 1000 * analysis_s + 0.1


@pytest.mark.parametrize(
    ("analysis_s", "a_second"), [(0.06, 2.0), (0.9, 1 / 0.92), (1.2, 1 / 1.22), (3.0, 1 / 3.02)]
)
def test_load_is_shed_by_lowering_the_rate(analysis_s: float, a_second: float) -> None:
    _, finder = work(Time(), analysis_s=analysis_s)
    assert finder.analyses / RUN_S == pytest.approx(a_second, rel=0.05)


def test_a_clock_set_back_an_hour_lets_readings_go_on_with_rising_numbers() -> None:
    time = Time()
    time.set_back, time.set_back_at = timedelta(hours=1), RUN_S / 2
    crowds, _ = work(time, analysis_s=0.06)
    assert [each.seq for each in crowds] == list(range(1, len(crowds) + 1))
    assert len(crowds) == pytest.approx(RUN_S, rel=0.02)
    assert all(0 <= each.latency_ms <= 100 for each in crowds)


def test_a_camera_that_hangs_when_it_is_opened_does_not_stop_another() -> None:
    stopping, released = Event(), Event()

    def never(settings: CameraSettings) -> Tape:
        released.wait(DEADLINE_S)
        return Tape([])

    hanging = Camera(SETTINGS, clock=lambda: NOON, open_capture=never)
    well = Camera(SETTINGS, clock=lambda: NOON, open_capture=Shelf(endless((4, 6))))
    crowds: list[Crowd] = []
    finder = Slow(Time(), 0)

    def publish(crowd: Crowd) -> None:
        crowds.append(crowd)
        stopping.set()

    threads = [
        Thread(
            target=Pipeline(
                SETTINGS,
                frames=camera,
                finder=finder,
                judge=Trusting(),
                publish=publish,
                clock=lambda: NOON,
                stopping=stopping,
            ).run
        )
        for camera in (hanging, well)
    ]
    hanging.start()
    well.start()
    for thread in threads:
        thread.start()
    assert stopping.wait(DEADLINE_S)
    released.set()
    for camera in (hanging, well):
        camera.stop()
    for thread in threads:
        thread.join(DEADLINE_S + LOST_AFTER_S)
    assert crowds
    assert not any(thread.is_alive() for thread in threads)


@given(st.lists(st.sampled_from("abc"), max_size=60))
def test_the_watchdog_is_fed_once_all_cameras_went_round(answers: list[str]) -> None:
    roll = RollCall("abc")
    since: set[str] = set()
    for name in answers:
        since.add(name)
        complete = since == set("abc")
        assert roll.answer(name) == complete
        if complete:
            since.clear()
