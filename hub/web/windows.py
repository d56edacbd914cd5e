"""Routes of the window terminal."""

from collections.abc import Callable
from typing import Annotated, Final, Literal

from fastapi import APIRouter, Depends, Request, Response

from hall.messages import Ticket, Window
from hub.core import commands
from hub.core.commands import Actor
from hub.web.access import May
from hub.web.context import Hub, carry_out, json

router = APIRouter(prefix="/windows", tags=["windows"])

Action = Literal["open", "pause", "close", "recall", "start", "finish", "no-show"]
_ACTIONS: Final[dict[Action, Callable[[str], commands.WindowCommand]]] = {
    "open": commands.OpenWindow,
    "pause": commands.PauseWindow,
    "close": commands.CloseWindow,
    "recall": commands.Recall,
    "start": commands.StartService,
    "finish": commands.FinishService,
    "no-show": commands.MarkNoShow,
}
Clerk = Annotated[Actor, Depends(May("run_window"))]


@router.post(
    "/{window}/call-next",
    response_model=Ticket,
    responses={204: {"description": "Nobody is waiting for this window"}},
)
async def call_next(window: str, actor: Clerk, request: Request, hub: Hub) -> Response:
    """Finish whoever is being served and call the next."""
    return json(await carry_out(hub, request, commands.CallNext(window), actor))


@router.post("/{window}/{action}", response_model=Window | Ticket)
async def act(window: str, action: Action, actor: Clerk, request: Request, hub: Hub) -> Response:
    """Open and claim, pause or close the window; or deal with the visitor called to it.

    The first three answer with the window, the others with the ticket.
    """
    return json(await carry_out(hub, request, _ACTIONS[action](window), actor))
