"""Routes of what managers see to: windows to open or close, and visitors to call back."""

from datetime import timedelta
from typing import Annotated
from uuid import UUID

from fastapi import APIRouter, Depends, Request, Response

from hall.http import Callback, Callbacks, Reason
from hall.staffing import StaffingAdvice
from hub.core import booklet, commands
from hub.core.advice import staffing_advice
from hub.core.commands import Actor
from hub.web.access import May
from hub.web.context import Hub, carry_out, json
from hub.web.plans import present

router = APIRouter(tags=["duties"])

Handler = Annotated[Actor, Depends(May("handle_callback"))]


@router.get("/advice/staffing")
def staffing(actor: Annotated[Actor, Depends(May("see_advice"))], hub: Hub) -> StaffingAdvice:
    """Windows to open or close over the next minutes, with the expected effect."""
    now = present(hub)
    today = now.plan.local(now.now).date()
    planned = {
        at: clerks
        for day in (today, today + timedelta(days=1))
        for at, clerks in hub.planner.planned(now, day).items()
    }
    return staffing_advice(now.plan, now.state, now.now, now.patterns, planned)


@router.get("/callbacks")
def callbacks(actor: Handler, hub: Hub) -> Callbacks:
    """Visitors who rated a visit badly and are to be called back."""
    return booklet.callbacks(hub.engine.state)


@router.post("/callbacks/{ticket}/done", response_model=Callback)
async def done(
    ticket: UUID, actor: Handler, request: Request, hub: Hub, body: Reason | None = None
) -> Response:
    """Record that someone was called back, and what came of it."""
    command = commands.FinishCallback(ticket, body.reason if body else "")
    return json(await carry_out(hub, request, command, actor))
