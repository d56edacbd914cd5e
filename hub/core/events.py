"""What has happened in the hall: the rows of the journal, in the past tense."""

from datetime import date
from typing import Annotated, Literal
from uuid import UUID

from pydantic import Field

from hall.messages import Advice, Channel, ConfiguredId, Message, Moment, Priority, Text


class DayBegun(Message):
    """The hall's clock passed midnight: numbers start again."""

    kind: Literal["day_begun"] = "day_begun"
    day: date


class TicketIssued(Message):
    """A visitor took a number. `token` opens the visitor's own page and is secret."""

    kind: Literal["ticket_issued"] = "ticket_issued"
    ticket: UUID
    number: str
    service: ConfiguredId
    priority: Priority
    channel: Channel
    token: str


class TicketCalled(Message):
    """A waiting ticket was called to a window, with the sentence that announces it."""

    kind: Literal["ticket_called"] = "ticket_called"
    ticket: UUID
    number: str
    window: ConfiguredId
    speech: Text


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


class TicketFinished(Message):
    """The visitor was served."""

    kind: Literal["ticket_finished"] = "ticket_finished"
    ticket: UUID


class TicketMissed(Message):
    """The visitor did not come when called."""

    kind: Literal["ticket_missed"] = "ticket_missed"
    ticket: UUID


class TicketCancelled(Message):
    """The visitor left the queue."""

    kind: Literal["ticket_cancelled"] = "ticket_cancelled"
    ticket: UUID


class WindowOpened(Message):
    """A window receives visitors; `clerk` has claimed it, or nobody yet."""

    kind: Literal["window_opened"] = "window_opened"
    window: ConfiguredId
    clerk: str | None


class WindowPaused(Message):
    """A window receives nobody for a while; its clerk keeps it."""

    kind: Literal["window_paused"] = "window_paused"
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
    | TicketFinished
    | TicketMissed
    | TicketCancelled
    | WindowOpened
    | WindowPaused
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
