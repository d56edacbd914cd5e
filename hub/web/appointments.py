"""Routes of booked visits: free slots, book, give back, check in."""

import secrets
from datetime import date
from typing import Annotated
from uuid import UUID

from fastapi import APIRouter, Depends, Request, Response

from hall.http import Appointment, AppointmentRequest, Appointments, CheckInRequest, Slots
from hall.messages import Ticket
from hub.core import booklet, commands
from hub.core.commands import Actor
from hub.web.access import May
from hub.web.context import Hub, carry_out, json
from hub.web.problems import Refusal
from hub.web.tickets import TOKEN_BYTES, channel_of, given

router = APIRouter(prefix="/appointments", tags=["appointments"])

Booker = Annotated[Actor, Depends(May("book"))]


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
