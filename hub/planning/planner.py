"""What managers plan by, worked out beside the service: shifts of a day, and "what if"."""

from collections.abc import Collection, Iterator, Mapping
from concurrent.futures import CancelledError, Future
from contextlib import contextmanager
from dataclasses import asdict, dataclass
from datetime import date, datetime, timedelta
from threading import BoundedSemaphore
from typing import Final, Literal

from hall.staffing import RestOfDay, ShiftPlan, Simulated, WhatIf
from hub.core.expected import Patterns
from hub.core.plan import HallPlan
from hub.core.refusals import Refused
from hub.core.requirement import Requirement, before_the_day
from hub.core.rota import Problem, Solution
from hub.core.shift_plan import problem_of, shift_plan
from hub.core.state import State
from hub.planning.child import Child, NotWorkedOut, Run, Worker
from hub.planning.what_if import Pair
from hub.simulation.rest import Question, closes_at, estimate

SOLVE_S: Final = 20.0  # HiGHS needs a tenth of a second where nobody else is at work
START_S: Final = 40.0  # a process that yields starts slowly on a machine that is busy
PLAY_S: Final = 8.0
MOST_ASKING: Final = 3
AGAIN: Final = timedelta(minutes=15)  # bookings change what is expected of a day
DAYS_KEPT: Final = 3


@dataclass(frozen=True, slots=True)
class Present:
    """The hall at a moment, and what it expects."""

    plan: HallPlan
    state: State
    patterns: Patterns | None
    now: datetime


class Planner:
    """Answers managers' questions that take long."""

    def __init__(self, run: Run | None = None) -> None:
        """`run` works things out; default: a process of its own for each."""
        self._child = Child()
        self._worker = Worker(run or self._child)
        self._latest: dict[date, ShiftPlan] = {}
        self._asking = BoundedSemaphore(MOST_ASKING)

    def stop(self) -> None:
        """Give up what is at work."""
        self._worker.stop()
        self._child.stop()

    def shifts(self, present: Present, day: date, away: Collection[str] = ()) -> ShiftPlan:
        """The day's plan without those who are away; waits until it is worked out."""
        required = _required(present, day)
        if why := _no_plan(present, required):
            zone = present.plan.timezone
            return ShiftPlan(at=present.now, day=day, timezone=zone, status=why)
        problem = problem_of(present.plan, required, away)
        try:
            with self._one_of_few():
                solution: Solution = self._solution(problem).result()
        except (NotWorkedOut, CancelledError):
            solution = Solution(None)
        return self._told(present, required, problem, solution, away)

    def planned(self, present: Present, day: date) -> Mapping[datetime, int]:
        """Clerks at windows by the day's latest plan; empty until there is one. Never waits."""
        latest = self._latest.get(day)
        if latest is None or present.now - latest.at > AGAIN:
            required = _required(present, day)
            if _no_plan(present, required) is None:
                problem = problem_of(present.plan, required)
                asked = self._solution(problem)
                if asked.done() and not asked.cancelled() and asked.exception() is None:
                    latest = self._told(present, required, problem, asked.result(), ())
        return {} if latest is None else {step.at: step.planned for step in latest.steps}

    def what_if(self, question: Question) -> WhatIf | Refused:
        """The rest of the day with other windows; waits until it was played often enough.

        Raises NotWorkedOut when that takes too long, or too many others ask.
        """
        within_s = PLAY_S + START_S
        try:
            with self._one_of_few():
                asked = self._worker.ask_once("what-if", question, PLAY_S, within_s=within_s)
                pairs: tuple[Pair, ...] | Refused = asked.result()
        except CancelledError as stopped:
            raise NotWorkedOut("the hub stops") from stopped
        return pairs if isinstance(pairs, Refused) else _compared(question, pairs)

    @contextmanager
    def _one_of_few(self) -> Iterator[None]:
        """Whoever waits here keeps one of the threads that answer visitors: only a few may."""
        if not self._asking.acquire(blocking=False):
            raise NotWorkedOut("too many ask at once")
        try:
            yield
        finally:
            self._asking.release()

    def _solution(self, problem: Problem) -> Future[Solution]:
        return self._worker.ask("shifts", problem, SOLVE_S, within_s=SOLVE_S + START_S)

    def _told(
        self,
        present: Present,
        required: Requirement,
        problem: Problem,
        solution: Solution,
        away: Collection[str],
    ) -> ShiftPlan:
        plan, now = present.plan, present.now
        told = shift_plan(plan, required, problem, solution, away=away, now=now)
        if not away and told.status != "too_slow":
            self._latest[required.day] = told
            for old in sorted(self._latest)[:-DAYS_KEPT]:
                self._latest.pop(old, None)
        return told


def _compared(question: Question, pairs: tuple[Pair, ...]) -> WhatIf:
    as_is, then = zip(*pairs, strict=True)
    return WhatIf(
        at=question.now,
        until=closes_at(question.plan, question.now),
        runs=len(pairs),
        basis="recent" if question.patterns is None else "learned",
        as_is=_estimates([asdict(rest) for rest in as_is]),
        changed=_estimates([asdict(rest) for rest in then]),
        difference=_estimates(
            [
                {key: value - asdict(before)[key] for key, value in asdict(after).items()}
                for before, after in pairs
            ]
        ),
    )


def _estimates(runs: list[dict[str, float]]) -> RestOfDay:
    told = {}
    for key in runs[0]:
        each = estimate([run[key] for run in runs])
        told[key] = Simulated(
            mean=round(each.mean, 2), low=round(each.low, 2), high=round(each.high, 2)
        )
    return RestOfDay(**told)


def _required(present: Present, day: date) -> Requirement:
    return before_the_day(present.plan, present.state, present.patterns, present.now, day)


def _no_plan(
    present: Present, required: Requirement
) -> Literal["no_clerks", "no_forecast", "shut"] | None:
    if not present.plan.clerks:
        return "no_clerks"
    if required.basis == "nothing":
        return "no_forecast"
    return None if required.needs else "shut"
