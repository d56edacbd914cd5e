from dataclasses import replace
from datetime import UTC, datetime, timedelta
from threading import Event

import numpy as np
import pytest
import structlog

from edge.adapted import Count
from edge.camera import Frame
from edge.core.faults import PictureQuality
from edge.core.interval import Bounds
from edge.core.lasting import Lasting
from edge.core.quality import Judgement
from edge.core.view import Small
from edge.detector import Boxes, Picture
from edge.manifest import ModelFacts
from edge.pipeline import Finder, Pipeline
from edge.settings import CameraSettings
from hall.messages import Crowd, Level

NOON = datetime(2026, 3, 16, 4, tzinfo=UTC)
SETTINGS = CameraSettings.model_validate(
    {
        "id": "lobby",
        "source": "0",
        "rate_hz": 10,
        "smooth": 3,
        "zone": [
            {"id": "left", "polygon": [[0, 0], [0.5, 0], [0.5, 1], [0, 1]], "area_m2": 2},
            {"id": "right", "polygon": [[0.5, 0], [1, 0], [1, 1], [0.5, 1]], "area_m2": 10},
        ],
    }
)
FACTS = ModelFacts(
    file="fake.onnx",
    sha256="0" * 64,
    source="",
    licence="",
    input=(480, 640),
    threshold=0.5,
    overlap=0.5,
    interval=(Bounds(0, 0, 1), Bounds(10, 8, 13)),
)


class Clock:
    """A time of day that stands still until it is told."""

    def __init__(self) -> None:
        self.at = NOON

    def __call__(self) -> datetime:
        return self.at


class Crowds:
    """Sees as many people as the picture's first value says, all at the left."""

    name = "fake"
    facts = FACTS

    def find(self, picture: Picture, threshold: float | None = None) -> Boxes:
        people = int(picture[0, 0, 0])
        return np.tile(np.array([[0.1, 0.2, 0.3, 0.9, 0.8]], np.float32), (people, 1))


SPOILT = 200  # the value of a picture that shows nobody because it is dark


class Eyes:
    """Takes a bright picture for a dark one, and says so after two seconds."""

    def __init__(self) -> None:
        self._lasting = Lasting(2.0)

    def judge(self, grey: Small, now: float) -> Judgement:
        seen = PictureQuality.DARK if grey[0, 0] == SPOILT else PictureQuality.OK
        return Judgement(seen, self._lasting.see(seen, now))


class Walker:
    """Sees one person at a hundredth of the picture's first value from the left, and a shadow."""

    name = "fake"
    facts = FACTS

    def find(self, picture: Picture, threshold: float | None = None) -> Boxes:
        x = int(picture[0, 0, 0]) / 100
        person, shadow = [x - 0.05, 0.3, x + 0.05, 0.8, 0.9], [0.8, 0.3, 0.9, 0.8, 0.4]
        return np.array([row for row in (person, shadow) if row[4] >= (threshold or 0)], np.float32)


class Film:
    """Hands over frames from a list, None for a camera that is silent; then ends the work."""

    trouble = "stopped sending"

    def __init__(self, people: list[int | None], stopping: Event) -> None:
        self._people, self._stopping = iter(people), stopping

    def next(self, timeout_s: float) -> Frame | None:
        people = next(self._people, -1)
        if people == -1:
            self._stopping.set()
            return None
        return None if people is None else frame(people)


def frame(people: int) -> Frame:
    return Frame(np.full((2, 2, 3), people, np.uint8), NOON)


class Work:
    """A pipeline among fakes."""

    def __init__(
        self,
        people: list[int | None],
        *,
        finder: Finder | None = None,
        settings: CameraSettings = SETTINGS,
    ) -> None:
        self.published: list[Crowd] = []
        self.clock = Clock()
        self.turns = 0
        stopping = Event()
        self.pipeline = Pipeline(
            settings,
            frames=Film(people, stopping),
            finder=finder or Crowds(),
            judge=Eyes(),
            publish=self.published.append,
            clock=self.clock,
            stopping=stopping,
            turned=self.turn,
        )

    def turn(self) -> None:
        self.turns += 1

    def take(self, people: list[int], every_s: float = 1.0) -> list[Crowd]:
        for index, each in enumerate(people):
            self.pipeline.take(frame(each), index * every_s)
        return self.published


def test_a_reading_tells_the_picture_its_zones_and_how_sure_it_is() -> None:
    work = Work([])
    work.clock.at = NOON + timedelta(milliseconds=80)
    [crowd] = work.take([5])
    assert (crowd.count, crowd.count_low, crowd.count_high) == (5, 4, 7)
    assert (crowd.at, crowd.latency_ms, crowd.quality) == (NOON, 80, "ok")
    assert (crowd.camera, crowd.model, crowd.seq, crowd.id.version) == ("lobby", "fake", 1, 7)
    left, right = crowd.zones
    assert (left.zone, left.count, left.density_per_m2, left.level) == ("left", 5, 2.5, Level.D)
    assert (right.zone, right.count, right.level) == ("right", 0, Level.A)


def test_one_bad_frame_does_not_reach_the_hall() -> None:
    crowds = Work([]).take([4, 4, 9, 4])
    assert [crowd.count for crowd in crowds] == [4, 4, 4, 4]
    assert [crowd.zones[0].count for crowd in crowds] == [4, 4, 4, 4]


def test_readings_are_numbered_and_leave_once_a_second() -> None:
    crowds = Work([]).take([3] * 21, every_s=0.1)
    assert [crowd.seq for crowd in crowds] == [1, 2, 3]
    assert len({crowd.id for crowd in crowds}) == 3


def test_a_silent_camera_publishes_nothing_and_is_logged_once_each_way() -> None:
    work = Work([2, None, None, None, 7, 7])
    with structlog.testing.capture_logs() as logs:
        work.pipeline.run()
    assert [(each["event"], each["camera"]) for each in logs] == [
        ("camera_lost", "lobby"),
        ("camera_back", "lobby"),
    ]
    assert logs[0]["reason"] == "stopped sending"
    assert work.published[0].count == 2
    assert work.turns == 7


def test_what_was_seen_before_a_gap_does_not_colour_what_comes_after() -> None:
    work = Work([None])
    work.take([2, 2])
    work.pipeline.run()
    work.pipeline.take(frame(9), 60.0)
    assert work.published[-1].count == 9


DOOR = CameraSettings.model_validate(
    {
        "id": "lobby",
        "source": "0",
        "ground": {"people": [[0.15, 0.4], [0.47, 0.95]]},
        "zone": [
            {
                "id": "door",
                "polygon": [[0, 0.5], [1, 0.5], [1, 1], [0, 1]],
                "line": [[0.5, 1], [0.5, 0]],
                "queue_line": [[0.1, 0.8], [0.9, 0.8]],
            }
        ],
    }
)
ACROSS = [20, 30, 40, 50, 60, 70, 80]


def test_who_crosses_a_zones_line_is_told_as_in_and_out() -> None:
    crowds = Work([], finder=Walker(), settings=DOOR).take([*ACROSS, *ACROSS[::-1]])
    first, middle, last = (crowds[index].zones[0] for index in (0, 6, -1))
    assert (first.entered, first.left) == (0, 0)
    assert (middle.entered, middle.left) == (1, 0)
    assert (last.entered, last.left) == (1, 1)
    assert '"in":1,"out":1' in crowds[-1].model_dump_json(exclude_none=True)


def test_what_was_not_drawn_is_not_told() -> None:
    [crowd] = Work([]).take([2])
    told = crowd.zones[0].model_dump(exclude_none=True).keys()
    assert told == {"zone", "count", "density_per_m2", "level"}


def test_a_ground_surveyed_in_a_picture_of_another_shape_is_said_once() -> None:
    with structlog.testing.capture_logs() as logs:
        Work([], finder=Walker(), settings=DOOR).take([30] * 3)
    assert [each["event"] for each in logs] == ["ground_of_another_shape"]
    assert (logs[0]["aspect"], logs[0]["surveyed"]) == (1.0, 1.778)


def test_nobody_passes_during_a_gap() -> None:
    work = Work([None], finder=Walker(), settings=DOOR)
    work.take(ACROSS[:2])
    work.pipeline.run()
    for step, place in enumerate(ACROSS[-2:]):
        work.pipeline.take(frame(place), 60.0 + step)
    assert work.published[-1].zones[0].entered == 0


def test_doubtful_sights_are_followed_but_not_counted() -> None:
    crowds = Work([], finder=Walker(), settings=DOOR).take([30] * 12)
    assert {crowd.count for crowd in crowds} == {1}
    assert {crowd.zones[0].count for crowd in crowds} == {1}


def test_the_queue_is_never_longer_than_the_count_beside_it() -> None:
    crowds = Work([], finder=Walker(), settings=DOOR).take([15] * 12)
    zones = [crowd.zones[0] for crowd in crowds]
    assert [zone.queue_length for zone in zones][-1] == 1
    assert all((zone.queue_length or 0) <= zone.count for zone in zones)


def test_a_clock_that_was_set_back_gives_no_negative_latency() -> None:
    work = Work([])
    work.clock.at = NOON - timedelta(hours=1)
    assert work.take([1])[0].latency_ms == pytest.approx(0)


def test_while_the_picture_is_bad_the_last_good_count_is_told_and_trusted_less_and_less() -> None:
    crowds = Work([]).take([4, 4, *[SPOILT] * 60])
    assert [crowd.quality for crowd in crowds] == ["ok"] * 4 + ["dark"] * 58
    assert {crowd.count for crowd in crowds} == {4}
    assert {crowd.zones for crowd in crowds} == {crowds[0].zones}
    assert [crowd.seq for crowd in crowds] == list(range(1, 63))
    lows, highs = [each.count_low for each in crowds[1:]], [each.count_high for each in crowds[1:]]
    assert lows == sorted(lows, reverse=True)
    assert highs == sorted(set(highs))
    assert (lows[0], lows[-1]) == (crowds[0].count_low, 0)


def test_a_reading_of_a_bad_picture_carries_the_time_of_that_picture() -> None:
    work = Work([])
    work.take([4])
    later = NOON + timedelta(seconds=30)
    work.pipeline.take(Frame(frame(SPOILT).picture, later), 30.0)
    assert work.published[-1].at == later


def test_a_bad_picture_is_not_counted_even_before_it_is_said_to_be_bad() -> None:
    crowds = Work([]).take([4, 4, SPOILT, 4, 4])
    assert [(crowd.count, crowd.quality) for crowd in crowds] == [(4, "ok")] * 5


def test_before_the_first_good_picture_anything_may_be_true() -> None:
    [crowd] = Work([]).take([SPOILT])
    assert (crowd.quality, crowd.count, crowd.zones) == ("dark", 0, ())
    assert (crowd.count_low, crowd.count_high) == (0, FACTS.interval[-1].high)


def test_what_was_seen_before_a_bad_spell_does_not_colour_what_comes_after() -> None:
    crowds = Work([]).take([2, 2, 2, *[SPOILT] * 5, 9, 9, 9])
    assert (crowds[-4].count, crowds[-4].quality) == (2, "dark")
    assert (crowds[-1].count, crowds[-1].quality) == (9, "ok")
    assert crowds[-3].count == 9


def test_a_bad_spell_is_logged_once_each_way() -> None:
    work = Work([])
    with structlog.testing.capture_logs() as logs:
        work.take([3, *[SPOILT] * 9, *[3] * 9])
    assert [(each["event"], each["camera"]) for each in logs] == [
        ("picture_bad", "lobby"),
        ("picture_good", "lobby"),
    ]
    assert logs[0]["quality"] == logs[1]["was"] == "dark"


@pytest.mark.parametrize(("kind", "count"), [("ignore", 0), ("privacy", 5)])
def test_who_stands_inside_an_ignore_mask_is_not_counted(kind: str, count: int) -> None:
    around_their_feet = [[0, 0.8], [0.5, 0.8], [0.5, 1], [0, 1]]
    masked = SETTINGS.model_dump() | {"mask": [{"kind": kind, "polygon": around_their_feet}]}
    [crowd] = Work([], settings=CameraSettings.model_validate(masked)).take([5])
    assert (crowd.count, crowd.zones[0].count) == (count, count)


def test_a_fit_to_the_place_is_published_with_its_name_and_bounds() -> None:
    work = Work([])
    counts = iter([count(8.26, left=3.04), None])
    pipeline = Pipeline(
        SETTINGS,
        frames=Film([], Event()),
        finder=Crowds(),
        judge=Eyes(),
        publish=work.published.append,
        clock=work.clock,
        stopping=Event(),
        adapted=lambda picture: next(counts),
    )
    pipeline.take(frame(2), 0.0)
    [fitted] = work.published
    assert (fitted.count, fitted.count_low, fitted.count_high) == (8.3, 8.2, 10.3)
    assert [zone.count for zone in fitted.zones] == [3, 0.5]
    assert fitted.model == "fake+site"
    pipeline.take(frame(2), 5.0)
    assert work.published[-1].model == "fake"


def test_a_fit_in_doubt_is_told_with_the_same_reading() -> None:
    work = Work([])
    counts = iter([count(8, left=3), replace(count(8, left=3), drift=True), None])
    work.pipeline._adapted = lambda picture: next(counts)
    sure, doubtful, plain = work.take([2, 2, 2])
    assert [each.drift for each in (sure, doubtful, plain)] == [False, True, False]
    assert (doubtful.count, doubtful.model) == (sure.count, sure.model)
    assert (doubtful.count_low, doubtful.count_high) == (sure.count_low, sure.count_high)


def count(total: float, left: float) -> Count:
    bounds = (Bounds(0, 0, 2), Bounds(100, 99, 102))
    boxes = np.zeros((0, 5), np.float32)
    return Count(total, {"left": left, "right": 0.5}, boxes, 0.5, "fake+site", bounds)
