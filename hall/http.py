"""What only HTTP carries: bodies of requests and answers of the hub's routes, as frozen models."""

from collections.abc import Mapping
from typing import Annotated, Literal
from uuid import UUID

from pydantic import Field

from hall.messages import (
    Alert,
    Channel,
    ConfiguredId,
    Group,
    Message,
    Moment,
    Offer,
    Priority,
    RatingLevel,
    Role,
    Seconds,
    Service,
    Text,
    Ticket,
    TicketState,
    VisitClass,
)
from hall.wire import Reference

Remark = Annotated[str, Field(max_length=200)]


class Step(Message):
    """One thing that happened to a ticket: which event, who caused it, and where."""

    at: Moment
    what: str
    by: str
    service: ConfiguredId
    window: ConfiguredId | None = None
    note: str = ""


class TicketHistory(Ticket):
    """Answer of `GET /api/v1/tickets/{id}`: a ticket and all that happened to it."""

    history: tuple[Step, ...]
    rating: RatingLevel | None = None


class WindowQueue(Message):
    """Answer of `GET /api/v1/windows/{id}/waiting`: whom a window could call.

    `waiting`: in the order of their turns, as far as told. `held`: sent away and perhaps back.
    """

    waiting: tuple[Ticket, ...]
    held: tuple[Ticket, ...]


class TicketRow(Message):
    """A ticket with all its times, as exported: nothing personal, no token."""

    number: str
    service: ConfiguredId
    priority: Priority
    visit: VisitClass
    channel: Channel
    state: TicketState
    issued_at: Moment
    called_at: Moment | None
    started_at: Moment | None
    ended_at: Moment | None
    window: ConfiguredId | None
    missed: int
    rating: RatingLevel | None


class Tickets(Message):
    """Answer of `GET /api/v1/tickets`: today's tickets and those still alive, by place."""

    tickets: tuple[TicketRow, ...]


class VisitorTicket(Message):
    """A ticket as its holder sees it on the phone page: nothing personal, no identifiers."""

    hall: Text
    number: str
    service_name: Text
    state: TicketState
    issued_at: Moment
    ahead: int
    wait_p50_s: Seconds
    wait_p90_s: Seconds
    window_name: Text | None = None
    missed: bool = False
    may_rate: bool = False
    trying: Literal["kiosk", "expert"] | None = None
    notice: Text | None = None
    offers: tuple[Offer, ...] = ()


class Credentials(Message):
    """Body of `POST /api/v1/session`."""

    username: Annotated[str, Field(min_length=1, max_length=64)]
    password: Annotated[str, Field(min_length=1, max_length=256)]


class Session(Message):
    """Answer of `POST /api/v1/session`: a bearer token for programs, `csrf` for pages."""

    token: str
    role: Role
    username: str
    csrf: str


class Whoami(Message):
    """Answer of `GET /api/v1/session`."""

    role: Role
    username: str
    csrf: str


class Readiness(Message):
    """Answer of `GET /readyz`: what the hub needs, and whether it has it."""

    engine: bool
    broker: bool


class Reason(Message):
    """Body of routes that ask why: hold, pause, call-back done."""

    reason: Remark = ""


class TransferRequest(Message):
    """Body of `POST /api/v1/tickets/{id}/transfer`: another service, one window, or both."""

    service: ConfiguredId | None = None
    window: ConfiguredId | None = None
    reason: Remark = ""


class DivertRequest(Message):
    """Body of `…/divert`: what the visitor tries instead of a window."""

    to: Literal["kiosk", "expert"]


class RatingRequest(Message):
    """Body of `…/rate`: 5 very satisfied … 1 very dissatisfied."""

    level: RatingLevel
    comment: Remark = ""


class PickRequest(Message):
    """Body of `POST /api/v1/windows/{id}/call-next`: a ticket out of turn, and why."""

    ticket: UUID | None = None
    reason: Remark = ""


class CloseRequest(Message):
    """Body of `POST /api/v1/windows/{id}/close`: also once the present visitor is done."""

    after_current: bool = False


class PaperTicket(Message):
    """A number given on paper during an outage; `served`: also already served."""

    number: Annotated[str, Field(pattern=r"^[A-Z][0-9]{3,4}$")]
    service: ConfiguredId
    arrived_at: Moment
    priority: Priority = Priority.NONE
    served: bool = False


class PaperTickets(Message):
    """Body of `POST /api/v1/tickets/import`."""

    tickets: Annotated[tuple[PaperTicket, ...], Field(max_length=500)]


class PaperRefused(Message):
    """A paper number that was not taken over, and why."""

    number: str
    code: str
    detail: str


class PaperMerged(Message):
    """Answer of `POST /api/v1/tickets/import`; `merged` includes numbers known before."""

    merged: tuple[Ticket, ...]
    refused: tuple[PaperRefused, ...]


class Callback(Message):
    """A visitor who rated a visit badly is to be called back."""

    ticket: UUID
    number: str
    level: RatingLevel
    comment: str
    due: Moment
    done_at: Moment | None = None
    note: str = ""


class Callbacks(Message):
    """Answer of `GET /api/v1/callbacks`, first due first."""

    callbacks: tuple[Callback, ...]


class Slot(Message):
    """A time for which visits can be booked, and how many still; `quiet` if few come then."""

    at: Moment
    free: int
    quiet: bool = False


class Slots(Message):
    """Answer of `GET /api/v1/appointments/slots`."""

    service: ConfiguredId
    slots: tuple[Slot, ...]


class AppointmentRequest(Message):
    """Body of `POST /api/v1/appointments`."""

    service: ConfiguredId
    slot: Moment
    person: Reference | None = None


class CheckInRequest(Message):
    """Body of `POST /api/v1/appointments/{id}/check-in`."""

    priority: Priority = Priority.NONE
    channel: Channel | None = None


class Appointment(Message):
    """A booked visit. `code` is said at the desk; `url`, told once, is its holder's own page."""

    id: UUID
    service: ConfiguredId
    service_name: Text
    slot: Moment
    code: str
    state: Literal["booked", "arrived", "cancelled", "missed"]
    check_in_from: Moment
    check_in_until: Moment
    ticket: UUID | None = None
    url: str | None = None


class Appointments(Message):
    """Answer of `GET /api/v1/appointments`, earliest slot first."""

    appointments: tuple[Appointment, ...]


class Alerts(Message):
    """Answer of `GET /api/v1/alerts`, newest first."""

    alerts: tuple[Alert, ...]


class Services(Message):
    """Answer of `GET /api/v1/services`; `targets_s`: the wait that the hall wants to keep to."""

    services: tuple[Service, ...]
    groups: tuple[Group, ...]
    targets_s: Mapping[VisitClass, Seconds] = {}


class Waiter(Message):
    """Someone who waits: since when their wait counts, and how long it should last at most."""

    ticket: Ticket
    waited_s: Seconds
    target_s: Seconds


class ServiceLine(Message):
    """Answer of `GET /api/v1/services/{id}/waiting`: who waits for a service.

    `line` is in the order of their turns, as far as told; `next` would be called by a window that
    does nothing else, for `reason`.
    """

    service: ConfiguredId
    waiting: int
    line: tuple[Waiter, ...]
    next: UUID | None = None
    reason: Text | None = None


class TicketRequest(Message):
    """Body of `POST /api/v1/tickets`.

    `also`: further services of this visit. `person` refers to the visitor, and `acting_for` to whom
    they act for, in words that mean nothing to us: one number each per group at a time.
    """

    service: ConfiguredId
    priority: Priority = Priority.NONE
    channel: Channel | None = None
    also: Annotated[tuple[ConfiguredId, ...], Field(max_length=5)] = ()
    person: Annotated[str, Field(min_length=1, max_length=64)] | None = None
    acting_for: Annotated[str, Field(min_length=1, max_length=64)] | None = None


class Problem(Message):
    """RFC 9457 problem details with a stable `code`; `detail` is in the reader's language."""

    type: str = "about:blank"
    title: str
    status: int
    detail: str
    code: str
