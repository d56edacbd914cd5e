"""Expected waits as ranges that a person can plan with, said as on every page of the hub."""

from dataclasses import dataclass
from math import ceil, floor
from typing import Final, Literal

MINUTE_S: Final = 60
SHORT_MIN: Final = 2
LONG_MIN: Final = 90
COARSE_ABOVE_MIN: Final = 30  # nobody believes "31-44 minutes"
COARSE_MIN: Final = 5
HALF_HOUR: Final = 0.5


@dataclass(frozen=True, slots=True)
class WaitWords:
    """Which sentence says the wait, and its numbers in minutes (in hours for "hours")."""

    kind: Literal["none", "under", "about", "range", "hours"]
    low: float = 0
    high: float = 0


def wait_words(p50_s: float, p90_s: float) -> WaitWords:
    """From the median to the wait that nine in ten stay under, rounded the cautious way."""
    if p90_s < 1:
        return WaitWords("none")
    p50_min, p90_min = p50_s / MINUTE_S, max(p50_s, p90_s) / MINUTE_S
    if p90_min <= SHORT_MIN:
        most = max(1, ceil(p90_min))
        return WaitWords("under", most, most)
    if p90_min > LONG_MIN:
        low = _down(p50_min / 60, HALF_HOUR)
        return WaitWords("hours", low, max(_up(p90_min / 60, HALF_HOUR), low + HALF_HOUR))
    step = COARSE_MIN if p90_min > COARSE_ABOVE_MIN else 1
    low, high = max(1, _down(p50_min, step)), _up(p90_min, step)
    return WaitWords("about" if low == high else "range", low, high)


def _down(value: float, step: float) -> float:
    return floor(value / step) * step


def _up(value: float, step: float) -> float:
    return ceil(value / step) * step
