"""Finds the ground of a camera from points, distances or people's heights that are known."""

from collections.abc import Sequence
from typing import Final

import numpy as np
from numpy.typing import ArrayLike, NDArray

from edge.core.ground import Ground, ImpossibleGround
from edge.core.zones import Point

POINTS_MIN: Final = 4
PEOPLE_MIN: Final = 2
RECTANGLE_SIDES: Final = 2
DISTANCES: Final = 5  # four sides and a diagonal fix a quadrilateral
FLAT_MIN: Final = 0.01
MISFIT_MAX: Final = 0.1
ROWS_APART_MIN: Final = 0.1
PITCH_DEG: Final = (-20.0, 60.0)
SEARCHES: Final = 5

Floats = NDArray[np.float64]


def from_points(picture: ArrayLike, floor: ArrayLike) -> Ground:
    """The ground on which `picture` points [x, y] (fractions) are `floor` points [x, y] (metres).

    Four points or more, matched by the direct linear transform on normalised coordinates (Hartley
    and Zisserman, Multiple View Geometry, 2nd ed., algorithm 4.2). Raises ImpossibleGround.
    """
    seen, there = np.array(picture, float), np.array(floor, float)
    if len(seen) < POINTS_MIN:
        raise ImpossibleGround(f"has {len(seen)} points; give at least {POINTS_MIN}")
    around_seen, around_there = _normalising(seen), _normalising(there)
    matrix = _transform(_apply(around_seen, seen), _apply(around_there, there))
    matrix = np.linalg.inv(around_there) @ matrix @ around_seen
    nearness = seen @ matrix[2, :2] + matrix[2, 2]
    if np.ptp(np.sign(nearness)) > 0:
        raise ImpossibleGround("has points in another order on the floor than in the picture")
    ground = Ground(matrix * np.sign(nearness[0]) / np.linalg.norm(matrix[2]))
    misses_m = np.hypot(*(ground.place(seen) - there).T)
    worst = int(misses_m.argmax())
    if misses_m[worst] > MISFIT_MAX * np.ptp(there, axis=0).max():
        raise ImpossibleGround(
            f"point {worst} is {misses_m[worst]:.2g} m from where the others put it; measure again"
        )
    return ground


def _normalising(points: Floats) -> Floats:
    """The similarity that moves `points` around 0 at a mean distance of the square root of 2."""
    centre = points.mean(axis=0)
    spread = np.hypot(*(points - centre).T).mean()
    if not spread > 0:
        raise ImpossibleGround("has all points in one place")
    scale = np.sqrt(2) / spread
    return np.array([[scale, 0, -scale * centre[0]], [0, scale, -scale * centre[1]], [0, 0, 1]])


def _apply(similarity: Floats, points: Floats) -> Floats:
    moved: Floats = points @ similarity[:2, :2].T + similarity[:2, 2]
    return moved


def _transform(seen: Floats, there: Floats) -> Floats:
    """The homography from `seen` to `there`, both normalised, with the least algebraic error."""
    ones, zeros = np.column_stack([seen, np.ones(len(seen))]), np.zeros((len(seen), 3))
    rows = np.vstack(
        [
            np.hstack([ones, zeros, -ones * there[:, :1]]),
            np.hstack([zeros, ones, -ones * there[:, 1:]]),
        ]
    )
    _, strengths, directions = np.linalg.svd(rows)
    matrix: Floats = directions[-1].reshape(3, 3)
    if strengths[7] < FLAT_MIN * strengths[0] or np.linalg.cond(matrix) > 1 / FLAT_MIN**2:
        raise ImpossibleGround("has three points (nearly) in one line; choose points around a room")
    return matrix


def from_distances(corners: Sequence[Point], distances_m: Sequence[float]) -> Ground:
    """The ground on which four `corners`, in order around (fractions), lie so far apart.

    `distances_m`: first to second and second to third corner of a rectangle; or all four sides in
    order and the diagonal from first to third corner. Raises ImpossibleGround.
    """
    if len(corners) != POINTS_MIN:
        raise ImpossibleGround(f"has {len(corners)} corners; give {POINTS_MIN}, in order around")
    if len(distances_m) not in {RECTANGLE_SIDES, DISTANCES}:
        raise ImpossibleGround(
            f"has {len(distances_m)} distances; give two sides of a rectangle, or four sides and "
            "the diagonal from the first to the third corner"
        )
    drawn = np.array(corners, float)
    sides = np.roll(drawn, -1, axis=0) - drawn
    turns = sides[:, 0] * np.roll(sides, -1, axis=0)[:, 1]
    turns -= sides[:, 1] * np.roll(sides, -1, axis=0)[:, 0]
    if np.ptp(np.sign(turns)) > 0:
        raise ImpossibleGround("has corners that are not in order around; list them clockwise")
    if len(distances_m) == RECTANGLE_SIDES:
        width, depth = distances_m
        return from_points(drawn, [(0, 0), (width, 0), (width, depth), (0, depth)])
    first, second, third, fourth, diagonal = distances_m
    before = _corner(diagonal, first, second, "first, second and third")
    behind = _corner(diagonal, fourth, third, "first, third and fourth")
    return from_points(drawn, [(0, 0), before, (diagonal, 0), (behind[0], -behind[1])])


def _corner(base: float, left: float, right: float, which: str) -> Point:
    """The tip of a triangle that stands on `base` from 0 to the right, by its other sides."""
    along = (base**2 + left**2 - right**2) / (2 * base)
    height = left**2 - along**2
    if height <= 0:
        raise ImpossibleGround(f"has distances that close no triangle at the {which} corner")
    return along, float(np.sqrt(height))


def from_heights(
    people: Sequence[Point], *, person_m: float, focal: float, aspect: float
) -> Ground:
    """The ground on which `people`, [head row, feet row] each (fractions), are `person_m` tall.

    Assumes that they stand upright, that the camera does not lean to a side, that its lens bends no
    lines and looks through the middle of the picture, and that it looks no steeper down than 60
    degrees, where heights would say little. `focal` is the focal length in widths of the
    picture, `aspect` the picture's width over its height. The floor's origin is below the camera,
    x to the right, y forward. Two people or more, apart in the picture. Raises ImpossibleGround.
    """
    rows = np.array(people, float).reshape(-1, 2)
    if len(rows) < PEOPLE_MIN:
        raise ImpossibleGround(f"has {len(rows)} people; give at least {PEOPLE_MIN}")
    if (rows[:, 0] >= rows[:, 1]).any():
        raise ImpossibleGround("has a person whose head is not above the feet; give [head, feet]")
    if np.ptp(rows[:, 1]) < ROWS_APART_MIN:
        raise ImpossibleGround("has people at about one height; choose one near, one far")
    head, feet = (rows.T - 0.5) / (focal * aspect)
    steps = np.radians(np.linspace(*PITCH_DEG, 81))
    for _ in range(SEARCHES):
        misfits = np.array([_misfit(pitch, head, feet)[0] for pitch in steps])
        best = float(steps[misfits.argmin()])
        step = steps[1] - steps[0]
        steps = np.linspace(best - step, best + step, 21)
    misfit, share = _misfit(best, head, feet)
    low, high = np.radians(PITCH_DEG)
    if not (misfit < MISFIT_MAX and low < best < high):
        raise ImpossibleGround(
            "fits no level floor on which these people are of one height; measure people who stand "
            "upright again, or give points"
        )
    return _seen_from(person_m / share, best, focal, aspect)


def _misfit(pitch: float, head: Floats, feet: Floats) -> tuple[float, float]:
    """How far heights are off for a camera looking down by `pitch`, as a share of them.

    Second, the person's height as a share of the camera's. Rows are tangents below the axis.
    """
    sine, cosine = np.sin(pitch), np.cos(pitch)
    down_feet, down_head = sine + feet * cosine, sine + head * cosine
    ahead_feet, ahead_head = cosine - feet * sine, cosine - head * sine
    if min(down_feet.min(), ahead_feet.min(), ahead_head.min()) <= 0:
        return np.inf, np.nan
    shares = 1 - down_head / ahead_head * (ahead_feet / down_feet)
    middle = float(shares.mean())
    return (float(np.abs(shares / middle - 1).max()), middle) if middle > 0 else (np.inf, np.nan)


def _seen_from(height_m: float, pitch: float, focal: float, aspect: float) -> Ground:
    """The ground below a camera so high that looks down by `pitch` radians."""
    right, down = 1 / focal, 1 / (focal * aspect)
    sine, cosine = np.sin(pitch), np.cos(pitch)
    return Ground(
        np.array(
            [
                [height_m * right, 0, -height_m * right / 2],
                [0, -height_m * sine * down, height_m * (cosine + sine * down / 2)],
                [0, cosine * down, sine - cosine * down / 2],
            ]
        )
    )
