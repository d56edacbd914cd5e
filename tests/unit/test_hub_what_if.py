"""What other windows would do to the rest of a day: fair to both sides, and it changes nothing."""

from concurrent.futures import ThreadPoolExecutor, as_completed
from datetime import datetime, timedelta
from pathlib import Path
from random import Random
from threading import Event

import pytest
from hypothesis import given, settings
from hypothesis import strategies as st

from hall.messages import Role
from hall.staffing import WhatIf
from hub.core import commands
from hub.core.expected import Outlooks, Patterns
from hub.core.refusals import Refused
from hub.planning.child import NotWorkedOut
from hub.planning.planner import MOST_ASKING, Planner
from hub.planning.what_if import FEWEST, compare
from hub.simulation.rest import Question, changed, estimate, expected_demand, run_pair
from tests.unit.hub_fakes import DEADLINE_S, NOON
from tests.unit.hub_hall import BOSS, Hall
from tests.unit.hub_web import problem_of, running_web
from tests.unit.test_hub_requirement import PLAN, TODAY, patterns

LEARNED = patterns(200)


def busy_hall(*windows: str, waiting: int = 12) -> Hall:
    hall = Hall(PLAN)
    hall.open(*windows)
    for number in range(waiting):
        hall.take(("cards", "papers", "taxes")[number % 3])
    for window in windows:
        hall.call(window)
        hall.do(commands.StartService(window), BOSS)
    return hall


def question(
    hall: Hall,
    opening: tuple[str, ...] = (),
    closing: tuple[str, ...] = (),
    learned: Patterns | None = LEARNED,
) -> Question:
    return Question(hall.plan, hall.state, learned, hall.now, opening, closing)


class Watch:
    """A clock on which each look takes a second."""

    def __init__(self) -> None:
        self.seconds = 0.0

    def __call__(self) -> float:
        self.seconds += 1
        return self.seconds


@given(st.integers(0, 239))
@settings(max_examples=20, deadline=None)
def test_those_expected_in_a_simulation_are_those_of_the_forecast(minutes: int) -> None:
    now = NOON + timedelta(minutes=minutes)
    state = Hall(PLAN).state
    demand = expected_demand(PLAN, state, LEARNED, now)
    live = Outlooks(PLAN, state, LEARNED, now)
    rest = sum(
        forecast.between(forecast.since, 96).expected
        for service in PLAN.service_by_id
        if (forecast := live.live(service))
    )
    begun = PLAN.local(now).minute % 30 / 30
    first = demand.arrivals[
        PLAN.local(now).strftime("%H:") + ("30" if PLAN.local(now).minute >= 30 else "00")
    ]
    assert demand.visitors - begun * first == pytest.approx(rest, rel=0.01)


def test_opening_windows_shortens_waits_and_costs_their_hours() -> None:
    pairs = compare(question(busy_hall("w1"), opening=("w2", "w3")), 60, runs=10)
    assert not isinstance(pairs, Refused)
    for as_is, then in pairs:
        assert then.visitors == as_is.visitors
        assert then.p90_wait_min < as_is.p90_wait_min
        assert then.left <= as_is.left
        assert then.window_hours > as_is.window_hours


def test_closing_a_window_does_the_opposite_and_its_visitor_is_served() -> None:
    hall = busy_hall("w1", "w2", "w3")
    pairs = compare(question(hall, closing=("w3",)), 60, runs=FEWEST)
    assert not isinstance(pairs, Refused)
    assert sum(then.p90_wait_min for _, then in pairs) > sum(was.p90_wait_min for was, _ in pairs)
    assert all(then.window_hours < was.window_hours for was, then in pairs)


def test_a_change_that_is_none_differs_by_nothing() -> None:
    pairs = compare(question(busy_hall("w1", "w2"), opening=("w1",)), 60, runs=FEWEST)
    assert not isinstance(pairs, Refused)
    assert all(as_is == then for as_is, then in pairs)
    assert len({as_is.p90_wait_min for as_is, _ in pairs}) > 1


def test_the_same_question_has_the_same_answer_and_changes_no_hall() -> None:
    hall = busy_hall("w1")
    before = hall.state
    asked = question(hall, opening=("w3",))
    assert compare(asked, 60, runs=FEWEST) == compare(asked, 60, runs=FEWEST)
    assert hall.state == before


def test_out_of_time_there_are_fewer_runs_but_never_too_few() -> None:
    asked = question(busy_hall("w1"), opening=("w2",))
    few = compare(asked, 1, clock=Watch())
    more = compare(asked, 4, clock=Watch())
    assert not isinstance(few, Refused)
    assert not isinstance(more, Refused)
    assert FEWEST == len(few) < len(more) < 40
    assert more[: len(few)] == few


def test_where_nothing_was_learned_arrivals_go_on_as_of_late() -> None:
    hall = busy_hall("w1", waiting=6)
    demand = expected_demand(hall.plan, hall.state, None, hall.now)
    assert demand.arrivals["14:00"] == pytest.approx(6 / 20 * 30)
    as_is, then = run_pair(question(hall, learned=None), hall.state, demand, Random(1))
    assert as_is == then


def test_nobody_expected_is_no_mistake() -> None:
    hall = Hall(PLAN)
    hall.open("w1")
    pairs = compare(question(hall, opening=("w2",), learned=None), 60, runs=FEWEST)
    assert not isinstance(pairs, Refused)
    assert all(as_is.visitors == 0 and as_is.p90_wait_min == 0 for as_is, _ in pairs)


def test_what_a_manager_may_not_do_cannot_be_tried_either() -> None:
    hall = Hall()
    hall.open("w2")
    refused = changed(Question(hall.plan, hall.state, None, hall.now, closing=("w2",)))
    assert refused == Refused("cash_needed")


@given(st.lists(st.floats(-50, 50), min_size=2, max_size=60))
def test_an_interval_lies_around_its_mean(values: list[float]) -> None:
    each = estimate(values)
    assert each.low <= each.mean <= each.high


def test_intervals_are_those_of_student() -> None:
    each = estimate([1.0, 2.0, 3.0, 4.0, 5.0, 6.0, 7.0, 8.0])
    assert each.high - each.mean == pytest.approx(2.3646 * 2.4495 / 8**0.5, rel=0.01)
    assert estimate([3.0]) == estimate([3.0, 3.0, 3.0])


def test_managers_ask_and_the_hall_stays_as_it_is(tmp_path: Path) -> None:
    with running_web(tmp_path, plan=PLAN) as web:
        web.engine.expect(LEARNED, None)
        for _ in range(6):
            web.take_ticket("taxes")
        before = web.engine.state
        answer = web.ask("POST", "/what-if", Role.MANAGER, json={"open": ["w2"]})
        told = WhatIf.model_validate_json(answer.content)
        assert told.runs >= FEWEST
        assert told.basis == "learned"
        assert told.until == datetime.fromisoformat(f"{TODAY}T17:00:00+08:00")
        assert told.difference.left.mean < 0
        assert told.difference.window_hours.low > 0
        assert web.engine.state == before
        for body, code in (
            ({"open": ["w9"]}, (404, "unknown_window")),
            ({}, (422, "invalid_request")),
            ({"open": ["w1"], "close": ["w1"]}, (422, "invalid_request")),
        ):
            assert problem_of(web.ask("POST", "/what-if", Role.MANAGER, json=body)) == code
        assert problem_of(web.ask("POST", "/what-if", Role.CLERK, json={"open": ["w2"]})) == (
            403,
            "forbidden",
        )
        web.clock.forward(6 * 3600)
        shut = web.ask("POST", "/what-if", Role.MANAGER, json={"open": ["w2"]})
        assert problem_of(shut)[1] == "hall_closed"


def test_a_process_of_its_own_plays_the_same_days() -> None:
    planner = Planner()
    asked = question(busy_hall("w1"), opening=("w2",))
    try:
        told = planner.what_if(asked)
    finally:
        planner.stop()
    assert not isinstance(told, Refused)
    pairs = compare(asked, 600, runs=told.runs)
    assert not isinstance(pairs, Refused)
    mean = sum(as_is.p90_wait_min for as_is, _ in pairs) / len(pairs)
    assert told.as_is.p90_wait_min.mean == pytest.approx(mean, abs=0.01)


def test_an_answer_that_does_not_come_is_a_refusal_not_a_failure() -> None:
    def late(name: str, arguments: tuple[object, ...], within_s: float) -> object:
        raise NotWorkedOut("late")

    planner = Planner(late)
    for _ in range(5):
        with pytest.raises(NotWorkedOut, match="late"):
            planner.what_if(question(busy_hall("w1"), opening=("w2",)))
    planner.stop()


def test_only_a_few_may_wait_at_once_so_that_visitors_are_answered() -> None:
    begun, go_on = Event(), Event()

    def slow(name: str, arguments: tuple[object, ...], within_s: float) -> object:
        begun.set()
        assert go_on.wait(DEADLINE_S)
        raise NotWorkedOut("late")

    planner = Planner(slow)
    asked = question(busy_hall("w1"), opening=("w2",))
    with ThreadPoolExecutor(MOST_ASKING + 1) as people:
        waiting = [people.submit(planner.what_if, asked) for _ in range(MOST_ASKING + 1)]
        assert begun.wait(DEADLINE_S)
        first = next(as_completed(waiting, DEADLINE_S))
        with pytest.raises(NotWorkedOut, match="too many"):
            first.result()
        go_on.set()
    planner.stop()
