"""What is to come, as messages: arrivals of a day, and the load of the next half hour."""

from datetime import date, datetime

from hall.forecasts import ArrivalsForecast, ArrivalsStep, Expected, LoadForecast
from hub.core.counting import Range
from hub.core.expected import Outlooks, Patterns, came_on
from hub.core.glances import glances
from hub.core.peaks import AHEAD_MIN, PeakModel, load_ahead
from hub.core.plan import HallPlan
from hub.core.state import State


def arrivals_forecast(
    plan: HallPlan,
    state: State,
    patterns: Patterns | None,
    now: datetime,
    *,
    service: str | None,
    day: date,
) -> ArrivalsForecast:
    """A day of one service, or of the hall."""
    outlooks = None if patterns is None else Outlooks(plan, state, patterns, now)
    pattern = None if patterns is None else patterns.of(service)
    total = None if outlooks is None else outlooks.day_total(service, day)
    return ArrivalsForecast(
        at=now,
        day=day,
        service=service,
        kind=plan.dates.kind(day),
        learned_days=0 if pattern is None else pattern.days,
        through=None if patterns is None or pattern is None else patterns.through,
        came=sum(came_on(plan, state, day).get(service, ())),
        total=None if total is None else _expected(total),
        steps=tuple(
            ArrivalsStep(
                at=step.at,
                usual=round(step.usual, 2),
                came=step.came,
                **_expected(step.expected).model_dump(),
            )
            for step in (outlooks.steps(service, day) if outlooks else ())
        ),
    )


def load_forecast(
    plan: HallPlan,
    state: State,
    patterns: Patterns | None,
    peaks: PeakModel | None,
    now: datetime,
) -> LoadForecast:
    """The next half hour."""
    today = plan.local(now).date()
    so_far = glances(plan, state.tickets.by_id.values(), today, now) if peaks else ()
    most = None if peaks is None or not so_far else round(peaks.most(so_far), 1)
    return LoadForecast(
        at=now,
        minutes=AHEAD_MIN,
        windows_busy=_expected(load_ahead(plan, state, patterns, now, AHEAD_MIN)),
        windows=len(plan.windows),
        waiting=sum(map(len, state.tickets.lines.values())),
        peak=None if peaks is None else peaks.level,
        most=most,
        warns=None if peaks is None else bool(so_far) and peaks.warns(so_far),
    )


def _expected(told: Range) -> Expected:
    return Expected(
        expected=round(told.expected, 2), low=round(told.low, 2), high=round(told.high, 2)
    )
