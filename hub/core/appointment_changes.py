"""How booked visits change the hall."""

from dataclasses import replace
from typing import Final, Literal

from hub.core import events
from hub.core.events import Record
from hub.core.plan import HallPlan
from hub.core.standing import AppointmentNow, State
from hub.core.ticket_changes import Change


def booked(plan: HallPlan, state: State, record: Record, event: events.AppointmentBooked) -> State:
    """A slot has one place less."""
    appointment = AppointmentNow(event.appointment, event.service, event.slot, event.person)
    key = (event.service, event.slot)
    return replace(
        state,
        appointments=state.appointments.set(appointment.id, appointment),
        booked=state.booked.set(key, state.booked.get(key, 0) + 1),
    )


def cancelled(
    plan: HallPlan, state: State, record: Record, event: events.AppointmentCancelled
) -> State:
    """A slot has one place more."""
    appointment = state.appointments[event.appointment]
    key = (appointment.service, appointment.slot)
    state = _changed(state, appointment, "cancelled")
    return replace(state, booked=state.booked.set(key, state.booked[key] - 1))


def missed(plan: HallPlan, state: State, record: Record, event: events.AppointmentMissed) -> State:
    """Nobody came, which is remembered of a person who is known."""
    appointment = state.appointments[event.appointment]
    state = _changed(state, appointment, "missed")
    if appointment.person is None:
        return state
    day = plan.local(appointment.slot).date()
    days = (*state.misses.get(appointment.person, ()), day)[-plan.appointments.misses_allowed :]
    return replace(state, misses=state.misses.set(appointment.person, days))


CHANGES: Final[dict[type, Change]] = {
    events.AppointmentBooked: booked,
    events.AppointmentCancelled: cancelled,
    events.AppointmentMissed: missed,
}


def _changed(
    state: State, appointment: AppointmentNow, to: Literal["cancelled", "missed"]
) -> State:
    changed = replace(appointment, state=to)
    return replace(state, appointments=state.appointments.set(appointment.id, changed))
