"""Expected waits as ranges that a person can plan with."""

from dataclasses import dataclass
from math import ceil, floor
from typing import Final, Literal

SHORT_MIN: Final = 5
LONG_MIN: Final = 180
COARSE_ABOVE_MIN: Final = 20
COARSE_MIN: Final = 5


@dataclass(frozen=True, slots=True)
class WaitWords:
    """Which sentence says the wait, and its numbers in minutes (or hours for "long")."""

    kind: Literal["short", "range", "long"]
    low: int
    high: int


def wait_words(p50_s: float, p90_s: float) -> WaitWords:
    """From the median to the wait that nine in ten stay under, in steps no finer than we know."""
    high_min = ceil(max(p50_s, p90_s) / 60)
    low_min = min(floor(p50_s / 60), high_min)
    if high_min <= SHORT_MIN:
        return WaitWords("short", 0, SHORT_MIN)
    if low_min >= LONG_MIN:
        return WaitWords("long", LONG_MIN // 60, LONG_MIN // 60)
    low = max(1, _down(low_min))
    high = _up(high_min)
    return WaitWords("range", low, high if high > low else low + _step(low))


def _step(minutes: int) -> int:
    return COARSE_MIN if minutes > COARSE_ABOVE_MIN else 1


def _down(minutes: int) -> int:
    return minutes // _step(minutes) * _step(minutes)


def _up(minutes: int) -> int:
    return -(-minutes // _step(minutes)) * _step(minutes)
