"""Counts people by what was learned of one camera's place: a density of heads per cell.

The density is linear in what the network saw in a cell (its features, how far they are from
the empty scene, its boxes), and is blended with the plain boxes. docs/adr/0005 tells why.
"""

from dataclasses import dataclass
from math import inf
from typing import Final, NamedTuple

import numpy as np
from numpy.typing import NDArray

from edge.core.interval import Bounds
from edge.core.sight import (
    CELL_PX,
    CELLS,
    CHANNELS,
    COLUMNS,
    ROWS,
    Array,
    Sight,
    Standing,
    cell_counts,
    head_points,
)

GROUPS: Final = (slice(0, 128), slice(128, 192), slice(192, CHANNELS))  # maps in `features`
EXTRAS: Final = 9  # distances to the empty scene, scores, motion: three each
PEOPLE: Final = 3  # maps of boxes
TERMS: Final = CHANNELS + 2 * (EXTRAS + PEOPLE) + 3
PEOPLE_GAIN: Final = 10.0  # lets the ridge trust boxes more than single features
LIKELY_SCORE: Final = 0.4
HEAD_SPREAD: Final = 0.3  # of a head's bell, in heights of the person
SPREAD_MIN_PX: Final = 6.0
DIFFERENT: Final = 25  # grey levels that light and noise do not make
DIFFERENCE_MAX: Final = 60
HALF_CELL_PX: Final = CELL_PX // 2
MIDDLE: Final = 1  # of the inner maps: those at stride 16, which tell light and colour best
QUIET: Final = 0.25  # of the cells change least: people seldom stand there


class Limits(NamedTuple):
    """From where to where something was seen; endless where nobody looked."""

    low: float = -inf
    high: float = inf


class Strangeness(NamedTuple):
    """How unlike its place a picture looks, in standard deviations of features.

    `quiet` is the distance of the quiet cells to how they usually look: light, colour, sharpness.
    `shift` is that of the mean over all cells, root mean square over features: things, too.
    """

    quiet: float
    shift: float


ANYTHING: Final = Limits()
NOTHING_IS_STRANGE: Final = Strangeness(inf, inf)


@dataclass(frozen=True)
class Scene:
    """What a place looks like over time, without any label.

    `usual` float16 [320, 1200] median features per cell; `background` uint8 [480, 640] median
    picture; `spread` [320] standard deviations of features; `mean`, `deviation` [329] of features
    and extras; `standing` how tall people look; `extent_px` of the pictures; `strangest` what
    nearly all of them stay under.
    """

    usual: NDArray[np.float16]
    background: NDArray[np.uint8]
    mean: Array
    deviation: Array
    standing: Standing
    extent_px: tuple[int, int]
    strangest: Strangeness = NOTHING_IS_STRANGE

    @property
    def visible(self) -> NDArray[np.bool_]:
        """Cells [1200] whose middles lie in the picture."""
        across = (np.arange(COLUMNS) + 0.5) * CELL_PX < self.extent_px[0]
        down = (np.arange(ROWS) + 0.5) * CELL_PX < self.extent_px[1]
        return np.outer(down, across).ravel()

    def strangeness(self, sight: Sight) -> Strangeness:
        """How unlike this place a sight of it looks."""
        visible, deviation = self.visible, self.deviation[:CHANNELS]
        distance = distances(sight.features, self.usual, deviation)[MIDDLE, visible]
        seen = sight.features.reshape(CHANNELS, CELLS)[:, visible].mean(1, dtype=np.float32)
        shift = (seen - self.mean[:CHANNELS]) / deviation
        return Strangeness(float(np.quantile(distance, QUIET)), float(np.sqrt((shift**2).mean())))

    def spread(self, heads: NDArray[np.floating], weights: NDArray[np.floating]) -> Array:
        """Sum of a bell of `weights` around each head [x, y], [30, 40]; all of it is visible."""
        width, height = self.extent_px
        sigma = HEAD_SPREAD * height * self.standing.heights(heads[:, 1])
        sigma = np.maximum(SPREAD_MIN_PX, sigma)[:, None]
        x = (np.arange(COLUMNS) + 0.5) * CELL_PX
        y = (np.arange(ROWS) + 0.5) * CELL_PX
        across = np.exp(-0.5 * ((x - heads[:, :1] * width) / sigma) ** 2) * (x < width)
        down = np.exp(-0.5 * ((y - heads[:, 1:] * height) / sigma) ** 2) * (y < height)
        share = weights / np.maximum(across.sum(1) * down.sum(1), np.finfo(float).tiny)
        total: Array = ((down * share[:, None]).T @ across).astype(np.float32)
        return total

    def terms(self, sight: Sight) -> Array:
        """All that the density is linear in, [347, 1200]; zero outside the picture."""
        raw = np.concatenate([sight.features.reshape(CHANNELS, CELLS), self.extras(sight)])
        known = (raw - self.mean[:, None]) / self.deviation[:, None]
        hints = np.concatenate([known[CHANNELS:], self._people(sight.boxes)])
        depth, across = self._places()
        constant = np.ones((1, CELLS), np.float32)
        rows = [known[:CHANNELS], hints, hints * depth, depth[None], across[None], constant]
        return np.concatenate(rows) * self.visible

    def extras(self, sight: Sight) -> Array:
        """Distances to the empty scene, scores and motion, [9, 1200], before standardising."""
        distance = distances(sight.features, self.usual, self.deviation[:CHANNELS])
        seen = sight.scores.reshape(-1, CELLS)
        return np.concatenate([distance, seen, motion(sight.grey, self.background)])

    def _people(self, boxes: Array) -> Array:
        heads, score = head_points(boxes), boxes[:, 4]
        weights = (score, score**2, (score > LIKELY_SCORE).astype(np.float32))
        maps = [PEOPLE_GAIN * self.spread(heads, weight).ravel() for weight in weights]
        return np.stack(maps)

    def _places(self) -> tuple[Array, Array]:
        """Inverse height of people, standardised, and distance from the middle, by cell."""
        down = (np.arange(ROWS) + 0.5) * CELL_PX / self.extent_px[1]
        inverse = 1 / self.standing.heights(down)
        scale = inverse.std() or 1.0
        depth = np.repeat((inverse - inverse.mean()) / scale, COLUMNS)
        across = np.tile(np.linspace(-1, 1, COLUMNS), ROWS)
        return depth.astype(np.float32), across.astype(np.float32)


@dataclass(frozen=True)
class Calibration:
    """Level 1: boxes from `threshold` on are people, each standing for `scale` of them."""

    threshold: float
    scale: float

    def count(self, scores: NDArray[np.floating]) -> float:
        """People that boxes with these scores stand for."""
        return self.scale * float((scores >= self.threshold).sum())


@dataclass(frozen=True)
class Site:
    """One camera's fit: density = `weights` [347] · terms, blended by `share` 0…1 with boxes.

    `bounds` says between which numbers the truth lay in 90 % of frames. `gaps` and `people` are
    what the labels knew: see `gap`, and how many people there were.
    """

    scene: Scene
    weights: Array
    calibration: Calibration
    share: float
    bounds: tuple[Bounds, ...]
    gaps: Limits = ANYTHING
    people: Limits = ANYTHING

    @property
    def watchable(self) -> bool:
        """Whether it is known what this fit was made of; older files do not tell."""
        return self.scene.strangest.shift < inf

    def density(self, sight: Sight) -> Array:
        """Heads per cell [30, 40]; single cells may be below 0, sums over zones are what counts.

        Raises ValueError when the picture has another shape than those that were fitted.
        """
        extent_px = self.scene.extent_px
        if sight.extent_px != extent_px:
            raise ValueError(f"fitted to {extent_px} pixels of the canvas, not {sight.extent_px}")
        counted = self.counted(sight)
        if not self.share:
            return counted
        return self.share * self.learned(sight) + np.float32(1 - self.share) * counted

    def counted(self, sight: Sight) -> Array:
        """Scaled boxes per cell [30, 40]."""
        people = sight.boxes[sight.boxes[:, 4] >= self.calibration.threshold]
        return self.calibration.scale * cell_counts(head_points(people), sight.extent_px)

    def learned(self, sight: Sight) -> Array:
        """The density alone, before it is blended with the boxes, [30, 40]."""
        learned: Array = (self.weights @ self.scene.terms(sight)).reshape(ROWS, COLUMNS)
        return learned


def gap(learned: NDArray[np.floating], counted: NDArray[np.floating]) -> NDArray[np.floating]:
    """How far apart totals of density and boxes are, in roots of people, which chance makes."""
    apart: NDArray[np.floating] = (learned - counted) / np.sqrt(np.maximum(counted, 1.0))
    return apart


def people_in(density: Array, cells: Array) -> float:
    """People in a part of the picture, `cells` [30, 40] saying how much of each cell is in it."""
    return max(0.0, float((density * cells).sum()))


def distances(features: Array, usual: NDArray[np.float16], deviation: Array) -> Array:
    """How far each cell is from how it usually looks, [3, 1200], one for each inner map."""
    apart = np.subtract(features.reshape(CHANNELS, CELLS), usual, dtype=np.float32)
    apart /= deviation[:, None]
    apart *= apart
    distance: Array = np.sqrt(np.stack([apart[group].mean(0) for group in GROUPS]))
    return distance


def motion(grey: NDArray[np.uint8], background: NDArray[np.uint8]) -> Array:
    """Difference to the background, [3, 1200]: its mean, the changed share, and its texture."""
    apart = np.abs(np.subtract(grey, background, dtype=np.int16)).astype(np.float32)
    changed = _means((apart > DIFFERENT).astype(np.float32), CELL_PX)
    capped = np.minimum(apart, DIFFERENCE_MAX)
    variance = _means(capped**2, HALF_CELL_PX) - _means(capped, HALF_CELL_PX) ** 2
    texture = _means(np.sqrt(np.maximum(variance, 0)), CELL_PX // HALF_CELL_PX)
    return np.stack([_means(apart, CELL_PX).ravel(), changed.ravel(), texture.ravel()])


def _means(plane: Array, side: int) -> Array:
    """Means over squares of `side` pixels."""
    rows = plane.reshape(-1, side, plane.shape[1]).mean(1)
    means: Array = rows.reshape(len(rows), -1, side).mean(2)
    return means
