"""Follows people from frame to frame, at as few as two frames a second.

As ByteTrack (Zhang et al. 2022) does: sure detections are matched first, doubtful ones only keep
people who were already followed. Distances are measured in heights of the person, so that near and
far people are treated alike without a calibrated camera; overlap of boxes, the usual measure, says
nothing when people walk further than their own width between two frames.
"""

from collections.abc import Sequence
from dataclasses import dataclass, replace
from typing import Final

import numpy as np
from numpy.typing import NDArray

from edge.core.assignment import assign

Floats = NDArray[np.float64]
Place = tuple[float, float]

# In heights of the person (about 1.7 m), seconds, and their squares.
PLACE_NOISE: Final = 0.12**2
WALK_NOISE: Final = 0.55**2  # of a person's speed when first seen
TURN_NOISE: Final = 0.5**2  # change of speed in a second
SIZE_NOISE: Final = 0.3  # of the logarithm of the box's height
SIZE_GAIN: Final = 0.3
DOUBTFUL_SHARE: Final = 0.7  # of a sure score: enough to go on following somebody
SURE_GATE: Final = 9.0  # squared distance in standard deviations
DOUBTFUL_GATE: Final = 4.0
LOST_AFTER_S: Final = 2.0
SIGHTINGS_MIN: Final = 2


@dataclass(frozen=True, slots=True)
class Track:
    """One person followed: [x, y] in heights of the picture, and how uncertain they are."""

    id: int
    place: Place  # middle of the box
    velocity: Place
    height: float
    spread: tuple[float, float, float]  # variance of place, covariance, variance of velocity
    since_s: float
    is_seen: bool  # in the newest frame, else only foreseen
    sure_s: float  # when last seen without doubt
    origin: Place  # feet when first seen
    sightings: int = 1

    @property
    def feet(self) -> Place:
        """Where the person stands."""
        return self.place[0], self.place[1] + self.height / 2

    @property
    def speed(self) -> float:
        """Heights of the person a second; 0.6 is a metre a second."""
        return float(np.hypot(*self.velocity)) / self.height


class Tracker:
    """Everyone in one camera's picture. Ids rise and are never given twice."""

    def __init__(self) -> None:
        self._tracks: tuple[Track, ...] = ()
        self._now_s = 0.0
        self._next_id = 1

    def update(
        self, boxes: NDArray[np.float32], now_s: float, *, sure: float, aspect: float
    ) -> tuple[Track, ...]:
        """Everyone followed, by id, who was seen at least twice.

        `boxes` has a row for each person: left, top, right, bottom as fractions of the picture,
        score; their order does not matter. `sure` is the score that begins a track, `aspect` the
        picture's width over its height. `now_s` never goes back.
        """
        found = _measured(boxes, aspect)
        step_s = now_s - self._now_s
        self._now_s = now_s
        tracks = [_foresee(each, step_s) for each in self._tracks]
        is_sure = found[:, 3] >= sure
        sure_rows, doubtful_rows = np.flatnonzero(is_sure), np.flatnonzero(~is_sure)
        met = _matched(tracks, found, range(len(tracks)), sure_rows, SURE_GATE)
        left = [each for each in range(len(tracks)) if each not in met]
        met |= _matched(tracks, found, left, doubtful_rows, DOUBTFUL_GATE)
        for index, row in met.items():
            tracks[index] = _correct(tracks[index], found[row], now_s, is_sure=bool(is_sure[row]))
        taken = set(met.values())
        tracks += [self._begin(found[row], now_s) for row in sure_rows if row not in taken]
        self._tracks = tuple(each for each in tracks if _is_kept(each, now_s, aspect))
        return tuple(each for each in self._tracks if each.sightings >= SIGHTINGS_MIN)

    def forget(self) -> None:
        """Follow nobody any more: after a gap nobody is known to be the same."""
        self._tracks = ()

    def _begin(self, row: Floats, now_s: float) -> Track:
        x, y, height, _ = row.tolist()
        track = Track(
            id=self._next_id,
            place=(x, y),
            velocity=(0.0, 0.0),
            height=height,
            spread=(PLACE_NOISE * height**2, 0.0, WALK_NOISE * height**2),
            since_s=now_s,
            is_seen=True,
            sure_s=now_s,
            origin=(x, y + height / 2),
        )
        self._next_id += 1
        return track


def _measured(boxes: NDArray[np.float32], aspect: float) -> Floats:
    """Middle x, y, height and score a row, in heights of the picture, in an order of their own."""
    left, top, right, bottom, score = boxes.astype(np.float64).T[:5]
    found = np.stack([(left + right) / 2 * aspect, (top + bottom) / 2, bottom - top, score], axis=1)
    found = found[found[:, 2] > 0]
    ordered: Floats = found[np.lexsort(found.T)]
    return ordered


def _foresee(track: Track, step_s: float) -> Track:
    """Where the person is by now if walking on as before (a constant-velocity Kalman filter)."""
    place, both, speed = track.spread
    turn = TURN_NOISE * track.height**2 * step_s
    return replace(
        track,
        is_seen=False,
        place=(
            track.place[0] + track.velocity[0] * step_s,
            track.place[1] + track.velocity[1] * step_s,
        ),
        spread=(
            place + 2 * both * step_s + speed * step_s**2 + turn * step_s**2 / 3,
            both + speed * step_s + turn * step_s / 2,
            speed + turn,
        ),
    )


def _matched(
    tracks: Sequence[Track],
    found: Floats,
    which: Sequence[int],
    rows: NDArray[np.intp],
    gate: float,
) -> dict[int, int]:
    """Row of `found` for those tracks that were found again."""
    if not len(which) or not len(rows):
        return {}
    known = np.array([(*tracks[i].place, tracks[i].height, tracks[i].spread[0]) for i in which])
    seen = found[rows]
    noise = known[:, 3] + PLACE_NOISE * known[:, 2] ** 2
    apart = ((known[:, None, :2] - seen[None, :, :2]) ** 2).sum(axis=2) / noise[:, None]
    grown = np.log(seen[None, :, 2] / known[:, None, 2]) / SIZE_NOISE
    pairs = assign(apart + grown**2, gate)
    return {which[track]: int(rows[row]) for track, row in pairs}


def _correct(track: Track, row: Floats, now_s: float, *, is_sure: bool) -> Track:
    """The track after the person was found at `row`."""
    place, both, speed = track.spread
    total = place + PLACE_NOISE * track.height**2
    gain, push = place / total, both / total
    x, y, height, _ = row.tolist()
    off_x, off_y = x - track.place[0], y - track.place[1]
    return replace(
        track,
        place=(track.place[0] + gain * off_x, track.place[1] + gain * off_y),
        velocity=(track.velocity[0] + push * off_x, track.velocity[1] + push * off_y),
        height=track.height + SIZE_GAIN * (height - track.height),
        spread=(place * (1 - gain), both * (1 - gain), speed - push * both),
        is_seen=True,
        sure_s=now_s if is_sure else track.sure_s,
        sightings=track.sightings + 1,
    )


def _is_kept(track: Track, now_s: float, aspect: float) -> bool:
    """Whoever was seen only once, or has walked out of the picture, is not waited for."""
    x, y = track.place
    if track.sightings < SIGHTINGS_MIN or not (0 <= x <= aspect and 0 <= y <= 1):
        return track.is_seen
    return now_s - track.sure_s <= LOST_AFTER_S
