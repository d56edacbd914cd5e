"""How many visitors will come: what a day is used to, and what this day has shown so far.

A day's steps are quarters of an hour. What is usual for a step is multiplied by a level that moves
through the day; the level is a dynamic linear model with two parts, one that stays for the day and
one that fades (West & Harrison 1997), updated step by step in the manner of linear Bayes, where
few arrivals count for little (Hartigan 1969). Ranges are negative binomial with the same mean and
variance.
"""

from collections.abc import Mapping, Sequence
from dataclasses import dataclass, replace
from datetime import date
from math import floor
from typing import Annotated, Final

from pydantic import Field

from hub.core.counting import Range, count_range
from hub.core.dates import Dates, DayKind
from hub.core.rules import NotNegative, Part, Positive

STEP_MIN: Final = 15
STEPS: Final = 24 * 60 // STEP_MIN
NEW_HALL: Final = 0.15  # variance of the level after one day of history, shrinking with each more
NEW_KIND: Final = 0.15  # the like for a kind of day never seen, half of it after two
FADES_DAYS: Final = 10  # after so many days ahead the day's own variance has doubled
LEAST: Final = 0.01  # visitors expected, below which a step tells nothing
LOWEST_LEVEL: Final = 0.05

Rates = tuple[NotNegative, ...]
Counts = Sequence[float | None]  # by step; None: nobody knows


class Dynamics(Part):
    """How the level of a day moves; variances are relative to what is usual.

    `day`: from day to day. `local`: of the part that keeps `keeps` of itself per step. `noise`: of
    a single step beyond Poisson's. `spread` widens ranges until they hold what they promise.
    """

    day: Positive = 0.04
    local: Positive = 0.03
    keeps: Annotated[float, Field(gt=0, lt=1)] = 0.96
    noise: NotNegative = 0.01
    spread: Positive = 1.0


class Pattern(Part):
    """What is usual: arrivals per step by weekday, and how kinds of days differ from plain ones.

    `rates`, `booked`: seven weekdays of 96 steps, visitors without and with an appointment.
    `make_up`: a Saturday or Sunday that is worked. `seen`: days of a kind; `days`: of all kinds.
    `shows`: the share of booked visits that come.
    """

    days: Annotated[int, Field(ge=1)]
    rates: Annotated[tuple[Rates, ...], Field(min_length=7, max_length=7)]
    make_up: Rates
    booked: Annotated[tuple[Rates, ...], Field(min_length=7, max_length=7)]
    shows: Annotated[float, Field(ge=0, le=1)] = 0.85
    effects: Mapping[DayKind, NotNegative] = {}
    seen: Mapping[DayKind, int] = {}
    dynamics: Dynamics = Dynamics()


@dataclass(frozen=True, slots=True)
class Level:
    """How a day compares with the usual so far: its lasting and its fading part, and how sure."""

    day: float
    local: float
    day_var: float
    both_var: float
    local_var: float

    def later(self, dynamics: Dynamics) -> "Level":
        """One step on."""
        keeps = dynamics.keeps
        return Level(
            self.day,
            self.local * keeps,
            self.day_var,
            self.both_var * keeps,
            self.local_var * keeps**2 + dynamics.local * (1 - keeps**2),
        )

    def seen(self, dynamics: Dynamics, expected: float, came: float) -> "Level":
        """After `came` visitors where `expected` (> 0) are usual."""
        day = self.day_var + self.both_var
        local = self.both_var + self.local_var
        total = day + local + dynamics.noise + 1 / expected
        surprise = came / expected - 1 - self.day - self.local
        return Level(
            self.day + day / total * surprise,
            self.local + local / total * surprise,
            self.day_var - day * day / total,
            self.both_var - day * local / total,
            self.local_var - local * local / total,
        )


@dataclass(frozen=True, slots=True)
class DayForecast:
    """One day of one service, or of the whole hall.

    `usual`: visitors per step as expected before the day. `doubt`: variance of the level from
    knowing little. `level` holds at step `at`; what came before position `since` is in it.
    """

    usual: tuple[float, ...]
    dynamics: Dynamics
    doubt: float = 0.0
    level: Level | None = None
    since: float = 0.0

    def after(self, came: Counts, until: float) -> "DayForecast":
        """Updated by what came up to position `until`, in steps since midnight.

        `came`: by step from midnight, the last one so far as it has gone.
        """
        level = self._before
        for step in range(min(floor(until), len(self.usual) - 1) + 1):
            if step:
                level = level.later(self.dynamics)
            gone = min(1.0, until - step)
            count = came[step] if step < len(came) else None
            if count is not None and self.usual[step] * gone > LEAST:
                level = level.seen(self.dynamics, self.usual[step] * gone, count)
        return replace(self, level=level, since=until)

    def between(self, start: float, end: float) -> Range:
        """Visitors who come from position `start` to `end`, of which none is past."""
        mean, variance = self.moments(start, end)
        return count_range(mean, mean + self.dynamics.spread * (variance - mean))

    def moments(self, start: float, end: float) -> tuple[float, float]:
        """Mean and variance of visitors between two positions, before ranges are widened."""
        level, at = self.level or self._before, floor(self.since)
        steps = range(max(floor(start), at), min(len(self.usual), -floor(-end)))
        parts = [
            (step - at, self.usual[step] * (min(end, step + 1) - max(start, step)))
            for step in steps
            if self.usual[step] > 0
        ]
        return _moments(level, self.dynamics, parts)

    @property
    def _before(self) -> Level:
        return Level(0.0, 0.0, self.dynamics.day + self.doubt, 0.0, self.dynamics.local)


def _moments(
    level: Level, dynamics: Dynamics, parts: Sequence[tuple[int, float]]
) -> tuple[float, float]:
    """Of the sum over `parts`, each so many steps ahead with so many visitors usual."""
    mean = total = faded = own = shared = 0.0
    before, left = 0, 0.0
    for ahead, usual in parts:
        keeps = dynamics.keeps**ahead
        mean += usual * max(LOWEST_LEVEL, 1 + level.day + level.local * keeps)
        total, faded = total + usual, faded + usual * keeps
        fresh = dynamics.local * (1 - keeps**2)
        left *= dynamics.keeps ** (ahead - before)  # earlier steps' fresh movement, as it lives on
        shared += 2 * usual * left
        own += usual**2 * (dynamics.noise + fresh)
        left, before = left + usual * fresh, ahead
    variance = (
        level.day_var * total**2 + 2 * level.both_var * total * faded + level.local_var * faded**2
    )
    return mean, mean + max(0.0, variance) + own + shared


def day_forecast(pattern: Pattern, dates: Dates, day: date, ahead: int = 0) -> DayForecast:
    """What is expected of a day, `ahead` days from the last one known, before it begins."""
    kind = dates.kind(day)
    make_up = dates.is_make_up(day)
    rates = pattern.make_up if make_up else pattern.rates[day.weekday()]
    effect = pattern.effects.get(kind, 0.0 if kind == "holiday" else 1.0)
    doubt = NEW_HALL / pattern.days + pattern.dynamics.day * ahead / FADES_DAYS
    if kind != "plain":
        doubt += NEW_KIND / (2 + pattern.seen.get(kind, 0))
    return DayForecast(tuple(rate * effect for rate in rates), pattern.dynamics, doubt)
