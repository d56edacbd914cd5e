"""What the page on which the public books visits asks and is told, as frozen models."""

from datetime import date
from typing import Annotated, Literal

from pydantic import Field

from hall.messages import ConfiguredId, Group, Message, Moment, Text
from hall.wire import Reference


class BookableService(Message):
    """A service that the public can book, and what to bring for it."""

    id: ConfiguredId
    name: Text
    group: ConfiguredId
    bring: tuple[Text, ...] = ()


class Bookable(Message):
    """Answer of `GET /api/v1/bookings/services`: what can be booked, on which days of the hall."""

    at: Moment
    hall: Text
    timezone: str
    groups: tuple[Group, ...]
    services: tuple[BookableService, ...]
    days: tuple[date, ...]


class BookingRequest(Message):
    """Body of `POST /api/v1/bookings`: nothing about who comes."""

    service: ConfiguredId
    slot: Moment


class MoveRequest(Message):
    """Body of `POST /api/v1/b/{token}/move`."""

    slot: Moment


class Booking(Message):
    """A booked visit as its holder sees it: nothing personal, no identifiers.

    `ticket_url`: where it goes on once its holder has checked in.
    """

    at: Moment
    hall: Text
    timezone: str
    service: ConfiguredId
    service_name: Text
    bring: tuple[Text, ...] = ()
    slot: Moment
    code: str
    state: Literal["booked", "arrived", "cancelled", "missed"]
    check_in_from: Moment
    check_in_until: Moment
    ticket_url: str | None = None


class OutsideBooking(Message):
    """A visit as it stands in another system, where `reference` names it once and for all."""

    reference: Reference
    service: ConfiguredId
    slot: Moment
    person: Reference | None = None
    cancelled: bool = False


class OutsideBookings(Message):
    """Body of `POST /api/v1/appointments/import`."""

    bookings: Annotated[tuple[OutsideBooking, ...], Field(max_length=500)]


class TakenOver(Message):
    """A visit that stands here as it does there; `code` is said at the desk, if it is to be."""

    reference: str
    state: Literal["booked", "arrived", "cancelled", "missed"]
    code: str = ""


class NotTakenOver(Message):
    """A visit that could not be taken over, and why."""

    reference: str
    code: str
    detail: str


class BookingsTakenOver(Message):
    """Answer of `POST /api/v1/appointments/import`, in the order of the list."""

    taken: tuple[TakenOver, ...]
    refused: tuple[NotTakenOver, ...]
