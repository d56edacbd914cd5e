"""What one labelled picture teaches, and the weights that many of them lead to."""

from collections.abc import Sequence
from dataclasses import dataclass
from typing import Final

import numpy as np
from numpy.typing import NDArray

from edge.core.sight import CELLS, COLUMNS, ROWS, Array, Sight, cell_counts, cells_of, head_points
from edge.core.site import TERMS, Scene, Strangeness

RIDGE: Final = 300.0
BLOCK: Final = 5
# Weights of the losses on blocks and on the total; a loss on a cell weighs 1. With totals only,
# where people stand is a guess: blocks would repeat it, and the total is what is known.
HEADS_GAINS: Final = (0.1, 0.01)
TOTALS_GAINS: Final = (0.0, 0.05)
MOSTLY: Final = 0.5
FAINT: Final = 1e-6  # of a person in each cell, so that a total without boxes is spread evenly


@dataclass(frozen=True)
class Labelled:
    """A picture taken `at_s` and its people: heads [N, 2], fractions x, y, or only how many."""

    at_s: float
    sight: Sight
    people: NDArray[np.floating] | float


@dataclass(frozen=True)
class Evidence:
    """What is kept of a labelled picture: half a megabyte.

    `gram` [347, 347] and `moment` [347] of the ridge; per part of the picture, the whole first:
    `terms` [P, 347] summed, `truth` [P] people, NaN where only the total is known, and
    `boxes_in` [P, N] shares of the boxes with these `scores` [N]. `strangeness` as of the scene.
    """

    at_s: float
    gram: Array
    moment: Array
    terms: Array
    truth: NDArray[np.float64]
    scores: Array
    boxes_in: Array
    strangeness: Strangeness

    @property
    def counted(self) -> Array:
        """Scores of the boxes that are not ignored."""
        inside: Array = self.scores[self.boxes_in[0] >= MOSTLY]
        return inside

    def boxes(self, threshold: float) -> NDArray[np.float64]:
        """How many boxes each part holds."""
        return (self.boxes_in @ (self.scores >= threshold)).astype(np.float64)


def evidence(scene: Scene, labelled: Labelled, parts: Array) -> Evidence:
    """What a labelled picture teaches about `parts` [P, 30, 40], shares of cells, all first."""
    sight, people = labelled.sight, labelled.people
    flat = parts.reshape(len(parts), CELLS)
    watched = flat[0]
    terms = scene.terms(sight)
    truth = np.full(len(parts), np.nan)
    if isinstance(people, np.ndarray):
        truth[:] = flat @ cell_counts(people, sight.extent_px).ravel()
        target = scene.spread(people, np.ones(len(people))).ravel() * watched
        gains = HEADS_GAINS
    else:
        truth[0] = people
        likely = scene.spread(head_points(sight.boxes), sight.boxes[:, 4]).ravel() + FAINT
        target = likely * watched * people / (likely * watched).sum()
        gains = TOTALS_GAINS
    gram, moment = _normal(terms * watched, target, *gains)
    boxes_in = flat[:, cells_of(head_points(sight.boxes), sight.extent_px)]
    return Evidence(
        at_s=labelled.at_s,
        gram=gram,
        moment=moment,
        terms=flat @ terms.T,
        truth=truth,
        scores=sight.boxes[:, 4],
        boxes_in=boxes_in,
        strangeness=scene.strangeness(sight),
    )


def _normal(
    terms: Array, target: Array, block_gain: float, total_gain: float
) -> tuple[Array, Array]:
    """Normal equations of one picture's losses: on cells, on blocks of them, on the total."""
    gram, moment = terms @ terms.T, terms @ target
    blocks = _blocks(terms)
    gram += block_gain * blocks @ blocks.T
    moment += block_gain * blocks @ _blocks(target[None])[0]
    total = terms.sum(1)
    gram += total_gain * np.outer(total, total)
    moment += total_gain * total * target.sum()
    return gram, moment


def _blocks(rows: Array) -> Array:
    shape = (len(rows), ROWS // BLOCK, BLOCK, COLUMNS // BLOCK, BLOCK)
    sums: Array = rows.reshape(shape).sum((2, 4)).reshape(len(rows), -1)
    return sums


def solve(known: Sequence[Evidence]) -> Array:
    """Weights [347] of the density by ridge regression."""
    gram = RIDGE * len(known) * np.eye(TERMS)
    moment = np.zeros(TERMS)
    for each in known:
        gram += each.gram
        moment += each.moment
    weights: Array = np.linalg.solve(gram, moment).astype(np.float32)
    return weights
