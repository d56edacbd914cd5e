"""Decides about booked visits: book, move, give back, check in; and which slots are free."""

from collections import Counter
from collections.abc import Callable, Iterator
from dataclasses import replace
from datetime import date, datetime, time, timedelta
from math import ceil
from zoneinfo import ZoneInfo

from hub.core import events
from hub.core.commands import (
    Actor,
    BookAppointment,
    CancelAppointment,
    CheckIn,
    MoveAppointment,
    TakeOverBooking,
)
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


def _is_slot(plan: HallPlan, at: datetime) -> bool:
    """Whether `at` is one of the `slots` of its day, known without listing them."""
    step, local = plan.appointments.slot_min, plan.local(at)
    minute = local.hour * 60 + local.minute
    return not (local.second or local.microsecond or local.fold) and any(
        start <= minute <= end - step and (minute - start) % step == 0
        for start, end in plan.spans(local.date())
    )


def free(
    plan: HallPlan, state: State, service: str, *, online: bool = False
) -> Callable[[datetime], int]:
    """How many visits for `service` can still be booked in a slot, `online` by the public itself.

    The bookings are looked through once, however many slots are asked for.
    """
    places = plan.service_by_id[service].appointments
    places_online = ceil(places * plan.appointments.online_share)
    standing = [
        each
        for each in state.appointments.values()
        if each.service == service and each.state != "cancelled"
    ]
    taken = Counter(each.slot for each in standing)
    taken_online = Counter(each.slot for each in standing if each.token is not None)

    closed = state.slots_closed.get(service)

    def left(slot: datetime) -> int:
        if closed is not None and slot < closed:
            return 0
        in_all = places - taken[slot]
        return max(0, min(in_all, places_online - taken_online[slot]) if online else in_all)

    return left


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
    wanted = AppointmentNow(
        command.appointment, service.id, command.slot, command.person, token=command.token
    )
    return _not_to_be_had(plan, state, wanted, now) or [
        events.AppointmentBooked(
            appointment=wanted.id,
            service=wanted.service,
            slot=wanted.slot,
            person=wanted.person,
            token=wanted.token,
        )
    ]


def move(
    plan: HallPlan, state: State, command: MoveAppointment, actor: Actor, now: datetime
) -> list[Event] | Refused:
    """Change the slot of a booked visit; the old place is given back only if the new one is had."""
    appointment = state.appointments.get(command.appointment)
    if appointment is None:
        return Refused("unknown_appointment")
    if appointment.state != "booked" or appointment.service not in plan.service_by_id:
        return Refused("appointment_over")
    if appointment.slot == command.slot:
        return []
    wanted = replace(appointment, slot=command.slot)
    return _not_to_be_had(plan, state, wanted, now) or [
        events.AppointmentMoved(appointment=wanted.id, slot=wanted.slot)
    ]


def take_over(
    plan: HallPlan, state: State, command: TakeOverBooking, actor: Actor, now: datetime
) -> list[Event] | Refused:
    """Book, move or give back what another system says of a visit; nothing where it is so."""
    known = state.appointments.get(command.appointment)
    if known is None:
        wanted = BookAppointment(command.appointment, command.service, command.slot, command.person)
        return [] if command.cancelled else book(plan, state, wanted, actor, now)
    if command.cancelled:
        if known.state == "cancelled":
            return []
        return cancel_appointment(plan, state, CancelAppointment(known.id), actor, now)
    if known.service != command.service:
        return Refused("other_service")
    if known.slot == command.slot and known.state != "cancelled":
        return []
    return move(plan, state, MoveAppointment(command.appointment, command.slot), actor, now)


def days(plan: HallPlan, today: date) -> list[date]:
    """Days on which visits can be booked, as far as opening hours go."""
    ahead = (today + timedelta(days=days) for days in range(plan.appointments.days_ahead + 1))
    return [day for day in ahead if any(slots(plan, day))]


def _not_to_be_had(
    plan: HallPlan, state: State, wanted: AppointmentNow, now: datetime
) -> Refused | None:
    """Why a visit cannot be booked, or moved, to be as `wanted`."""
    day, today = plan.local(wanted.slot).date(), plan.local(now).date()
    within = today <= day <= today + timedelta(days=plan.appointments.days_ahead)
    if wanted.slot <= now or not within or not _is_slot(plan, wanted.slot):
        return Refused("unknown_slot")
    if wanted.person is not None and (refused := _may_not(plan, state, wanted, day, today)):
        return refused
    left = free(plan, state, wanted.service, online=wanted.token is not None)
    return None if left(wanted.slot) else Refused("slot_full")


def _may_not(
    plan: HallPlan, state: State, wanted: AppointmentNow, day: date, today: date
) -> Refused | None:
    """Why a known person may not book: once a day per service, and not after many misses."""
    rules = plan.appointments
    since = today - timedelta(days=rules.misses_days)
    missed = [each for each in state.misses.get(wanted.person or "", ()) if each >= since]
    if len(missed) >= rules.misses_allowed:
        return Refused("appointments_missed")
    twice = any(
        each.state == "booked"
        and each.id != wanted.id
        and (each.person, each.service) == (wanted.person, wanted.service)
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
