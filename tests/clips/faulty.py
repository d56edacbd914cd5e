"""Clips with faults, made at run time from the demo clip of real people."""

from collections.abc import Iterator
from pathlib import Path

import cv2
import numpy as np
from cv2.typing import MatLike

CLIP = Path(__file__).resolve().parents[2] / "var/cache/clips/vtest.avi"


def frames(clip: Path = CLIP) -> Iterator[MatLike]:
    """The pictures of a clip."""
    assert clip.is_file(), f"{clip} is missing: run scripts/setup"
    capture = cv2.VideoCapture(str(clip))
    while True:
        read, picture = capture.read()
        if not read:
            return
        yield picture


def picture(number: int) -> MatLike:
    """One frame of the demo clip."""
    return next(each for index, each in enumerate(frames()) if index == number)


def truncated(path: Path, share: float) -> Path:
    """The demo clip as a full disk or a cut cable leaves it."""
    content = CLIP.read_bytes()
    path.write_bytes(content[: int(share * len(content))])
    return path


def resized(path: Path, width: int, height: int, *, count: int = 20) -> Path:
    """The clip's first pictures in another resolution."""
    codec = cv2.VideoWriter.fourcc(*"MJPG")
    writer = cv2.VideoWriter(str(path), codec, 25.0, (width, height))
    for _, each in zip(range(count), frames(), strict=False):
        writer.write(cv2.resize(each, (width, height)))
    writer.release()
    return path


def black() -> MatLike:
    """A picture of nobody."""
    return np.zeros((576, 768, 3), np.uint8)
