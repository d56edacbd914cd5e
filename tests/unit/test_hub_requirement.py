"""Windows needed through a day: true to queueing theory, and late as service makes them."""

from datetime import date, timedelta
from math import exp, factorial, sqrt
from random import Random

import pytest
from hypothesis import given
from hypothesis import strategies as st

from hub.core import commands
from hub.core.advice import staffing_advice
from hub.core.arrivals import Pattern
from hub.core.elastic import Pressure, watch
from hub.core.expected import Patterns
from hub.core.requirement import (
    Batch,
    ServiceTime,
    before_the_day,
    offered,
    requirement,
)
from hub.core.staffing import needed
from hub.core.state import State
from hub.simulation.visitors import lognormal
from tests.unit.hub_arrivals import usual
from tests.unit.hub_fakes import NOON, hall_plan
from tests.unit.hub_hall import LI, Hall

PLAN = hall_plan(hours={"mon": ["09:00-17:00"], "tue": ["09:00-17:00"]})
TODAY, TOMORROW = date(2026, 3, 2), date(2026, 3, 3)
TIMES = st.builds(ServiceTime, st.floats(1, 60), st.floats(0, 2))
DAYS = st.lists(st.floats(0, 40), min_size=1, max_size=12).map(
    lambda counts: [Batch(15.0 * n, 15.0 * (n + 1), count) for n, count in enumerate(counts)]
)


def patterns(a_day: float) -> Patterns:
    rates = tuple(usual(step, a_day) for step in range(96))
    pattern = Pattern(days=40, rates=(rates,) * 7, make_up=rates, booked=((0.0,) * 96,) * 7)
    one = Pattern(
        days=40,
        rates=(tuple(rate / 3 for rate in rates),) * 7,
        make_up=rates,
        booked=((0.0,) * 96,) * 7,
    )
    return Patterns(
        through=date(2026, 3, 1), hall=pattern, services=dict.fromkeys(PLAN.service_by_id, one)
    )


def erlang_c(servers: int, load: float) -> float:
    """The chance to wait in M/M/c (Erlang 1917)."""
    queue = load**servers / factorial(servers) * servers / (servers - load)
    return queue / (sum(load**n / factorial(n) for n in range(servers)) + queue)


@given(TIMES, st.floats(0, 200))
def test_time_within_a_span_is_that_of_the_distribution(time: ServiceTime, minutes: float) -> None:
    within = time.within(minutes)
    assert 0 <= within <= min(time.mean_min, minutes) + 1e-2
    assert time.within(minutes + 1) >= within - 1e-9
    assert 0 <= time.left(minutes) <= 1


def test_time_within_a_span_is_what_drawn_times_show() -> None:
    chance = Random(7)
    drawn = [lognormal(chance, 10, 0.8) for _ in range(40_000)]
    for minutes in (2, 10, 40):
        mean = sum(min(each, minutes) for each in drawn) / len(drawn)
        assert ServiceTime(10, 0.8).within(minutes) == pytest.approx(mean, rel=0.02)


@given(TIMES, st.floats(0.1, 5))
def test_even_arrivals_keep_as_many_windows_busy_as_littles_law_says(
    time: ServiceTime, per_min: float
) -> None:
    long_ago = [Batch(-1e6, 1e4, per_min * (1e4 + 1e6))]
    assert offered(time, long_ago, 1e4) == pytest.approx(per_min * time.mean_min, rel=0.02)


@given(st.builds(ServiceTime, st.floats(1, 20), st.floats(0, 0.9)), DAYS)
def test_all_work_that_comes_is_load_at_some_time(time: ServiceTime, day: list[Batch]) -> None:
    work = sum(batch.count for batch in day) * time.mean_min
    load = sum(offered(time, day, minute + 0.5) for minute in range(900))
    assert load <= work * 1.02 + 1e-6
    assert load == pytest.approx(work, rel=0.05, abs=1e-6)


def test_the_busiest_time_comes_after_most_have_come() -> None:
    day = [Batch(0, 60, 10), Batch(60, 120, 60), Batch(120, 180, 10)]
    time = ServiceTime(30, 0.8)
    peak = max(range(240), key=lambda minute: offered(time, day, minute))
    assert 115 <= peak <= 125
    assert offered(time, day, 150) > 2 * 10 / 60 * 30


@given(st.floats(2, 60))
def test_windows_by_the_square_root_keep_waiting_as_likely_as_halfin_and_whitt_say(
    load: float,
) -> None:
    windows = needed(PLAN, {"people": load})["people"]
    assert windows > load
    beta = 0.8
    density = exp(-(beta**2) / 2) / sqrt(6.283185307)
    limit = 1 / (1 + beta * 0.7881446 / density)
    assert erlang_c(windows, load) <= limit + 0.06
    assert windows == 1 or windows - 1 <= load or erlang_c(windows - 1, load) >= limit - 0.15


def test_who_waits_counts_until_the_horizon_and_who_is_served_fades() -> None:
    hall = Hall(PLAN)
    for _ in range(8):
        hall.take("taxes")
    hall.wait(30)
    hall.open("w2")
    hall.call("w2")
    hall.do(commands.StartService("w2"), LI)
    first, *later = requirement(hall.plan, hall.state, None, hall.now, TODAY).needs
    assert first.at == hall.now
    assert 7 * 8 / 20 < first.load["money"] < 7 * 8 / 20 + 1
    loads = [need.load["money"] for need in later]
    assert 0 < loads[0] < 1
    assert loads == sorted(loads, reverse=True)
    assert loads[-1] == 0
    without = Hall(PLAN)
    assert (
        sum(need.total for need in requirement(PLAN, without.state, None, NOON, TODAY).needs) == 0
    )


def test_without_anything_learned_today_goes_on_as_of_late_and_tomorrow_is_unknown() -> None:
    hall = Hall(PLAN)
    for _ in range(6):
        hall.take("cards")
    today = requirement(hall.plan, hall.state, None, hall.now, TODAY)
    assert today.basis == "recent"
    assert today.needs[-1].load["people"] == pytest.approx(6 / 20 * 5, rel=0.05)
    tomorrow = requirement(hall.plan, hall.state, None, hall.now, TOMORROW)
    assert (tomorrow.basis, tomorrow.needs) == ("nothing", ())


def test_needs_follow_what_was_learned_within_opening_hours() -> None:
    hall = Hall(PLAN)
    learned = patterns(300)
    tomorrow = requirement(hall.plan, hall.state, learned, hall.now, TOMORROW)
    assert len(tomorrow.needs) == 8 * 4
    assert hall.plan.local(tomorrow.needs[0].at).hour == 9
    by_time = {hall.plan.local(need.at).strftime("%H:%M"): need.total for need in tomorrow.needs}
    assert by_time["11:00"] > by_time["13:00"] > 0
    assert tomorrow == before_the_day(hall.plan, hall.state, learned, hall.now, TOMORROW)


def test_a_busier_morning_than_usual_raises_what_the_rest_of_the_day_needs() -> None:
    quiet, busy = Hall(PLAN), Hall(PLAN)
    for _ in range(200):
        busy.take("taxes")
    learned = patterns(120)
    needs = [
        requirement(PLAN, hall.state, learned, NOON + timedelta(minutes=1), TODAY).needs[-4].load
        for hall in (quiet, busy)
    ]
    assert needs[1]["money"] > needs[0]["money"]


def test_a_day_on_which_the_hall_is_shut_needs_nobody() -> None:
    hall = Hall(PLAN)
    assert requirement(PLAN, hall.state, patterns(300), NOON, date(2026, 3, 4)).needs == ()


def test_advice_tells_needed_planned_and_open_by_quarter_of_an_hour() -> None:
    hall = Hall(PLAN)
    hall.open("w1")
    at = hall.now + timedelta(minutes=15)
    advice = staffing_advice(PLAN, hall.state, hall.now, patterns(300), {at: 3})
    steps = {step.at: step for step in advice.steps}
    assert (steps[at].planned, steps[at].open) == (3, 1)
    assert steps[at].needed == sum(steps[at].groups.values()) > 0
    assert steps[hall.now].planned is None
    assert advice.steps[-1].open is None
    assert advice.basis == "learned"


def test_the_hall_asks_for_windows_by_the_figures_that_managers_are_advised_by() -> None:
    plan = hall_plan(staffing={"acts": "request"})
    expecting = patterns(2000)
    advised = staffing_advice(plan, State(), NOON, expecting)
    assert sum(group.needed for group in advised.groups.values()) > 0
    quiet, _ = watch(plan, State(), Pressure(), NOON)
    rush, _ = watch(plan, State(), Pressure(), NOON, expecting)
    assert (quiet.short_since, rush.short_since) == (None, NOON)
