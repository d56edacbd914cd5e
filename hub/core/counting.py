"""Ranges for counts that scatter more than chance alone: the negative binomial distribution."""

from dataclasses import dataclass
from functools import lru_cache
from math import ceil, exp, floor, lgamma, log, sqrt
from statistics import NormalDist
from typing import Final

COVERAGE: Final = 0.9
EXACT_UP_TO: Final = 60.0


@dataclass(frozen=True, slots=True)
class Range:
    """An expected figure, and from where to where it lies nine times in ten."""

    expected: float
    low: float
    high: float


def count_range(mean: float, variance: float, coverage: float = COVERAGE) -> Range:
    """The range of a count with this mean and variance.

    Negative binomial where the variance exceeds the mean, else Poisson. Large ones by the cube root
    of a gamma variable, which is nearly normal (Wilson & Hilferty 1931).
    """
    if mean <= 0:
        return Range(0.0, 0.0, 0.0)
    tail = (1 - coverage) / 2
    if mean > EXACT_UP_TO:
        spread = max(variance, mean) / mean**2
        low, high = (_cubed(mean, spread, share) for share in (tail, 1 - tail))
        return Range(mean, float(floor(low)), float(ceil(high)))
    low_count, high_count = _quantiles(round(mean, 3), round(max(variance, mean), 3), tail)
    return Range(mean, float(low_count), float(high_count))


def _cubed(mean: float, relative_variance: float, share: float) -> float:
    ninth = relative_variance / 9
    return mean * max(0.0, 1 - ninth + _deviate(share) * sqrt(ninth)) ** 3


@lru_cache(maxsize=8)
def _deviate(share: float) -> float:
    return NormalDist().inv_cdf(share)


@lru_cache(maxsize=4096)
def _quantiles(mean: float, variance: float, tail: float) -> tuple[int, int]:
    """The counts that less than `tail` lie below, and that less than `tail` lie above."""
    excess = variance - mean
    over = excess > mean * 1e-6
    size = mean**2 / excess if over else 0.0
    chance = size * log(size / (size + mean)) if over else -mean
    ratio = log(mean / (size + mean)) if over else log(mean)
    low, reached, count = -1, 0.0, 0
    while True:
        weight = chance + count * ratio - lgamma(count + 1)
        weight += lgamma(size + count) - lgamma(size) if over else 0.0
        reached += exp(weight)
        if low < 0 and reached > tail:
            low = count
        if reached >= 1 - tail - 1e-9 or count > mean + 60 * sqrt(variance) + 60:
            return max(low, 0), count
        count += 1
