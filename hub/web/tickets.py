"""Routes of services and tickets, for kiosks and staff."""

import secrets
from json import dumps
from typing import Annotated, Final
from uuid import UUID

from fastapi import APIRouter, Depends, Request, Response

from hall.messages import Channel, Role, Services, Ticket, TicketRequest
from hub.core.commands import Actor, CancelTicket, IssueTicket
from hub.web.access import May
from hub.web.context import Hub, carry_out, json
from hub.web.problems import Refusal

router = APIRouter(tags=["tickets"])

TOKEN_BYTES: Final = 16
_CHANNELS: Final = {None: Channel.KIOSK, Role.GUIDE: Channel.GUIDE}


@router.get("/services")
def services(hub: Hub) -> Services:
    """The catalogue with how each service stands."""
    return hub.engine.view().services()


@router.post("/tickets", status_code=201, response_model=Ticket)
async def issue(
    wanted: TicketRequest,
    actor: Annotated[Actor, Depends(May("issue_ticket"))],
    request: Request,
    hub: Hub,
) -> Response:
    """Take a number."""
    command = IssueTicket(
        ticket=hub.new_id(),
        token=secrets.token_urlsafe(TOKEN_BYTES),
        service=wanted.service,
        priority=wanted.priority,
        channel=wanted.channel or _CHANNELS.get(actor.role, Channel.WEB),
    )
    body = await carry_out(hub, request, command, actor)
    return json(_with_base(body or "", hub.public_url or str(request.base_url).rstrip("/")), 201)


def _with_base(ticket: str, base: str) -> str:
    """The ticket with a whole address: only there can JSON hold `"url":"/`, quotes are escaped."""
    return ticket.replace('"url":"/', f'"url":{dumps(base)[:-1]}/', 1)


@router.get("/tickets/{ticket}")
def show(ticket: UUID, actor: Annotated[Actor, Depends(May("see_ticket"))], hub: Hub) -> Ticket:
    """How a ticket stands."""
    view = hub.engine.view()
    found = view.state.tickets.get(ticket)
    if found is None:
        raise Refusal("unknown_ticket")
    return view.ticket(found)


@router.post("/tickets/{ticket}/cancel", response_model=Ticket)
async def cancel(
    ticket: UUID,
    actor: Annotated[Actor, Depends(May("cancel_ticket"))],
    request: Request,
    hub: Hub,
) -> Response:
    """Take a visitor out of the queue."""
    return json(await carry_out(hub, request, CancelTicket(ticket), actor))
