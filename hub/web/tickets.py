"""Routes of services and tickets, for kiosks and staff."""

import secrets
from typing import Annotated, Final
from uuid import UUID

from fastapi import APIRouter, Depends, Request, Response

from hall.http import (
    DivertRequest,
    RatingRequest,
    Reason,
    ServiceLine,
    Services,
    TicketHistory,
    TicketRequest,
    TransferRequest,
)
from hall.messages import Channel, Role, Ticket
from hub.core import booklet, commands
from hub.core.commands import Actor
from hub.core.lines import service_line
from hub.web.access import May
from hub.web.context import Context, Hub, carry_out, json, whole
from hub.web.problems import Refusal

router = APIRouter(tags=["tickets"])

TOKEN_BYTES: Final = 16
Mover = Annotated[Actor, Depends(May("move_ticket"))]
Diverter = Annotated[Actor, Depends(May("divert_ticket"))]
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
    command = commands.IssueTicket(
        ticket=hub.new_id(),
        token=secrets.token_urlsafe(TOKEN_BYTES),
        service=wanted.service,
        priority=wanted.priority,
        channel=wanted.channel or channel_of(actor),
        also=wanted.also,
        person=wanted.person,
        acting_for=wanted.acting_for,
    )
    return await given(hub, request, command, actor)


def channel_of(actor: Actor) -> Channel:
    """Where `actor` gives numbers."""
    return _CHANNELS.get(actor.role, Channel.WEB)


async def given(
    hub: Context, request: Request, command: commands.IssueTicket | commands.CheckIn, actor: Actor
) -> Response:
    """The ticket that was given, with the whole address of its page."""
    ticket = await carry_out(hub, request, command, actor) or ""
    return json(whole(hub, request, ticket), 201)


@router.get("/services/{service}/waiting")
def waiting(
    service: str, actor: Annotated[Actor, Depends(May("see_ticket"))], hub: Hub
) -> ServiceLine:
    """Who waits for a service, in the order of their turns, and who would be called next."""
    view = hub.engine.view()
    if service not in view.plan.service_by_id:
        raise Refusal("unknown_service")
    return service_line(view, service)


@router.get("/tickets/{ticket}")
def show(
    ticket: UUID, actor: Annotated[Actor, Depends(May("see_ticket"))], hub: Hub
) -> TicketHistory:
    """How a ticket stands, and how it came about."""
    view = hub.engine.view()
    found = view.state.tickets.get(ticket)
    if found is None:
        raise Refusal("unknown_ticket")
    return TicketHistory(
        **dict(view.ticket(found)), history=booklet.steps(found), rating=found.rating
    )


@router.post("/tickets/{ticket}/cancel", response_model=Ticket)
async def cancel(ticket: UUID, actor: Mover, request: Request, hub: Hub) -> Response:
    """Take a visitor out of the queue."""
    return json(await carry_out(hub, request, commands.CancelTicket(ticket), actor))


@router.post("/tickets/{ticket}/hold", response_model=Ticket)
async def hold(
    ticket: UUID, actor: Mover, request: Request, hub: Hub, body: Reason | None = None
) -> Response:
    """Keep the number of someone who steps out or is sent away for a paper."""
    reason = body.reason if body else ""
    return json(await carry_out(hub, request, commands.HoldTicket(ticket, reason), actor))


@router.post("/tickets/{ticket}/resume", response_model=Ticket)
async def resume(ticket: UUID, actor: Mover, request: Request, hub: Hub) -> Response:
    """Let someone back in at the place that they had."""
    return json(await carry_out(hub, request, commands.ResumeTicket(ticket), actor))


@router.post("/tickets/{ticket}/transfer", response_model=Ticket)
async def transfer(
    ticket: UUID, actor: Mover, request: Request, hub: Hub, to: TransferRequest | None = None
) -> Response:
    """Let someone wait for another service or one window, counted from their first arrival."""
    to = to or TransferRequest()
    command = commands.TransferTicket(ticket, to.service, to.window, to.reason)
    return json(await carry_out(hub, request, command, actor))


@router.post("/tickets/{ticket}/rate", response_model=Ticket)
async def rate(
    ticket: UUID, rating: RatingRequest, actor: Mover, request: Request, hub: Hub
) -> Response:
    """Record how a visitor judges a finished visit."""
    command = commands.RateTicket(ticket, rating.level, rating.comment)
    return json(await carry_out(hub, request, command, actor))


@router.post("/tickets/{ticket}/divert", response_model=Ticket)
async def divert(
    ticket: UUID, to: DivertRequest, actor: Diverter, request: Request, hub: Hub
) -> Response:
    """Keep the place of someone who tries a kiosk or a remote expert."""
    return json(await carry_out(hub, request, commands.DivertTicket(ticket, to.to), actor))


@router.post("/tickets/{ticket}/complete", response_model=Ticket)
async def complete(ticket: UUID, actor: Diverter, request: Request, hub: Hub) -> Response:
    """The kiosk or the expert did what the visitor came for."""
    return json(await carry_out(hub, request, commands.CompleteDiversion(ticket), actor))
