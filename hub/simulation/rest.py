"""Whom a hall expects for the rest of its day, and what another set of windows would make of it."""

from collections.abc import Collection, Sequence
from dataclasses import dataclass
from datetime import datetime, timedelta
from math import sqrt
from statistics import fmean, quantiles, stdev
from typing import Final

from hub.core import commands
from hub.core.arrivals import STEP_MIN, STEPS
from hub.core.expected import Outlooks, Patterns, booked_on, position
from hub.core.plan import HallPlan
from hub.core.refusals import Refused
from hub.core.staffing import recent_arrivals
from hub.core.state import State
from hub.simulation.assumptions import ByClock, Demand, Habits, ServiceDemand, Staff
from hub.simulation.crew import Crew
from hub.simulation.decisions import Decisions
from hub.simulation.play import MANAGER
from hub.simulation.present import play_on, rest_of_day
from hub.simulation.visitors import Chance, People, midnight_of, opening_min
from hub.simulation.visits import Outcome

HALF_HOURS: Final = 48
NOBODY: Final = 1e-6  # a mean of visitors that stands for none
UNSURE: Final = 0.5  # coefficient of variation of a rest of day of which nothing was learned
SHOWS: Final = 0.85


@dataclass(frozen=True, slots=True)
class Question:
    """A hall at a moment, and which windows would open and close now."""

    plan: HallPlan
    state: State
    patterns: Patterns | None
    now: datetime
    opening: tuple[str, ...] = ()
    closing: tuple[str, ...] = ()


@dataclass(frozen=True, slots=True)
class Rest:
    """How one simulated rest of a day went. Waits are those that had not ended when it began."""

    p50_wait_min: float
    p90_wait_min: float
    p95_wait_min: float
    left: float
    visitors: float
    window_hours: float


@dataclass(frozen=True, slots=True)
class Estimate:
    """A mean over runs, and from where to where it lies with 95 % confidence."""

    mean: float
    low: float
    high: float


def expected_demand(
    plan: HallPlan, state: State, patterns: Patterns | None, now: datetime
) -> Demand:
    """Walk-ins from now on, as the forecast has them; who booked is taken from the state.

    Nobody is taken to go to kiosks or experts who does not do so by now.
    """
    local = plan.local(now)
    minute = position(local) * STEP_MIN
    outlooks = None if patterns is None else Outlooks(plan, state, patterns, now)
    lately = recent_arrivals(plan, state, now)
    coming = {
        service: _half_hours(outlooks, service, minute, lately.get(service, 0.0))
        for service in plan.service_by_id
    }
    totals = {service: sum(each) for service, each in coming.items()}
    visitors = sum(totals.values())
    weights = [sum(each[n] for each in coming.values()) for n in range(HALF_HOURS)]
    shares = {
        service: total / visitors if visitors else 1 / len(totals)
        for service, total in totals.items()
    }
    shows = SHOWS if patterns is None else patterns.hall.shows
    return Demand(
        visitors=max(visitors, NOBODY),
        day_cv=_doubt(outlooks, minute),
        no_shows=1 - shows,
        arrivals={
            f"{n // 2:02d}:{n % 2 * 30:02d}": weight if visitors else 1.0
            for n, weight in enumerate(weights)
        },
        services={
            service: ServiceDemand(share=share, cv=plan.staffing.service_cv)
            for service, share in shares.items()
        },
    )


def _half_hours(
    outlooks: Outlooks | None, service: str, minute: float, lately: float
) -> Sequence[float]:
    """Walk-ins of each half hour, of the present one as if it were whole."""
    live = None if outlooks is None else outlooks.live(service)
    coming: list[float] = []
    booked = {} if outlooks is None else _shown(outlooks, service)
    for start in range(0, HALF_HOURS * 30, 30):
        begins, ends = max(minute, start), start + 30.0
        if begins >= ends:
            coming.append(0.0)
            continue
        if live is None:
            over = outlooks is not None and begins >= minute + outlooks.plan.staffing.horizon_min
            coming.append(0.0 if over else lately * 30)
            continue
        parts = live.between(begins / STEP_MIN, ends / STEP_MIN).expected
        known = sum(
            booked.get(step, 0.0) for step in range(int(begins // STEP_MIN), int(ends // STEP_MIN))
        )
        coming.append(max(0.0, parts - known) * 30 / (ends - begins))
    return coming


def _shown(outlooks: Outlooks, service: str) -> dict[int, float]:
    """Booked visits that come, by step: these are played one by one."""
    day = outlooks.plan.local(outlooks.now).date()
    pattern = outlooks.patterns.of(service)
    shows = SHOWS if pattern is None else pattern.shows
    booked = booked_on(outlooks.plan, outlooks.state, service, day)
    return {step: shows * count for step, count in booked.items()}


def _doubt(outlooks: Outlooks | None, minute: float) -> float:
    """How far the rest of the day may stray beyond what chance makes of single visitors."""
    live = None if outlooks is None else outlooks.live(None)
    if live is None:
        return UNSURE
    mean, variance = live.moments(minute / STEP_MIN, float(STEPS))
    return sqrt(max(0.0, variance - mean)) / mean if mean > 0 else 0.0


def changed(question: Question) -> State | Refused:
    """The hall with the windows opened and closed, as a manager would by the hall's own rules."""
    hall = Decisions(question.plan, question.state, question.now)
    todo: list[commands.OpenWindow | commands.CloseWindow] = [
        *(commands.OpenWindow(window) for window in question.opening),
        *(commands.CloseWindow(window, after_current=True) for window in question.closing),
    ]
    for command in todo:
        happened = hall.do(command, MANAGER)
        if isinstance(happened, Refused):
            return happened
    return hall.state


def run_pair(
    question: Question, otherwise: State, demand: Demand, chance: Chance
) -> tuple[Rest, Rest]:
    """One rest of the day with the windows as they are, and as they would be: the same people."""
    plan, now = question.plan, question.now
    people = People(plan, demand, Habits(), chance)
    rest = rest_of_day(people, question.state, now)
    count = ByClock(steps={"00:00": len(plan.windows)})
    crew = Crew(Staff(roster=count, most=count))
    begins = (now - midnight_of(plan, plan.local(now).date())) / timedelta(minutes=1)
    as_is, then = (
        _rest(play_on(people, state, now, rest, crew, offering=False), begins)
        for state in (question.state, otherwise)
    )
    return as_is, then


def _rest(outcome: Outcome, begins_min: float) -> Rest:
    visits = [
        visit
        for visit in outcome.visits
        if visit.ended != "turned_away"
        and (visit.began_min is None or visit.began_min >= begins_min)
    ]
    waits = sorted(visit.wait_min for visit in visits if visit.began_min is not None)
    cuts = quantiles(waits, n=20, method="inclusive") if len(waits) > 1 else [*waits, 0.0][:1] * 19
    return Rest(
        p50_wait_min=cuts[9],
        p90_wait_min=cuts[17],
        p95_wait_min=cuts[18],
        left=sum(visit.ended == "left" for visit in visits),
        visitors=len(visits),
        window_hours=outcome.window_min / 60,
    )


def estimate(values: Sequence[float]) -> Estimate:
    """The mean of runs and its 95 % interval by Student's t (Cornish & Fisher's expansion)."""
    mean = fmean(values)
    if len(values) < 2:  # noqa: PLR2004 one value says nothing of the scatter
        return Estimate(mean, mean, mean)
    z, freedom = 1.959964, len(values) - 1
    first = (z**3 + z) / (4 * freedom)
    second = (5 * z**5 + 16 * z**3 + 3 * z) / (96 * freedom**2)
    half = (z + first + second) * stdev(values) / sqrt(len(values))
    return Estimate(mean, mean - half, mean + half)


def closes_at(plan: HallPlan, now: datetime) -> datetime:
    """Until when the rest of this day is played: the hall's last closing."""
    day = plan.local(now).date()
    return midnight_of(plan, day) + timedelta(minutes=opening_min(plan, day)[1])


def unknown(plan: HallPlan, windows: Collection[str]) -> bool:
    """Whether one of them is no window of the hall."""
    return not plan.window_by_id.keys() >= set(windows)
