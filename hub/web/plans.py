"""Routes of what managers plan by: the shifts of a day."""

from datetime import date, timedelta
from typing import Annotated

from fastapi import APIRouter, Depends, Query

from hall.staffing import ShiftPlan
from hub.core.commands import Actor
from hub.core.expected import DAYS_AHEAD
from hub.planning.planner import Present
from hub.web.access import May
from hub.web.context import Context, Hub
from hub.web.problems import Refusal

router = APIRouter(tags=["staffing"])

Planning = Annotated[Actor, Depends(May("see_advice"))]


def present(hub: Context) -> Present:
    """The hall as plans are made for it now."""
    view = hub.engine.view()
    return Present(view.plan, view.state, hub.engine.patterns, view.now)


@router.get("/plan/shifts")
def shifts(
    actor: Planning,
    hub: Hub,
    day: date | None = None,
    away: Annotated[tuple[str, ...], Query(max_length=200)] = (),
) -> ShiftPlan:
    """Who works when on a day, today or in the next two weeks, without those who are `away`."""
    asked = present(hub)
    today = asked.plan.local(asked.now).date()
    day = day or today
    if not today <= day <= today + timedelta(days=DAYS_AHEAD):
        raise Refusal("no_forecast")
    if set(away) - {name for each in asked.plan.clerks for name in each.people}:
        raise Refusal("unknown_person")
    return hub.planner.shifts(asked, day, away)
