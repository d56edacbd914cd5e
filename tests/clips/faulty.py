"""Clips with faults, made at run time from the demo clip of real people."""

from collections.abc import Iterable, Iterator
from itertools import islice
from pathlib import Path

import cv2
import numpy as np
from cv2.typing import MatLike

CLIP = Path(__file__).resolve().parents[2] / "var/cache/clips/vtest.avi"
FPS = 10.0


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


def half_seconds(seconds: float, *, after_s: float = 0.0) -> list[MatLike]:
    """Two pictures for each second of the demo clip."""
    first, last = int(after_s * FPS), int((after_s + seconds) * FPS)
    return list(islice(frames(), first, last, int(FPS / 2)))


def truncated(path: Path, share: float) -> Path:
    """The demo clip as a full disk or a cut cable leaves it."""
    content = CLIP.read_bytes()
    path.write_bytes(content[: int(share * len(content))])
    return path


def written(path: Path, pictures: Iterable[MatLike], fps: float = 25.0) -> Path:
    """A clip of these pictures, all of one size."""
    codec = cv2.VideoWriter.fourcc(*"MJPG")
    writer: cv2.VideoWriter | None = None
    for each in pictures:
        writer = writer or cv2.VideoWriter(str(path), codec, fps, (each.shape[1], each.shape[0]))
        writer.write(each)
    assert writer, "no pictures"
    writer.release()
    return path


def resized(path: Path, width: int, height: int, *, count: int = 20) -> Path:
    """The clip's first pictures in another resolution."""
    return written(path, (cv2.resize(each, (width, height)) for each in islice(frames(), count)))


def black() -> MatLike:
    """A picture of nobody."""
    return np.zeros((576, 768, 3), np.uint8)


def lit(picture: MatLike, share: float) -> MatLike:
    """The picture in more or less light; what is too bright for the sensor is white."""
    brighter: MatLike = np.clip(picture * np.float32(share), 0, 255).astype(np.uint8)
    return brighter


def unfocused(picture: MatLike, radius: float) -> MatLike:
    """A lens out of focus or misted, by a share of the picture's width."""
    return cv2.GaussianBlur(picture, (0, 0), radius * picture.shape[1])


def covered(picture: MatLike, share: float, *, level: int = 90) -> MatLike:
    """Something hung before the lens from the left: out of focus, unevenly lit, with the noise."""
    height, width = picture.shape[:2]
    edge = round(share * width)
    slope = np.linspace(-30, 30, height)[:, None] + np.linspace(-30, 30, edge)[None]
    noise = np.random.default_rng(1).normal(0, 3, (height, edge))
    something = picture.copy()
    something[:, :edge] = np.clip(level + slope + noise, 0, 255).astype(np.uint8)[..., None]
    return something


def turned(
    picture: MatLike, *, right: float = 0.0, down: float = 0.0, degrees: float = 0.0
) -> MatLike:
    """The same place through a camera that was knocked: shares of width and height, or rolled."""
    height, width = picture.shape[:2]
    move = cv2.getRotationMatrix2D((width / 2, height / 2), degrees, 1)
    move[:, 2] += right * width, down * height
    return cv2.warpAffine(picture, move, (width, height), borderMode=cv2.BORDER_REFLECT)
