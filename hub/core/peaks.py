"""Sees a peak coming: how full the hall may get within half an hour, and whether that is a peak.

A peak begins when the visitors who wait reach the hall's level. Boosted trees give a high quantile
of the most that will wait over the next half hour, in multiples of the level; a warning is due
while it is at or above `warn_at`.
"""

from collections.abc import Sequence
from dataclasses import dataclass
from datetime import datetime
from math import sqrt
from statistics import fmean, median
from typing import Annotated, Final

from pydantic import Field

from hub.core.counting import Range, count_range
from hub.core.expected import Outlooks, Patterns, arrivals_ahead
from hub.core.plan import HallPlan
from hub.core.rules import NotNegative, Part, Positive
from hub.core.state import State
from hub.core.trees import Forest

PEAKS_FILE: Final = "peaks.json"
GLANCE_MIN: Final = 5
AHEAD_MIN: Final = 30
HALF_HOURS: Final = 48
LONG_AGO_MIN: Final = 300.0
AFTER: Final = 6  # glances without a peak before another may begin
FADES: Final = (0.5, 2 / 11)  # weight of the newest glance in two fading means

HalfHours = Annotated[tuple[NotNegative, ...], Field(min_length=HALF_HOURS, max_length=HALF_HOURS)]


@dataclass(frozen=True, slots=True)
class Glance:
    """A hall at one moment: minutes since midnight, who waits, windows open.

    `longest`: the longest of its queues. `came`, `called`: visitors since the glance before.
    """

    minute: float
    waiting: float
    windows: float = 0.0
    longest: float = 0.0
    came: float = 0.0
    called: float = 0.0


class UsualDay(Part):
    """What is usual in a hall, by half hour: visitors who wait on average and on one day in five.

    `came`: per glance. `begins`: peaks that begin within half an hour before or after one. `most`:
    the most who wait on a day, on average.
    """

    waiting: HalfHours
    busy: HalfHours
    came: HalfHours
    begins: HalfHours
    most: NotNegative


class PeakModel(Part):
    """What a hall has learned about its peaks. `level`: visitors who wait, where a peak begins.

    `most_ahead`: a high quantile of the most over the next half hour, in multiples of the level.
    """

    level: Positive
    usual: UsualDay
    most_ahead: Forest
    warn_at: Positive

    def most(self, so_far: Sequence[Glance]) -> float:
        """How many may wait at most within half an hour, from today's glances."""
        return self.level * self.most_ahead.value(features(so_far, self.usual, self.level))

    def warns(self, so_far: Sequence[Glance]) -> bool:
        """Whether to warn now: no peak is on or just over, and one is likely enough."""
        recent = so_far[-AFTER - 1 :]
        calm = len(recent) > AFTER and all(each.waiting < self.level for each in recent)
        return calm and self.most(so_far) >= self.warn_at * self.level


def load_ahead(
    plan: HallPlan, state: State, patterns: Patterns | None, now: datetime, minutes: float
) -> Range:
    """How many windows the work of the next `minutes` would keep busy all the time.

    Of those who wait, of those being served, who need the mean still as in `hub.core.forecast`, and
    of those who will come. To be held against the windows that could open, `len(plan.windows)`.
    """
    work_min = sum(
        state.tickets.waiting_for(service.id) * service.minutes for service in plan.services
    )
    for current in state.windows.values():
        if current.ticket is not None:
            work_min += plan.service_by_id[state.tickets[current.ticket].service].minutes
    coming = arrivals_ahead(plan, state, now, patterns, minutes)
    new_min = sum(coming[service.id].expected * service.minutes for service in plan.services)
    visitors = sum(each.expected for each in coming.values())
    hall = patterns and Outlooks(plan, state, patterns, now).next_minutes(None, minutes)
    told = hall or count_range(visitors, visitors + visitors**2 / 4)
    low, high = (
        (work_min + new_min * bound / (told.expected or 1.0)) / minutes
        for bound in (told.low, told.high)
    )
    return Range((work_min + new_min) / minutes, low, high)


def begins(waiting: Sequence[float], level: float) -> list[int]:
    """Which glances of a day begin a peak: at the level, and none of the AFTER before them was."""
    above = [each >= level for each in waiting]
    return [
        index
        for index in range(1, len(above))
        if above[index] and not any(above[max(0, index - AFTER) : index])
    ]


def features(so_far: Sequence[Glance], usual: UsualDay, level: float) -> list[float]:
    """What the trees look at, from today's glances up to now; visitors in multiples of the level.

    Waits, their mean in fading memory, trend and scatter; arrivals and calls; what is usual at this
    hour and in half an hour, as such and scaled by how this day compares; windows; the time.
    """
    now = so_far[-1]
    waiting = [each.waiting for each in so_far]
    quick, slow = (_fading(waiting, weight) for weight in FADES)
    last = waiting[-AFTER:]
    at = _half_hour(now.minute)
    soon, later = _half_hour(now.minute + AHEAD_MIN / 2), _half_hour(now.minute + AHEAD_MIN)
    so_far_usual = [usual.waiting[_half_hour(each.minute)] for each in so_far]
    today = (sum(waiting) + 3 * level) / (sum(so_far_usual) + 3 * level)
    lately = (sum(last) + level) / (sum(so_far_usual[-AFTER:]) + level)
    rising = _slope(so_far, quick, 3)
    steadily = _slope(so_far, waiting, AFTER)
    came, called = [each.came for each in so_far], [each.called for each in so_far]
    usually_came = sum(usual.came[_half_hour(each.minute)] for each in so_far)
    return [
        now.minute,
        now.minute - so_far[0].minute,
        level,
        now.waiting / level,
        quick[-1] / level,
        slow[-1] / level,
        median(last) / level,
        max(last) / level,
        _scatter(last) / level,
        max(waiting) / level,
        now.longest / level,
        rising * AHEAD_MIN / level,
        steadily * AHEAD_MIN / level,
        sum(came[-3:]) / level,
        sum(called[-3:]) / level,
        sum(came[-AFTER - 1 :]) / level,
        sum(called[-AFTER - 1 :]) / level,
        usual.waiting[at] / level,
        usual.waiting[soon] / level,
        usual.waiting[later] / level,
        usual.waiting[later] / max(1.0, usual.waiting[at]),
        (quick[-1] + usual.waiting[later] - usual.waiting[at]) / level,
        usual.busy[soon] / level,
        usual.busy[later] / level,
        usual.came[at] / level,
        usual.came[later] / level,
        usual.most / level,
        today,
        lately,
        today * usual.waiting[later] / level,
        lately * usual.waiting[later] / level,
        (sum(came) + 20) / (usually_came + 20),
        now.windows,
        now.windows / max(1.0, *(each.windows for each in so_far)),
        usual.begins[soon],
        sum(usual.begins),
        float(len(begins(waiting, level))),
        now.minute - _last_peak(so_far, level),
    ]


def _last_peak(so_far: Sequence[Glance], level: float) -> float:
    """When the level was last reached today; long ago if it was not."""
    above = (each.minute for each in reversed(so_far) if each.waiting >= level)
    return next(above, so_far[-1].minute - LONG_AGO_MIN)


def _half_hour(minute: float) -> int:
    return int(minute // 30) % HALF_HOURS


def _slope(so_far: Sequence[Glance], values: Sequence[float], back: int) -> float:
    """Change per minute since `back` glances ago."""
    then = max(0, len(so_far) - 1 - back)
    return (values[-1] - values[then]) / max(1.0, so_far[-1].minute - so_far[then].minute)


def _scatter(values: Sequence[float]) -> float:
    mean = fmean(values)
    return sqrt(fmean((each - mean) ** 2 for each in values))


def _fading(values: Sequence[float], weight: float) -> list[float]:
    """The mean so far in which each glance counts less by 1 - weight than the next (Brown 1959)."""
    said, total, means = 0.0, 0.0, []
    for value in values:
        said, total = said * (1 - weight) + value, total * (1 - weight) + 1
        means.append(said / total)
    return means
