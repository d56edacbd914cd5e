"""Keeps a camera's snapshots as private JPEG files: few, masked, and no longer than 30 days.

The folder is the whole record: a file's name tells when its picture was taken, how many people the
detector saw and whether a person took it, so that there is no second record to disagree with.
"""

import re
from collections.abc import Callable, Sequence
from dataclasses import dataclass
from datetime import UTC, datetime, timedelta
from pathlib import Path
from threading import Event, RLock, Thread
from typing import Final

import cv2
import numpy as np
import shapely
from numpy.typing import NDArray

from edge.core.snapshots import Snapshot, surplus
from edge.detector import Picture
from edge.keeping import private_folder, sweep, write

AT_MOST: Final = 200
KEPT_FOR: Final = timedelta(days=30)
JPEG_QUALITY: Final = 95
THUMBNAIL_PX: Final = 320
BLACK: Final = (0, 0, 0)
BORDER_PX: Final = 17
NEARLY_BLACK: Final = 24
NAME: Final = re.compile(r"(\d{8}T\d{6})(\d{3})Z-(\d{1,5})-([ah])", re.ASCII)
SEEN_MOST: Final = 9999.9


@dataclass(frozen=True)
class Kept:
    """One stored snapshot; `seen` is the detector's count."""

    id: str
    at: datetime
    seen: float
    by_hand: bool


class Unreadable(Exception):
    """A stored picture that is damaged."""


class Snapshots:
    """The snapshots of one camera. Safe to use from several threads; OSError when disks fail."""

    def __init__(self, folder: Path, *, at_most: int = AT_MOST) -> None:
        self._folder, self._at_most = private_folder(folder), at_most
        self._lock = RLock()
        sweep(folder)

    def all(self) -> list[Kept]:
        """Every snapshot, oldest first."""
        found = [_kept(path.stem) for path in self._folder.glob("*.jpg")]
        return sorted((each for each in found if each), key=lambda each: each.id)

    def add(
        self,
        picture: Picture,
        at: datetime,
        *,
        seen: float,
        by_hand: bool,
        labelled: Callable[[], frozenset[str]] = frozenset,
    ) -> Kept | None:
        """Store a picture, whose masks are burned in already; too many make the dullest go.

        None when the new one itself was the dullest. `labelled` are never deleted.
        """
        tenths = round(10 * min(max(seen, 0.0), SEEN_MOST))
        moment = at.astimezone(UTC)
        stamp = f"{moment:%Y%m%dT%H%M%S}{moment.microsecond // 1000:03d}Z"
        name = f"{stamp}-{tenths:04d}-{'h' if by_hand else 'a'}"
        with self._lock:
            write(self._folder / f"{name}.jpg", encoded(picture))
            known = [
                Snapshot(each.id, each.at, each.seen, each.by_hand or each.id in labelled())
                for each in self.all()
            ]
            for dull in surplus(known, self._at_most):
                self.remove(dull)
        return self.get(name)

    def get(self, name: str) -> Kept | None:
        """The snapshot of this id, or None; anything that is not an id is not found."""
        kept = _kept(name)
        return kept if kept and self._path(kept.id).is_file() else None

    def jpeg(self, name: str) -> bytes | None:
        """The picture as stored, or None."""
        kept = self.get(name)
        with self._lock:
            try:
                return self._path(kept.id).read_bytes() if kept else None
            except FileNotFoundError:
                return None

    def picture(self, name: str) -> Picture | None:
        """The picture as BGR, or None. Raises Unreadable when the file is damaged."""
        jpeg = self.jpeg(name)
        if jpeg is None:
            return None
        picture = cv2.imdecode(np.frombuffer(jpeg, np.uint8), cv2.IMREAD_COLOR) if jpeg else None
        if picture is None:
            raise Unreadable(name)
        return picture

    def remove(self, name: str) -> bool:
        """Delete one; whether it was there."""
        kept = self.get(name)
        if kept:
            self._path(kept.id).unlink(missing_ok=True)
        return kept is not None

    def forget(self, now: datetime) -> list[str]:
        """Delete those older than 30 days; their ids."""
        old = [each.id for each in self.all() if now - each.at > KEPT_FOR]
        for name in old:
            self.remove(name)
        return old

    def mask(self, masks: Sequence[shapely.Polygon], *, anew: bool) -> Thread:
        """Begin to burn privacy masks into what is stored; what they hid before stays hidden.

        From the return on nothing unmasked is handed out: readers wait for the thread returned.
        Unless the masks are new, pictures that look masked already are left as they are.
        """
        begun = Event()
        thread = Thread(target=self._mask, args=(masks, anew, begun), name="mask", daemon=True)
        thread.start()
        begun.wait()
        return thread

    def _mask(self, masks: Sequence[shapely.Polygon], anew: bool, begun: Event) -> None:  # noqa: FBT001 of a thread
        with self._lock:
            begun.set()
            for each in self.all() if masks else ():
                try:
                    picture = self.picture(each.id)
                    if picture is not None and (anew or not is_masked(picture, masks)):
                        write(self._path(each.id), encoded(masked(picture, masks)))
                except (OSError, Unreadable):
                    # What cannot be masked may not stay.
                    self.remove(each.id)

    def _path(self, name: str) -> Path:
        return self._folder / f"{name}.jpg"


def forget_old(calibrations: Path, now: datetime) -> int:
    """Delete snapshots older than 30 days of all cameras under this folder; how many went.

    For the running edge: they may not stay because nobody opens the page again.
    """
    old = [
        path
        for path in calibrations.glob("*/*.jpg")
        if (kept := _kept(path.stem)) and now - kept.at > KEPT_FOR
    ]
    for path in old:
        path.unlink(missing_ok=True)
    return len(old)


def masked(picture: Picture, masks: Sequence[shapely.Polygon]) -> Picture:
    """The picture, or a copy of it with `masks`, in fractions of its size, painted black."""
    return cv2.fillPoly(picture.copy(), _corners(picture, masks), BLACK) if masks else picture


def is_masked(picture: Picture, masks: Sequence[shapely.Polygon]) -> bool:
    """Whether a stored picture is black under all `masks`, but for what JPEG does to borders."""
    inside = np.zeros(picture.shape[:2], np.uint8)
    cv2.fillPoly(inside, _corners(picture, masks), 1)
    shown = picture[cv2.erode(inside, np.ones((BORDER_PX, BORDER_PX), np.uint8)) > 0]
    return shown.size == 0 or int(shown.max()) <= NEARLY_BLACK


def _corners(picture: Picture, masks: Sequence[shapely.Polygon]) -> list[NDArray[np.int32]]:
    size = np.array([picture.shape[1], picture.shape[0]])
    return [np.rint(shapely.get_coordinates(each) * size).astype(np.int32) for each in masks]


def thumbnail(jpeg: bytes) -> bytes:
    """A small copy of a picture; the picture itself where it cannot be read."""
    picture = cv2.imdecode(np.frombuffer(jpeg, np.uint8), cv2.IMREAD_REDUCED_COLOR_2)
    if picture is None:
        return jpeg
    scale = THUMBNAIL_PX / picture.shape[1]
    return encoded(cv2.resize(picture, None, fx=scale, fy=scale, interpolation=cv2.INTER_AREA))


def encoded(picture: Picture) -> bytes:
    """The picture as JPEG."""
    _, jpeg = cv2.imencode(".jpg", picture, [cv2.IMWRITE_JPEG_QUALITY, JPEG_QUALITY])
    return bytes(jpeg)


def _kept(name: str) -> Kept | None:
    match = NAME.fullmatch(name)
    if match is None:
        return None
    second, millisecond, tenths, who = match.groups()
    try:
        at = datetime.strptime(second, "%Y%m%dT%H%M%S").replace(tzinfo=UTC)
    except ValueError:
        return None
    at += timedelta(milliseconds=int(millisecond))
    return Kept(name, at, int(tenths) / 10, who == "h")
