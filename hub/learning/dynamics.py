"""Fits how the level of a day moves to the days so far, and ranges to what they promise."""

from collections.abc import Iterator, Sequence
from itertools import product
from math import log
from typing import Final

from hub.core.arrivals import LEAST, STEPS, DayForecast, Dynamics, Level
from hub.core.counting import count_range
from hub.learning.patterns import Judged

JUDGED_DAYS: Final = 40
HALF_HOUR: Final = 2
PROMISED: Final = 0.9
ENOUGH_A_DAY: Final = 100  # visitors, for dynamics of its own
ENOUGH_DAYS: Final = 10
GRID: Final = tuple(
    Dynamics(day=day, local=local, keeps=keeps, noise=noise)
    for day, local, keeps, noise in product(
        (0.002, 0.006, 0.02, 0.06),
        (0.003, 0.008, 0.02, 0.05),
        (0.88, 0.93, 0.965, 0.985),
        (0.0003, 0.001, 0.003, 0.01),
    )
)
SPREADS: Final = (0.25, 0.35, 0.5, 0.7, 0.85, 1.0, 1.2, 1.45, 1.75, 2.1, 2.6, 3.2, 4.0, 6.0)


def fitted(judged: Sequence[Judged], start: Dynamics | None = None) -> Dynamics:
    """The dynamics under which what came was likeliest, with ranges that hold what they promise.

    With few days, or few visitors, `start` stays and only its spread is fitted.
    """
    judged = judged[-JUDGED_DAYS:]
    chosen = start or Dynamics()
    visitors = sum(count or 0 for each in judged for count in each.came)
    if len(judged) >= ENOUGH_DAYS and visitors >= ENOUGH_A_DAY * len(judged):
        chosen = max(GRID, key=lambda each: _likelihood(each, judged))
    return chosen.model_copy(update={"spread": _spread(chosen, judged)})


def _likelihood(dynamics: Dynamics, judged: Sequence[Judged]) -> float:
    """Twice the log likelihood of each step given those before it, taken as normal."""
    said = 0.0
    for day in judged:
        level = Level(0.0, 0.0, dynamics.day, 0.0, dynamics.local)
        first = True
        for usual, came in zip(day.usual, day.came, strict=True):
            if not first:
                level = level.later(dynamics)
            first = False
            if came is None or usual <= LEAST:
                continue
            variance = level.day_var + 2 * level.both_var + level.local_var
            variance += dynamics.noise + 1 / usual
            surprise = came / usual - 1 - level.day - level.local
            said -= log(variance) + surprise**2 / variance
            level = level.seen(dynamics, usual, came)
    return said


def _spread(dynamics: Dynamics, judged: Sequence[Judged]) -> float:
    """The least widening with which nine half hours in ten lie within their range."""
    spans = [
        (came, *forecast.moments(step, step + HALF_HOUR))
        for day in judged
        for step, came, forecast in half_hours(day, dynamics)
    ]
    if len(judged) < ENOUGH_DAYS:
        return dynamics.spread
    return min(SPREADS, key=lambda each: (abs(_share_within(spans, each) - PROMISED), -each))


def _share_within(spans: Sequence[tuple[float, float, float]], spread: float) -> float:
    within = 0
    for came, mean, variance in spans:
        told = count_range(mean, mean + spread * (variance - mean))
        within += told.low <= came <= told.high
    return within / max(1, len(spans))


def half_hours(day: Judged, dynamics: Dynamics) -> Iterator[tuple[int, float, DayForecast]]:
    """Each half hour with visitors: its first step, who came, and what was known just before."""
    forecast = DayForecast(day.usual, dynamics)
    for step in range(0, STEPS, HALF_HOUR):
        pair = day.came[step : step + HALF_HOUR]
        if sum(day.usual[step : step + HALF_HOUR]) <= LEAST or None in pair:
            continue
        yield step, sum(count or 0 for count in pair), forecast.after(day.came, step)
