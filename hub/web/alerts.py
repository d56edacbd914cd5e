"""Routes of alerts: their history, and what a manager does about them."""

from datetime import timedelta
from typing import Annotated, Final
from uuid import UUID

from fastapi import APIRouter, Depends, Query, Request, Response

from hall.alerts import ApplyRequest, DismissRequest
from hall.http import Alerts
from hall.messages import Alert, Moment
from hub.core import commands
from hub.core.commands import Actor
from hub.core.views import history
from hub.web.access import May
from hub.web.context import Hub, carry_out, json
from hub.web.problems import Refusal

router = APIRouter(prefix="/alerts", tags=["alerts"])

Manager = Annotated[Actor, Depends(May("handle_alert"))]
LONGEST: Final = timedelta(days=400)
MOST: Final = 1000


@router.get("")
def alerts(
    actor: Manager,
    hub: Hub,
    begin: Annotated[Moment | None, Query(alias="from")] = None,
    end: Annotated[Moment | None, Query(alias="to")] = None,
) -> Alerts:
    """Today's alerts and those still live, newest first; or all raised from `from` until `to`.

    A span is at most 400 days, and tells of its newest 1,000 alerts.
    """
    if begin is None and end is None:
        return Alerts(alerts=history(hub.engine.state))
    end = end or hub.clock()
    begin = begin or end - timedelta(days=1)
    if not timedelta(0) <= end - begin <= LONGEST:
        raise Refusal("invalid_span")
    found = hub.store.alerts.raised_between(begin, end)
    return Alerts(alerts=tuple(reversed(found[-MOST:])))


@router.post("/{alert}/acknowledge", response_model=Alert)
async def acknowledge(alert: UUID, actor: Manager, request: Request, hub: Hub) -> Response:
    """Take notice of an alert."""
    return json(await carry_out(hub, request, commands.AcknowledgeAlert(alert), actor))


@router.post("/{alert}/apply", response_model=Alert)
async def apply(
    alert: UUID, actor: Manager, request: Request, hub: Hub, body: ApplyRequest | None = None
) -> Response:
    """Carry out one of its advices, the first by default; what came of it is measured later."""
    command = commands.ApplyAlert(alert, body.action if body else 0)
    return json(await carry_out(hub, request, command, actor))


@router.post("/{alert}/dismiss", response_model=Alert)
async def dismiss(
    alert: UUID, actor: Manager, request: Request, hub: Hub, body: DismissRequest | None = None
) -> Response:
    """Decline the advice and hear no more of it for a while; ends alerts of devices and buttons."""
    command = commands.DismissAlert(alert, body.minutes if body else None)
    return json(await carry_out(hub, request, command, actor))
