"""Routes of alerts: their history, and what a manager does about them."""

from collections.abc import Callable
from typing import Annotated, Final, Literal
from uuid import UUID

from fastapi import APIRouter, Depends, Request, Response

from hall.http import Alerts
from hall.messages import Alert
from hub.core import commands
from hub.core.commands import Actor
from hub.core.views import history
from hub.web.access import May
from hub.web.context import Hub, carry_out, json

router = APIRouter(prefix="/alerts", tags=["alerts"])

Action = Literal["acknowledge", "apply", "dismiss"]
_ACTIONS: Final[dict[Action, Callable[[UUID], commands.AlertCommand]]] = {
    "acknowledge": commands.AcknowledgeAlert,
    "apply": commands.ApplyAlert,
    "dismiss": commands.DismissAlert,
}
Manager = Annotated[Actor, Depends(May("handle_alert"))]


@router.get("")
def alerts(actor: Manager, hub: Hub) -> Alerts:
    """Today's alerts and those still live, newest first."""
    return Alerts(alerts=history(hub.engine.state))


@router.post("/{alert}/{action}", response_model=Alert)
async def act(alert: UUID, action: Action, actor: Manager, request: Request, hub: Hub) -> Response:
    """Take notice of an alert, carry out its advice, or decline it."""
    return json(await carry_out(hub, request, _ACTIONS[action](alert), actor))
