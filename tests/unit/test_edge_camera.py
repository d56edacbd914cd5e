from collections.abc import Callable, Iterator
from datetime import UTC, datetime, timedelta
from itertools import count
from threading import Event
from time import monotonic
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
        self,
        sizes: list[tuple[int, int] | None],
        *,
        fps: float = 240,
        silence: str = "silent",
        level: int = 0,
    ) -> None:
        self._sizes, self._fps, self.silence = iter(sizes), fps, silence
        self._level = level
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

    def shown_s(self) -> float | None:
        return None

    def release(self) -> None:
        self.released = True


class Shelf:
    """Opens one tape after the other, the last one again and again."""

    def __init__(self, *makers: Callable[[], Tape]) -> None:
        self._makers = iter(makers)
        self._last = makers[-1]
        self.opened: list[Tape] = []

    def __call__(self, settings: CameraSettings) -> Tape:
        self.opened.append(next(self._makers, self._last)())
        return self.opened[-1]


def endless(size: tuple[int, int]) -> Callable[[], Tape]:
    return lambda: Tape([size] * 100_000)


@pytest.fixture
def start() -> Iterator[Callable[..., Camera]]:
    cameras: list[Camera] = []

    def begin(
        shelf: Shelf,
        source: str = "rtsp://camera",
        *,
        loop: bool = True,
        ticks: Callable[[], float] = monotonic,
        masks: Masks = (),
    ) -> Camera:
        settings = CameraSettings(id="lobby", source=source, loop=loop, mask=masks)
        cameras.append(
            Camera(
                settings,
                clock=lambda: NOON,
                ticks=ticks,
                open_capture=shelf,
                retry_s=(0.01, 0.02),
            )
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
    camera = start(Shelf(lambda: Garbled([(4, 6)] * 100_000), endless((8, 6))))
    assert shape(camera.next(DEADLINE_S)) == (8, 6)
    assert camera.trouble == "sends what is no picture"


def test_a_camera_without_a_picture_says_why_until_it_has_one(
    start: Callable[..., Camera],
) -> None:
    shelf = Shelf(lambda: Tape([]), lambda: Tape([], silence="refused"), endless((4, 6)))
    camera = start(shelf)
    assert shape(camera.next(DEADLINE_S)) == (4, 6)
    assert camera.trouble == "refused"
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


class Timed(Tape):
    """A stream that tells its times: frames of (stream time, arrival), a stall between two rows."""

    def __init__(self, before: list[tuple[float, float]], after: list[tuple[float, float]]) -> None:
        super().__init__([*[(4, 6)] * len(before), None, *[(4, 6)] * len(after)])
        self._frames = iter(before + after)
        self.shown, self.now = 0.0, 0.0

    def grab(self) -> bool:
        came = super().grab()
        self.shown, self.now = next(self._frames, (self.shown, self.now))
        return came

    def shown_s(self) -> float:
        return self.shown


def late(by_s: float, *, frames: int) -> Timed:
    """Two frames in time, then, once resumed, frames that are late for ever."""
    in_time = [(0.0, 100.0), (0.1, 100.1)]
    held = [(each / 10, 100 + each / 10 + by_s) for each in range(2, frames)]
    return Timed(in_time, held)


def test_a_frame_that_waited_on_its_way_is_stamped_with_when_it_was_taken(
    start: Callable[..., Camera],
) -> None:
    tape = late(0.25, frames=100_000)
    camera = start(Shelf(lambda: tape), ticks=lambda: tape.now)
    assert tape.stalled.wait(DEADLINE_S)
    tape.resumed.set()
    frame = camera.next(DEADLINE_S)
    assert frame
    assert NOON - frame.at == pytest.approx(timedelta(seconds=0.25), abs=timedelta(milliseconds=1))


def test_old_frames_are_shown_to_nobody_and_a_stream_that_fell_behind_is_opened_again(
    start: Callable[..., Camera],
) -> None:
    tape = late(3, frames=1000)
    camera = start(Shelf(lambda: tape, endless((8, 6))), ticks=lambda: tape.now)
    assert tape.stalled.wait(DEADLINE_S)
    tape.resumed.set()
    assert shape(camera.next(DEADLINE_S)) == (8, 6)
    assert camera.trouble == "fell behind"


@pytest.mark.parametrize("fps", [0, -1, float("nan"), 1e9])
def test_a_file_that_tells_nonsense_about_its_speed_still_plays(
    start: Callable[..., Camera], fps: float
) -> None:
    camera = start(Shelf(lambda: Tape([(4, 6)] * 50, fps=fps)), "clip.avi")
    assert shape(camera.next(DEADLINE_S)) == (4, 6)


@pytest.mark.parametrize(
    ("said", "set_", "period_s"), [(10, None, 0.1), (10, 4, 0.25), (0, 4, 0.25)]
)
def test_the_rate_of_a_file_is_what_the_settings_say_else_what_it_says(
    said: float, set_: float | None, period_s: float
) -> None:
    settings = CameraSettings(id="lobby", source="clip.avi", fps=set_)
    assert Camera(settings, clock=lambda: NOON)._period_s(Tape([], fps=said)) == period_s


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
