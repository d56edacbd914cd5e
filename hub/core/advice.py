"""What a manager is advised about windows, and what following it would change."""

from collections.abc import Iterator, Mapping
from dataclasses import replace
from datetime import datetime, timedelta
from statistics import fmean

from hall.staffing import GroupStaffing, StaffingAdvice, StaffingStep
from hub.core.expected import Patterns, group_load
from hub.core.outlook import Outlook
from hub.core.plan import HallPlan
from hub.core.requirement import Requirement, requirement
from hub.core.staffing import (
    Changes,
    as_advice,
    changes_to,
    needed,
    open_windows,
    primary_group,
)
from hub.core.state import State, WindowNow


def staffing_advice(
    plan: HallPlan,
    state: State,
    now: datetime,
    patterns: Patterns | None = None,
    planned: Mapping[datetime, int] | None = None,
) -> StaffingAdvice:
    """Windows needed by the load of now and of arrivals expected next; which to open or close.

    Without `patterns` arrivals are taken to go on as of late. `planned`: clerks at windows by the
    shift plans, by quarter of an hour.
    """
    load = group_load(plan, state, now, patterns)
    counts, today = needed(plan, load), plan.local(now).date()
    changes = changes_to(plan, state, sum(counts.values()))
    opened = [primary_group(plan, window) for window in open_windows(plan, state)]
    return StaffingAdvice(
        at=now,
        horizon_min=plan.staffing.horizon_min,
        groups={
            group: GroupStaffing(
                open=opened.count(group), needed=counts[group], load=round(load[group], 2)
            )
            for group in load
        },
        advice=as_advice(plan, changes),
        wait_p50_s=_wait_s(plan, state),
        wait_if_followed_p50_s=_wait_s(plan, _followed(state, changes)),
        basis="recent" if patterns is None else "learned",
        steps=(
            *_steps(requirement(plan, state, patterns, now, today), planned or {}, len(opened)),
            *_steps(
                requirement(plan, state, patterns, now, today + timedelta(days=1)), planned or {}
            ),
        ),
    )


def _steps(
    required: Requirement, planned: Mapping[datetime, int], opened: int | None = None
) -> Iterator[StaffingStep]:
    for need in required.needs:
        yield StaffingStep(
            at=need.at,
            needed=need.total,
            load=round(sum(need.load.values()), 2),
            groups=need.windows,
            planned=planned.get(need.at),
            open=opened,
        )


def _followed(state: State, changes: Changes) -> State:
    """The hall as if the windows had been opened and closed."""
    windows = {
        **state.windows,
        **{window.id: replace(state.window(window.id), state="open") for window in changes.to_open},
        **{window.id: WindowNow() for window in changes.to_close},
    }
    return replace(state, windows=windows)


def _wait_s(plan: HallPlan, state: State) -> float:
    """The mean over services of what a newcomer would wait."""
    outlook = Outlook(plan, state)
    return round(fmean(outlook.newcomer(service.id).p50_s for service in plan.services))
