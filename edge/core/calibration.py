"""The quick fit to a camera: a threshold and a scale for boxes, and how sure counts are."""

import math
from collections.abc import Sequence
from typing import Final

import numpy as np
from numpy.typing import NDArray

from edge.core.interval import Bounds
from edge.core.site import Calibration

Counts = NDArray[np.float64]
Scores = NDArray[np.float32]

THRESHOLDS: Final = np.arange(0.15, 0.65, 0.025)
COVERAGE: Final = 0.9
ROWS_OF_BOUNDS: Final = (0.0, 1.0, 2.0, 4.0, 7.0, 11.0, 16.0, 24.0, 36.0, 54.0, 80.0, 120.0)


def calibrate(scores: Sequence[Scores], truth: Counts, plain: float) -> Calibration:
    """The best threshold and scale for pictures with these boxes' `scores` and true counts.

    The manifest's threshold `plain` with scale 1 stays unless another is better by more than one
    standard error of the difference: with few pictures the best of many is often only lucky.
    """
    usual = Calibration(round(plain, 3), 1.0)
    candidates = [_scaled(scores, truth, float(each)) for each in THRESHOLDS]
    errors = [errors_of(each, scores, truth) for each in candidates]
    best = min(range(len(candidates)), key=lambda index: errors[index].mean())
    gain = errors_of(usual, scores, truth) - errors[best]
    doubt = gain.std(ddof=1) / math.sqrt(len(gain)) if len(gain) > 1 else math.inf
    return candidates[best] if gain.mean() > doubt else usual


def _scaled(scores: Sequence[Scores], truth: Counts, threshold: float) -> Calibration:
    seen = sum(float((each >= threshold).sum()) for each in scores)
    return Calibration(round(threshold, 3), float(truth.sum()) / seen if seen else 1.0)


def errors_of(calibration: Calibration, scores: Sequence[Scores], truth: Counts) -> Counts:
    """Absolute errors, one for each picture."""
    counts = np.array([calibration.count(each) for each in scores])
    error: Counts = np.abs(counts - truth)
    return error


def bounds(published: Counts, truth: Counts) -> tuple[Bounds, ...]:
    """Rows for `interval` that cover 90 % of pictures like these, judged unseen.

    Errors grow with the root of the count, as of independent people; their quantile is split
    conformal (Vovk et al. 2005), so few pictures give wide bounds.
    """
    relative = np.sort(np.abs(truth - published) / _scale(published))
    rank = min(len(relative), math.ceil(COVERAGE * (len(relative) + 1)))
    width = float(relative[rank - 1])
    most = 1.5 * float(max(published.max(), 1.0))
    rows = [each for each in ROWS_OF_BOUNDS if each < most] + [most]
    return tuple(_row(each, width * float(_scale(np.array(each)))) for each in rows)


def _scale(published: Counts) -> Counts:
    scale: Counts = np.sqrt(np.maximum(published, 1.0))
    return scale


def _row(published: float, apart: float) -> Bounds:
    low = max(0.0, published - apart)
    return Bounds(published, low, published + apart)
