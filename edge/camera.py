"""Reads one camera in a thread of its own and keeps at it when the picture is lost.

Frames are taken off the source at its own pace and dropped unseen until somebody asks; then the
next one is handed over with its time, so that nobody ever works on an old picture.
"""

import os
import time
from collections.abc import Callable
from dataclasses import dataclass
from datetime import datetime
from threading import Condition, Event, Thread
from typing import Final, Protocol

import cv2

from edge.detector import Picture
from edge.picture import burn_in
from edge.settings import CameraSettings
from hall.settings import Mistake

OPEN_TIMEOUT_MS: Final = 5000
READ_TIMEOUT_MS: Final = 5000
RETRY_S: Final = (0.5, 8.0)  # first pause and longest
FPS_BELIEVED: Final = (1.0, 240.0)
FPS_ASSUMED: Final = 25.0
BEHIND_MAX_S: Final = 1.0
STOP_S: Final = 1.0


class Capture(Protocol):
    """What we use of `cv2.VideoCapture`."""

    def grab(self) -> bool:
        """Take the next frame off the source; false at its end or when it is lost."""

    def retrieve(self) -> tuple[bool, Picture]:
        """The frame that was taken, as BGR."""

    def fps(self) -> float:
        """Frames a second as the source says; may be nonsense."""

    def release(self) -> None:
        """Let the source go."""


@dataclass(frozen=True)
class Frame:
    """A picture, its privacy masks burned in, and when it was taken."""

    picture: Picture
    at: datetime


class VideoCapture:
    """OpenCV's capture of a file, a URL (RTSP over TCP) or a local device."""

    def __init__(self, source: str) -> None:
        # Read by OpenCV when it opens a source. FFmpeg's own lines would show passwords of URLs.
        os.environ.setdefault("OPENCV_FFMPEG_CAPTURE_OPTIONS", "rtsp_transport;tcp")
        os.environ.setdefault("OPENCV_FFMPEG_LOGLEVEL", "-8")
        cv2.utils.logging.setLogLevel(cv2.utils.logging.LOG_LEVEL_SILENT)
        one_thread = [cv2.CAP_PROP_N_THREADS, 1]
        timeouts = [
            *(cv2.CAP_PROP_OPEN_TIMEOUT_MSEC, OPEN_TIMEOUT_MS),
            *(cv2.CAP_PROP_READ_TIMEOUT_MSEC, READ_TIMEOUT_MS),
        ]
        if source.isdecimal():
            self._capture = cv2.VideoCapture(int(source))
        elif "://" in source:
            self._capture = cv2.VideoCapture(source, cv2.CAP_FFMPEG, one_thread + timeouts)
        else:
            self._capture = cv2.VideoCapture(source, cv2.CAP_FFMPEG, one_thread)

    def grab(self) -> bool:
        """Take the next frame off the source."""
        return self._capture.grab()

    def retrieve(self) -> tuple[bool, Picture]:
        """The frame that was taken."""
        return self._capture.retrieve()

    def fps(self) -> float:
        """Frames a second as the source says."""
        return self._capture.get(cv2.CAP_PROP_FPS)

    def release(self) -> None:
        """Let the source go."""
        self._capture.release()


class Camera:
    """One source, read from `start` to `stop`; a lost one is opened again with growing pauses."""

    def __init__(
        self,
        settings: CameraSettings,
        *,
        clock: Callable[[], datetime],
        open_capture: Callable[[str], Capture] = VideoCapture,
        retry_s: tuple[float, float] = RETRY_S,
    ) -> None:
        self._settings, self._clock, self._open = settings, clock, open_capture
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
            capture = self._open(self._settings.source)
            frames = self._play(capture)
            capture.release()
            if frames and self._settings.file:
                if not self._settings.loop:
                    self.trouble = "the file has ended"
                    return
                continue
            self.trouble = "stopped sending" if frames else "cannot be opened"
            pause_s = self._retry_first_s if frames else pause_s
            self._stopping.wait(pause_s)
            pause_s = min(2 * pause_s, self._retry_max_s)

    def _play(self, capture: Capture) -> int:
        """Take frames until the source ends, is lost or sends what is no picture; how many came."""
        frames = 0
        period = _period_s(capture.fps()) if self._settings.file else 0.0
        while not self._stopping.is_set() and capture.grab():
            frames += 1
            if period:
                self._keep_pace(period)
            if self._asked.is_set():
                at = self._clock()
                try:
                    read, picture = capture.retrieve()
                except cv2.error:
                    return frames
                if read:
                    burn_in(picture, self._private)
                    self._hand_over(Frame(picture, at))
        return frames

    def _hand_over(self, frame: Frame) -> None:
        with self._handed:
            self._asked.clear()
            self._frame = frame
            self._handed.notify_all()

    def _keep_pace(self, period: float) -> None:
        """Wait until a file's frame would have come from a camera; across its end, too."""
        now = time.monotonic()
        self._due = max(self._due + period, now - BEHIND_MAX_S)
        self._stopping.wait(max(0.0, self._due - now))


def check_file(settings: CameraSettings, number: int) -> None:
    """Refuse a file that is missing or no video. Raises Mistake; `number` is the camera's index."""
    path = settings.file
    if path is None:
        return
    where = f"camera.{number}.source: {path}"
    if not path.is_file():
        raise Mistake(f"{where}: no such video file; scripts/setup gets the demo clip")
    capture = VideoCapture(str(path))
    readable = capture.grab()
    capture.release()
    if not readable:
        raise Mistake(f"{where}: not a video that can be read; choose another file")


def _period_s(fps: float) -> float:
    least, most = FPS_BELIEVED
    return 1 / (fps if least <= fps <= most else FPS_ASSUMED)
