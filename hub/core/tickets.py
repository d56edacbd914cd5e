"""Decides what tickets do: issue and cancel."""

from datetime import datetime

from hall.messages import TicketState
from hub.core.commands import Actor, CancelTicket, IssueTicket
from hub.core.events import Event, TicketCancelled, TicketIssued
from hub.core.plan import HallPlan
from hub.core.refusals import Refused
from hub.core.register import FINAL
from hub.core.state import State


def issue(
    plan: HallPlan, state: State, command: IssueTicket, actor: Actor, now: datetime
) -> list[Event] | Refused:
    """The next number of the service's group, counted afresh each day of the hall.

    A number that someone from the day before still holds is passed over.
    """
    service = plan.service_by_id.get(command.service)
    if service is None:
        return Refused("unknown_service")
    if not plan.is_open(now):
        return Refused("hall_closed")
    prefix = plan.group_by_id[service.group].prefix
    new_day = plan.local(now).date() > state.day
    sequence = 1 if new_day else state.sequences.get(prefix, 0) + 1
    while f"{prefix}{sequence:03d}" in state.tickets.held:
        sequence += 1
    return [
        TicketIssued(
            ticket=command.ticket,
            number=f"{prefix}{sequence:03d}",
            service=service.id,
            priority=command.priority,
            channel=command.channel,
            token=command.token,
        )
    ]


def cancel(
    plan: HallPlan, state: State, command: CancelTicket, actor: Actor, now: datetime
) -> list[Event] | Refused:
    """A visitor leaves before being served."""
    ticket = state.tickets.get(command.ticket)
    if ticket is None:
        return Refused("unknown_ticket")
    if ticket.state in FINAL:
        return Refused("ticket_finished")
    if ticket.state is TicketState.SERVING:
        return Refused("ticket_at_window")
    return [TicketCancelled(ticket=ticket.id)]
