"""Turns the formula's waits of one service into those that are told, rising and without steps."""

from bisect import bisect_left
from collections.abc import Iterable
from dataclasses import dataclass
from itertools import accumulate
from typing import Final, Self

from hub.core.forecast import Wait

KNOTS_MIN: Final = (1.0, 2.0, 4.0, 7.0, 12.0, 20.0, 35.0, 60.0, 100.0, 160.0)


@dataclass(frozen=True, slots=True)
class Curve:
    """Median and 90th percentile in seconds at the formula's medians KNOTS_MIN.

    Between knots it is a straight line, below the first one towards (0, 0), beyond the last one in
    its proportion: no wait by the formula means none is told, a longer one no shorter one.
    """

    told: tuple[tuple[float, float], ...]

    @classmethod
    def through(cls, rows: Iterable[tuple[float, float, float]]) -> Self:
        """By knots of KNOTS_MIN, (formula, median, 90th percentile) in minutes, made to rise."""
        _, medians, highs = zip(*rows, strict=True)
        rising = accumulate(medians, max)
        above = accumulate(map(max, highs, medians), max)
        return cls(tuple((p50 * 60, p90 * 60) for p50, p90 in zip(rising, above, strict=True)))

    def __call__(self, wait: Wait) -> Wait:
        """What is told for a wait by the formula."""
        minutes = wait.p50_s / 60
        if minutes > KNOTS_MIN[-1]:
            p50, p90 = self.told[-1]
            beyond = minutes / KNOTS_MIN[-1]
            return Wait(round(beyond * p50), round(beyond * p90))
        index = bisect_left(KNOTS_MIN, minutes)
        right, (p50, p90) = KNOTS_MIN[index], self.told[index]
        left, (low50, low90) = (
            (KNOTS_MIN[index - 1], self.told[index - 1]) if index else (0.0, (0.0, 0.0))
        )
        share = (minutes - left) / (right - left)
        return Wait(round(low50 + share * (p50 - low50)), round(low90 + share * (p90 - low90)))

    def stretched(self, factor: float) -> Self:
        """The same medians, with 90th percentiles further away or nearer."""
        return type(self)(tuple((p50, max(p50, p90 * factor)) for p50, p90 in self.told))
