import numpy as np
import pytest
import shapely
import structlog

from edge.adapted import Adapted
from edge.core.interval import Bounds
from edge.core.sight import HEAD_DEPTH, Sight, Standing
from edge.core.site import TERMS, Calibration, Scene, Site
from edge.detector import Picture
from tests.unit.site_scenes import people, sight

PICTURE: Picture = np.zeros((480, 640, 3), np.uint8)
LOW = shapely.box(0, 0.5, 1, 1)
TALL = Standing(slope=0.0, least=0.3)


def site(scale: float = 1.0, share: float = 0.0) -> Site:
    scene = Scene(
        usual=np.zeros((320, 1200), np.float16),
        background=np.zeros((480, 640), np.uint8),
        mean=np.zeros(329, np.float32),
        deviation=np.ones(329, np.float32),
        standing=TALL,
        extent_px=(640, 480),
    )
    weights = np.zeros(TERMS, np.float32)
    return Site(scene, weights, Calibration(0.45, scale), share, (Bounds(0, 0, 1), Bounds(9, 8, 9)))


class Look:
    """A detector that sees the given heads in every picture."""

    name = "fake"

    def __init__(self, heads: np.ndarray[tuple[int, int], np.dtype[np.float64]]) -> None:
        self.heads = heads
        self.looks = 0

    def look(self, picture: Picture) -> Sight:
        self.looks += 1
        return sight(0, self.heads, visible=[True] * len(self.heads))

    def extent_px(self, picture: Picture) -> tuple[int, int]:
        rows, columns = picture.shape[:2]
        scale = min(480 / rows, 640 / columns)
        return round(columns * scale), round(rows * scale)


class Shelf:
    """Where a test puts the fit."""

    def __init__(self, site: Site | None) -> None:
        self.site = site

    def current(self) -> Site | None:
        return self.site


def test_without_a_fit_nothing_is_looked_at() -> None:
    look = Look(people(1, 4))
    assert Adapted("lobby", look, Shelf(None), zones={})(PICTURE) is None
    assert look.looks == 0


def test_counts_are_the_sites_and_say_so() -> None:
    count = Adapted("lobby", Look(people(1, 4)), Shelf(site(1.5)), zones={})(PICTURE)
    assert count is not None
    assert count.total == pytest.approx(6)
    assert (count.model, len(count.boxes)) == ("fake+site", 4)
    assert count.sure == site().calibration.threshold
    assert count.bounds == site().bounds


@pytest.mark.parametrize("share", [0.0, 0.5])
def test_the_share_of_the_density_is_taken_from_the_boxes(share: float) -> None:
    count = Adapted("lobby", Look(people(1, 4)), Shelf(site(share=share)), zones={})(PICTURE)
    assert count is not None
    assert count.total == pytest.approx(4 * (1 - share))  # the density of no weights is zero


def test_people_belong_to_the_zone_that_their_feet_are_in() -> None:
    heads = np.array([[0.51, 0.10], [0.51, 0.32], [0.51, 0.70]])
    feet = heads[:, 1] + (1 - HEAD_DEPTH) * 0.3
    count = Adapted("lobby", Look(heads), Shelf(site()), zones={"low": LOW})(PICTURE)
    assert count is not None
    assert count.zones["low"] == pytest.approx(float((feet > 0.5).sum())) == 2


def test_people_in_ignored_parts_do_not_count() -> None:
    heads = np.array([[0.51, 0.10], [0.51, 0.32], [0.51, 0.70]])
    adapted = Adapted("lobby", Look(heads), Shelf(site()), zones={"low": LOW}, ignored=[LOW])
    count = adapted(PICTURE)
    assert count is not None
    assert (count.total, count.zones["low"]) == (2, 1)


def test_a_new_fit_is_taken_up() -> None:
    shelf = Shelf(site(1.0))
    adapted = Adapted("lobby", Look(people(1, 4)), shelf, zones={"low": LOW})
    first = adapted(PICTURE)
    shelf.site = site(2.0)
    second = adapted(PICTURE)
    assert first is not None
    assert second is not None
    assert (first.total, second.total) == (4, 8)


def test_pictures_of_another_shape_are_left_to_the_detector_and_logged_once() -> None:
    adapted = Adapted("lobby", Look(people(1, 4)), Shelf(site()), zones={})
    wide: Picture = np.zeros((360, 640, 3), np.uint8)
    with structlog.testing.capture_logs() as logs:
        seen = [adapted(each) for each in (PICTURE, wide, wide, PICTURE)]
    assert [each is not None for each in seen] == [True, False, False, True]
    assert [each["event"] for each in logs] == ["site_refused"]


def test_the_same_shape_at_another_resolution_fits() -> None:
    adapted = Adapted("lobby", Look(people(1, 4)), Shelf(site()), zones={})
    assert adapted(np.zeros((960, 1280, 3), np.uint8)) is not None
