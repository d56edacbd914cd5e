"""Decides what tickets do on the way: hold, resume, transfer, and trying a kiosk or an expert."""

from datetime import datetime

from hall.messages import Role, TicketState
from hub.core import events
from hub.core.commands import (
    Actor,
    CompleteDiversion,
    DivertTicket,
    HoldTicket,
    ResumeTicket,
    TransferTicket,
)
from hub.core.events import Event
from hub.core.leaving import vacated
from hub.core.plan import HallPlan
from hub.core.refusals import Refused
from hub.core.register import FINAL, TicketNow
from hub.core.state import State


def hold(
    plan: HallPlan, state: State, command: HoldTicket, actor: Actor, now: datetime
) -> list[Event] | Refused:
    """Keep a number: by its holder until they are served, by staff also then (二次优先)."""
    ticket = state.tickets.get(command.ticket)
    if ticket is None:
        return Refused("unknown_ticket")
    if ticket.state is TicketState.SERVING and actor.role is None:
        return Refused("ticket_at_window")
    if ticket.state is TicketState.HELD:
        return []
    return _unless_closed_to(state, ticket, actor) or [
        events.TicketHeld(ticket=ticket.id, reason=command.reason),
        *vacated(state, ticket.window),
    ]


def resume(
    plan: HallPlan, state: State, command: ResumeTicket, actor: Actor, now: datetime
) -> list[Event] | Refused:
    """Come back at the place one had, for any window if the one waited for has closed."""
    ticket = state.tickets.get(command.ticket)
    if ticket is None:
        return Refused("unknown_ticket")
    if ticket.state in FINAL:
        return Refused("ticket_finished")
    if ticket.state is not TicketState.HELD:
        return Refused("ticket_not_held")
    happened: list[Event] = [events.TicketResumed(ticket=ticket.id)]
    if ticket.reserved is not None and state.window(ticket.reserved).state == "closed":
        happened.append(events.TicketTransferred(ticket=ticket.id, service=ticket.service))
    return happened


def transfer(
    plan: HallPlan, state: State, command: TransferTicket, actor: Actor, now: datetime
) -> list[Event] | Refused:
    """Let someone wait for another service or one window, counted from their first arrival."""
    ticket = state.tickets.get(command.ticket)
    if ticket is None:
        return Refused("unknown_ticket")
    service = command.service or ticket.service
    refused = _nowhere(plan, state, service, command)
    if refused is not None:
        return refused
    return _unless_closed_to(state, ticket, actor) or [
        events.TicketTransferred(
            ticket=ticket.id, service=service, window=command.window, reason=command.reason
        ),
        *vacated(state, ticket.window),
    ]


def _nowhere(plan: HallPlan, state: State, service: str, command: TransferTicket) -> Refused | None:
    """Why a transfer leads nowhere, if it does."""
    if command.service is None and command.window is None:
        return Refused("transfer_where")
    if service not in plan.service_by_id:
        return Refused("unknown_service")
    if command.window is None:
        return None
    window = plan.window_by_id.get(command.window)
    if window is None:
        return Refused("unknown_window")
    if service not in window.skills:
        return Refused("window_lacks_skill")
    there = state.window(window.id)
    return Refused("window_not_open") if there.state == "closed" or there.closing else None


def _unless_closed_to(state: State, ticket: TicketNow, actor: Actor) -> Refused | None:
    """Why `actor` may not move a ticket: it has ended, or a colleague has it at the window."""
    if ticket.state in FINAL:
        return Refused("ticket_finished")
    at_desk = ticket.state in {TicketState.CALLED, TicketState.SERVING}
    if at_desk and ticket.window is not None and actor.role is Role.CLERK:
        clerk = state.window(ticket.window).clerk
        return Refused("window_of_another") if clerk not in {None, actor.name} else None
    return None


def divert(
    plan: HallPlan, state: State, command: DivertTicket, actor: Actor, now: datetime
) -> list[Event] | Refused:
    """Try a kiosk or an expert; the place in line is kept until that succeeds."""
    ticket = state.tickets.get(command.ticket)
    if ticket is None:
        return Refused("unknown_ticket")
    if ticket.state is not TicketState.WAITING:
        return Refused("ticket_not_waiting")
    service, rules = plan.service_by_id[ticket.service], plan.diversion
    possible = {
        "kiosk": service.kiosk and rules.kiosks > 0,
        "expert": service.expert and rules.experts > 0,
    }
    if not possible[command.to]:
        return Refused("no_diversion")
    return [events.TicketDiverted(ticket=ticket.id, to=command.to)]


def complete_diversion(
    plan: HallPlan, state: State, command: CompleteDiversion, actor: Actor, now: datetime
) -> list[Event] | Refused:
    """What the visitor tried instead was enough; further services of the visit still wait."""
    ticket = state.tickets.get(command.ticket)
    if ticket is None:
        return Refused("unknown_ticket")
    if ticket.trying is None:
        return Refused("ticket_not_held")
    if ticket.also:
        return [events.ServiceFinished(ticket=ticket.id, service=ticket.also[0], stays=False)]
    return [events.TicketFinished(ticket=ticket.id)]
