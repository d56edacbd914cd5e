"""Decides what a new day brings: numbers from the start, and an end to what lapsed overnight."""

from datetime import datetime, timedelta

from hall.messages import TicketState
from hub.core import events
from hub.core.appointments import missed
from hub.core.events import Event
from hub.core.plan import HallPlan
from hub.core.state import State


def turn(plan: HallPlan, state: State, now: datetime) -> list[Event]:
    """What happens once the hall's clock has passed midnight; nothing on the same day.

    Those who still wait keep number and place. Appointments of earlier days to which nobody came
    are missed, or given back where the hall itself did not receive then, as after a change of its
    hours; numbers held longer than the hall keeps them lapse.
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
        *(
            events.AppointmentMissed(appointment=each.id, day=plan.local(each.slot).date())
            if plan.is_open(each.slot)
            else events.AppointmentCancelled(appointment=each.id)
            for each in missed(plan, state, today)
        ),
        *(events.TicketCancelled(ticket=ticket, reason="held too long") for ticket in lapsed),
        events.DayBegun(day=today),
    ]
