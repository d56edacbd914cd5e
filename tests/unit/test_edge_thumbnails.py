"""What a manager may see of a camera: block means and no more, off by default, not often."""

from datetime import UTC, datetime, timedelta
from threading import Event
from uuid import UUID

import numpy as np
import pytest
import shapely
from hypothesis import given
from hypothesis import strategies as st
from numpy.typing import NDArray
from structlog.testing import capture_logs

from edge.camera import Frame
from edge.core.blocks import blocks
from edge.picture import burn_in
from edge.pipeline import Pipeline
from edge.settings import CameraSettings
from edge.thumbnails import Thumbnails
from hall.messages import Crowd
from hall.thumbnails import Thumbnail, ThumbnailRequest
from tests.unit.test_edge_pipeline import Crowds, Eyes, Film

NOON = datetime(2026, 11, 24, 4, tzinfo=UTC)
sizes = st.tuples(st.integers(24, 120), st.integers(32, 160))
seeds = st.integers(0, 2**32 - 1)
Image = NDArray[np.uint8]


def noise(size: tuple[int, int], seed: int) -> Image:
    return np.random.default_rng(seed).integers(0, 256, (*size, 3), np.uint8)


def areas(size: tuple[int, int]) -> list[tuple[slice, slice]]:
    """The pixels of each block, from the top left."""
    rows = [row * size[0] // 24 for row in range(25)]
    columns = [column * size[1] // 32 for column in range(33)]
    return [
        (slice(rows[row], rows[row + 1]), slice(columns[column], columns[column + 1]))
        for row in range(24)
        for column in range(32)
    ]


@given(sizes, seeds)
def test_each_block_is_the_rounded_mean_of_its_own_pixels(size: tuple[int, int], seed: int) -> None:
    picture = noise(size, seed)
    seen = blocks(picture)
    assert seen.shape == (24, 32, 3)
    expected = np.array([picture[area].mean(axis=(0, 1)) for area in areas(size)])
    assert np.abs(seen.reshape(-1, 3) - expected).max() <= 0.5


@given(sizes, seeds)
def test_nothing_but_the_means_is_left_of_a_picture(size: tuple[int, int], seed: int) -> None:
    """Whatever is drawn inside the blocks, pictures with the same means look the same."""
    picture, shuffled = noise(size, seed), noise(size, seed)
    chance = np.random.default_rng(seed)
    for area in areas(size):
        pixels = shuffled[area].reshape(-1, 3)
        shuffled[area] = chance.permutation(pixels).reshape(shuffled[area].shape)
    assert np.array_equal(blocks(picture), blocks(shuffled))


@pytest.mark.parametrize("size", [(23, 640), (480, 31), (2, 2)])
def test_a_picture_too_small_to_be_coarsened_has_no_blocks(size: tuple[int, int]) -> None:
    with pytest.raises(ValueError, match="no blocks"):
        blocks(noise(size, 1))


@given(
    st.tuples(st.floats(0, 0.5), st.floats(0, 0.5)),
    st.tuples(st.floats(0.3, 0.5), st.floats(0.3, 0.5)),
    seeds,
)
def test_what_lies_under_a_privacy_mask_is_not_in_the_blocks(
    corner: tuple[float, float], extent: tuple[float, float], seed: int
) -> None:
    mask = shapely.box(*corner, corner[0] + extent[0], corner[1] + extent[1])
    hall, other = np.full((120, 160, 3), 90, np.uint8), noise((120, 160), seed)
    left, top, right, bottom = (np.array(mask.bounds) * [160, 120, 160, 120]).astype(int)
    secret = hall.copy()
    secret[top:bottom, left:right] = other[top:bottom, left:right]
    for picture in (hall, secret):
        burn_in(picture, [mask])
    assert np.array_equal(blocks(hall), blocks(secret))
    inside = [
        index
        for index, (rows, columns) in enumerate(areas((120, 160)))
        if top < rows.start and rows.stop < bottom and left < columns.start and columns.stop < right
    ]
    assert inside
    assert not blocks(secret).reshape(-1, 3)[inside].any()


class Box:
    """One camera's requests, what was answered, and a clock that stands."""

    def __init__(self) -> None:
        self.at = NOON
        self.answers: list[Thumbnail] = []
        self.thumbnails = Thumbnails("box", self.answers.append, lambda: self.at)

    def request(self, number: int = 1, *, age_s: float = 0) -> None:
        at = self.at - timedelta(seconds=age_s)
        self.thumbnails.ask(ThumbnailRequest(id=UUID(int=number), at=at, camera="lobby"))

    def see(self, now: float, size: tuple[int, int] = (48, 64)) -> None:
        picture = np.empty((*size, 3), np.uint8)
        picture[:] = (10, 20, 30)  # blue, green, red
        self.thumbnails.see(Frame(picture, self.at), now)


def test_a_request_is_answered_with_the_next_frame_in_red_green_blue() -> None:
    box = Box()
    box.see(0)
    assert box.answers == []
    box.request()
    box.see(1)
    box.see(2)
    [answer] = box.answers
    assert (answer.id, answer.at, answer.camera) == (UUID(int=1), NOON, "lobby")
    assert answer.refused is None
    assert answer.blocks == bytes((30, 20, 10)) * (32 * 24)
    assert answer.aspect == pytest.approx(64 / 48)


def test_a_second_look_within_ten_seconds_is_refused_and_the_next_one_is_not() -> None:
    box = Box()
    for number, now in enumerate((0.0, 0.0, 9.99, 10.0)):
        box.request(number)
        box.see(now)
    assert [answer.refused for answer in box.answers] == [None, "too_often", "too_often", None]
    assert [answer.blocks is None for answer in box.answers] == [False, True, True, False]


def test_requests_that_come_together_get_one_picture() -> None:
    box = Box()
    box.request(1)
    box.request(2)
    box.see(0)
    assert [answer.refused for answer in box.answers] == [None, "too_often"]


@pytest.mark.parametrize(("age_s", "answered"), [(4, 1), (6, 0), (-6, 0)])
def test_a_request_that_nobody_waits_for_any_more_is_dropped(age_s: float, answered: int) -> None:
    box = Box()
    box.request(age_s=age_s)
    box.see(0)
    assert len(box.answers) == answered


@pytest.mark.parametrize("size", [(2, 2), (24, 4000), (4000, 32)])
def test_a_strange_picture_is_answered_without_harm(size: tuple[int, int]) -> None:
    box = Box()
    box.request()
    box.see(0, size)
    [answer] = box.answers
    assert (answer.refused == "off") == (size == (2, 2))


def test_a_camera_is_not_shown_unless_its_settings_say_so() -> None:
    assert CameraSettings(id="lobby", source="0").thumbnail is False


def pipeline(box: Box | None, published: list[Crowd]) -> Pipeline:
    stopping = Event()
    return Pipeline(
        CameraSettings(id="lobby", source="0"),
        frames=Film([], stopping),
        finder=Crowds(),
        judge=Eyes(),
        publish=published.append,
        clock=lambda: NOON,
        stopping=stopping,
        thumbnails=box.thumbnails if box else None,
    )


def test_readings_name_the_node_to_ask_only_where_the_camera_is_shown() -> None:
    published: list[Crowd] = []
    frame = Frame(np.full((48, 64, 3), 2, np.uint8), NOON)
    for box in (None, Box()):
        pipeline(box, published).take(frame, 0)
    assert [crowd.thumbnail for crowd in published] == [None, "box"]


def test_a_picture_that_cannot_be_counted_on_is_shown_and_no_picture_is_logged() -> None:
    box = Box()
    dark = Frame(np.full((48, 64, 3), 200, np.uint8), NOON)  # what Eyes take for dark
    work = pipeline(box, [])
    with capture_logs() as logs:
        for now in (0.0, 3.0):
            box.request()
            work.take(dark, now)
    assert box.answers[0].blocks
    assert [line["event"] for line in logs] == ["picture_bad"]
