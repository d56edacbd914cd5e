"""Simulated days: true to queueing theory, fair to every policy, and nobody is lost in them."""

from dataclasses import replace
from datetime import UTC, date, datetime
from functools import cache
from math import factorial, sqrt
from random import Random
from statistics import fmean, stdev
from uuid import UUID

import pytest
from hypothesis import given, settings
from hypothesis import strategies as st
from simulation_days import play_days
from simulation_policies import POLICIES
from simulation_scenario import Scenario, named

from hub.core.commands import OpenWindow
from hub.core.plan import HallPlan
from hub.core.refusals import Refused
from hub.core.register import FINAL
from hub.simulation.assumptions import ByClock, Habits, Staff
from hub.simulation.crew import Crew, Profile
from hub.simulation.decisions import Decisions, booked
from hub.simulation.play import MANAGER, Play, play
from hub.simulation.present import play_on, rest_of_day
from hub.simulation.visitors import Day, People, Visitor

NORMAL = named("normal")
DAY = date(2026, 3, 2)
NAME = {"zh": "甲", "en": "A"}


def smaller(scenario: Scenario, visitors: float, **habits: float) -> Scenario:
    """The same hall on a quieter or busier day."""
    return replace(
        scenario,
        demand=scenario.demand.model_copy(update={"visitors": visitors}),
        habits=scenario.habits.model_copy(update=habits),
    )


def playing(scenario: Scenario, policy: str, seed: int) -> Play:
    rules = POLICIES[policy]
    day = scenario.day(Random(seed))
    return Play(
        rules.changed(scenario.plan),
        booked(scenario.plan, day),
        day,
        scenario.habits,
        Crew(scenario.staff, scenario.expect(offered=rules.offering) if rules.elastic else None),
        offering=rules.offering,
    ).begin()


# Against theory --------------------------------------------------------------------------


def erlang_c_min(servers: int, rho: float, service_min: float) -> float:
    """Mean wait of M/M/c (Erlang 1917)."""
    load = servers * rho
    queue = load**servers / factorial(servers) / (1 - rho)
    waits = queue / (sum(load**n / factorial(n) for n in range(servers)) + queue)
    return waits * service_min / (servers - load)


def plain_hall(windows: int) -> HallPlan:
    return HallPlan.model_validate(
        {
            "id": "plain",
            "name": NAME,
            "hours": {"mon": ["00:00-24:00"]},
            "groups": [{"id": "g", "name": NAME, "prefix": "A"}],
            "services": [{"id": "s", "name": NAME, "group": "g", "minutes": 4}],
            "windows": [{"id": f"w{n}", "name": NAME, "services": ["s"]} for n in range(windows)],
            "policy": {"name": "fcfs"},
        }
    )


def markovian_wait_min(plan: HallPlan, rho: float, chance: Random) -> float:
    """Mean wait of a day of Poisson arrivals and exponential services, once it has settled."""
    visitors, at = [], 0.0
    while (at := at + chance.expovariate(rho * len(plan.windows) / 4)) < 24 * 60:
        visitors.append(Visitor(at, "s", chance.expovariate(1 / 4), patience_min=1e9))
    day = Day(DAY, tuple(visitors), dict.fromkeys(plan.window_by_id, 1.0))
    all_open = ByClock(steps={"00:00": len(plan.windows)})
    crew = Crew(Staff(roster=all_open, most=all_open))
    outcome = play(plan, booked(plan, day), day, Habits(), crew, offering=False)
    return fmean(v.wait_min for v in outcome.visits if v.visitor.arrives_min > 4 * 60)


@pytest.mark.parametrize(("rho", "days"), [(0.8, 6), (0.9, 8)])
def test_waits_are_those_that_erlang_c_gives(rho: float, days: int) -> None:
    plan = plain_hall(windows=4)
    means = [markovian_wait_min(plan, rho, Random(seed)) for seed in range(days)]
    error = stdev(means) / sqrt(days)
    theory = erlang_c_min(4, rho, 4)
    assert error < theory / 3, "too few days to tell"
    assert abs(fmean(means) - theory) < 2.5 * error


# The same people ---------------------------------------------------------------------------


@given(st.integers(0, 2**32))
@settings(max_examples=10, deadline=None)
def test_the_same_seed_draws_the_same_people(seed: int) -> None:
    scenario = smaller(NORMAL, 60)
    assert scenario.day(Random(seed)) == scenario.day(Random(seed))
    assert scenario.day(Random(seed)) != scenario.day(Random(seed + 1))


def test_a_policy_finds_the_same_whatever_it_is_compared_with_and_on_however_many_cores() -> None:
    scenario = smaller(NORMAL, 120)

    def waits(policies: tuple[str, ...], jobs: int) -> list[list[float]]:
        played = play_days(scenario, policies, 2, 5, jobs)
        return [day["gcmu"].waits_min.tolist() for day in played]

    alone = waits(("gcmu",), 1)
    assert alone == waits(("fcfs-separate", "gcmu", "default"), 1) == waits(("gcmu",), 2)


def test_policies_differ_only_in_what_becomes_of_the_people() -> None:
    scenario = smaller(NORMAL, 200)
    met = {
        name: [visit.visitor for visit in playing(scenario, name, 3).run().visits]
        for name in POLICIES
    }
    assert all(visitors == met["default"] for visitors in met.values())


# Nobody is lost ----------------------------------------------------------------------------


@pytest.mark.parametrize("policy", POLICIES)
@given(seed=st.integers(0, 2**32), visitors=st.sampled_from([40, 150]), gives_back=st.booleans())
@settings(max_examples=4, deadline=None)
def test_every_visit_ends_exactly_once(
    policy: str, seed: int, visitors: float, *, gives_back: bool
) -> None:
    scenario = smaller(NORMAL, visitors, patience_median_min=8, gives_back=float(gives_back))
    few = ByClock(steps={"08:30": 6})
    staff = scenario.staff.model_copy(update={"roster": few, "most": few, "least": 2})
    played = playing(replace(scenario, staff=staff), policy, seed)
    outcome = played.run()
    state = played.hall.state
    assert all(visit.ended is not None and visit.wait_min >= 0 for visit in outcome.visits)
    assert {visit.ticket for visit in outcome.visits} == set(state.tickets)
    assert all(ticket.state in FINAL for ticket in state.tickets.values())
    assert all(window.state == "closed" for window in state.windows.values())
    ends = {visit.ticket: visit.ended for visit in outcome.visits}
    for ticket in state.tickets.values():
        assert (ends[ticket.id] == "left") is (ticket.state != "done")
    assert outcome.busy_min <= outcome.window_min + 1e-6


def test_who_lost_patience_and_said_nothing_is_called_in_vain() -> None:
    plan = plain_hall(windows=1)
    people = (Visitor(1, "s", 30, 1e9), Visitor(2, "s", 5, 10), Visitor(3, "s", 5, 1e9))
    day = Day(DAY, people, {"w0": 1.0})
    one = ByClock(steps={"00:00": 1})
    habits = Habits(no_show_min=2)
    crew = Crew(Staff(roster=one, most=one))
    outcome = play(plan, booked(plan, day), day, habits, crew, offering=False)
    assert [visit.ended for visit in outcome.visits] == ["window", "left", "window"]
    assert [visit.began_min for visit in outcome.visits] == [1, 12, 33]


def test_whom_a_kiosk_fails_waits_for_a_window_from_the_first_arrival() -> None:
    scenario = smaller(NORMAL, 1)
    visitor = Visitor(540, "tax-certificate", 4, 1e9, kiosk_taste=0, kiosk_min=6, kiosk_fails=True)
    day = Day(DAY, (visitor,), dict.fromkeys(scenario.plan.window_by_id, 1.0))
    played = Play(
        scenario.plan,
        booked(scenario.plan, day),
        day,
        scenario.habits,
        Crew(scenario.staff),
        offering=False,
    ).begin()
    (visit,) = played.run().visits
    assert (visit.ended, visit.wait_min) == ("window", 6)
    steps = [step.what for step in played.hall.state.tickets[visit.ticket].history]
    assert steps == ["issued", "diverted", "resumed", "called", "started", "done"]


def test_an_appointment_counts_as_one_and_a_full_slot_as_a_walk_in() -> None:
    plan = HallPlan.model_validate(
        {
            **plain_hall(2).model_dump(),
            "services": [{"id": "s", "name": NAME, "group": "g", "minutes": 4, "appointments": 1}],
        }
    )
    slot = datetime(2026, 3, 2, 1, tzinfo=UTC)  # 9:00 in the hall
    day = Day(
        DAY,
        tuple(Visitor(8 * 60, "s", 5, 1e9, appointment=UUID(int=n), slot=slot) for n in (1, 2)),
        {"w0": 1.0, "w1": 1.0},
    )
    state = booked(plan, day)
    assert set(state.appointments) == {UUID(int=1)}


# The manager -------------------------------------------------------------------------------


def test_advice_stays_within_the_staff_there_is() -> None:
    scenario = smaller(NORMAL, 1500)
    few = ByClock(steps={"08:30": 9, "13:00": 6})
    staff = scenario.staff.model_copy(update={"roster": few, "most": few, "least": 3})
    played = playing(replace(scenario, staff=staff), "default", 2)
    opened: dict[float, int] = {}

    def count(_: object) -> None:
        opened[played.now_min] = sum(desk.opened_min is not None for desk in played.desks.values())

    for minute in range(510, 1020, 7):
        played.at(minute + 0.5, count)
    played.run()
    assert max(opened.values()) == 9
    # Those whose visitor was not done yet close after them; half an hour is enough for most.
    assert max(number for minute, number in opened.items() if minute > 13.75 * 60) <= 7


def test_a_busier_morning_than_usual_raises_what_is_expected() -> None:
    profile = Profile.of(NORMAL.demand, NORMAL.habits, offered=True)
    busy, quiet = (
        playing(smaller(NORMAL, 1300), "gcmu", 4),
        playing(smaller(NORMAL, 500), "gcmu", 4),
    )
    rates = []
    for played in (busy, quiet):
        played.run()
        now = played.midnight.replace(hour=2)  # 10:00 in the hall
        rates.append(sum(profile(played.plan, played.hall.state, now).values()))
    assert rates[0] > rates[1] * 1.2


@cache
def usual_rate() -> float:
    profile = Profile.of(NORMAL.demand, NORMAL.habits, offered=False)
    return sum(profile.at_windows.values())


def test_kiosks_and_experts_take_their_share_of_what_windows_expect() -> None:
    offered = sum(Profile.of(NORMAL.demand, NORMAL.habits, offered=True).at_windows.values())
    assert offered < usual_rate() < 1


# From now on -------------------------------------------------------------------------------


def at_ten(seed: int) -> Play:
    """A busy morning, stopped at 10:00."""
    played = playing(NORMAL, "gcmu", seed)
    while played._calendar[0][0] < 600:
        played.step()
    return played


def test_the_rest_of_a_day_serves_those_who_are_there_and_those_who_come() -> None:
    then = at_ten(6)
    state, now = then.hall.state, then.hall.now
    people = People(then.plan, NORMAL.demand, NORMAL.habits, Random(1))
    rest = rest_of_day(people, state, now)
    here = {each.id for each in state.tickets.values() if each.state not in FINAL}
    assert set(rest[1]) == here
    outcome = play_on(people, state, now, rest, Crew(NORMAL.staff), offering=True)
    assert here <= {visit.ticket for visit in outcome.visits}
    assert all(visit.ended is not None for visit in outcome.visits)
    late = [visit.visitor for visit in outcome.visits if visit.ticket not in here]
    assert min(visitor.arrives_min for visitor in late) >= then.now_min


def test_more_windows_from_now_on_shorten_the_waits_of_the_same_people() -> None:
    then = at_ten(6)
    state, now = then.hall.state, then.hall.now
    people = People(then.plan, smaller(NORMAL, 1200).demand, NORMAL.habits, Random(2))
    rest = rest_of_day(people, state, now)
    more = Decisions(then.plan, state, now)
    for window in then.plan.windows[18:]:
        assert not isinstance(more.do(OpenWindow(window.id), MANAGER), Refused)
    waits = [
        fmean(
            visit.wait_min
            for visit in play_on(people, hall, now, rest, Crew(NORMAL.staff), offering=False).visits
        )
        for hall in (state, more.state)
    ]
    assert waits[1] < waits[0]
