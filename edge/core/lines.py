"""Where people are beside a drawn line: how near, how far along, and whether they crossed it."""

import numpy as np
from numpy.typing import ArrayLike, NDArray

Floats = NDArray[np.float64]


def distance(point: ArrayLike, line: Floats) -> float:
    """How far `point` [x, y] is from `line`, a point a row."""
    return nearest(point, line)[0]


def nearest(point: ArrayLike, line: Floats) -> tuple[float, float]:
    """How far `point` is from the nearest place of `line`, and that place from the line's start."""
    starts, steps = line[:-1], np.diff(line, axis=0)
    lengths = np.hypot(*steps.T)
    ways = np.asarray(point) - starts
    shares = ((ways * steps).sum(axis=1) / np.maximum(lengths, 1e-12) ** 2).clip(0, 1)
    away = np.hypot(*(ways - shares[:, None] * steps).T)
    best = int(away.argmin())
    return float(away[best]), float(lengths[:best].sum() + shares[best] * lengths[best])


def crossings(start: ArrayLike, end: ArrayLike, line: Floats) -> int:
    """How often the way from `start` to `end` crosses `line` from left to right, less back.

    Left and right are of whoever walks along the line in a picture, where y points down.
    """
    before, after = np.asarray(start, float), np.asarray(end, float)
    beside = _side(before, after - before, line) >= 0  # half open: a corner is crossed once
    met = beside[:-1] != beside[1:]
    steps = np.diff(line, axis=0)
    was_right = _side(line[:-1], steps, before) >= 0
    is_right = _side(line[:-1], steps, after) >= 0
    return int((met & ~was_right & is_right).sum() - (met & was_right & ~is_right).sum())


def _side(origin: Floats, way: Floats, points: Floats) -> Floats:
    """Positive for `points` to the right hand of whoever walks from `origin` along `way`."""
    there = points - origin
    side: Floats = way[..., 0] * there[..., 1] - way[..., 1] * there[..., 0]
    return side
