"""Decides about booked visits: book, give back, check in; and which slots are free."""

from collections.abc import Iterator
from datetime import date, datetime, time, timedelta
from zoneinfo import ZoneInfo

from hub.core import events
from hub.core.commands import Actor, BookAppointment, CancelAppointment, CheckIn
from hub.core.events import Event
from hub.core.plan import HallPlan
from hub.core.refusals import Refused
from hub.core.standing import AppointmentNow
from hub.core.state import State, begin_day
from hub.core.tickets import next_number, not_receiving


def slots(plan: HallPlan, day: date) -> Iterator[datetime]:
    """Beginnings of the slots of a day: those that end within opening hours."""
    step = plan.appointments.slot_min
    midnight = datetime.combine(day, time.min, ZoneInfo(plan.timezone))
    for start, end in plan.spans(day):
        for minute in range(start, end - step + 1, step):
            yield midnight + timedelta(minutes=minute)


def free(plan: HallPlan, state: State, service: str, slot: datetime) -> int:
    """How many visits for `service` can still be booked in a slot."""
    booked = sum(
        (each.service, each.slot) == (service, slot) and each.state != "cancelled"
        for each in state.appointments.values()
    )
    return max(0, plan.service_by_id[service].appointments - booked)


def check_in_window(plan: HallPlan, slot: datetime) -> tuple[datetime, datetime]:
    """From when to when the holder of a slot checks in."""
    rules = plan.appointments
    return slot - timedelta(minutes=rules.early_min), slot + timedelta(minutes=rules.late_min)


def book(
    plan: HallPlan, state: State, command: BookAppointment, actor: Actor, now: datetime
) -> list[Event] | Refused:
    """Book a visit in a slot that has room."""
    service = plan.service_by_id.get(command.service)
    if service is None:
        return Refused("unknown_service")
    if not service.appointments:
        return Refused("not_bookable")
    day, today = plan.local(command.slot).date(), plan.local(now).date()
    within = today <= day <= today + timedelta(days=plan.appointments.days_ahead)
    if command.slot <= now or not within or command.slot not in slots(plan, day):
        return Refused("unknown_slot")
    if command.person is not None and (refused := _may_not(plan, state, command, day, today)):
        return refused
    if not free(plan, state, service.id, command.slot):
        return Refused("slot_full")
    return [
        events.AppointmentBooked(
            appointment=command.appointment,
            service=service.id,
            slot=command.slot,
            person=command.person,
        )
    ]


def _may_not(
    plan: HallPlan, state: State, command: BookAppointment, day: date, today: date
) -> Refused | None:
    """Why a known person may not book: once a day per service, and not after many misses."""
    rules = plan.appointments
    since = today - timedelta(days=rules.misses_days)
    missed = [each for each in state.misses.get(command.person or "", ()) if each >= since]
    if len(missed) >= rules.misses_allowed:
        return Refused("appointments_missed")
    twice = any(
        each.state == "booked"
        and (each.person, each.service) == (command.person, command.service)
        and plan.local(each.slot).date() == day
        for each in state.appointments.values()
    )
    return Refused("booked_already") if twice else None


def cancel_appointment(
    plan: HallPlan, state: State, command: CancelAppointment, actor: Actor, now: datetime
) -> list[Event] | Refused:
    """Give a slot back."""
    appointment = state.appointments.get(command.appointment)
    if appointment is None:
        return Refused("unknown_appointment")
    if appointment.state != "booked":
        return Refused("appointment_over")
    return [events.AppointmentCancelled(appointment=appointment.id)]


def check_in(
    plan: HallPlan, state: State, command: CheckIn, actor: Actor, now: datetime
) -> list[Event] | Refused:
    """Take a number for a booked visit; it counts as an appointment unless one comes too late.

    Quotas of the day do not bind those who booked.
    """
    state = begin_day(state, plan.local(now).date())
    appointment = state.appointments.get(command.appointment)
    if appointment is None:
        return Refused("unknown_appointment")
    if appointment.state != "booked" or appointment.service not in plan.service_by_id:
        return Refused("appointment_over")
    first, last = check_in_window(plan, appointment.slot)
    if now < first:
        return Refused("too_early")
    if refused := not_receiving(plan, now):
        return refused
    virtual = timedelta(minutes=plan.appointments.virtual_min)
    return [
        events.TicketIssued(
            ticket=command.ticket,
            number=next_number(plan, state, appointment.service),
            service=appointment.service,
            priority=command.priority,
            channel=command.channel,
            token=command.token,
            person=appointment.person,
            appointment=appointment.id,
            slot=appointment.slot if now <= last else None,
            waits_from=appointment.slot - virtual if now <= last else None,
            day=state.day,
        )
    ]


def missed(plan: HallPlan, state: State, today: date) -> list[AppointmentNow]:
    """Booked visits of days before `today` to which nobody came, earliest first."""
    return sorted(
        (
            each
            for each in state.appointments.values()
            if each.state == "booked" and plan.local(each.slot).date() < today
        ),
        key=lambda each: (each.slot, each.id),
    )
