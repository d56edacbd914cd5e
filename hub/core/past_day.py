"""The tickets of one day of the hall, as the journal tells of them afterwards."""

from collections.abc import Iterable
from datetime import date
from typing import Final

from hub.core import events
from hub.core.events import Record
from hub.core.plan import HallPlan
from hub.core.register import TicketNow
from hub.core.state import State, apply

# Of which kinds rows are needed, beginning with the one that began the day.
KINDS: Final = (
    "day_begun",
    "ticket_issued",
    "ticket_called",
    "service_started",
    "service_finished",
    "ticket_finished",
    "ticket_missed",
    "ticket_cancelled",
    "ticket_held",
    "ticket_diverted",
    "ticket_resumed",
    "ticket_transferred",
    "ticket_rated",
)


def tickets_of(plan: HallPlan, day: date, records: Iterable[Record]) -> list[TicketNow]:
    """Numbers given on `day` as they ended, or stand now, by place.

    `records`, from the day's beginning, are read only as far as any of them was still to end or
    could be rated: only these tickets are held in memory, however long the journal is.
    """
    state = State()
    for record in records:
        event = record.event
        if isinstance(event, events.DayBegun):
            if event.day > day and not state.tickets.held:
                break
        elif isinstance(event, events.TicketIssued):
            if (event.day or plan.local(record.at).date()) == day:
                state = apply(plan, state, record)
        elif getattr(event, "ticket", None) in state.tickets:
            state = apply(plan, state, record)
    return list(state.tickets.values())
