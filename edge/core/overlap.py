"""Counts the people of one zone whom several cameras see, each of them once.

Cameras whose ground was surveyed by points of one floor plan tell where on it people stand. Who
stands so near to somebody whom another camera sees that boxes, surveys and walking explain the
difference is taken for the same.
"""

from collections.abc import Sequence
from dataclasses import dataclass
from typing import Final

import numpy as np
import shapely
from numpy.typing import NDArray
from shapely.geometry.base import BaseGeometry

from edge.core.assignment import assign
from edge.core.ground import Ground, Metres
from edge.core.zones import feet

FEET_NOISE: Final = 0.05  # of where feet are seen, in heights of the box: docs/tracks.md
SURVEY_NOISE_M: Final = 0.15  # of a floor plan's points as they are clicked
WALK_M_PER_S: Final = 1.3
GATE: Final = 9.2  # squared distance in standard deviations that 99 % of true pairs keep
NEVER: Final = 3 * GATE

Spreads = NDArray[np.float64]
Persons = NDArray[np.int64]


@dataclass(frozen=True, eq=False, slots=True)
class Sighting:
    """What one camera saw of a zone.

    `places_m` [N, 2] on the floor plan of those whom one can point at and `spreads_m2` [N, 2, 2],
    how uncertain that is. `count` people in all: a fit to the place may count more or fewer than
    one can point at. `part` in metres is what the camera sees of the zone; not empty.
    """

    camera: str
    count: float
    places_m: Metres
    spreads_m2: Spreads
    part: BaseGeometry
    at_s: float


@dataclass(frozen=True, slots=True)
class Merged:
    """People on so much floor."""

    count: float
    area_m2: float


def located(ground: Ground, boxes: NDArray[np.float32], aspect: float) -> tuple[Metres, Spreads]:
    """Where on the floor people stand, [N, 2] metres, and its covariance, [N, 2, 2] m².

    `boxes` has a row for each person that begins with left, top, right, bottom, as fractions of a
    picture `aspect` times as wide as high. A person twice as far away is twice as small, and a row
    of the picture is there four times as deep: the uncertainty grows along the line of sight.
    """
    points = feet(boxes)
    noise = FEET_NOISE * (boxes[:, 3] - boxes[:, 1]).astype(np.float64)
    fractions = np.stack([noise / aspect, noise], axis=1)
    seen = ground.stretch(points) * fractions[:, None, :]
    spreads: Spreads = seen @ seen.transpose(0, 2, 1) + SURVEY_NOISE_M**2 * np.eye(2)
    return ground.place(points), spreads


def merged(sightings: Sequence[Sighting]) -> Merged:
    """The people of all sightings of a zone, one or more, on the floor that they see together.

    Never fewer than one of the cameras counts, never more than all together. Whoever a fit counts
    without pointing at is first looked for among those whom others see in the same part. Those who
    are left are spread evenly over the camera's part, and where parts overlap, the largest density
    is believed.
    """
    ordered = sorted(sightings, key=lambda each: (-len(each.places_m), each.camera))
    persons = _told_apart(ordered)
    weights = np.zeros(1 + max(int(each.max(initial=-1)) for each in persons))
    for sighting, own in zip(ordered, persons, strict=True):
        worth = min(1.0, sighting.count / max(1, len(own)))
        weights[own] = np.maximum(weights[own], worth)
    unseen = []
    for sighting, own in zip(ordered, persons, strict=True):
        there = [
            which[shapely.intersects_xy(sighting.part, *each.places_m.T)]
            for each, which in zip(ordered, persons, strict=True)
        ]
        explained = weights[np.setdiff1d(np.concatenate(there), own)].sum()
        unseen.append(max(0.0, sighting.count - len(own) - float(explained)))
    parts = [each.part for each in ordered]
    count = float(weights.sum()) + _spread_evenly(unseen, parts)
    return Merged(count, float(shapely.union_all(parts).area))


def _told_apart(sightings: Sequence[Sighting]) -> list[Persons]:
    """A number for everybody, the same for the same person: [N] of each sighting.

    One camera after the other finds its people among those known so far, each at most once.
    """
    persons: list[Persons] = []
    known = 0
    for newer in sightings:
        apart = np.full((known, len(newer.places_m)), NEVER)
        for older, which in zip(sightings, persons, strict=False):
            apart[which] = np.minimum(apart[which], _apart(older, newer))
        found = np.full(len(newer.places_m), -1)
        for person, row in assign(apart, GATE):
            found[row] = person
        strangers = np.flatnonzero(found < 0)
        found[strangers] = known + np.arange(len(strangers))
        known += len(strangers)
        persons.append(found)
    return persons


def _apart(older: Sighting, newer: Sighting) -> NDArray[np.float64]:
    """Squared distances in standard deviations; NEVER where not both cameras can see both.

    The gate opens by as far as one can have walked between the two looks.
    """
    walked_m2 = (WALK_M_PER_S * (newer.at_s - older.at_s)) ** 2
    off = older.places_m[:, None] - newer.places_m
    spread = older.spreads_m2[:, None] + newer.spreads_m2 + walked_m2 / GATE * np.eye(2)
    squares = (off[:, :, None] @ np.linalg.inv(spread) @ off[..., None])[..., 0, 0]
    both = np.outer(_may_see(newer.part, older, walked_m2), _may_see(older.part, newer, walked_m2))
    return np.where(both, np.minimum(squares, NEVER), NEVER)


def _may_see(part: BaseGeometry, other: Sighting, walked_m2: float) -> NDArray[np.bool_]:
    """Who of the other camera's people stands in `part`, or so near that it may be."""
    reach = np.sqrt(other.spreads_m2.trace(axis1=1, axis2=2) + walked_m2)
    near: NDArray[np.bool_] = shapely.distance(part, shapely.points(other.places_m)) <= reach
    return near


def _spread_evenly(people: Sequence[float], parts: Sequence[BaseGeometry]) -> float:
    """Sum over the floor of the largest density, where `people` are spread over their `parts`."""
    densest = sorted(
        ((count / part.area, part) for count, part in zip(people, parts, strict=True) if count),
        key=lambda each: -each[0],
    )
    total = 0.0
    taken: BaseGeometry = shapely.Polygon()
    for density, part in densest:
        total += density * part.difference(taken).area
        taken = taken.union(part)
    return total
