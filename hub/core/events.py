"""What has happened in the hall: the rows of the journal, in the past tense."""

from datetime import date
from typing import Annotated, Literal
from uuid import UUID

from pydantic import Field

from hall.messages import (
    Advice,
    Channel,
    ConfiguredId,
    Message,
    Moment,
    Priority,
    RatingLevel,
    Text,
)


class DayBegun(Message):
    """The hall's clock passed midnight: numbers start again."""

    kind: Literal["day_begun"] = "day_begun"
    day: date


class TicketIssued(Message):
    """A visitor took a number. `token` opens the visitor's own page and is secret.

    `also`: services that come after the first. `person`, `acting_for`: opaque references to who
    visits, and for whom. `arrived_at`: when a paper number was taken, if not now. `appointment`
    was checked in; it counts as one if `slot` is given, else its holder came too late.
    """

    kind: Literal["ticket_issued"] = "ticket_issued"
    ticket: UUID
    number: str
    service: ConfiguredId
    priority: Priority
    channel: Channel
    token: str
    also: tuple[ConfiguredId, ...] = ()
    person: str | None = None
    acting_for: str | None = None
    arrived_at: Moment | None = None
    appointment: UUID | None = None
    slot: Moment | None = None


class TicketCalled(Message):
    """A ticket was called to a window, with the sentence that announces it.

    `reason`: why this one. `picked`: why the clerk called it out of turn, past `overtaken` others.
    """

    kind: Literal["ticket_called"] = "ticket_called"
    ticket: UUID
    number: str
    window: ConfiguredId
    speech: Text
    reason: Text | None = None
    picked: str | None = None
    overtaken: int = 0


class TicketRecalled(Message):
    """A called ticket was announced once more."""

    kind: Literal["ticket_recalled"] = "ticket_recalled"
    ticket: UUID
    number: str
    window: ConfiguredId
    speech: Text


class ServiceStarted(Message):
    """The visitor is at the window."""

    kind: Literal["service_started"] = "service_started"
    ticket: UUID


class ServiceFinished(Message):
    """One of several services on a ticket was finished; `service` is the next.

    It goes on at the same window (`stays`), or waits again from the visitor's first arrival.
    """

    kind: Literal["service_finished"] = "service_finished"
    ticket: UUID
    service: ConfiguredId
    stays: bool


class TicketFinished(Message):
    """The visitor was served."""

    kind: Literal["ticket_finished"] = "ticket_finished"
    ticket: UUID


class TicketMissed(Message):
    """The visitor did not come when called; for good, or back in line after so many others."""

    kind: Literal["ticket_missed"] = "ticket_missed"
    ticket: UUID
    returns_after: int | None = None


class TicketCancelled(Message):
    """The visitor left the queue, or a number kept for them lapsed."""

    kind: Literal["ticket_cancelled"] = "ticket_cancelled"
    ticket: UUID
    reason: str = ""


class TicketHeld(Message):
    """A number is kept for a visitor who steps out or was sent away."""

    kind: Literal["ticket_held"] = "ticket_held"
    ticket: UUID
    reason: str = ""


class TicketDiverted(Message):
    """The visitor tries a kiosk or a remote expert; their place in line is kept meanwhile."""

    kind: Literal["ticket_diverted"] = "ticket_diverted"
    ticket: UUID
    to: Literal["kiosk", "expert"]


class TicketResumed(Message):
    """A kept number waits again, at the place that it had."""

    kind: Literal["ticket_resumed"] = "ticket_resumed"
    ticket: UUID


class TicketTransferred(Message):
    """A ticket waits for another service or for one `window`, from the visitor's first arrival."""

    kind: Literal["ticket_transferred"] = "ticket_transferred"
    ticket: UUID
    service: ConfiguredId
    window: ConfiguredId | None = None
    reason: str = ""


class TicketRated(Message):
    """The visitor judged the visit; a bad rating opens a call-back due at `callback_due`."""

    kind: Literal["ticket_rated"] = "ticket_rated"
    ticket: UUID
    level: RatingLevel
    comment: str = ""
    callback_due: Moment | None = None


class CallbackDone(Message):
    """Someone called back a visitor who had rated a visit badly."""

    kind: Literal["callback_done"] = "callback_done"
    ticket: UUID
    note: str


class AppointmentBooked(Message):
    """A visit was booked. `token`, if the public booked it, opens its page and is secret."""

    kind: Literal["appointment_booked"] = "appointment_booked"
    appointment: UUID
    service: ConfiguredId
    slot: Moment
    person: str | None = None
    token: str | None = None


class AppointmentMoved(Message):
    """A booked visit will be at another time."""

    kind: Literal["appointment_moved"] = "appointment_moved"
    appointment: UUID
    slot: Moment


class AppointmentCancelled(Message):
    """A booked visit was given back."""

    kind: Literal["appointment_cancelled"] = "appointment_cancelled"
    appointment: UUID


class AppointmentMissed(Message):
    """Nobody came for a booked visit."""

    kind: Literal["appointment_missed"] = "appointment_missed"
    appointment: UUID


class WindowOpened(Message):
    """A window receives visitors; `clerk` has claimed it, or nobody yet."""

    kind: Literal["window_opened"] = "window_opened"
    window: ConfiguredId
    clerk: str | None


class WindowPaused(Message):
    """A window receives nobody for a while; its clerk keeps it."""

    kind: Literal["window_paused"] = "window_paused"
    window: ConfiguredId
    reason: str = ""


class WindowClosing(Message):
    """A window closes as soon as its present visitor is done."""

    kind: Literal["window_closing"] = "window_closing"
    window: ConfiguredId


class WindowClosed(Message):
    """A window is given up by its clerk."""

    kind: Literal["window_closed"] = "window_closed"
    window: ConfiguredId


class AlertRaised(Message):
    """A rule fired for its zone."""

    kind: Literal["alert_raised"] = "alert_raised"
    alert: UUID
    rule: ConfiguredId
    subject: ConfiguredId
    value: float
    threshold: float
    text: Text
    advice: tuple[Advice, ...]


class AlertAcknowledged(Message):
    """Someone has taken notice of an alert."""

    kind: Literal["alert_acknowledged"] = "alert_acknowledged"
    alert: UUID


class AlertApplied(Message):
    """The advice of an alert was carried out; the changed window has its own event."""

    kind: Literal["alert_applied"] = "alert_applied"
    alert: UUID


class AlertDismissed(Message):
    """The advice of an alert was declined; the alert stays until it clears."""

    kind: Literal["alert_dismissed"] = "alert_dismissed"
    alert: UUID


class AlertCleared(Message):
    """The zone is calm again."""

    kind: Literal["alert_cleared"] = "alert_cleared"
    alert: UUID
    value: float


class ThumbnailRequested(Message):
    """Someone asked to look through a camera; noted before it is asked, whatever it answers."""

    kind: Literal["thumbnail_requested"] = "thumbnail_requested"
    camera: ConfiguredId


Event = Annotated[
    DayBegun
    | TicketIssued
    | TicketCalled
    | TicketRecalled
    | ServiceStarted
    | ServiceFinished
    | TicketFinished
    | TicketMissed
    | TicketCancelled
    | TicketHeld
    | TicketDiverted
    | TicketResumed
    | TicketTransferred
    | TicketRated
    | CallbackDone
    | AppointmentBooked
    | AppointmentMoved
    | AppointmentCancelled
    | AppointmentMissed
    | WindowOpened
    | WindowPaused
    | WindowClosing
    | WindowClosed
    | AlertRaised
    | AlertAcknowledged
    | AlertApplied
    | AlertDismissed
    | AlertCleared
    | ThumbnailRequested,
    Field(discriminator="kind"),
]


class Record(Message):
    """One row of the journal: an event, when it happened and who caused it."""

    id: UUID
    at: Moment
    actor: str
    event: Event
