"""Prints what was simulated: every assumption, then a line for each policy."""

from collections.abc import Iterator, Mapping, Sequence
from typing import Any, Final, NamedTuple

from hub.core.plan import HallPlan
from hub.simulation.assumptions import ByClock, Demand, Habits, Staff


class Figure(NamedTuple):
    """A figure, what it is called, and what it is multiplied by to be read."""

    key: str
    called: str
    times: float = 1
    form: str = ".1f"


FIGURES: Final = (
    Figure("mean_wait_min", "mean wait, min"),
    Figure("p95_wait_min", "P95 wait, min"),
    Figure("p95_priority_min", "P95 with priority, min"),
    Figure("p95_appointment_min", "P95 with appointment, min"),
    Figure("mean_walk_in_min", "mean walk-in, min"),
    Figure("p95_walk_in_min", "P95 walk-in, min"),
    Figure("abandoned", "left before served, %", 100),
    Figure("over_30_min", "waited over 30 min, %", 100),
    Figure("over_60_min", "waited over 60 min, %", 100, ".2f"),
    Figure("window_hours", "window-hours a day"),
    Figure("utilisation", "windows busy, %", 100),
    Figure("overtaken", "overtaken by later walk-ins", 1, ".2f"),
    Figure("kiosk_share", "served by kiosks, %", 100),
    Figure("expert_share", "served by experts, %", 100),
)
NAME_WIDTH: Final = 28
CELL_WIDTH: Final = 22


def assumptions(
    plan: HallPlan, demand: Demand, habits: Habits, staff: Staff
) -> dict[str, Mapping[str, Any]]:
    """All that the figures rest on, as data."""
    return {
        "demand": demand.model_dump(mode="json"),
        "habits": habits.model_dump(mode="json"),
        "staff": {
            **staff.model_dump(mode="json"),
            "roster": staff.roster.steps,
            "most": staff.most.steps,
        },
        "hall": {
            "windows": len(plan.windows),
            **plan.diversion.model_dump(mode="json"),
            **plan.staffing.model_dump(mode="json"),
            **plan.policy.model_dump(mode="json", exclude={"name"}),
            "second_chance": plan.tickets.second_chance,
            "minutes": {service.id: service.minutes for service in plan.services},
        },
    }


def said(plan: HallPlan, demand: Demand, habits: Habits, staff: Staff) -> Iterator[str]:
    """The assumptions in words, the most telling first."""
    yield from _of_hall(plan, staff)
    yield from _of_people(demand, habits)
    for service in plan.services:
        if (wants := demand.services.get(service.id)) is not None:
            yield (
                f"  {service.id:<20} {wants.share:4.0%} of visitors, {service.minutes:4.1f} min"
                f" (cv {wants.cv:g}), kiosk could do {wants.kiosk:.0%}, expert {wants.expert:.0%}"
            )


def _of_hall(plan: HallPlan, staff: Staff) -> Iterator[str]:
    yield (
        f"hall: {len(plan.services)} services in {len(plan.groups)} groups, {len(plan.windows)}"
        f" windows, {plan.diversion.kiosks} kiosks, {plan.diversion.experts} remote experts"
    )
    yield (
        f"windows: roster {_steps(staff.roster)}; with elastic {staff.least} to"
        f" {_steps(staff.most)}, advice every {staff.look_min:g} min,"
        f" followed {staff.confirm_min:g} min later"
    )
    targets, rules = plan.policy.target_min, plan.policy
    yield (
        f"rules: targets walk-in {targets.walk_in:g}, priority {targets.priority:g}, appointment"
        f" {targets.appointment:g} min, alpha {rules.alpha:g}, beta {rules.beta:g}, guard"
        f" {rules.guard_min:g} min; elastic looks {plan.staffing.horizon_min:g} min ahead, beta"
        f" {plan.staffing.beta:g}; a kiosk is offered if it saves {plan.diversion.kiosk_gain_min:g}"
        f" min, an expert if it saves {plan.diversion.expert_gain_min:g}"
    )


def _of_people(demand: Demand, habits: Habits) -> Iterator[str]:
    yield (
        f"acceptance: kiosk {habits.kiosk_unasked:.2f} -> {habits.kiosk_offered:.2f} when offered,"
        f" expert {habits.expert_unasked:.2f} -> {habits.expert_offered:.2f}, of those whom it"
        f" could help; {habits.kiosk_fails:.0%} of kiosk visits fail"
    )
    yield (
        f"visitors: {demand.visitors:g} a day (cv {demand.day_cv:g}), half hours cv"
        f" {demand.half_hour_cv:g}, {demand.booked:.0%} booked of whom {demand.no_shows:.0%} do not"
        f" come, priority {demand.priority:.1%} of the others"
    )
    yield (
        f"patience: median {habits.patience_median_min:g} min, sigma {habits.patience_sigma:g};"
        f" {habits.gives_back:.0%} of those who leave say so, a call in vain takes"
        f" {habits.no_show_min:g} min; clerks' speed sigma {habits.clerk_sigma:g}"
    )


def _steps(number: ByClock) -> str:
    return ", ".join(f"{count} from {clock}" for clock, count in sorted(number.steps.items()))


def table(figures: Mapping[str, Mapping[str, Any]]) -> Iterator[str]:
    """A line for each figure, a column with 95 % intervals for each policy."""
    yield " " * NAME_WIDTH + "".join(f"{policy:>{CELL_WIDTH}}" for policy in figures)
    for figure in FIGURES:
        cells = (
            f"{_told(figure, theirs[figure.key])} {_span(figure, theirs['ci95'][figure.key]):>13}"
            for theirs in figures.values()
        )
        yield f"{figure.called:<{NAME_WIDTH}}" + "".join(f"{cell:>{CELL_WIDTH}}" for cell in cells)


def changes(figures: Mapping[str, Mapping[str, Any]], baseline: str) -> Iterator[str]:
    """What each policy changes against the baseline, on the same days."""
    for policy, theirs in figures.items():
        if policy == baseline:
            continue
        yield f"{policy} against {baseline}:"
        for figure in FIGURES:
            if (change := theirs["change"].get(figure.key)) is not None:
                low, high = theirs["change_ci95"][figure.key]
                yield f"  {figure.called:<{NAME_WIDTH}}{change:+.1%} [{low:+.1%}, {high:+.1%}]"


def _told(figure: Figure, value: float | None) -> str:
    return "-" if value is None else f"{value * figure.times:{figure.form}}"


def _span(figure: Figure, interval: Sequence[float] | None) -> str:
    return f"[{', '.join(_told(figure, edge) for edge in interval)}]" if interval else ""
