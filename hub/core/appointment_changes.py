"""How booked visits change the hall."""

from typing import Final

from hub.core import events
from hub.core.events import Record
from hub.core.plan import HallPlan
from hub.core.replacing import replace
from hub.core.standing import AppointmentNow, State
from hub.core.ticket_changes import Change


def booked(plan: HallPlan, state: State, record: Record, event: events.AppointmentBooked) -> State:
    """A slot has one place less."""
    appointment = AppointmentNow(
        event.appointment, event.service, event.slot, event.person, token=event.token
    )
    return _put(state, appointment)


def moved(plan: HallPlan, state: State, record: Record, event: events.AppointmentMoved) -> State:
    """One slot has a place more, another one less."""
    return _put(state, replace(state.appointments[event.appointment], slot=event.slot))


def cancelled(
    plan: HallPlan, state: State, record: Record, event: events.AppointmentCancelled
) -> State:
    """A slot has one place more."""
    return _put(state, replace(state.appointments[event.appointment], state="cancelled"))


def missed(plan: HallPlan, state: State, record: Record, event: events.AppointmentMissed) -> State:
    """Nobody came, which is remembered of a person who is known."""
    appointment = state.appointments[event.appointment]
    state = _put(state, replace(appointment, state="missed"))
    if appointment.person is None:
        return state
    day = plan.local(appointment.slot).date()
    days = (*state.misses.get(appointment.person, ()), day)[-plan.appointments.misses_allowed :]
    return replace(state, misses={**state.misses, appointment.person: days})


CHANGES: Final[dict[type, Change]] = {
    events.AppointmentBooked: booked,
    events.AppointmentMoved: moved,
    events.AppointmentCancelled: cancelled,
    events.AppointmentMissed: missed,
}


def _put(state: State, appointment: AppointmentNow) -> State:
    return replace(state, appointments={**state.appointments, appointment.id: appointment})
