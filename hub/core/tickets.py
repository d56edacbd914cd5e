"""Decides how tickets begin and end: issue, merge from paper, cancel, rate, call back."""

from datetime import datetime, timedelta
from typing import Final
from uuid import UUID

from hall.messages import Channel, RatingLevel, TicketState
from hub.core import events
from hub.core.commands import (
    Actor,
    CancelTicket,
    FinishCallback,
    IssueTicket,
    MergePaperTicket,
    RateTicket,
)
from hub.core.events import Event, journal_time
from hub.core.leaving import vacated
from hub.core.plan import HallPlan
from hub.core.refusals import Refused
from hub.core.register import FINAL
from hub.core.state import State, begin_day

CALLED_BACK_BELOW: Final = RatingLevel.FAIRLY_SATISFIED


def issue(
    plan: HallPlan, state: State, command: IssueTicket, actor: Actor, now: datetime
) -> list[Event] | Refused:
    """The next number of the service's group, counted afresh each day of the hall.

    A number that someone from the day before still holds is passed over.
    """
    state = begin_day(state, plan.local(now).date())
    services = (command.service, *command.also)
    if any(service not in plan.service_by_id for service in services):
        return Refused("unknown_service")
    if len(set(services)) < len(services):
        return Refused("service_twice")
    refused = not_receiving(plan, now) or _spent(plan, state, services)
    if refused is None and command.person is not None:
        refused = _holds_one(plan, state, command, now)
    if refused is not None:
        return refused
    return [
        events.TicketIssued(
            ticket=command.ticket,
            number=next_number(plan, state, command.service),
            service=command.service,
            priority=command.priority,
            channel=command.channel,
            token=command.token,
            also=command.also,
            person=command.person,
            acting_for=command.acting_for,
            day=state.day,
        )
    ]


def next_number(plan: HallPlan, state: State, service: str) -> str:
    """The number that the next ticket for `service` gets on the state's day."""
    prefix = plan.group_by_id[plan.service_by_id[service].group].prefix
    sequence = state.sequences.get(prefix, 0) + 1
    while f"{prefix}{sequence:03d}" in state.tickets.held:
        sequence += 1
    return f"{prefix}{sequence:03d}"


def not_receiving(plan: HallPlan, now: datetime) -> Refused | None:
    """Why the hall gives no numbers at `now`, if it gives none."""
    if not plan.is_open(now):
        return Refused("hall_closed")
    if not plan.tickets.last_before_close_min:
        return None
    closes = plan.closes_at(now)
    last = timedelta(minutes=plan.tickets.last_before_close_min)
    return Refused("last_ticket_given") if closes and closes - now <= last else None


def _spent(plan: HallPlan, state: State, services: tuple[str, ...]) -> Refused | None:
    for service in services:
        quota = plan.service_by_id[service].quota
        if quota is not None and state.taken.get(service, 0) >= quota:
            return Refused("quota_spent")
    return None


def _holds_one(plan: HallPlan, state: State, command: IssueTicket, now: datetime) -> Refused | None:
    """One living number per group for each role in which a person visits, per day."""
    group = plan.service_by_id[command.service].group
    for ticket in living_of(state, command.person, command.acting_for):
        other = plan.service_by_id.get(state.tickets[ticket].service)
        today = plan.local(state.tickets[ticket].issued_at).date() == plan.local(now).date()
        if today and other is not None and other.group == group:
            return Refused("already_waiting")
    return None


def living_of(state: State, person: str | None, acting_for: str | None) -> frozenset[UUID]:
    """The living tickets of a person in one role."""
    return (
        frozenset()
        if person is None
        else state.tickets.held_by.get((person, acting_for), frozenset())
    )


def merge_paper(
    plan: HallPlan, state: State, command: MergePaperTicket, actor: Actor, now: datetime
) -> list[Event] | Refused:
    """A paper number enters the queue at its own time, or the record if it was served already.

    Quotas and hours were the paper's business. The same number with the same time again changes
    nothing; any other ticket of this day with the number refuses it.
    """
    state = begin_day(state, plan.local(now).date())
    if command.service not in plan.service_by_id:
        return Refused("unknown_service")
    arrived_at = journal_time(command.arrived_at)
    if arrived_at > now or plan.local(arrived_at).date() != state.day:
        return Refused("paper_time")
    for known in state.tickets.values():
        if known.number == command.number:
            same = (known.service, known.issued_at) == (command.service, arrived_at)
            return [] if same else Refused("number_taken")
    issued = events.TicketIssued(
        ticket=command.ticket,
        number=command.number,
        service=command.service,
        priority=command.priority,
        channel=Channel.PAPER,
        token=command.token,
        arrived_at=arrived_at,
        day=state.day,
    )
    return [issued, events.TicketFinished(ticket=command.ticket)] if command.served else [issued]


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
    return [events.TicketCancelled(ticket=ticket.id), *vacated(state, ticket.window)]


def rate(
    plan: HallPlan, state: State, command: RateTicket, actor: Actor, now: datetime
) -> list[Event] | Refused:
    """A visitor judges a finished visit, once; the two lowest levels have someone call back."""
    ticket = state.tickets.get(command.ticket)
    if ticket is None:
        return Refused("unknown_ticket")
    if ticket.state is not TicketState.DONE:
        return Refused("not_served")
    if ticket.rating is not None:
        return Refused("already_rated")
    due = now + timedelta(days=plan.tickets.callback_days)
    return [
        events.TicketRated(
            ticket=ticket.id,
            level=command.level,
            comment=command.comment,
            callback_due=due if command.level < CALLED_BACK_BELOW else None,
        )
    ]


def finish_callback(
    plan: HallPlan, state: State, command: FinishCallback, actor: Actor, now: datetime
) -> list[Event] | Refused:
    """A bad rating was followed up."""
    callback = state.callbacks.get(command.ticket)
    if callback is None:
        return Refused("unknown_callback")
    if callback.done_at is not None:
        return []
    return [events.CallbackDone(ticket=command.ticket, note=command.note)]
