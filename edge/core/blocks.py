"""A picture reduced to the mean colours of coarse blocks."""

import numpy as np
from numpy.typing import NDArray

from hall.thumbnails import BLOCK_COLUMNS, BLOCK_ROWS


def blocks(picture: NDArray[np.uint8]) -> NDArray[np.uint8]:
    """The mean colours of `picture` (height, width, 3) as (24, 32, 3), rounded.

    Every pixel belongs to exactly one block, and nothing but a block's mean is left of it. Raises
    ValueError for a picture with fewer pixels than blocks along a side.
    """
    height, width, _ = picture.shape
    if height < BLOCK_ROWS or width < BLOCK_COLUMNS:
        raise ValueError(f"a picture of {width} x {height} pixels has no blocks")
    rows = np.arange(BLOCK_ROWS) * height // BLOCK_ROWS
    columns = np.arange(BLOCK_COLUMNS) * width // BLOCK_COLUMNS
    sums = np.add.reduceat(picture, rows, axis=0, dtype=np.uint32)
    sums = np.add.reduceat(sums, columns, axis=1)
    sizes = np.outer(np.diff(rows, append=height), np.diff(columns, append=width))[:, :, None]
    means: NDArray[np.uint8] = ((sums + sizes // 2) // sizes).astype(np.uint8)
    return means
