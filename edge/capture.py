"""Opens what a camera's settings name: a stream, a device, a video file, a folder of pictures."""

import os
import socket
from pathlib import Path
from typing import Final, Protocol
from urllib.parse import urlsplit

import cv2
import numpy as np

from edge.detector import Picture
from edge.settings import CameraSettings, Transport
from hall.settings import Mistake

OPEN_TIMEOUT_MS: Final = 5000
READ_TIMEOUT_MS: Final = 5000
PICTURE_SUFFIXES: Final = frozenset({".bmp", ".jpeg", ".jpg", ".png", ".webp"})
PORTS: Final = {"rtsp": 554, "rtsps": 322, "http": 80, "https": 443}
FOLDER_FPS: Final = 2.0
NO_PICTURE: Final = np.zeros((0, 0, 3), np.uint8)


class Capture(Protocol):
    """One opened source."""

    @property
    def silence(self) -> str:
        """Why no frame came, for people."""

    def grab(self) -> bool:
        """Take the next frame off the source; false at its end or when it is lost."""

    def retrieve(self) -> tuple[bool, Picture]:
        """The frame that was taken, as BGR; false where it is no picture. Raises cv2.error."""

    def fps(self) -> float:
        """Frames a second as the source says; may be nonsense."""

    def shown_s(self) -> float | None:
        """The time of the frame that was taken in its stream, or None where streams have none."""

    def release(self) -> None:
        """Let the source go."""


def configure_ffmpeg(transport: Transport) -> None:
    """Set what OpenCV takes from the environment when it opens a source: once, before any thread.

    Guessing the frame rate alone would hold an RTSP stream back for nearly three seconds. FFmpeg's
    "nobuffer" is not used: it may drop the first key frame, without which nothing shows until the
    next. Its log would show the passwords of URLs.
    """
    options = f"rtsp_transport;{transport}|fpsprobesize;0"
    os.environ.setdefault("OPENCV_FFMPEG_CAPTURE_OPTIONS", options)
    os.environ.setdefault("OPENCV_FFMPEG_LOGLEVEL", "-8")
    cv2.utils.logging.setLogLevel(cv2.utils.logging.LOG_LEVEL_SILENT)


class Video:
    """OpenCV's capture of a URL, a local device or a video file."""

    def __init__(self, settings: CameraSettings) -> None:
        self._timed = settings.source.startswith(("rtsp://", "rtsps://"))
        if settings.device is not None:
            self._capture = cv2.VideoCapture(settings.device, cv2.CAP_V4L2)
            return
        options = [cv2.CAP_PROP_N_THREADS, 1]  # more would decode each frame one frame later
        if not settings.file:
            options += [cv2.CAP_PROP_OPEN_TIMEOUT_MSEC, OPEN_TIMEOUT_MS]
            options += [cv2.CAP_PROP_READ_TIMEOUT_MSEC, READ_TIMEOUT_MS]
        if settings.hardware_decode:
            options += [cv2.CAP_PROP_HW_ACCELERATION, cv2.VIDEO_ACCELERATION_ANY]
        self._capture = cv2.VideoCapture(settings.source, cv2.CAP_FFMPEG, options)

    @property
    def silence(self) -> str:
        """Whether it was not even opened."""
        return "sends no picture" if self._capture.isOpened() else "cannot be opened"

    def grab(self) -> bool:
        """Take the next frame off the source."""
        return self._capture.grab()

    def retrieve(self) -> tuple[bool, Picture]:
        """The frame that was taken."""
        return self._capture.retrieve()

    def fps(self) -> float:
        """Frames a second as the source says."""
        return self._capture.get(cv2.CAP_PROP_FPS)

    def shown_s(self) -> float | None:
        """RTSP's frame time; other sources are numbered rather than timed."""
        return self._capture.get(cv2.CAP_PROP_POS_MSEC) / 1000 if self._timed else None

    def release(self) -> None:
        """Let the source go."""
        self._capture.release()


class Absent:
    """A stream whose host does not answer."""

    silence = "does not answer"

    def grab(self) -> bool:
        """Nothing comes."""
        return False

    def retrieve(self) -> tuple[bool, Picture]:
        """Nothing came."""
        return False, NO_PICTURE

    def fps(self) -> float:
        """Nothing is said."""
        return 0.0

    def shown_s(self) -> None:
        """Nothing has a time."""

    def release(self) -> None:
        """Nothing is held."""


class Folder:
    """The pictures of a folder in the order of their names."""

    def __init__(self, path: Path) -> None:
        self._paths = iter(pictures(path))
        self._path: Path | None = None
        self.silence = "shows no picture"

    def grab(self) -> bool:
        """Go on to the next picture."""
        self._path = next(self._paths, None)
        return self._path is not None

    def retrieve(self) -> tuple[bool, Picture]:
        """The picture, unless its file is damaged or gone."""
        picture = cv2.imread(str(self._path), cv2.IMREAD_COLOR)
        return (False, NO_PICTURE) if picture is None else (True, picture)

    def fps(self) -> float:
        """Pictures a second unless the settings say otherwise."""
        return FOLDER_FPS

    def shown_s(self) -> None:
        """A folder keeps no times."""

    def release(self) -> None:
        """Forget what is left."""
        self._paths = iter(())


def pictures(folder: Path) -> list[Path]:
    """The picture files of a folder by name; empty where it cannot be read."""
    try:
        return sorted(path for path in folder.iterdir() if path.suffix.lower() in PICTURE_SUFFIXES)
    except OSError:
        return []


def open_capture(settings: CameraSettings) -> Capture:
    """Open what the settings name, whatever comes of it; `grab` and `silence` tell.

    OpenCV opens one source after the other: a host that is silent for its whole timeout would keep
    all other cameras from being opened. Hosts are therefore asked for a sign of life before.
    """
    if settings.file and settings.file.is_dir():
        return Folder(settings.file)
    if "://" in settings.source and not answers(settings.source, OPEN_TIMEOUT_MS / 1000):
        return Absent()
    return Video(settings)


def answers(url: str, timeout_s: float) -> bool:
    """Whether the host of a stream can be reached and, for rtsp, says anything in this time."""
    parts = urlsplit(url)
    port = parts.port or PORTS[parts.scheme]
    try:
        with socket.create_connection((parts.hostname or "", port), timeout_s) as peer:
            if parts.scheme == "rtsp":
                place = f"rtsp://{parts.hostname}:{port}{parts.path}"
                peer.sendall(f"OPTIONS {place} RTSP/1.0\r\nCSeq: 1\r\n\r\n".encode())
                return bool(peer.recv(1))
            return True
    except OSError:
        return False


def check_file(settings: CameraSettings, number: int) -> None:
    """Refuse a file or folder that is missing or cannot be shown.

    Raises Mistake; `number` is the camera's index.
    """
    path = settings.file
    if path is None:
        return
    where = f"camera.{number}.source: {settings.shown_source}"
    if not path.exists():
        raise Mistake(f"{where}: no such video file; scripts/setup gets the demo clip")
    capture = open_capture(settings)
    readable = _shows_a_picture(capture)
    capture.release()
    if not readable:
        what = "a folder without a picture" if path.is_dir() else "not a video"
        raise Mistake(f"{where}: {what} that can be read; choose another")


def _shows_a_picture(capture: Capture) -> bool:
    while capture.grab():
        if capture.retrieve()[0]:
            return True
    return False
