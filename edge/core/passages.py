"""Counts who passes a drawn line, in and out."""

from collections.abc import Iterable

import numpy as np
from numpy.typing import NDArray

from edge.core.tracks import Track

Floats = NDArray[np.float64]

AWAY_HEIGHTS = 0.15


class Passages:
    """Running counts across one line, from 0 at the start of the process.

    Walking along the line from its first point to its last, `entered` are those who passed from the
    left hand to the right, `left` those who passed back. Somebody has passed who was seen on one
    side, farther away than people sway, and then on the other; so who stands on the line, however
    long, is not counted, and who turns round on it neither.
    """

    def __init__(self) -> None:
        self.entered = 0
        self.left = 0
        self._sure_places: dict[int, Floats] = {}

    def update(self, tracks: Iterable[Track], line: Floats) -> None:
        """Take in everybody followed; `line` has a point [x, y] a row, in heights of the picture."""
        places: dict[int, Floats] = {}
        for track in tracks:
            feet, away = np.array(track.feet), AWAY_HEIGHTS * track.height
            before = self._sure_places.get(track.id, np.array(track.origin))
            is_sure = track.is_seen and distance(feet, line) > away
            if is_sure and distance(before, line) > away:
                net = crossings(before, feet, line)
                self.entered += net > 0
                self.left += net < 0
            places[track.id] = feet if is_sure else before
        self._sure_places = places

    def forget(self) -> None:
        """Count nobody who was seen before a gap and is seen again after it."""
        self._sure_places = {}


def distance(point: Floats, line: Floats) -> float:
    """How far `point` is from the nearest point of `line`."""
    return float(np.hypot(*(point - nearest(point, line)[0])))


def nearest(point: Floats, line: Floats) -> tuple[Floats, float]:
    """The point of `line` nearest to `point`, and how far along the line it is from its start."""
    starts, steps = line[:-1], np.diff(line, axis=0)
    lengths = np.hypot(*steps.T)
    shares = ((point - starts) * steps).sum(axis=1) / np.maximum(lengths, 1e-12) ** 2
    feet = starts + shares.clip(0, 1)[:, None] * steps
    best = int(((feet - point) ** 2).sum(axis=1).argmin())
    along = lengths[:best].sum() + float(shares.clip(0, 1)[best]) * lengths[best]
    return feet[best], float(along)


def crossings(start: Floats, end: Floats, line: Floats) -> int:
    """How often the way from `start` to `end` crosses `line` from left to right, less back."""
    corners = _side(start, end, line) >= 0
    met = corners[:-1] != corners[1:]
    starts, ends = line[:-1], line[1:]
    from_left = np.array([_side(a, b, start[None])[0] < 0 for a, b in zip(starts, ends)])
    to_left = np.array([_side(a, b, end[None])[0] < 0 for a, b in zip(starts, ends)])
    return int((met & from_left & ~to_left).sum() - (met & ~from_left & to_left).sum())


def _side(start: Floats, end: Floats, points: Floats) -> Floats:
    """Positive for `points` to the right hand of whoever walks from `start` to `end`."""
    way, there = end - start, points - start
    side: Floats = way[0] * there[:, 1] - way[1] * there[:, 0]
    return side
