"""Decides what a new day brings: numbers from the start, and an end to what lapsed overnight."""

from datetime import datetime, timedelta
from typing import Final

from hall.messages import TicketState
from hub.core import events
from hub.core.appointments import missed
from hub.core.events import Event
from hub.core.plan import HallPlan
from hub.core.state import State

HELD_TOO_LONG: Final = "held too long"  # why a kept number lapsed


def turn(plan: HallPlan, state: State, now: datetime) -> list[Event]:
    """What happens once the hall's clock has passed midnight; nothing on the same day.

    Those who still wait keep number and place. Appointments of earlier days to which nobody came
    are missed, and numbers held longer than the hall keeps them lapse.
    """
    today = plan.local(now).date()
    if today <= state.day:
        return []
    oldest = today - timedelta(days=plan.tickets.held_days)
    lapsed = [
        ticket.id
        for ticket in state.tickets.values()
        if ticket.state is TicketState.HELD and plan.local(ticket.issued_at).date() < oldest
    ]
    return [
        *(events.AppointmentMissed(appointment=each.id) for each in missed(plan, state, today)),
        *(events.TicketCancelled(ticket=ticket, reason=HELD_TOO_LONG) for ticket in lapsed),
        events.DayBegun(day=today),
    ]
