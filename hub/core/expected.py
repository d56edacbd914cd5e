"""What a hall expects of a day: learned patterns, its calendar, bookings, and who came so far."""

from collections import Counter
from collections.abc import Mapping, Sequence
from dataclasses import dataclass, replace
from datetime import date, datetime, timedelta
from functools import cached_property
from typing import Final

from hub.core.arrivals import STEP_MIN, STEPS, DayForecast, Pattern, day_forecast
from hub.core.counting import Range, count_range
from hub.core.plan import HallPlan
from hub.core.rules import Part
from hub.core.staffing import offered_load, recent_arrivals
from hub.core.state import State

ARRIVALS_FILE: Final = "arrivals.json"
DAYS_AHEAD: Final = 14
NOBODY: Final = (0,) * STEPS


class Patterns(Part):
    """What was learned of a hall's arrivals up to the day `through`: in all, and by service."""

    through: date
    hall: Pattern
    services: Mapping[str, Pattern]

    def of(self, service: str | None) -> Pattern | None:
        """The pattern of a service, or of the hall; None where nothing was learned of it."""
        return self.hall if service is None else self.services.get(service)


@dataclass(frozen=True, slots=True)
class StepForecast:
    """A quarter of an hour: what was usual for it beforehand, what is expected now, who came.

    `came` is None while the step has not begun. What is over keeps the range of before the day.
    """

    at: datetime
    usual: float
    expected: Range
    came: int | None


@dataclass(frozen=True)
class Outlooks:
    """Forecasts of one moment, each worked out when somebody asks."""

    plan: HallPlan
    state: State
    patterns: Patterns
    now: datetime

    def of_day(self, service: str | None, day: date) -> DayForecast | None:
        """A day of one service, or of the hall; None where nothing was learned of it."""
        pattern = self.patterns.of(service)
        if pattern is None:
            return None
        ahead = max(0, (day - self.patterns.through).days - 1)
        before = day_forecast(pattern, self.plan.dates, day, ahead)
        return replace(before, usual=self._usual(pattern, before, service, day))

    def live(self, service: str | None) -> DayForecast | None:
        """This day, updated by who came."""
        local = self.plan.local(self.now)
        before = self.of_day(service, local.date())
        if before is None:
            return None
        return before.after(self._came(service, local.date()), position(local))

    def steps(self, service: str | None, day: date) -> tuple[StepForecast, ...]:
        """Every step of a day on which the hall is open or visitors came."""
        before = self.of_day(service, day)
        if before is None:
            return ()
        today = self.plan.local(self.now)
        is_today = day == today.date()
        now = position(today) if is_today else (0.0 if day > today.date() else float(STEPS))
        live = self.live(service) if is_today else before
        came = self._came(service, day)
        return tuple(
            StepForecast(
                at=midnight(self.plan, day) + timedelta(minutes=step * STEP_MIN),
                usual=usual,
                expected=_seen_so_far(live or before, before, step, now, came[step]),
                came=came[step] if step <= now else None,
            )
            for step, usual in enumerate(before.usual)
            if usual > 0 or came[step]
        )

    def by_hour(self, day: date) -> tuple[float, ...]:
        """Visitors of the hall expected in each of the 24 hours of a day; empty if not known."""
        forecast = self.of_day(None, day)
        if forecast is None:
            return ()
        per_hour = STEPS // 24
        return tuple(
            round(sum(forecast.usual[step : step + per_hour]), 1)
            for step in range(0, STEPS, per_hour)
        )

    def day_total(self, service: str | None, day: date) -> Range | None:
        """All who come on a day: those who came, and those still to come."""
        local = self.plan.local(self.now)
        forecast = self.live(service) if day == local.date() else self.of_day(service, day)
        if forecast is None:
            return None
        came = sum(self._came(service, day))
        rest = forecast.between(forecast.since, float(STEPS))
        return Range(came + rest.expected, came + rest.low, came + rest.high)

    def next_minutes(self, service: str | None, minutes: float) -> Range | None:
        """Visitors of the next minutes, through midnight if need be."""
        start = position(self.plan.local(self.now))
        end = start + minutes / STEP_MIN
        live = self.live(service)
        if live is None:
            return None
        mean, variance = live.moments(start, min(end, float(STEPS)))
        if end > STEPS and (then := self.of_day(service, self._tomorrow)) is not None:
            more, scatter = then.moments(0.0, end - STEPS)
            mean, variance = mean + more, variance + scatter
        return count_range(mean, mean + live.dynamics.spread * (variance - mean))

    def _came(self, service: str | None, day: date) -> Sequence[int]:
        if day != self.plan.local(self.now).date():
            return NOBODY
        return self._today.get(service, NOBODY)

    @cached_property
    def _today(self) -> Mapping[str | None, Sequence[int]]:
        return came_on(self.plan, self.state, self.plan.local(self.now).date())

    @property
    def _tomorrow(self) -> date:
        return self.plan.local(self.now).date() + timedelta(days=1)

    def _usual(
        self, pattern: Pattern, before: DayForecast, service: str | None, day: date
    ) -> tuple[float, ...]:
        """With those who usually come by appointment, or those booked if they are more."""
        booked = booked_on(self.plan, self.state, service, day)
        receives = self._receives(day)
        return tuple(
            walk + max(usual, pattern.shows * booked.get(step, 0)) if receives[step] else 0.0
            for step, (walk, usual) in enumerate(
                zip(before.usual, pattern.booked[day.weekday()], strict=True)
            )
        )

    def _receives(self, day: date) -> list[bool]:
        """In which steps the hall is open by its hours; on a make-up day whenever it was busy."""
        spans = self.plan.spans(day)
        if self.plan.dates.is_make_up(day):
            return [True] * STEPS
        return [
            any(start < (step + 1) * STEP_MIN and end > step * STEP_MIN for start, end in spans)
            for step in range(STEPS)
        ]


def arrivals_ahead(
    plan: HallPlan, state: State, now: datetime, patterns: Patterns | None, minutes: float
) -> dict[str, Range]:
    """Visitors for each service over the next minutes.

    Where nothing was learned it goes on as of late, give or take what chance and a day's own ways
    may bring.
    """
    lately = recent_arrivals(plan, state, now)
    outlooks = None if patterns is None else Outlooks(plan, state, patterns, now)
    ahead = {}
    for service in plan.service_by_id:
        learned = None if outlooks is None else outlooks.next_minutes(service, minutes)
        guess = lately.get(service, 0.0) * minutes
        ahead[service] = learned or count_range(guess, guess + guess**2 / 4)
    return ahead


def group_load(
    plan: HallPlan, state: State, now: datetime, patterns: Patterns | None
) -> dict[str, float]:
    """Windows that each group would keep busy over the staffing horizon, by those who will come."""
    horizon_min = plan.staffing.horizon_min
    ahead = arrivals_ahead(plan, state, now, patterns, horizon_min)
    per_min = {service: coming.expected / horizon_min for service, coming in ahead.items()}
    return offered_load(plan, state, per_min)


def came_on(plan: HallPlan, state: State, day: date) -> Mapping[str | None, Sequence[int]]:
    """Tickets taken by step of each service and of the hall (None), as far as the state remembers.

    A ticket for several services counts for each of them.
    """
    came: dict[str | None, list[int]] = {None: [0] * STEPS}
    for ticket in state.tickets.by_id.values():
        at = plan.local(ticket.issued_at)
        if at.date() == day:
            for service in (None, ticket.service, *ticket.also):
                came.setdefault(service, [0] * STEPS)[int(position(at))] += 1
    return came


def booked_on(plan: HallPlan, state: State, service: str | None, day: date) -> Mapping[int, int]:
    """Booked visits by the step in which they are due to come, those who came among them."""
    early = timedelta(minutes=plan.appointments.virtual_min)
    slots = (
        plan.local(each.slot - early)
        for each in state.appointments.values()
        if each.state in {"booked", "arrived"} and service in {None, each.service}
    )
    return Counter(int(position(slot)) for slot in slots if slot.date() == day)


def position(local: datetime) -> float:
    """Steps since midnight of a time on the hall's clock."""
    return (local.hour * 60 + local.minute + local.second / 60) / STEP_MIN


def midnight(plan: HallPlan, day: date) -> datetime:
    """When a day of the hall begins."""
    return datetime.combine(day, datetime.min.time(), plan.zone)


def _seen_so_far(live: DayForecast, before: DayForecast, step: int, now: float, came: int) -> Range:
    """A step's range: of before the day once it is over, else of those who came and will come."""
    if step + 1 <= now:
        return before.between(step, step + 1)
    rest = live.between(max(now, step), step + 1)
    so_far = came if step <= now else 0
    return Range(rest.expected + so_far, rest.low + so_far, rest.high + so_far)
