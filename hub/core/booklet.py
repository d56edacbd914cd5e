"""What is looked up about tickets, appointments and call-backs, as messages."""

from datetime import date
from typing import Final

from hall.http import (
    Appointment,
    Appointments,
    Callback,
    Callbacks,
    Slot,
    Slots,
    Step,
    TicketRow,
    Tickets,
)
from hall.messages import Text
from hub.core import commands
from hub.core.appointments import check_in_window, free, slots
from hub.core.plan import HallPlan
from hub.core.register import TicketNow
from hub.core.standing import AppointmentNow, CallbackNow, State

CODE_LENGTH: Final = 6


def steps(ticket: TicketNow) -> tuple[Step, ...]:
    """All that happened to a ticket, oldest first."""
    return tuple(
        Step(
            at=step.at,
            what=step.what,
            by=step.by,
            service=step.service,
            window=step.window,
            note=step.note,
        )
        for step in ticket.history
    )


def tickets(state: State) -> Tickets:
    """Today's tickets and those still alive, with all their times."""
    return Tickets(tickets=tuple(map(row, state.tickets.values())))


def row(ticket: TicketNow) -> TicketRow:
    """A ticket with all its times, as it is exported."""
    return TicketRow(
        number=ticket.number,
        service=ticket.service,
        priority=ticket.priority,
        visit=ticket.visit,
        channel=ticket.channel,
        state=ticket.state,
        issued_at=ticket.issued_at,
        called_at=ticket.called_at,
        started_at=ticket.started_at,
        ended_at=ticket.ended_at,
        window=ticket.window,
        missed=ticket.missed,
        rating=ticket.rating,
    )


def callback(callback: CallbackNow) -> Callback:
    """A call-back as managers see it."""
    return Callback(
        ticket=callback.ticket,
        number=callback.number,
        level=callback.level,
        comment=callback.comment,
        due=callback.due,
        done_at=callback.done_at,
        note=callback.note,
    )


def callbacks(state: State) -> Callbacks:
    """Call-backs that are open or were done today, first due first."""
    return Callbacks(
        callbacks=tuple(
            callback(each)
            for each in sorted(state.callbacks.values(), key=lambda each: (each.due, each.number))
        )
    )


def code(appointment: AppointmentNow) -> str:
    """What its holder says at the desk: short, and hardly twice in a hall's days."""
    return appointment.id.hex[-CODE_LENGTH:].upper()


def appointment(plan: HallPlan, appointment: AppointmentNow) -> Appointment:
    """A booked visit as staff and its holder see it."""
    service = plan.service_by_id.get(appointment.service)
    first, last = check_in_window(plan, appointment.slot)
    return Appointment(
        id=appointment.id,
        service=appointment.service,
        service_name=service.name
        if service
        else Text(zh=appointment.service, en=appointment.service),
        slot=appointment.slot,
        code=code(appointment),
        state=appointment.state,
        check_in_from=first,
        check_in_until=last,
        ticket=appointment.ticket,
    )


def appointments(plan: HallPlan, state: State, day: date) -> Appointments:
    """Visits booked for a day, earliest slot first."""
    return Appointments(
        appointments=tuple(
            appointment(plan, each)
            for each in sorted(
                state.appointments.values(), key=lambda each: (each.slot, each.service, each.id)
            )
            if plan.local(each.slot).date() == day
        )
    )


def free_slots(plan: HallPlan, state: State, service: str, day: date) -> Slots:
    """Slots of a day and how many visits for `service`, which must be known, fit in each still."""
    left = free(plan, state, service)
    return Slots(
        service=service,
        slots=tuple(Slot(at=slot, free=left(slot)) for slot in slots(plan, day)),
    )


def answered(
    plan: HallPlan, booked: AppointmentNow | None, command: commands.AppointmentCommand
) -> Appointment | None:
    """The visit as told to whoever changed it; the address of its page only as it is booked."""
    if booked is None:  # given back elsewhere before it was ever known here
        return None
    told = appointment(plan, booked)
    if not isinstance(command, commands.BookAppointment) or booked.token is None:
        return told
    return told.model_copy(update={"url": f"/b/{booked.token}"})
