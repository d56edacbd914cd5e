"""A day's shift plan: what is asked of the solver, and what its answer means for people."""

from collections.abc import Collection, Iterator, Sequence
from datetime import date, datetime, timedelta
from itertools import groupby
from typing import Literal

from hall.messages import Text
from hall.staffing import PlannedDuty, PlannedStep, ShiftPlan, Shortage
from hub.core.arrivals import STEP_MIN
from hub.core.expected import midnight
from hub.core.plan import HallPlan
from hub.core.requirement import Requirement
from hub.core.rota import Problem, Solution, Team, covered, on_duty
from hub.core.shifts import Duty, duties


def problem_of(plan: HallPlan, required: Requirement, away: Collection[str] = ()) -> Problem:
    """The day with all clerks but those who are `away`."""
    ways = {shift.id: duties(shift, plan.rostering) for shift in plan.shifts}
    teams = [
        Team(
            id=each.id,
            groups=each.groups,
            count=sum(name not in away for name in each.people),
            duties=tuple(duty for shift in each.shifts or ways for duty in ways[shift]),
        )
        for each in plan.clerks
    ]
    start = midnight(plan, required.day)
    groups = tuple(plan.group_by_id)
    return Problem(
        groups=groups,
        steps=tuple(int((need.at - start) / timedelta(minutes=1)) for need in required.needs),
        needs=tuple(tuple(need.windows[group] for group in groups) for need in required.needs),
        teams=tuple(teams),
        windows=_windows(plan),
    )


def _windows(plan: HallPlan) -> tuple[tuple[frozenset[str], int], ...]:
    counts: dict[frozenset[str], int] = {}
    for window in plan.windows:
        served = frozenset(plan.service_by_id[skill].group for skill in window.skills)
        counts[served] = counts.get(served, 0) + 1
    return tuple(counts.items())


def shift_plan(
    plan: HallPlan,
    required: Requirement,
    problem: Problem,
    solution: Solution,
    *,
    away: Collection[str],
    now: datetime,
) -> ShiftPlan:
    """The answer in words and names; what is covered is counted anew, whatever the solver says."""
    start, names = midnight(plan, required.day), {each.id: each.name for each in plan.shifts}
    steps = tuple(_steps(problem, solution, start))
    served, spare = _persons(plan, problem, solution, required.day, away)
    found = solution.staffed is not None
    return ShiftPlan(
        at=now,
        day=required.day,
        timezone=plan.timezone,
        status="too_slow" if not found else "optimal" if solution.optimal else "not_proven",
        gap=round(solution.gap, 4),
        steps=steps,
        duties=tuple(_duty(names[each[2].shift], start, *each) for each in served),
        spare=spare,
        shortages=tuple(_shortages(plan, steps)) if found else (),
    )


def _steps(problem: Problem, solution: Solution, start: datetime) -> Iterator[PlannedStep]:
    for step, needs in zip(problem.steps, problem.needs, strict=True):
        if solution.staffed is None:
            present: tuple[int, ...] = (0,) * len(problem.teams)
        else:
            present = on_duty(problem, solution, step)
        met = covered(problem, present, needs)
        known = {
            group
            for team, count in zip(problem.teams, present, strict=True)
            if count
            for group in team.groups
        }
        yield PlannedStep(
            at=start + timedelta(minutes=step),
            needed=sum(needs),
            planned=min(sum(present), sum(count for _, count in problem.windows)),
            covered=sum(met),
            missing={
                group: need - has
                for group, need, has in zip(problem.groups, needs, met, strict=True)
                if has < need
            },
            unattended=tuple(group for group in problem.groups if group not in known),
        )


def _persons(
    plan: HallPlan, problem: Problem, solution: Solution, day: date, away: Collection[str]
) -> tuple[list[tuple[str, str, Duty]], tuple[str, ...]]:
    """Who works what, and who is not needed; from day to day it is another's turn to begin."""
    served: list[tuple[str, str, Duty]] = []
    spare: list[str] = []
    for each, team, counts in zip(
        plan.clerks, problem.teams, solution.staffed or [()] * len(problem.teams), strict=True
    ):
        there = [name for name in each.people if name not in away]
        turn = day.toordinal() % len(there) if there else 0
        there = there[turn:] + there[:turn]
        work = [
            duty for duty, count in zip(team.duties, counts, strict=False) for _ in range(count)
        ]
        work.sort(key=lambda duty: (duty.start_min, duty.lunch_min or (0, 0)))
        served += [(name, each.id, duty) for name, duty in zip(there, work, strict=False)]
        spare += there[len(work) :]
    return served, tuple(spare)


def _duty(name: Text, start: datetime, person: str, clerks: str, duty: Duty) -> PlannedDuty:
    lunch = duty.lunch_min
    return PlannedDuty(
        person=person,
        clerks=clerks,
        shift=duty.shift,
        shift_name=name,
        start=start + timedelta(minutes=duty.start_min),
        end=start + timedelta(minutes=duty.end_min),
        lunch_start=None if lunch is None else start + timedelta(minutes=lunch[0]),
        lunch_end=None if lunch is None else start + timedelta(minutes=lunch[1]),
        worked_min=duty.worked_min,
    )


def _shortages(plan: HallPlan, steps: Sequence[PlannedStep]) -> Iterator[Shortage]:
    """Spans in which windows are missing, and those in which nobody knows a group."""
    for lack, span in groupby(steps, key=_lack):
        if lack is None:
            continue
        during = list(span)
        groups: dict[str, int] = {}
        for step in during:
            lacking = step.missing if lack == "missing" else dict.fromkeys(step.unattended, 0)
            for group, count in lacking.items():
                groups[group] = max(groups.get(group, 0), count)
        start, end = during[0].at, during[-1].at + timedelta(minutes=STEP_MIN)
        most = max(sum(step.missing.values()) for step in during)
        text = _sentence(plan, (start, end), most, [plan.group_by_id[each].name for each in groups])
        yield Shortage(start=start, end=end, most=most, groups=groups, text=text)


def _lack(step: PlannedStep) -> Literal["missing", "unattended"] | None:
    if step.missing:
        return "missing"
    return "unattended" if step.unattended else None


def _sentence(
    plan: HallPlan, span: tuple[datetime, datetime], most: int, names: Sequence[Text]
) -> Text:
    clock = "–".join(f"{local.hour}:{local.minute:02d}" for local in map(plan.local, span))
    zh, en = "、".join(name.zh for name in names), ", ".join(name.en for name in names)
    if not most:
        return Text(zh=f"{clock} 没有人会办：{zh}", en=f"{clock}: nobody there knows {en}")
    clerks = "clerk" if most == 1 else "clerks"
    return Text(
        zh=f"{clock} 最多缺 {most} 人：{zh}", en=f"{clock}: up to {most} {clerks} short ({en})"
    )
