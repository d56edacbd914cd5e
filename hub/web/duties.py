"""Routes of what managers see to: windows to open or close, and visitors to call back."""

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

router = APIRouter(tags=["duties"])

Handler = Annotated[Actor, Depends(May("handle_callback"))]


@router.get("/advice/staffing")
def staffing(actor: Annotated[Actor, Depends(May("see_advice"))], hub: Hub) -> StaffingAdvice:
    """Windows to open or close over the next minutes, with the expected effect."""
    view = hub.engine.view()
    return staffing_advice(view.plan, view.state, view.now, hub.engine.patterns)


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
