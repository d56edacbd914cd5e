"""Routes of the window terminal."""

from collections.abc import Callable
from typing import Annotated, Final, Literal

from fastapi import APIRouter, Depends, Request, Response

from hall.http import CloseRequest, PickRequest, Reason, WindowQueue
from hall.messages import Text, Ticket, Window
from hub.core import commands
from hub.core.commands import Actor
from hub.web.access import May
from hub.web.context import Hub, carry_out, json
from hub.web.problems import Refusal

router = APIRouter(prefix="/windows", tags=["windows"])

DECLINED: Final = Text(zh="现在不开", en="not now")

Action = Literal["open", "decline", "recall", "start", "finish", "no-show"]
_ACTIONS: Final[
    dict[Action, Callable[[str], commands.WindowCommand | commands.StaffingCommand]]
] = {
    "open": commands.OpenWindow,
    "decline": lambda window: commands.WithdrawRequest(window, DECLINED),
    "recall": commands.Recall,
    "start": commands.StartService,
    "finish": commands.FinishService,
    "no-show": commands.MarkNoShow,
}
Clerk = Annotated[Actor, Depends(May("run_window"))]


@router.get("/{window}/waiting")
def waiting(window: str, actor: Clerk, hub: Hub) -> WindowQueue:
    """Whom the window could call: those who wait in the order of their turns, and those held."""
    view = hub.engine.view()
    if window not in view.plan.window_by_id:
        raise Refusal("unknown_window")
    return view.queue_at(window)


@router.post(
    "/{window}/call-next",
    response_model=Ticket,
    responses={204: {"description": "Nobody is waiting for this window"}},
)
async def call_next(
    window: str, actor: Clerk, request: Request, hub: Hub, pick: PickRequest | None = None
) -> Response:
    """Finish whoever is being served and call the next, or one out of turn with a reason."""
    pick = pick or PickRequest()
    command = commands.CallNext(window, pick.ticket, pick.reason)
    return json(await carry_out(hub, request, command, actor))


@router.post("/{window}/pause", response_model=Window)
async def pause(
    window: str, actor: Clerk, request: Request, hub: Hub, body: Reason | None = None
) -> Response:
    """Receive nobody for a while, and say why."""
    command = commands.PauseWindow(window, body.reason if body else "")
    return json(await carry_out(hub, request, command, actor))


@router.post("/{window}/close", response_model=Window)
async def close(
    window: str, actor: Clerk, request: Request, hub: Hub, body: CloseRequest | None = None
) -> Response:
    """Give the window up, now or once its present visitor is done."""
    command = commands.CloseWindow(window, after_current=body is not None and body.after_current)
    return json(await carry_out(hub, request, command, actor))


@router.post("/{window}/duress", status_code=204)
async def duress(window: str, actor: Clerk, request: Request, hub: Hub) -> Response:
    """Call the managers for help; nothing shows it at the window."""
    return json(await carry_out(hub, request, commands.SoundDuress(window, hub.new_id()), actor))


@router.post("/{window}/{action}", response_model=Window | Ticket)
async def act(window: str, action: Action, actor: Clerk, request: Request, hub: Hub) -> Response:
    """Open and claim the window; decline to open it; or deal with the visitor called to it.

    The first two answer with the window, the others with the ticket.
    """
    return json(await carry_out(hub, request, _ACTIONS[action](window), actor))
