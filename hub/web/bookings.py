"""Routes on which the public books visits, and sees to its own by their unguessable token."""

import io
import secrets
from datetime import date
from typing import Annotated, Final
from uuid import UUID

import segno
from fastapi import APIRouter, Depends, Request, Response

from hall.bookings import Bookable, Booking, BookingRequest, MoveRequest
from hall.http import Appointment, Slots
from hall.messages import Channel, Priority
from hub.core import bookings, commands
from hub.core.commands import Actor
from hub.core.standing import AppointmentNow
from hub.web.context import Context, Hub, carry_out, json, whole
from hub.web.doorkeeper import client_of
from hub.web.problems import Refusal
from hub.web.tickets import TOKEN_BYTES

router = APIRouter(prefix="/bookings", tags=["bookings"])
held = APIRouter(prefix="/b/{token}", tags=["bookings"])

PUBLIC: Final = Actor("visitor")
# The first answer, with its secret address, is told again to whoever knows the key.
SHORTEST_KEY: Final = 16
QR_QUIET_MODULES: Final = 4


@router.get("/services")
def services(hub: Hub) -> Bookable:
    """What the public can book, on which days."""
    view = hub.engine.view()
    return bookings.bookable(view.plan, view.now)


@router.get("/slots")
def slots(service: str, day: date, hub: Hub) -> Slots:
    """When the public can book a service on a day of the hall, and how full these slots are."""
    view = hub.engine.view()
    if service not in view.plan.service_by_id:
        raise Refusal("unknown_service")
    return bookings.open_slots(view.plan, view.state, service, day, view.now)


@router.post("", status_code=201, response_model=Appointment)
async def book(wanted: BookingRequest, request: Request, hub: Hub) -> Response:
    """Book a visit without saying who comes. An Idempotency-Key must be hard to guess."""
    if 0 < len(request.headers.get("idempotency-key", "").strip()) < SHORTEST_KEY:
        raise Refusal("invalid_request")
    hub.doorkeeper.let("book", client_of(request), hub.clock())
    command = commands.BookAppointment(
        hub.new_id(), wanted.service, wanted.slot, token=secrets.token_urlsafe(TOKEN_BYTES)
    )
    booked = await carry_out(hub, request, command, PUBLIC) or ""
    return json(whole(hub, request, booked), 201)


async def holder(token: str, hub: Hub) -> UUID:
    """The booked visit that the token opens."""
    found = bookings.held_with(hub.engine.state, token)
    if found is None:
        raise Refusal("unknown_appointment")
    return found.id


Held = Annotated[UUID, Depends(holder)]


@held.get("/state")
def state(appointment: Held, hub: Hub) -> Booking:
    """How the visit stands."""
    return _seen(hub, appointment)


@held.get("/code.svg")
def code(token: str, appointment: Held, request: Request, hub: Hub) -> Response:
    """The address of the visit's page as a QR code, for another phone or for paper."""
    base = hub.public_url or str(request.base_url).rstrip("/")
    svg = io.BytesIO()
    segno.make_qr(f"{base}/b/{token}", error="m").save(
        svg, kind="svg", border=QR_QUIET_MODULES, light="#fff", omitsize=True, xmldecl=False
    )
    headers = {"Cache-Control": "private, no-store"}
    return Response(svg.getvalue(), media_type="image/svg+xml", headers=headers)


@held.post("/move", response_model=Booking)
async def move(appointment: Held, to: MoveRequest, request: Request, hub: Hub) -> Response:
    """Come at another time; the old place is kept unless the new one is had."""
    hub.doorkeeper.let("move", client_of(request), hub.clock())
    return await _done(hub, request, appointment, commands.MoveAppointment(appointment, to.slot))


@held.post("/cancel", response_model=Booking)
async def cancel(appointment: Held, request: Request, hub: Hub) -> Response:
    """Give the place back."""
    return await _done(hub, request, appointment, commands.CancelAppointment(appointment))


@held.post("/check-in", response_model=Booking)
async def check_in(appointment: Held, request: Request, hub: Hub) -> Response:
    """Say that one has come, and take the number."""
    command = commands.CheckIn(
        appointment,
        hub.new_id(),
        secrets.token_urlsafe(TOKEN_BYTES),
        Priority.NONE,
        Channel.PHONE,
    )
    return await _done(hub, request, appointment, command)


async def _done(
    hub: Context, request: Request, appointment: UUID, command: commands.AppointmentCommand
) -> Response:
    """The visit as its holder sees it after their own command."""
    await carry_out(hub, request, command, Actor(f"visitor:{appointment}"))
    return json(_seen(hub, appointment).model_dump_json())


def _seen(hub: Context, appointment: UUID) -> Booking:
    view = hub.engine.view()
    found: AppointmentNow | None = view.state.appointments.get(appointment)
    if found is None:
        raise Refusal("unknown_appointment")
    return bookings.booking(view.plan, view.state, found, view.now)
