"""Measures what managers plan by on a simulated hall: windows needed, a shift plan, "what if"."""

import resource
from collections.abc import Callable
from datetime import UTC, date, datetime
from random import Random
from statistics import median
from time import process_time
from typing import TypeVar

from simulation_scenario import named

from hub.core.arrivals import STEPS, Pattern
from hub.core.expected import Patterns
from hub.core.plan import HallPlan
from hub.core.refusals import Refused
from hub.core.requirement import before_the_day, requirement
from hub.core.rota import covered, on_duty
from hub.core.shift_plan import problem_of
from hub.core.state import State
from hub.planning.solver import solve
from hub.planning.what_if import compare
from hub.simulation.assumptions import Demand
from hub.simulation.crew import Crew
from hub.simulation.decisions import booked
from hub.simulation.play import Play
from hub.simulation.rest import Question

DAY = date(2026, 3, 2)
AT = datetime(2026, 3, 2, 2, tzinfo=UTC)  # ten o'clock, in the morning's peak
TIMES = 5
RUNS = 40
TEAM = 4
T = TypeVar("T")


def measure() -> dict[str, float]:
    """Processor time of each, and how much of the day the plan covers."""
    scenario = named("normal")
    plan, patterns = staffed(scenario.plan), learned(scenario.demand)
    day = scenario.day(Random(1))  # noqa: S311 a simulated day
    playing = Play(
        plan, booked(plan, day), day, scenario.habits, Crew(scenario.staff), offering=True
    ).begin()
    while playing.hall.now < AT:
        playing.step()
    state = playing.hall.state
    question = Question(plan, state, patterns, AT, closing=(plan.windows[0].id,))
    required = before_the_day(plan, State(), patterns, AT, DAY)
    problem = problem_of(plan, required)
    solved, solve_s = timed(lambda: solve(problem, 60))
    pairs, play_s = timed(lambda: compare(question, 600, RUNS), 1)
    if isinstance(pairs, Refused) or solved.staffed is None:
        raise SystemExit("bench staffing: nothing was worked out")
    needs = sum(sum(each) for each in problem.needs)
    met = sum(
        sum(covered(problem, on_duty(problem, solved, step), each))
        for step, each in zip(problem.steps, problem.needs, strict=True)
    )
    return {
        "requirement_ms": 1_000 * timed(lambda: requirement(plan, state, patterns, AT, DAY))[1],
        "solve_s": solve_s,
        "solved_optimal": float(solved.optimal),
        "clerks": float(sum(team.count for team in problem.teams)),
        "duties": float(len(problem.teams[0].duties)),
        "window_quarters_needed": float(needs),
        "window_quarters_covered": float(met),
        "what_if_runs": float(len(pairs)),
        "what_if_s": play_s,
        "visitors_a_run": median(as_is.visitors for as_is, _ in pairs),
        "memory_mb": resource.getrusage(resource.RUSAGE_SELF).ru_maxrss / 1024,
    }


def timed(work: Callable[[], T], times: int = TIMES) -> tuple[T, float]:
    """What it gives, and the median of its processor time in seconds."""
    took = []
    for _ in range(times):
        began = process_time()
        given = work()
        took.append(process_time() - began)
    return given, median(took)


def staffed(plan: HallPlan) -> HallPlan:
    """The hall with a team for each group and one that knows all."""
    name = {"zh": "班", "en": "Shift"}
    teams = {group: (group,) for group in plan.group_by_id} | {"all": tuple(plan.group_by_id)}
    tables = {field: getattr(plan, field) for field in HallPlan.model_fields}
    return HallPlan.model_validate(
        tables
        | {
            "shifts": [
                {"id": "day", "name": name, "hours": "08:30-17:00", "lunch": "11:00-13:30"},
                {"id": "morning", "name": name, "hours": "08:30-12:30"},
            ],
            "clerks": [
                {
                    "id": team,
                    "groups": groups,
                    "people": [f"{team}-{n}" for n in range(TEAM)],
                }
                for team, groups in teams.items()
            ],
        }
    )


def learned(demand: Demand) -> Patterns:
    """The patterns of a hall whose days are as the scenario has them."""
    total = sum(demand.arrivals.values())

    def pattern(share: float) -> Pattern:
        rates = tuple(
            demand.visitors * share * demand.arrivals.get(_clock(step), 0.0) / total / 2
            for step in range(STEPS)
        )
        return Pattern(days=60, rates=(rates,) * 7, make_up=rates, booked=((0.0,) * STEPS,) * 7)

    services = {service: pattern(each.share) for service, each in demand.services.items()}
    return Patterns(through=date(2026, 3, 1), hall=pattern(1.0), services=services)


def _clock(step: int) -> str:
    return f"{step // 4:02d}:{step % 4 // 2 * 30:02d}"
