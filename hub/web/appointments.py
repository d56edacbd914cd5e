"""Routes of booked visits: free slots, book, give back, check in."""

import secrets
from datetime import date
from typing import Annotated, Final
from uuid import UUID, uuid5

from fastapi import APIRouter, Depends, Request, Response

from hall.bookings import BookingsTakenOver, NotTakenOver, OutsideBookings, TakenOver
from hall.http import Appointment, AppointmentRequest, Appointments, CheckInRequest, Slots
from hall.messages import Ticket
from hub.core import booklet, commands
from hub.core.commands import Actor
from hub.core.refusals import Refused
from hub.web.access import May
from hub.web.context import Hub, carry_out, carry_out_each, json
from hub.web.problems import Refusal, sentence
from hub.web.sheets import sheet
from hub.web.tickets import TOKEN_BYTES, channel_of, given

router = APIRouter(prefix="/appointments", tags=["appointments"])

Booker = Annotated[Actor, Depends(May("book"))]
ELSEWHERE: Final = UUID("6b2c1d1e-8a54-4f4c-9d53-0d1c6f0a7e11")  # never change: ids follow from it


@router.get("/slots")
def slots(service: str, hub: Hub, day: date | None = None) -> Slots:
    """When visits for a service can be booked on a day of the hall, today if none is named."""
    view = hub.engine.view()
    if service not in view.plan.service_by_id:
        raise Refusal("unknown_service")
    today = view.plan.local(view.now).date()
    return booklet.free_slots(view.plan, view.state, service, day or today)


@router.get("")
def appointments(
    actor: Annotated[Actor, Depends(May("see_appointments"))], hub: Hub, day: date | None = None
) -> Appointments:
    """Visits booked for a day of the hall."""
    view = hub.engine.view()
    return booklet.appointments(view.plan, view.state, day or view.plan.local(view.now).date())


@router.post("", status_code=201, response_model=Appointment)
async def book(wanted: AppointmentRequest, actor: Booker, request: Request, hub: Hub) -> Response:
    """Book a visit."""
    command = commands.BookAppointment(hub.new_id(), wanted.service, wanted.slot, wanted.person)
    return json(await carry_out(hub, request, command, actor), 201)


@router.post("/import", response_model=BookingsTakenOver)
async def take_over(
    actor: Annotated[Actor, Depends(May("import_bookings"))], request: Request, hub: Hub
) -> Response:
    """Let visits booked in another system stand here: JSON as OutsideBookings, or CSV.

    Each is booked, moved, given back or refused by itself, and left alone where it is so already:
    the same list, or a newer one, may be sent at any time.
    """
    bookings = (await sheet(request, OutsideBookings, "bookings")).bookings
    given = [
        commands.TakeOverBooking(
            uuid5(ELSEWHERE, f"{hub.engine.plan.id}/{each.reference}"),
            each.service,
            each.slot,
            each.person,
            each.cancelled,
        )
        for each in bookings
    ]
    taken, refused = [], []
    for each, said in zip(bookings, await carry_out_each(hub, given, actor), strict=True):
        if isinstance(said, Refused):
            detail = sentence(request, said.code)
            refused.append(NotTakenOver(reference=each.reference, code=said.code, detail=detail))
        elif said is None:
            taken.append(TakenOver(reference=each.reference, state="cancelled"))
        else:
            stands = Appointment.model_validate_json(said)
            code = stands.code if stands.state == "booked" else ""
            taken.append(TakenOver(reference=each.reference, state=stands.state, code=code))
    return json(BookingsTakenOver(taken=tuple(taken), refused=tuple(refused)).model_dump_json())


@router.post("/{appointment}/cancel", response_model=Appointment)
async def cancel(appointment: UUID, actor: Booker, request: Request, hub: Hub) -> Response:
    """Give a booked visit back."""
    return json(await carry_out(hub, request, commands.CancelAppointment(appointment), actor))


@router.post("/{appointment}/check-in", status_code=201, response_model=Ticket)
async def check_in(
    appointment: UUID,
    actor: Booker,
    request: Request,
    hub: Hub,
    arriving: CheckInRequest | None = None,
) -> Response:
    """Take a number for a booked visit."""
    arriving = arriving or CheckInRequest()
    command = commands.CheckIn(
        appointment,
        hub.new_id(),
        secrets.token_urlsafe(TOKEN_BYTES),
        arriving.priority,
        arriving.channel or channel_of(actor),
    )
    return await given(hub, request, command, actor)
