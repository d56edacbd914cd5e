"""Booked visits as the public books and sees them on its own pages."""

from collections import Counter
from collections.abc import Mapping
from datetime import date, datetime
from statistics import fmean

from hall.bookings import Bookable, BookableService, Booking
from hall.http import Slot, Slots
from hall.messages import Group
from hub.core import booklet
from hub.core.appointments import days, free, slots
from hub.core.plan import HallPlan
from hub.core.standing import AppointmentNow, State


def bookable(plan: HallPlan, now: datetime) -> Bookable:
    """What the public can book, on which days."""
    services = [service for service in plan.services if service.appointments]
    groups = {service.group for service in services}
    return Bookable(
        at=now,
        hall=plan.name,
        timezone=plan.timezone,
        groups=tuple(
            Group(id=group.id, name=group.name, prefix=group.prefix)
            for group in plan.groups
            if group.id in groups
        ),
        services=tuple(
            BookableService(
                id=service.id, name=service.name, group=service.group, bring=service.bring
            )
            for service in services
        ),
        days=tuple(
            day
            for day in days(plan, plan.local(now).date())
            if any(slot > now for slot in slots(plan, day))
        ),
    )


def open_slots(plan: HallPlan, state: State, service: str, day: date, now: datetime) -> Slots:
    """Slots of a day still to come, for `service`, which must be known; full ones have none free.

    A day beyond those that can be booked has no slots.
    """
    if day not in days(plan, plan.local(now).date()):
        return Slots(service=service, slots=())
    left = free(plan, state, service, online=True)
    ahead = [slot for slot in slots(plan, day) if slot > now]
    visits = Counter(
        each.slot for each in state.appointments.values() if each.state in {"booked", "arrived"}
    )
    few = quiet({slot: visits[slot] for slot in ahead})
    return Slots(
        service=service,
        slots=tuple(Slot(at=slot, free=left(slot), quiet=slot in few) for slot in ahead),
    )


def quiet(visits: Mapping[datetime, float]) -> frozenset[datetime]:
    """Times at which less than half as many come as on average over these.

    None before there are half as many visits as times: until then little is known.
    """
    if 2 * sum(visits.values()) < len(visits) or not visits:
        return frozenset()
    usual = fmean(visits.values())
    return frozenset(slot for slot, number in visits.items() if 2 * number < usual)


def booking(plan: HallPlan, state: State, held: AppointmentNow, now: datetime) -> Booking:
    """A booked visit as its holder sees it."""
    told = booklet.appointment(plan, held)
    service = plan.service_by_id.get(held.service)
    ticket = state.tickets.get(held.ticket) if held.ticket else None
    return Booking(
        at=now,
        hall=plan.name,
        timezone=plan.timezone,
        service=told.service,
        service_name=told.service_name,
        bring=service.bring if service else (),
        slot=told.slot,
        code=told.code,
        state=told.state,
        check_in_from=told.check_in_from,
        check_in_until=told.check_in_until,
        ticket_url=f"/t/{ticket.token}" if ticket else None,
    )


def held_with(state: State, token: str) -> AppointmentNow | None:
    """The booked visit that a token opens."""
    return next((each for each in state.appointments.values() if each.token == token), None)
