from collections.abc import Callable, Iterator
from datetime import UTC, datetime
from itertools import count
from threading import Event
from typing import Final

import cv2
import numpy as np
import pytest

from edge.camera import Camera, Frame
from edge.detector import Picture
from edge.settings import CameraSettings, MaskSettings

DEADLINE_S: Final = 30
Masks = tuple[MaskSettings, ...]
NOON = datetime(2026, 3, 16, 4, tzinfo=UTC)


class Tape:
    """A source that plays these pictures, then fails; None blocks until `release`d."""

    def __init__(
        self, sizes: list[tuple[int, int] | None], *, fps: float = 240, level: int = 0
    ) -> None:
        self._sizes, self._fps, self._level = iter(sizes), fps, level
        self._size = (0, 0)
        self.resumed = Event()
        self.stalled = Event()
        self.released = False

    def grab(self) -> bool:
        size = next(self._sizes, (0, 0))
        if size is None:
            self.stalled.set()
            self.resumed.wait(DEADLINE_S)
            size = next(self._sizes, (0, 0))
            assert size
        self._size = size
        return size != (0, 0)

    def retrieve(self) -> tuple[bool, Picture]:
        return True, np.full((*self._size, 3), self._level, np.uint8)

    def fps(self) -> float:
        return self._fps

    def release(self) -> None:
        self.released = True


class Shelf:
    """Opens one tape after the other, the last one again and again."""

    def __init__(self, *makers: Callable[[], Tape]) -> None:
        self._makers = iter(makers)
        self._last = makers[-1]
        self.opened: list[Tape] = []

    def __call__(self, source: str) -> Tape:
        self.opened.append(next(self._makers, self._last)())
        return self.opened[-1]


def endless(size: tuple[int, int]) -> Callable[[], Tape]:
    return lambda: Tape([size] * 100_000)


@pytest.fixture
def start() -> Iterator[Callable[..., Camera]]:
    cameras: list[Camera] = []

    def begin(
        shelf: Shelf, source: str = "rtsp://camera", *, loop: bool = True, masks: Masks = ()
    ) -> Camera:
        settings = CameraSettings(id="lobby", source=source, loop=loop, mask=masks)
        cameras.append(
            Camera(settings, clock=lambda: NOON, open_capture=shelf, retry_s=(0.01, 0.02))
        )
        cameras[-1].start()
        return cameras[-1]

    yield begin
    for camera in cameras:
        camera.stop()


def shape(frame: Frame | None) -> tuple[int, int]:
    assert frame
    height, width = frame.picture.shape[:2]
    return height, width


def test_a_frame_carries_the_time_at_which_it_was_taken(start: Callable[..., Camera]) -> None:
    camera = start(Shelf(endless((4, 6))))
    frame = camera.next(DEADLINE_S)
    assert frame
    assert (shape(frame), frame.at) == ((4, 6), NOON)


def test_a_camera_that_stalls_gives_nothing_then_returns(start: Callable[..., Camera]) -> None:
    tape = Tape([None, *[(4, 6)] * 100_000])
    camera = start(Shelf(lambda: tape))
    assert tape.stalled.wait(DEADLINE_S)
    assert camera.next(0.01) is None
    tape.resumed.set()
    assert shape(camera.next(DEADLINE_S)) == (4, 6)


def test_a_camera_that_breaks_off_is_opened_again(start: Callable[..., Camera]) -> None:
    shelf = Shelf(lambda: Tape([(4, 6)]), endless((8, 6)))
    camera = start(shelf)
    sizes = {shape(camera.next(DEADLINE_S)) for _ in range(3)}
    assert (8, 6) in sizes
    assert shelf.opened[0].released


class Garbled(Tape):
    """Sends data that OpenCV cannot make a picture of."""

    def retrieve(self) -> tuple[bool, Picture]:
        raise cv2.error


def test_a_camera_that_sends_garbage_is_opened_again(start: Callable[..., Camera]) -> None:
    camera = start(Shelf(lambda: Garbled([(4, 6)] * 9), endless((8, 6))))
    assert shape(camera.next(DEADLINE_S)) == (8, 6)


def test_a_camera_that_cannot_be_opened_says_so_until_it_can(start: Callable[..., Camera]) -> None:
    shelf = Shelf(lambda: Tape([]), lambda: Tape([]), endless((4, 6)))
    camera = start(shelf)
    assert shape(camera.next(DEADLINE_S)) == (4, 6)
    assert camera.trouble == "cannot be opened"
    assert len(shelf.opened) == 3


def test_a_looped_file_starts_again_in_whatever_resolution(start: Callable[..., Camera]) -> None:
    heights = count(2)
    shelf = Shelf(lambda: Tape([(next(heights), 6)] * 5))
    camera = start(shelf, "clip.avi")
    seen = {shape(camera.next(DEADLINE_S)) for _ in range(12)}
    assert len(seen) >= 2


def test_a_file_that_is_not_looped_ends(start: Callable[..., Camera]) -> None:
    shelf = Shelf(lambda: Tape([(4, 6)] * 3))
    camera = start(shelf, "clip.avi", loop=False)
    while camera.next(0.5):
        pass
    assert camera.trouble == "the file has ended"
    assert len(shelf.opened) == 1


@pytest.mark.parametrize("fps", [0, -1, float("nan"), 1e9])
def test_a_file_that_tells_nonsense_about_its_speed_still_plays(
    start: Callable[..., Camera], fps: float
) -> None:
    camera = start(Shelf(lambda: Tape([(4, 6)] * 50, fps=fps)), "clip.avi")
    assert shape(camera.next(DEADLINE_S)) == (4, 6)


def test_no_frame_leaves_the_camera_without_its_privacy_masks(start: Callable[..., Camera]) -> None:
    left, right = ((0, 0), (0.5, 0), (0.5, 1), (0, 1)), ((0.8, 0), (1, 0), (1, 1), (0.8, 1))
    masks = (
        MaskSettings(kind="privacy", polygon=left),
        MaskSettings(kind="ignore", polygon=right),
    )
    sizes = [(48, 64), (96, 128), (30, 40)] * 200
    camera = start(Shelf(lambda: Tape([*sizes], level=200)), masks=masks)
    for _ in range(5):
        frame = camera.next(DEADLINE_S)
        assert frame
        width = frame.picture.shape[1]
        assert not frame.picture[:, : width // 2].any()
        assert (frame.picture[:, width // 2 + 3 :] == 200).all()
