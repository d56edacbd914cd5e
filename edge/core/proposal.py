"""Proposes which pictures to label: those whose counts would teach most about all the others."""

from collections.abc import Sequence
from typing import Final

import numpy as np
from numpy.typing import NDArray

from edge.core.sight import CHANNELS, COLUMNS, ROWS, Array, Sight

COMPONENTS: Final = 20
DOUBT: Final = 1.0  # variance that one label leaves, in variances of the first component


def summary(sight: Sight) -> Array:
    """What is kept of a picture to choose by, [5, 320]: means of its quarters, and of squares."""
    features = sight.features.astype(np.float32)
    quarters = features.reshape(CHANNELS, 2, ROWS // 2, 2, COLUMNS // 2).mean((2, 4))
    squares = (features**2).mean((1, 2))
    return np.concatenate([quarters.reshape(CHANNELS, 4).T, squares[None]])


def propose(
    summaries: Sequence[Array],
    at_s: Sequence[float],
    number: int,
    labelled: Sequence[int] = (),
    *,
    first: int | None = None,
) -> list[int]:
    """Indices of the `number` pictures to label next, most instructive first.

    Greedy D-optimal design: each next picture is the one whose total is least certain, were it
    linear in the leading principal components of the pictures and in time, given all labels
    before. `labelled` are those that have labels; without any, `first` (the middle one) begins.
    """
    rows = _design(np.stack(summaries), np.asarray(at_s, float))
    information = DOUBT * np.eye(rows.shape[1])
    taken = list(labelled)
    for index in taken:
        information += np.outer(rows[index], rows[index])
    proposed: list[int] = []
    while len(proposed) < number and len(taken) < len(rows):
        if taken:
            doubt = np.einsum("ij,ij->i", rows @ np.linalg.inv(information), rows)
            doubt[taken] = -1
            index = int(doubt.argmax())
        else:
            index = len(rows) // 2 if first is None else first
        information += np.outer(rows[index], rows[index])
        taken.append(index)
        proposed.append(index)
    return proposed


def _design(summaries: Array, at_s: NDArray[np.float64]) -> NDArray[np.float64]:
    """What a total may be linear in, a row for each picture."""
    quarters = summaries[:, :4].astype(float)
    mean = quarters.mean((0, 1))
    deviation = np.sqrt(np.maximum(summaries[:, 4].mean(0) - mean**2, 0)) + 1e-4
    known = ((quarters - mean) / deviation).reshape(len(summaries), -1)
    known -= known.mean(0)
    left, size, _ = np.linalg.svd(known, full_matrices=False)
    leading = (left * size)[:, :COMPONENTS] / ((left * size)[:, 0].std() or 1.0)
    time = (at_s - at_s.mean()) / (at_s.std() or 1.0)
    return np.column_stack([leading, time, np.ones(len(time))])
