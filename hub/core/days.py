"""Decides what a new day brings: numbers from the start, and an end to what lapsed overnight."""

from collections.abc import Iterator
from datetime import date, datetime, timedelta
from typing import Final

from hall.messages import TicketState
from hub.core import events
from hub.core.appointments import missed
from hub.core.events import Event
from hub.core.expected import Outlooks, Patterns
from hub.core.plan import HallPlan
from hub.core.state import State

# Far longer than anyone calls back, or a clerk is away: a hall that never does is still bounded.
CALLBACKS_KEPT_DAYS: Final = 90
PACES_KEPT_DAYS: Final = 180
# Why a number nobody came back for has lapsed.
LAPSED: Final = {TicketState.HELD: "held too long", TicketState.WAITING: "waited too long"}


def turn(plan: HallPlan, state: State, now: datetime) -> list[Event]:
    """What happens once the hall's clock has passed midnight; nothing on the same day.

    Those who still wait keep number and place. Appointments of earlier days to which nobody came
    are missed, or given back where the hall itself did not receive then, as after a change of its
    hours; numbers kept or waiting for more days than the hall allows lapse.
    """
    today = plan.local(now).date()
    if today <= state.day:
        return []
    return [
        *(
            events.AppointmentMissed(appointment=each.id, day=plan.local(each.slot).date())
            if plan.is_open(each.slot)
            else events.AppointmentCancelled(appointment=each.id)
            for each in missed(plan, state, today)
        ),
        *_lapsed(plan, state, today),
        events.DayBegun(
            day=today,
            misses_since=today - timedelta(days=plan.appointments.misses_days),
            callbacks_since=today - timedelta(days=CALLBACKS_KEPT_DAYS),
            paces_since=today - timedelta(days=PACES_KEPT_DAYS),
        ),
    ]


def _lapsed(plan: HallPlan, state: State, today: date) -> Iterator[Event]:
    """Numbers whose holders have surely gone."""
    rules = plan.tickets
    days = {TicketState.HELD: rules.held_days, TicketState.WAITING: rules.waiting_days}
    for ticket in state.tickets.values():
        if ticket.state in days:
            age = today - plan.local(ticket.issued_at).date()
            if age.days > days[ticket.state]:
                yield events.TicketCancelled(ticket=ticket.id, reason=LAPSED[ticket.state])


def foretold(
    plan: HallPlan, state: State, event: Event, patterns: Patterns | None, now: datetime
) -> Event:
    """The beginning of a day with the visitors that are forecast for it; other events as they are.

    The journal keeps it, so that a report can hold the day against what was expected of it.
    """
    if patterns is None or not isinstance(event, events.DayBegun):
        return event
    expected = Outlooks(plan, state, patterns, now).by_hour(event.day)
    return event.model_copy(update={"expected": expected})
