"""Fits the model of waits to what queues looked like and how long people then waited."""

from collections.abc import Iterable, Sequence
from math import ceil
from typing import Final

import numpy as np

from hub.core.trees import Forest
from hub.core.wait_model import BANDS_MIN, WaitModel, features
from hub.learning.boosting import Array, grow
from hub.learning.usual import Sample, Sums

HIGH: Final = 0.9
FOLDS: Final = 5
BAND_AT_LEAST: Final = 200  # samples, for a margin of its own


def fit(samples: Sequence[Sample]) -> WaitModel:
    """The model of these samples of at least two days.

    Its margins come from predictions for days that the trees had not seen.
    """
    margins = _margins(samples)
    median, high = _forests(samples)
    return _model(samples, median, high, margins)


def _model(
    samples: Sequence[Sample],
    median: Forest,
    high: Forest,
    margins: tuple[float, float, float, float] = (1.0, 1.0, 1.0, 1.0),
) -> WaitModel:
    sums = Sums.of(samples)
    return WaitModel(
        usual={service: sums.usual(service) for service in sums.services},
        elsewhere=sums.usual(""),
        median=median,
        high=high,
        margins=margins,
    )


def _forests(samples: Sequence[Sample]) -> tuple[Forest, Forest]:
    rows, ratios, weights = _table(samples)
    return grow(rows, ratios, weights, 0.5), grow(rows, ratios, weights, HIGH)


def _table(samples: Sequence[Sample]) -> tuple[Array, Array, Array]:
    """Features, waits as multiples of the expected, and the expected.

    What is usual in a service is told to each day by the others, as it will be told to new days.
    """
    sums = Sums.of(samples)
    usual = {key: sums.usual(*key) for key in {(sample.service, sample.day) for sample in samples}}
    rows, ratios, weights = [], [], []
    for sample in samples:
        known = usual[sample.service, sample.day]
        expected = max(sample.formula_min * known.scale, 0.5)
        rows.append(features(sample.sight, sample.formula_min, known))
        ratios.append(sample.wait_min / expected)
        weights.append(expected)
    return np.array(rows), np.array(ratios), np.array(weights)


def _margins(samples: Sequence[Sample]) -> tuple[float, float, float, float]:
    """By band, the factor that makes nine in ten unseen waits stay below their percentile."""
    said: list[float] = []
    ratios: list[float] = []
    for others, held in folds(samples):
        rows, targets, weights = _table(others)
        high = grow(rows, targets, weights, HIGH)
        model = _model(others, Forest(trees=()), high)
        for sample in held:
            usual = model.usual.get(sample.service, model.elsewhere)
            row = features(sample.sight, sample.formula_min, usual)
            expected = max(sample.formula_min * usual.scale, 0.5)
            high_min = max(model.high.value(row) * expected, 0.1)
            said.append(high_min)
            ratios.append(sample.wait_min / high_min)
    return _by_band(np.array(said), np.array(ratios))


def _by_band(said: Array, ratios: Array) -> tuple[float, float, float, float]:
    bands = np.searchsorted(BANDS_MIN, said, side="right")
    of_all = conformal(ratios)
    one, two, three, four = (
        conformal(ratios[bands == band]) if (bands == band).sum() >= BAND_AT_LEAST else of_all
        for band in range(len(BANDS_MIN) + 1)
    )
    return one, two, three, four


def conformal(scores: Array) -> float:
    """The score that a new one exceeds once in ten times, if it is exchangeable with these."""
    if not len(scores):
        return 1.0
    rank = min(ceil(HIGH * (len(scores) + 1)), len(scores))
    return float(np.clip(np.sort(scores)[rank - 1], 0.1, 10.0))


def folds(samples: Sequence[Sample]) -> Iterable[tuple[list[Sample], list[Sample]]]:
    """Days in FOLDS blocks: the others, and a block held back."""
    days = sorted({sample.day for sample in samples})
    for block in np.array_split(np.array(days), min(FOLDS, len(days))):
        held = set(block.tolist())
        yield (
            [sample for sample in samples if sample.day not in held],
            [sample for sample in samples if sample.day in held],
        )
