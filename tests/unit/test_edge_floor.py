from collections.abc import Sequence
from threading import Event

import numpy as np
import pytest
import structlog

from edge.camera import Frame
from edge.core.faults import PictureQuality
from edge.core.quality import Judgement
from edge.core.view import Small
from edge.detector import Boxes, Picture
from edge.floor import Floor
from edge.manifest import ModelFacts
from edge.pipeline import Pipeline
from edge.settings import CameraSettings
from hall.messages import Crowd, Level, ZoneReading
from tests.unit.edge_overlap import NORTH, SOUTH, WEST, Mounted
from tests.unit.edge_people import Lens, Spot
from tests.unit.test_edge_pipeline import FACTS, NOON, Clock

BOTH_SEE = [(-1.0, 3.0), (0.0, 5.0), (2.0, 4.0)]
ONLY_SOUTH_SEES, ONLY_NORTH_SEES = (-4.8, 7.5), (4.8, 0.5)
FAR_AWAY = (-4.0, 7.0)  # from whom only the north sees, too far to have walked there
GOOD, DARK = (Frame(np.full((90, 160, 3), value, np.uint8), NOON) for value in (0, 9))


class Post:
    """One camera's pipeline: sees, without fail, whoever stands before it."""

    name = "fake"
    facts: ModelFacts = FACTS
    trouble = "stopped sending"

    def __init__(
        self, mounted: Mounted, floor: Floor, settings: CameraSettings | None = None
    ) -> None:
        self._mounted, self._boxes = mounted, mounted.boxes([])
        self._stopping = Event()
        self._silences = 0
        self.told: list[Crowd] = []
        self._pipeline = Pipeline(
            settings or mounted.settings(),
            frames=self,
            finder=self,
            judge=self,
            publish=self.told.append,
            clock=Clock(),
            stopping=self._stopping,
            floor=floor,
        )

    def find(self, picture: Picture, threshold: float | None = None) -> Boxes:
        return self._boxes[:, :5]

    def judge(self, grey: Small, now: float) -> Judgement:
        seen = PictureQuality.DARK if grey.any() else PictureQuality.OK
        return Judgement(seen, seen)

    def next(self, timeout_s: float) -> None:
        self._silences += 1
        if self._silences > 1:
            self._stopping.set()

    def see(self, people: Sequence[Spot], now: float, frame: Frame = GOOD) -> ZoneReading:
        """What is told of the hall."""
        self._boxes = self._mounted.boxes(people)
        self._pipeline.take(frame, now)
        return self.told[-1].zones[0]

    def lose(self) -> None:
        """Be silent for as long as makes a camera lost."""
        self._pipeline.run()


def together(*mounted: Mounted) -> list[Post]:
    floor = Floor()
    return [Post(each, floor) for each in mounted]


def test_every_camera_tells_the_zones_people_once_and_its_own_pictures_count() -> None:
    south, north = together(SOUTH, NORTH)
    south.see([*BOTH_SEE, ONLY_SOUTH_SEES], 10.0)
    north.see([*BOTH_SEE, ONLY_NORTH_SEES], 10.2)
    south.see([*BOTH_SEE, ONLY_SOUTH_SEES], 11.0)
    for post in (south, north):
        crowd = post.told[-1]
        assert (crowd.count, crowd.zones[0].count) == (4, 5)
        assert crowd.zones[0].density_per_m2 == pytest.approx(5 / 80, abs=1e-3)
        assert crowd.zones[0].level == Level.A


def test_three_cameras_count_nobody_twice() -> None:
    posts = together(SOUTH, NORTH, WEST)
    told = [post.see(BOTH_SEE, 10.0 + step / 3) for step, post in enumerate(posts)]
    assert [each.count for each in told] == [3, 3, 3]


def test_while_nobody_else_looks_a_camera_counts_its_own_on_its_own_area() -> None:
    [south] = together(SOUTH)
    told = south.see([*BOTH_SEE, ONLY_NORTH_SEES], 10.0)
    assert told.count == 3
    assert told.density_per_m2 == pytest.approx(3 / SOUTH.part.area, abs=1e-3)


def test_a_lost_camera_drops_out_and_comes_back() -> None:
    south, north = together(SOUTH, NORTH)
    north.see([ONLY_NORTH_SEES], 10.0)
    assert south.see(BOTH_SEE, 10.1).count == 4
    north.lose()
    assert south.see(BOTH_SEE, 11.1).count == 3
    north.see([ONLY_NORTH_SEES], 12.0)
    assert south.see(BOTH_SEE, 12.1).count == 4


def test_a_bad_picture_drops_out() -> None:
    south, north = together(SOUTH, NORTH)
    north.see([ONLY_NORTH_SEES], 10.0)
    held = north.see([ONLY_NORTH_SEES], 11.0, DARK)
    assert held.count == 1
    assert south.see(BOTH_SEE, 11.1).count == 3


def test_a_camera_that_hangs_drops_out_after_a_while() -> None:
    south, north = together(SOUTH, NORTH)
    north.see([ONLY_NORTH_SEES], 10.0)
    assert south.see([FAR_AWAY], 13.4).count == 2
    assert south.see([FAR_AWAY], 14.4).count == 1


def test_a_camera_that_looks_seldom_is_waited_for() -> None:
    floor = Floor()
    seldom = Post(NORTH, floor, NORTH.settings(rate_hz=0.2))
    seldom.see([ONLY_NORTH_SEES], 10.0)
    assert Post(SOUTH, floor).see([FAR_AWAY], 15.0).count == 2


def test_a_camera_drawn_anew_takes_the_place_of_what_it_was() -> None:
    floor = Floor()
    south = Post(SOUTH, floor)
    Post(NORTH, floor).see([ONLY_NORTH_SEES], 10.0)
    elsewhere = [{"id": "door", "polygon": NORTH.polygon}]
    Post(NORTH, floor, NORTH.settings(zone=elsewhere)).see([ONLY_NORTH_SEES], 10.1)
    assert south.see(BOTH_SEE, 10.2).count == 3


@pytest.mark.parametrize(("masked", "count"), [(False, 1), (True, 2)])
def test_whom_a_mask_hides_from_a_camera_is_not_looked_for_beside_the_mask(
    *, masked: bool, count: int
) -> None:
    floor = Floor()
    behind, beside = (0.0, 4.0), (0.65, 4.0)
    [[x, y]] = NORTH.plan.show([behind])
    mask = [[x - 0.05, y - 0.1], [x + 0.05, y - 0.1], [x + 0.05, y + 0.1], [x - 0.05, y + 0.1]]
    masks = [{"kind": "ignore", "polygon": mask}] if masked else []
    Post(NORTH, floor, NORTH.settings(mask=masks)).see([beside], 10.0)
    assert Post(SOUTH, floor).see([behind], 10.0).count == count


UNSURVEYED = {"people": [[0.15, 0.40], [0.47, 0.95]]}


def test_a_camera_without_points_of_the_plan_counts_on_its_own_and_it_is_said_once() -> None:
    floor = Floor()
    south = Post(SOUTH, floor)
    with structlog.testing.capture_logs() as logs:
        north = Post(NORTH, floor, NORTH.settings(ground=UNSURVEYED))
        north.see([ONLY_NORTH_SEES], 10.0)
        assert south.see(BOTH_SEE, 10.0).count == 3
        assert north.see(BOTH_SEE, 11.0).count == 3
    [said] = [each for each in logs if each["event"].startswith("zone")]
    assert (said["event"], said["zone"]) == ("zone_not_merged", "hall")
    assert said["cameras"] == ["north", "south"]


def test_how_much_of_a_zone_two_cameras_both_see_is_said() -> None:
    with structlog.testing.capture_logs() as logs:
        together(SOUTH, NORTH)
    [said] = [each for each in logs if each["event"].startswith("zone")]
    assert said["event"] == "zone_merged"
    assert said["both_see_m2"] == pytest.approx(SOUTH.part.intersection(NORTH.part).area, abs=0.1)


def test_a_zone_that_reaches_the_horizon_is_not_merged() -> None:
    floor = Floor()
    up = [{"id": "hall", "polygon": [[0, 0.1], [1, 0.1], [1, 1], [0, 1]], "area_m2": 90}]
    low = Mounted("low", (0, 11), 180, Lens(pitch_deg=10), top=0.4)
    Post(low, floor, low.settings(zone=up)).see([ONLY_NORTH_SEES], 10.0)
    assert Post(SOUTH, floor).see(BOTH_SEE, 10.0).count == 3
