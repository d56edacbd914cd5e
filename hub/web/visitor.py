"""Routes of the visitor's own ticket, opened by its unguessable token."""

from collections.abc import AsyncIterator
from typing import Annotated
from uuid import UUID

from fastapi import APIRouter, Depends, Request, Response
from fastapi.sse import EventSourceResponse, ServerSentEvent

from hall.http import DivertRequest, RatingRequest, VisitorTicket
from hub.core import commands
from hub.core.commands import Actor
from hub.web.context import Context, Hub, carry_out, json
from hub.web.problems import Refusal

router = APIRouter(prefix="/t/{token}", tags=["visitor"])


async def holder(token: str, hub: Hub) -> UUID:
    """The ticket that the token opens."""
    ticket = hub.engine.state.tickets.by_token.get(token)
    if ticket is None:
        raise Refusal("unknown_ticket")
    return ticket


Held = Annotated[UUID, Depends(holder)]


@router.get("/state")
def state(ticket: Held, hub: Hub) -> VisitorTicket:
    """How the visitor's ticket stands."""
    return _seen(hub, ticket)


@router.get("/events", response_class=EventSourceResponse)
async def events(ticket: Held, hub: Hub) -> AsyncIterator[ServerSentEvent]:
    """The ticket at once, and again whenever it stands differently, until it is forgotten."""
    told = ""
    async for _ in hub.stream.changes():
        if ticket not in hub.engine.state.tickets:
            return
        now = _seen(hub, ticket).model_dump_json()
        if now != told:
            told = now
            yield ServerSentEvent(event="ticket", raw_data=now)


@router.post("/cancel", response_model=VisitorTicket)
async def cancel(ticket: Held, request: Request, hub: Hub) -> Response:
    """Leave the queue."""
    return await _done(hub, request, ticket, commands.CancelTicket(ticket))


@router.post("/hold", response_model=VisitorTicket)
async def hold(ticket: Held, request: Request, hub: Hub) -> Response:
    """Step out and keep the place."""
    return await _done(hub, request, ticket, commands.HoldTicket(ticket))


@router.post("/resume", response_model=VisitorTicket)
async def resume(ticket: Held, request: Request, hub: Hub) -> Response:
    """Come back to the place one had, also from a kiosk or an expert who did not help."""
    return await _done(hub, request, ticket, commands.ResumeTicket(ticket))


@router.post("/divert", response_model=VisitorTicket)
async def divert(ticket: Held, to: DivertRequest, request: Request, hub: Hub) -> Response:
    """Try a kiosk or a remote expert; the place is kept meanwhile."""
    return await _done(hub, request, ticket, commands.DivertTicket(ticket, to.to))


@router.post("/rate", response_model=VisitorTicket)
async def rate(ticket: Held, rating: RatingRequest, request: Request, hub: Hub) -> Response:
    """Judge the visit, once."""
    command = commands.RateTicket(ticket, rating.level, rating.comment)
    return await _done(hub, request, ticket, command)


async def _done(
    hub: Context, request: Request, ticket: UUID, command: commands.TicketCommand
) -> Response:
    """The ticket as its holder sees it after their own command."""
    await carry_out(hub, request, command, Actor(f"visitor:{ticket}"))
    return json(_seen(hub, ticket).model_dump_json())


def _seen(hub: Context, ticket: UUID) -> VisitorTicket:
    view = hub.engine.view()
    found = view.state.tickets.get(ticket)
    if found is None:
        raise Refusal("unknown_ticket")
    return view.visitor_ticket(found)
