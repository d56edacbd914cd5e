"""How many windows are needed when: the modified offered load of who is there and who will come."""

from collections.abc import Iterable, Mapping, Sequence
from dataclasses import dataclass, field
from datetime import date, datetime, timedelta
from functools import lru_cache
from math import inf, log, log1p, sqrt
from statistics import NormalDist
from typing import Final, Literal

from hub.core.arrivals import STEP_MIN, STEPS
from hub.core.expected import Outlooks, Patterns, midnight, position
from hub.core.plan import HallPlan
from hub.core.staffing import needed, recent_arrivals
from hub.core.state import State

Basis = Literal["learned", "recent", "nothing"]

LOOKS_MIN: Final = (5.0, 10.0, 15.0)  # when a step is looked at; the busiest of them counts
LONG_GONE: Final = 5.0  # mean service times after which no window is kept for who is left
ALWAYS_THE_SAME: Final = 1e-3  # coefficient of variation below which a time does not vary
_NORMAL: Final = NormalDist()


@dataclass(frozen=True, slots=True)
class ServiceTime:
    """A lognormal time at a window, by its mean and coefficient of variation."""

    mean_min: float
    cv: float

    def within(self, minutes: float) -> float:
        """Minutes of it that lie within the first `minutes` from its beginning, in the mean.

        The integral of P(S > u) from 0 to `minutes`, which is E[min(S, minutes)].
        """
        return _within(self.mean_min, self.cv, round(minutes, 3))

    def left(self, minutes: float) -> float:
        """The chance that a service now at work goes on for more than `minutes`.

        Seen at a random moment it has the equilibrium distribution 1 - E[min(S, u)] / E[S].
        """
        return max(0.0, 1 - self.within(minutes) / self.mean_min)


@lru_cache(maxsize=8192)
def _within(mean_min: float, cv: float, minutes: float) -> float:
    if minutes <= 0:
        return 0.0
    if cv < ALWAYS_THE_SAME:
        return min(mean_min, minutes)
    variance = log1p(cv * cv)
    sigma = sqrt(variance)
    deviate = (log(minutes / mean_min) + variance / 2) / sigma
    return mean_min * _NORMAL.cdf(deviate - sigma) + minutes * (1 - _NORMAL.cdf(deviate))


@dataclass(frozen=True, slots=True)
class Batch:
    """Visitors who come evenly from one minute since midnight to another."""

    start_min: float
    end_min: float
    count: float


@dataclass(frozen=True, slots=True)
class Present:
    """Who is in the hall at a minute since midnight: numbers by service."""

    minute: float = -inf
    waiting: Mapping[str, int] = field(default_factory=dict)
    serving: Mapping[str, int] = field(default_factory=dict)


@dataclass(frozen=True, slots=True)
class Need:
    """Windows needed in a quarter of an hour, by group, and the load that they are needed for."""

    at: datetime
    load: Mapping[str, float]
    windows: Mapping[str, int]

    @property
    def total(self) -> int:
        """Windows of all groups."""
        return sum(self.windows.values())


@dataclass(frozen=True, slots=True)
class Requirement:
    """A day's needs, from its opening or from now to closing, and what they are worked out from."""

    day: date
    basis: Basis
    needs: tuple[Need, ...] = ()


def offered(time: ServiceTime, batches: Iterable[Batch], minute: float) -> float:
    """Windows that those who came would keep busy at `minute`, if nobody had to wait.

    m(t) = integral of arrivals(t - u) P(S > u) du (Jennings, Mandelbaum, Massey & Whitt 1996;
    Green, Kolesar & Whitt 2007): load follows arrivals late and smoothed, by as much as service
    takes.
    """
    load = 0.0
    for batch in batches:
        since_first, since_last = minute - batch.start_min, minute - batch.end_min
        if since_first <= 0 or since_last > LONG_GONE * time.mean_min:
            continue
        busy = time.within(since_first) - time.within(since_last)
        load += batch.count / (batch.end_min - batch.start_min) * busy
    return load


def requirement(
    plan: HallPlan, state: State, patterns: Patterns | None, now: datetime, day: date
) -> Requirement:
    """What a day needs. Today from now on, by who is in the hall and what has come so far.

    Without `patterns` today goes on as of late, and nothing is known of other days. A service of
    which alone nothing was learned goes on as of late for as long as the horizon.
    """
    local = plan.local(now)
    if day != local.date():
        return before_the_day(plan, state, patterns, now, day)
    minute = position(local) * STEP_MIN
    outlooks = None if patterns is None else Outlooks(plan, state, patterns, now)
    lately = recent_arrivals(plan, state, now)
    coming: dict[str, list[Batch]] = {}
    for service in plan.service_by_id:
        live = None if outlooks is None else outlooks.live(service)
        spans = _spans(minute)
        if live is None:
            ends = inf if outlooks is None else minute + plan.staffing.horizon_min
            per_min = lately.get(service, 0.0)
            coming[service] = [Batch(a, b, per_min * (b - a)) for a, b in spans if a < ends]
        else:
            rest = ((a, b, live.between(a / STEP_MIN, b / STEP_MIN).expected) for a, b in spans)
            coming[service] = [Batch(*each) for each in rest]
    needs = _needs(plan, day, coming, _present(plan, state, minute))
    return Requirement(day, "recent" if patterns is None else "learned", tuple(needs))


def before_the_day(
    plan: HallPlan, state: State, patterns: Patterns | None, now: datetime, day: date
) -> Requirement:
    """What a whole day needs as far as it was known before it began: what shifts are planned by."""
    if patterns is None:
        return Requirement(day, "nothing")
    outlooks = Outlooks(plan, state, patterns, now)
    coming: dict[str, list[Batch]] = {}
    for service in plan.service_by_id:
        forecast = outlooks.of_day(service, day)
        if forecast is not None:
            coming[service] = [
                Batch(a, b, forecast.between(a / STEP_MIN, b / STEP_MIN).expected)
                for a, b in _spans(0.0)
            ]
    return Requirement(day, "learned", tuple(_needs(plan, day, coming, Present())))


def _spans(minute: float) -> list[tuple[float, float]]:
    """What is left of each step of a day from `minute` on."""
    steps = range(int(minute // STEP_MIN), STEPS)
    return [(max(minute, step * STEP_MIN), (step + 1.0) * STEP_MIN) for step in steps]


def _present(plan: HallPlan, state: State, minute: float) -> Present:
    serving = dict.fromkeys(plan.service_by_id, 0)
    for window in state.windows.values():
        ticket = None if window.ticket is None else state.tickets.by_id.get(window.ticket)
        if ticket is not None and ticket.service in serving:
            serving[ticket.service] += 1
    waiting = {service: state.tickets.waiting_for(service) for service in plan.service_by_id}
    return Present(minute, waiting, serving)


def _needs(
    plan: HallPlan, day: date, coming: Mapping[str, Sequence[Batch]], present: Present
) -> Iterable[Need]:
    start = midnight(plan, day)
    for step in range(STEPS):
        first, last = step * STEP_MIN, (step + 1) * STEP_MIN
        if last <= present.minute or not _receives(plan, day, first, last):
            continue
        loads = [
            _load(plan, coming, present, max(present.minute, first + look)) for look in LOOKS_MIN
        ]
        load = max(loads, key=lambda each: sum(each.values()))
        yield Need(start + timedelta(minutes=first), load, needed(plan, load))


def _receives(plan: HallPlan, day: date, first: int, last: int) -> bool:
    return any(start < last and end > first for start, end in plan.spans(day))


def _load(
    plan: HallPlan, coming: Mapping[str, Sequence[Batch]], present: Present, minute: float
) -> dict[str, float]:
    """Windows kept busy at `minute`, by group; who waits now is to be served within the horizon."""
    load = dict.fromkeys(plan.group_by_id, 0.0)
    horizon, later = plan.staffing.horizon_min, minute - present.minute
    for service in plan.services:
        time = ServiceTime(service.minutes, plan.staffing.service_cv)
        busy = offered(time, coming.get(service.id, ()), minute)
        if later <= LONG_GONE * service.minutes:
            busy += present.serving.get(service.id, 0) * time.left(later)
        if later < horizon:
            busy += present.waiting.get(service.id, 0) * service.minutes / horizon
        load[service.group] += busy
    return load
