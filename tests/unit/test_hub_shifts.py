"""Shift plans: rules are kept, no cover is claimed that is not there, and what is short is said."""

import sys
from datetime import timedelta
from itertools import permutations, product
from pathlib import Path
from typing import Any

import pytest
from hypothesis import given, settings
from hypothesis import strategies as st
from pydantic import ValidationError

from hall.messages import Role
from hub.core.requirement import before_the_day
from hub.core.rota import Problem, Solution, Team, covered, on_duty
from hub.core.shift_plan import problem_of, shift_plan
from hub.core.shifts import RosterRules, Shift, duties
from hub.core.state import State
from hub.planning.child import Child, NotWorkedOut, Worker
from hub.planning.planner import Planner, Present
from hub.planning.solver import solve
from tests.unit.hub_fakes import NOON, hall_plan
from tests.unit.hub_web import Web, running_web
from tests.unit.hub_web import problem_of as refused
from tests.unit.test_hub_requirement import PLAN, TOMORROW, patterns

NAME = {"zh": "班", "en": "Shift"}
EARLY = {"id": "early", "name": NAME, "hours": "09:00-17:00", "lunch": "11:00-13:30"}
MORNING = {"id": "morning", "name": NAME, "hours": "09:00-12:00"}
CLERKS = [
    {"id": "front", "groups": ["people"], "people": ["li", "wang"]},
    {"id": "all", "groups": ["people", "money"], "people": ["zhao"]},
]
STAFFED = hall_plan(
    hours={"mon": ["09:00-17:00"], "tue": ["09:00-17:00"]},
    shifts=[EARLY, MORNING],
    clerks=CLERKS,
)
GROUPS = ("a", "b", "c")


def ways(*tables: dict[str, Any]) -> tuple[Any, ...]:
    rules = RosterRules()
    return tuple(way for each in tables for way in duties(Shift.model_validate(each), rules))


DUTIES = ways(EARLY, MORNING)
SKILLS = st.sets(st.sampled_from(GROUPS), min_size=1)
STEPS = tuple(range(9 * 60, 17 * 60, 15))


@st.composite
def problems(draw: st.DrawFn, most: int = 3, needed: int = 3) -> Problem:
    teams = tuple(
        Team(f"t{n}", tuple(sorted(draw(SKILLS))), draw(st.integers(0, most)), DUTIES)
        for n in range(draw(st.integers(1, 3)))
    )
    kinds = {frozenset(served) for served in draw(st.lists(SKILLS, min_size=1, max_size=3))}
    level = draw(st.lists(st.integers(0, needed), min_size=len(STEPS) * 3, max_size=len(STEPS) * 3))
    needs = tuple(tuple(level[3 * n : 3 * n + 3]) for n in range(len(STEPS)))
    windows = tuple((kind, draw(st.integers(0, 3))) for kind in sorted(kinds, key=sorted))
    return Problem(GROUPS, STEPS, needs, teams, windows)


# Duties --------------------------------------------------------------------------------------


@given(
    st.integers(30, 300).map(float),
    st.integers(60, 540).map(float),
    st.sampled_from([15, 30, 60, 90]),
    st.sampled_from([None, "11:00-13:30", "12:00-13:00", "09:00-17:00"]),
)
def test_every_duty_keeps_the_rules(
    stretch: float, day: float, lunch_min: int, lunch: str | None
) -> None:
    rules = RosterRules(longest_stretch_min=stretch, longest_day_min=day, lunch_min=lunch_min)
    for duty in duties(Shift.model_validate({**EARLY, "lunch": lunch}), rules):
        assert all(end - start <= stretch for start, end in duty.stretches)
        assert duty.worked_min <= day
        assert (duty.lunch_min is None) == (lunch is None)
        if duty.lunch_min is not None:
            assert duty.lunch_min[1] - duty.lunch_min[0] == lunch_min
            assert not duty.covers(duty.lunch_min[0])


def test_a_quarter_of_an_hour_counts_only_if_one_is_there_for_all_of_it() -> None:
    (duty,) = ways({**MORNING, "hours": "09:05-11:55"})
    assert [step for step in STEPS if duty.covers(step)] == list(
        range(9 * 60 + 15, 11 * 60 + 45, 15)
    )


# The hall file -------------------------------------------------------------------------------


@pytest.mark.parametrize(
    ("tables", "why"),
    [
        ({"shifts": [{**EARLY, "lunch": None}]}, "shift early: no lunch keeps to 270 minutes"),
        ({"shifts": [EARLY, EARLY]}, "shift early is defined twice"),
        ({"clerks": [{**CLERKS[0], "groups": ["cakes"]}]}, "front name the unknown group cakes"),
        ({"clerks": [{**CLERKS[0], "shifts": ["night"]}]}, "front name the unknown shift night"),
        (
            {"clerks": [{**CLERKS[0], "people": ["li", "li"]}]},
            "li stands among clerks front and front",
        ),
        ({"shifts": []}, "there are clerks, but no shifts"),
        ({"rostering": {"lunch_min": 50}}, "multiple of 15"),
    ],
)
def test_a_hall_file_that_does_not_fit_together_is_refused_in_one_line(
    tables: dict[str, Any], why: str
) -> None:
    with pytest.raises(ValidationError, match=why) as refusal:
        hall_plan(**{"shifts": [EARLY, MORNING], "clerks": CLERKS, **tables})
    assert len(refusal.value.errors()) == 1


# Cover ---------------------------------------------------------------------------------------


def seats(problem: Problem, present: tuple[int, ...], needs: tuple[int, ...]) -> int:
    """The most of the needs that can be met, by trying every way to seat people at windows."""
    clerks = [
        set(team.groups)
        for team, count in zip(problem.teams, present, strict=True)
        for _ in range(count)
    ]
    windows = [set(served) for served, count in problem.windows for _ in range(count)]
    short, long_ = (clerks, windows) if len(clerks) <= len(windows) else (windows, clerks)
    best = 0
    for seated in permutations(range(len(long_)), len(short)):
        pairs = [short[n] & long_[at] for n, at in enumerate(seated)]
        for chosen in product(*[sorted(each) or [""] for each in pairs]):
            met = sum(
                min(chosen.count(group), need)
                for group, need in zip(problem.groups, needs, strict=True)
            )
            best = max(best, met)
    return best


@settings(max_examples=40, deadline=None)
@given(problems(most=1), st.tuples(*[st.integers(0, 2)] * 3))
def test_cover_is_what_people_can_really_be_seated_for(
    problem: Problem, needs: tuple[int, ...]
) -> None:
    few = tuple((served, min(count, 1)) for served, count in problem.windows)
    small = Problem(problem.groups, problem.steps, problem.needs, problem.teams, few)
    present = tuple(team.count for team in small.teams)
    met = covered(small, present, needs)
    assert all(0 <= has <= need for has, need in zip(met, needs, strict=True))
    assert sum(met) == seats(small, present, needs)


# The solver ----------------------------------------------------------------------------------


def missing(problem: Problem, solution: Solution) -> int:
    return sum(
        sum(needs) - sum(covered(problem, on_duty(problem, solution, step), needs))
        for step, needs in zip(problem.steps, problem.needs, strict=True)
    )


@settings(max_examples=15, deadline=None)
@given(problems(needed=1))
def test_a_plan_uses_whom_there_are_and_misses_no_more_than_plainer_plans(
    problem: Problem,
) -> None:
    solution = solve(problem, 60)
    assert solution.optimal
    assert solution.staffed is not None
    for team, counts in zip(problem.teams, solution.staffed, strict=True):
        assert all(count >= 0 for count in counts)
        assert sum(counts) <= team.count
    everybody_early = Solution(
        tuple((team.count, *[0] * (len(team.duties) - 1)) for team in problem.teams)
    )
    nobody = Solution(tuple((0,) * len(team.duties) for team in problem.teams))
    assert weighed(problem, solution) <= weighed(problem, everybody_early)
    assert weighed(problem, solution) <= weighed(problem, nobody)


def weighed(problem: Problem, solution: Solution) -> tuple[float, int]:
    """What is missing as the solver weighs it where a group needs one window at most; hours."""
    short = 0.0
    for step, needs in zip(problem.steps, problem.needs, strict=True):
        present = on_duty(problem, solution, step)
        lacks = sum(needs) - sum(covered(problem, present, needs))
        known = {g for t, n in zip(problem.teams, present, strict=True) if n for g in t.groups}
        short += lacks + 2 * len(set(problem.groups) - known)
    hours = sum(
        duty.worked_min * count
        for team, counts in zip(problem.teams, solution.staffed or (), strict=True)
        for duty, count in zip(team.duties, counts, strict=True)
    )
    return short, hours


def test_lunches_are_staggered_so_that_somebody_is_always_there() -> None:
    steps = STEPS
    team = Team("front", ("a",), 2, ways(EARLY))
    problem = Problem(("a",), steps, ((1,),) * len(steps), (team,), ((frozenset("a"), 2),))
    solution = solve(problem, 60)
    assert missing(problem, solution) == 0
    present = [on_duty(problem, solution, step)[0] for step in steps]
    assert min(present) == 1
    alone = Problem(
        ("a",), steps, problem.needs, (Team("front", ("a",), 1, ways(EARLY)),), problem.windows
    )
    assert missing(alone, solve(alone, 60)) == 4


def test_of_plans_that_cover_alike_the_one_with_the_fewest_hours_is_chosen() -> None:
    mornings = tuple(step for step in STEPS if step < 12 * 60)
    teams = (Team("front", ("a",), 3, DUTIES), Team("all day", ("a",), 1, ways(EARLY)))
    windows = ((frozenset("a"), 3),)
    problem = Problem(("a",), mornings, ((2,),) * len(mornings), teams, windows)
    solution = solve(problem, 60)
    assert missing(problem, solution) == 0
    assert weighed(problem, solution) == (0, 2 * 3 * 60)


# The plan ------------------------------------------------------------------------------------


def planned(away: tuple[str, ...] = (), a_day: float = 60) -> Any:  # noqa: ANN401 a message
    required = before_the_day(STAFFED, State(), patterns(a_day), NOON, TOMORROW)
    problem = problem_of(STAFFED, required, away)
    return shift_plan(STAFFED, required, problem, solve(problem, 60), away=away, now=NOON)


def test_everybody_works_one_duty_or_none_and_nobody_who_is_away() -> None:
    told = planned(away=("wang",))
    people = [duty.person for duty in told.duties] + list(told.spare)
    assert sorted(people) == ["li", "zhao"]
    assert told.status == "optimal"
    for step in told.steps:
        there = sum(
            duty.start <= step.at
            and step.at + timedelta(minutes=15) <= duty.end
            and not (duty.lunch_start and duty.lunch_start <= step.at < duty.lunch_end)
            for duty in told.duties
        )
        assert step.planned == min(there, 3)
        assert step.covered <= step.planned
        assert step.covered == step.needed - sum(step.missing.values())


def test_what_is_short_is_said_from_when_to_when_and_for_whom() -> None:
    told = planned(away=("li", "wang"), a_day=300)
    assert told.shortages
    assert sum(sum(step.missing.values()) for step in told.steps) > 0
    first = told.shortages[0]
    assert first.most >= 1
    assert first.text.zh.startswith("9:00–")
    assert "缺" in first.text.zh
    short = {step.at for step in told.steps if step.missing or step.unattended}
    said = {s.at for s in told.steps for each in told.shortages if each.start <= s.at < each.end}
    assert short == said
    for each in told.shortages:
        missing_then = [
            sum(s.missing.values()) for s in told.steps if each.start <= s.at < each.end
        ]
        assert max(missing_then) == each.most


def test_where_nobody_needed_is_missing_but_nobody_knows_a_group_no_number_is_claimed() -> None:
    told = planned(away=("zhao",), a_day=0.1)
    assert all(
        each.most == 0
        for each in told.shortages
        if "money" in each.groups and len(each.groups) == 1
    )
    assert any("没有人会办：Money(中文)" in each.text.zh for each in told.shortages)


def test_who_begins_changes_from_day_to_day() -> None:
    required = before_the_day(STAFFED, State(), patterns(30), NOON, TOMORROW)
    problem = problem_of(STAFFED, required)
    solution = Solution(
        ((1, *[0] * (len(problem.teams[0].duties) - 1)), (0,) * len(problem.teams[1].duties))
    )
    later = before_the_day(STAFFED, State(), patterns(30), NOON, TOMORROW + timedelta(days=7))
    first, second = (
        shift_plan(STAFFED, each, problem, solution, away=(), now=NOON).duties[0].person
        for each in (required, later)
    )
    assert {first, second} == {"li", "wang"}


# Beside the service --------------------------------------------------------------------------


def present_hall(**changes: object) -> Present:
    return Present(STAFFED, State(), changes.get("patterns", patterns(60)), NOON)  # type: ignore[arg-type]


def test_a_plan_is_worked_out_by_a_process_of_its_own() -> None:
    planner = Planner()
    try:
        told = planner.shifts(present_hall(), TOMORROW)
        assert told.status == "optimal"
        assert told == planned()
        assert planner.planned(present_hall(), TOMORROW)[told.steps[0].at] == told.steps[0].planned
    finally:
        planner.stop()


def test_a_process_that_fails_or_is_late_is_an_honest_answer_and_is_tried_again() -> None:
    failing = Child((sys.executable, "-c", "raise SystemExit(3)"))
    with pytest.raises(NotWorkedOut, match="exit code 3"):
        failing("shifts", (), 60)
    late = Child((sys.executable, "-c", "import sys, time; sys.stdin.read(); time.sleep(600)"))
    with pytest.raises(NotWorkedOut, match="not within"):
        late("shifts", (), 0.2)
    planner = Planner(failing)
    told = planner.shifts(present_hall(), TOMORROW)
    assert (told.status, told.duties, told.shortages) == ("too_slow", (), ())
    assert planner.planned(present_hall(), TOMORROW) == {}
    planner.stop()


def test_the_same_question_is_worked_out_once() -> None:
    asked: list[str] = []

    def run(name: str, arguments: tuple[Any, ...], within_s: float) -> str:
        asked.append(name)
        return "answer"

    worker = Worker(run)
    answers = [worker.ask("shifts", 1, within_s=1).result(60) for _ in range(3)]
    worker.ask("shifts", 2, within_s=1).result(60)
    worker.stop()
    assert answers == ["answer"] * 3
    assert len(asked) == 2


# Routes --------------------------------------------------------------------------------------


def test_managers_get_a_plan_or_why_there_is_none(tmp_path: Path) -> None:
    with running_web(tmp_path, plan=STAFFED) as web:
        assert status(web, "?day=2026-03-03") == "no_forecast"
        web.engine.expect(patterns(60), None)
        told = web.ask("GET", "/plan/shifts?day=2026-03-03&away=li", Role.MANAGER).json()
        assert told["status"] == "optimal"
        assert "li" not in {duty["person"] for duty in told["duties"]}
        assert status(web, "?day=2026-03-04") == "shut"
        web.ask("GET", "/plan/shifts?day=2026-03-03", Role.MANAGER)
        steps = web.ask("GET", "/advice/staffing", Role.MANAGER).json()["steps"]
        assert any(step["planned"] for step in steps)
        bad = web.ask("GET", "/plan/shifts?away=nobody", Role.MANAGER)
        assert refused(bad) == (404, "unknown_person")
        assert refused(web.ask("GET", "/plan/shifts?day=2027-01-01", Role.MANAGER)) == (
            404,
            "no_forecast",
        )
        assert refused(web.ask("GET", "/plan/shifts", Role.CLERK)) == (403, "forbidden")
    with running_web(tmp_path / "other", plan=PLAN) as web:
        assert status(web, "") == "no_clerks"


def status(web: Web, query: str) -> str:
    told: str = web.ask("GET", f"/plan/shifts{query}", Role.MANAGER).json()["status"]
    return told
