"""Routes of what managers plan by: the shifts of a day, and what other windows would do."""

from datetime import date, timedelta
from typing import Annotated

from fastapi import APIRouter, Depends, Query

from hall.staffing import ShiftPlan, WhatIf, WhatIfRequest
from hub.core.commands import Actor
from hub.core.expected import DAYS_AHEAD
from hub.core.refusals import Refused
from hub.planning.child import NotWorkedOut
from hub.planning.planner import Present
from hub.simulation.rest import Question, unknown
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


@router.post("/what-if")
def what_if(actor: Planning, hub: Hub, body: WhatIfRequest) -> WhatIf:
    """The rest of the day with other windows, simulated beside the service; changes nothing."""
    asked = present(hub)
    if unknown(asked.plan, (*body.open, *body.close)):
        raise Refusal("unknown_window")
    if not (body.open or body.close) or set(body.open) & set(body.close):
        raise Refusal("invalid_request")
    if not asked.plan.is_open(asked.now):
        raise Refusal("hall_closed")
    question = Question(
        asked.plan, asked.state, asked.patterns, asked.now, opening=body.open, closing=body.close
    )
    try:
        told = hub.planner.what_if(question)
    except NotWorkedOut as failure:
        raise Refusal("not_worked_out") from failure
    if isinstance(told, Refused):
        raise Refusal(told.code)
    return told
