"""Made-up places for tests of site adaptation: known densities in random features."""

from collections.abc import Sequence

import numpy as np
from numpy.typing import NDArray

from edge.core.adaptation import Labelled
from edge.core.sight import CELL_PX, CHANNELS, COLUMNS, HEIGHT_PX, ROWS, WIDTH_PX, Sight

FULL = (WIDTH_PX, HEIGHT_PX)
HOUR_S = 3600.0


def people(seed: int, number: int) -> NDArray[np.float64]:
    """Heads in the middles of random cells, as fractions of the picture."""
    rng = np.random.default_rng(seed)
    column, row = rng.integers(4, COLUMNS - 4, number), rng.integers(6, ROWS - 6, number)
    middles = (np.stack([column, row], axis=1) + 0.5) * CELL_PX
    fractions: NDArray[np.float64] = middles / FULL
    return fractions


def sight(
    seed: int,
    heads: NDArray[np.float64],
    *,
    visible: Sequence[bool] | None = None,
    extent_px: tuple[int, int] = FULL,
) -> Sight:
    """A picture in which the first channels light up, faintly and blurred, around each head.

    `visible` says whom the detector sees, by default nobody.
    """
    rng = np.random.default_rng(seed)
    features = rng.normal(0, 0.05, (CHANNELS, ROWS, COLUMNS)).astype(np.float32)
    x = (np.arange(COLUMNS) + 0.5) * CELL_PX
    y = (np.arange(ROWS) + 0.5) * CELL_PX
    for across, down in heads * extent_px:
        bell = np.outer(np.exp(-(((y - down) / 40) ** 2)), np.exp(-(((x - across) / 40) ** 2)))
        features[:8] += bell.astype(np.float32)
    seen = heads[list(visible)] if visible is not None else heads[:0]
    boxes = np.zeros((len(seen), 5), np.float32)
    boxes[:, 0], boxes[:, 2] = seen[:, 0] - 0.02, seen[:, 0] + 0.02
    boxes[:, 1], boxes[:, 3] = seen[:, 1] - 0.015, seen[:, 1] + 0.135
    boxes[:, 4] = 0.7
    return Sight(
        features=features,
        scores=np.zeros((3, ROWS, COLUMNS), np.float32),
        grey=np.full((HEIGHT_PX, WIDTH_PX), 90, np.uint8),
        boxes=boxes,
        extent_px=extent_px,
    )


def hidden_crowd(numbers: Sequence[int], seed: int = 0) -> list[Labelled]:
    """Labelled pictures, an hour apart, of people whom the detector does not see at all."""
    return [
        Labelled(HOUR_S * index, sight(seed + index, heads), heads)
        for index, number in enumerate(numbers)
        for heads in [people(seed + index, number)]
    ]


def open_crowd(numbers: Sequence[int], seed: int = 0) -> list[Labelled]:
    """The like of people whom the detector sees, every one."""
    return [
        Labelled(HOUR_S * index, sight(seed + index, heads, visible=[True] * number), heads)
        for index, number in enumerate(numbers)
        for heads in [people(seed + index, number)]
    ]
