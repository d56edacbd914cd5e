"""Reads one camera in a thread of its own and keeps at it when the picture is lost.

Frames are taken off the source at its own pace and dropped unseen until somebody asks; then the
next one is handed over with its time, so that nobody ever works on an old picture.
"""

import time
from collections.abc import Callable
from dataclasses import dataclass
from datetime import datetime, timedelta
from threading import Condition, Event, Thread
from typing import Final

import cv2

from edge.capture import Capture, open_capture
from edge.core.timeline import LATE_MAX_S, Timeline
from edge.detector import Picture
from edge.picture import burn_in
from edge.settings import CameraSettings

RETRY_S: Final = (0.5, 8.0)  # first pause and longest
FPS_BELIEVED: Final = (1.0, 240.0)
FPS_ASSUMED: Final = 25.0
BEHIND_MAX_S: Final = 1.0
STOP_S: Final = 1.0


@dataclass(frozen=True)
class Frame:
    """A picture, its privacy masks burned in, and when it was taken."""

    picture: Picture
    at: datetime


class Camera:
    """One source, read from `start` to `stop`; a lost one is opened again with growing pauses.

    `clock` tells the time of day, `ticks` the seconds of a clock that only goes forward.
    """

    def __init__(
        self,
        settings: CameraSettings,
        *,
        clock: Callable[[], datetime],
        ticks: Callable[[], float] = time.monotonic,
        open_capture: Callable[[CameraSettings], Capture] = open_capture,
        retry_s: tuple[float, float] = RETRY_S,
    ) -> None:
        self._settings, self._clock, self._ticks = settings, clock, ticks
        self._open = open_capture
        self._private = settings.masks("privacy")
        self._retry_first_s, self._retry_max_s = retry_s
        self._stopping = Event()
        self._asked = Event()
        self._handed = Condition()
        self._frame: Frame | None = None
        self._due = 0.0
        self._thread = Thread(target=self._run, name=f"camera-{settings.id}", daemon=True)
        self.trouble = "not opened yet"

    def start(self) -> None:
        """Begin to read."""
        self._thread.start()

    def stop(self) -> None:
        """Stop reading; a source that does not answer is left to die with the process."""
        self._stopping.set()
        with self._handed:
            self._handed.notify_all()
        self._thread.join(STOP_S)

    def next(self, timeout_s: float) -> Frame | None:
        """The first frame taken from now on, or None after `timeout_s` or when stopped."""
        with self._handed:
            self._frame = None
            self._asked.set()
            self._handed.wait_for(lambda: self._frame or self._stopping.is_set(), timeout_s)
            return self._frame

    def _run(self) -> None:
        pause_s = self._retry_first_s
        while not self._stopping.is_set():
            capture = self._open(self._settings)
            opened_at = self._ticks()
            frames = self._play(capture)
            capture.release()
            if frames and self._settings.file:
                if not self._settings.loop:
                    self.trouble = "the file has ended"
                    return
                continue
            if self._ticks() - opened_at > self._retry_max_s:
                pause_s = self._retry_first_s
            self._stopping.wait(pause_s)
            pause_s = min(2 * pause_s, self._retry_max_s)

    def _play(self, capture: Capture) -> int:
        """Take frames until the source ends, is lost or sends what is no picture; how many came.

        `trouble` then says why it ended.
        """
        frames = 0
        timeline = Timeline()
        period = self._period_s(capture) if self._settings.file else 0.0
        while not self._stopping.is_set() and capture.grab():
            frames += 1
            if period:
                self._keep_pace(period)
            now = self._ticks()
            shown_s = capture.shown_s()
            age_s = 0.0 if shown_s is None else timeline.age_s(shown_s, now)
            if timeline.behind(now):
                self.trouble = "fell behind"
                return frames
            wanted = self._asked.is_set() and age_s <= LATE_MAX_S
            if wanted and not self._show(capture, age_s):
                self.trouble = "sends what is no picture"
                return frames
        self.trouble = "stopped sending" if frames else capture.silence
        return frames

    def _show(self, capture: Capture, age_s: float) -> bool:
        """Hand over the frame that was taken; whether the source still makes sense."""
        at = self._clock() - timedelta(seconds=age_s)
        try:
            read, picture = capture.retrieve()
        except cv2.error:
            return False
        if read:
            burn_in(picture, self._private)
            with self._handed:
                self._asked.clear()
                self._frame = Frame(picture, at)
                self._handed.notify_all()
        return True

    def _keep_pace(self, period: float) -> None:
        """Wait until a file's frame would have come from a camera; across its end, too."""
        now = self._ticks()
        self._due = max(self._due + period, now - BEHIND_MAX_S)
        self._stopping.wait(max(0.0, self._due - now))

    def _period_s(self, capture: Capture) -> float:
        least, most = FPS_BELIEVED
        fps = capture.fps()
        return 1 / (self._settings.fps or (fps if least <= fps <= most else FPS_ASSUMED))
