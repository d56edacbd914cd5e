"""Which people stand in which zone of the picture."""

from collections.abc import Sequence
from typing import Final

import numpy as np
import shapely
from numpy.typing import NDArray

CORNERS_MIN: Final = 3
LINE_POINTS_MIN: Final = 2
ROUNDING: Final = 1e-6

Point = tuple[float, float]


class ImpossibleZone(ValueError):
    """A polygon that encloses no one piece of the picture."""


def outline(corners: Sequence[Point]) -> shapely.Polygon:
    """The polygon through `corners`, [x, y] in fractions of the picture's width and height.

    Fractions hold when the camera changes its resolution. Raises ImpossibleZone.
    """
    if len(corners) < CORNERS_MIN:
        raise ImpossibleZone(f"has {len(corners)} corners; draw at least {CORNERS_MIN}")
    for x, y in corners:
        if not (0 <= x <= 1 and 0 <= y <= 1):
            raise ImpossibleZone(
                f"corner [{x:g}, {y:g}] lies outside the picture; "
                "give fractions of its width and height, from 0 to 1"
            )
    polygon = shapely.Polygon(corners)
    if not polygon.is_valid or polygon.area == 0:
        raise ImpossibleZone(
            "crosses itself or has no area; list the corners in order around the zone"
        )
    return polygon


def feet(boxes: NDArray[np.float32]) -> NDArray[np.float32]:
    """Where people stand, [x, y] a row: the middle of the lower side of each box.

    `boxes` has a row for each person that begins with left, top, right, bottom.
    """
    return np.stack([(boxes[:, 0] + boxes[:, 2]) / 2, boxes[:, 3]], axis=1)


def inside(zone: shapely.Polygon, points: NDArray[np.floating]) -> NDArray[np.bool_]:
    """Which `points` lie in the zone, its border included."""
    found: NDArray[np.bool_] = shapely.intersects_xy(zone, points[:, 0], points[:, 1])
    return found


def count_inside(zone: shapely.Polygon, points: NDArray[np.float32]) -> int:
    """How many `points` lie in the zone, its border included."""
    return int(inside(zone, points).sum())


def check_line(points: Sequence[Point], zone: shapely.Polygon | None = None) -> None:
    """Refuse a line that cannot be drawn, or leaves its `zone`. Raises ImpossibleZone."""
    if len(set(points)) < LINE_POINTS_MIN:
        raise ImpossibleZone(f"needs {LINE_POINTS_MIN} different points")
    for x, y in points:
        if not (0 <= x <= 1 and 0 <= y <= 1):
            raise ImpossibleZone(f"point [{x:g}, {y:g}] lies outside the picture")
    drawn = shapely.LineString(points)
    if not drawn.is_simple:
        raise ImpossibleZone("crosses itself; draw it without loops")
    if zone is not None and not zone.buffer(ROUNDING).covers(drawn):
        raise ImpossibleZone("leaves its zone; draw it inside, or make the zone larger")
