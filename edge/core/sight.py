"""What the network saw in one picture, on a grid of cells that all of site adaptation works on.

A picture is scaled into the top left of a canvas of 480 x 640 pixels, cut into 30 x 40 cells.
Points and boxes are fractions of the picture, so that they hold at any resolution.
"""

from collections.abc import Sequence
from dataclasses import dataclass
from typing import Final

import numpy as np
import shapely
from numpy.typing import NDArray

HEIGHT_PX, WIDTH_PX, CELL_PX = 480, 640, 16
ROWS, COLUMNS = HEIGHT_PX // CELL_PX, WIDTH_PX // CELL_PX
CELLS: Final = ROWS * COLUMNS
CHANNELS: Final = 320
LEAST_SCORE: Final = 0.1  # boxes below say nothing about a cell
OVERLAP: Final = 0.4  # of two candidates for one person; stricter than for boxes shown to people
SAMPLES: Final = 4  # a side, of each cell, to learn how much of it a polygon covers
HEAD_DEPTH: Final = 0.1  # from the top of a box to the middle of the head, in heights of the box
HEIGHT_MIN: Final = 0.025  # heights of the picture; less is beyond the network
SURE_SCORE: Final = 0.45
EDGE_Y: Final = 0.98  # boxes that end below are cut off
ROUNDS: Final = 10
BOXES_MIN: Final = 10
LEAST_WEIGHT: Final = 0.1

Array = NDArray[np.float32]


@dataclass(frozen=True)
class Sight:
    """One picture as the network saw it.

    `features` [320, 30, 40] means of its inner maps; `scores` [3, 30, 40] mean scores at strides
    8, 16, 32; `grey` uint8 [480, 640], the canvas; `boxes` [N, 5] candidates from LEAST_SCORE on,
    each person once: left, top, right, bottom, score; `extent_px` width and height of the picture
    on the canvas.
    """

    features: Array
    scores: Array
    grey: NDArray[np.uint8]
    boxes: Array
    extent_px: tuple[int, int]


@dataclass(frozen=True)
class Standing:
    """How tall people look: height = slope · y + least, all in heights of the picture."""

    slope: float
    least: float

    def heights(self, y: NDArray[np.floating]) -> NDArray[np.floating]:
        """Height of people whose heads are at `y`."""
        heights: NDArray[np.floating] = np.maximum(HEIGHT_MIN, self.slope * y + self.least)
        return heights

    def feet_y(self, y: NDArray[np.floating]) -> NDArray[np.floating]:
        """Where people stand whose heads are at `y`; at most the picture's lower edge."""
        lower: NDArray[np.floating] = np.minimum(1, y + (1 - HEAD_DEPTH) * self.heights(y))
        return lower


def head_points(boxes: Array) -> Array:
    """Middles of the heads of `boxes`, [x, y] a row."""
    top = boxes[:, 1] + HEAD_DEPTH * (boxes[:, 3] - boxes[:, 1])
    return np.stack([(boxes[:, 0] + boxes[:, 2]) / 2, top], axis=1)


def cells_of(points: NDArray[np.floating], extent_px: tuple[int, int]) -> NDArray[np.intp]:
    """Index 0…1199 of the cell in which each point lies."""
    column = np.clip(points[:, 0] * extent_px[0] // CELL_PX, 0, COLUMNS - 1)
    row = np.clip(points[:, 1] * extent_px[1] // CELL_PX, 0, ROWS - 1)
    cells: NDArray[np.intp] = (row * COLUMNS + column).astype(np.intp)
    return cells


def cell_counts(points: NDArray[np.floating], extent_px: tuple[int, int]) -> Array:
    """How many points lie in each cell, [30, 40]."""
    counts = np.bincount(cells_of(points, extent_px), minlength=CELLS)
    return counts.astype(np.float32).reshape(ROWS, COLUMNS)


def covered(
    polygons: Sequence[shapely.Polygon],
    extent_px: tuple[int, int],
    standing: Standing | None = None,
) -> Array:
    """Share 0…1 of each cell [30, 40] inside any of the polygons, nothing outside the picture.

    With `standing` a cell counts as where the feet are of people whose heads are in it: zones
    are drawn on the floor.
    """
    x, y = (
        (np.arange(count * SAMPLES) + 0.5) * CELL_PX / SAMPLES / side
        for count, side in zip((COLUMNS, ROWS), extent_px, strict=True)
    )
    across, heads_y = np.meshgrid(x, y)
    visible = (across < 1) & (heads_y < 1)
    down = heads_y if standing is None else standing.feet_y(heads_y)
    inside = np.zeros(across.shape, bool)
    for polygon in polygons:
        inside |= shapely.intersects_xy(polygon, across, down)
    shares = (inside & visible).reshape(ROWS, SAMPLES, COLUMNS, SAMPLES).mean((1, 3))
    of_cells: Array = shares.astype(np.float32)
    return of_cells


UNKNOWN: Final = Standing(slope=0.25, least=0.1)  # a hall seen from 3 m up, about


def standing(boxes: Array) -> Standing:
    """How tall people look, from boxes of many pictures: a robust line through their heights.

    Least absolute deviations by iteratively reweighted least squares; UNKNOWN with too few boxes.
    """
    whole = boxes[(boxes[:, 4] >= SURE_SCORE) & (boxes[:, 3] < EDGE_Y)]
    height, y = whole[:, 3] - whole[:, 1], head_points(whole)[:, 1]
    if len(whole) < BOXES_MIN or np.ptp(y) < HEIGHT_MIN:
        return UNKNOWN
    line = np.stack([y, np.ones_like(y)], axis=1).astype(float)
    weight = np.ones(len(y))
    slope, least = 0.0, 0.0
    for _ in range(ROUNDS):
        slope, least = np.linalg.lstsq(line * weight[:, None], height * weight)[0]
        expected = np.maximum(HEIGHT_MIN, line @ [slope, least])
        weight = 1 / np.sqrt(np.maximum(np.abs(height - expected) / expected, LEAST_WEIGHT))
    return Standing(max(0.0, float(slope)), float(least))
