"""What people and devices ask the hall to do, in the imperative."""

from dataclasses import dataclass
from datetime import datetime
from typing import Literal
from uuid import UUID

from hall.messages import Channel, Priority, RatingLevel, Role, Text


@dataclass(frozen=True, slots=True)
class Actor:
    """Who asks. `role` is None for devices and visitors, whose routes allow only their own."""

    name: str
    role: Role | None = None


@dataclass(frozen=True, slots=True)
class IssueTicket:
    """Give a number. `ticket` and `token` are fresh, chosen by the shell.

    `also`: further services of the same visit. `person`, `acting_for`: opaque references.
    """

    ticket: UUID
    token: str
    service: str
    priority: Priority
    channel: Channel
    also: tuple[str, ...] = ()
    person: str | None = None
    acting_for: str | None = None


@dataclass(frozen=True, slots=True)
class MergePaperTicket:
    """Take over a number given on paper during an outage; `served`: also already served."""

    ticket: UUID
    token: str
    number: str
    service: str
    priority: Priority
    arrived_at: datetime
    served: bool = False


@dataclass(frozen=True, slots=True)
class CancelTicket:
    """Leave the queue."""

    ticket: UUID


@dataclass(frozen=True, slots=True)
class HoldTicket:
    """Keep the number for someone who steps out or is sent away for a paper."""

    ticket: UUID
    reason: str = ""


@dataclass(frozen=True, slots=True)
class DivertTicket:
    """Try a kiosk or a remote expert instead, without losing one's place."""

    ticket: UUID
    to: Literal["kiosk", "expert"]


@dataclass(frozen=True, slots=True)
class CompleteDiversion:
    """The kiosk or the expert did what the visitor came for."""

    ticket: UUID


@dataclass(frozen=True, slots=True)
class ResumeTicket:
    """Come back to a kept number, at the place that it had."""

    ticket: UUID


@dataclass(frozen=True, slots=True)
class TransferTicket:
    """Let a ticket wait for another service, or for one window."""

    ticket: UUID
    service: str | None = None
    window: str | None = None
    reason: str = ""


@dataclass(frozen=True, slots=True)
class RateTicket:
    """Judge a finished visit."""

    ticket: UUID
    level: RatingLevel
    comment: str = ""


@dataclass(frozen=True, slots=True)
class FinishCallback:
    """Record that a visitor who had rated badly was called back."""

    ticket: UUID
    note: str


@dataclass(frozen=True, slots=True)
class BookAppointment:
    """Book a visit. `appointment` is fresh, chosen by the shell.

    `token`, also fresh, if the public books it: it opens the holder's own page.
    """

    appointment: UUID
    service: str
    slot: datetime
    person: str | None = None
    token: str | None = None


@dataclass(frozen=True, slots=True)
class TakeOverBooking:
    """Let a visit that was booked in another system stand here as it stands there.

    `appointment` always follows from that system's reference, so that a list may be sent again.
    """

    appointment: UUID
    service: str
    slot: datetime
    person: str | None = None
    cancelled: bool = False


@dataclass(frozen=True, slots=True)
class MoveAppointment:
    """Come at another time than booked."""

    appointment: UUID
    slot: datetime


@dataclass(frozen=True, slots=True)
class CancelAppointment:
    """Give a booked visit back."""

    appointment: UUID


@dataclass(frozen=True, slots=True)
class CheckIn:
    """Arrive for a booked visit and take a number. `ticket` and `token` are fresh."""

    appointment: UUID
    ticket: UUID
    token: str
    priority: Priority
    channel: Channel


@dataclass(frozen=True, slots=True)
class OpenWindow:
    """Receive visitors; a clerk claims the window by this."""

    window: str


@dataclass(frozen=True, slots=True)
class PauseWindow:
    """Receive nobody for a while."""

    window: str
    reason: str = ""


@dataclass(frozen=True, slots=True)
class CloseWindow:
    """Give the window up; while someone is at it, only `after_current`."""

    window: str
    after_current: bool = False
    reason: Text | None = None


@dataclass(frozen=True, slots=True)
class RequestWindow:
    """Ask staff to open a window."""

    window: str
    reason: Text


@dataclass(frozen=True, slots=True)
class WithdrawRequest:
    """Ask no more for a window; for a while none at all, if it is a person who says so."""

    window: str
    reason: Text


@dataclass(frozen=True, slots=True)
class CallNext:
    """Finish whoever is being served and call the next.

    `ticket` picks one out of turn, which needs a `reason`.
    """

    window: str
    ticket: UUID | None = None
    reason: str = ""


@dataclass(frozen=True, slots=True)
class Recall:
    """Announce the called ticket again."""

    window: str


@dataclass(frozen=True, slots=True)
class StartService:
    """The called visitor is here."""

    window: str


@dataclass(frozen=True, slots=True)
class FinishService:
    """The visitor at the window is done."""

    window: str


@dataclass(frozen=True, slots=True)
class MarkNoShow:
    """The called visitor did not come."""

    window: str


@dataclass(frozen=True, slots=True)
class AcknowledgeAlert:
    """Take notice."""

    alert: UUID


@dataclass(frozen=True, slots=True)
class ApplyAlert:
    """Carry out an advice, the first by default."""

    alert: UUID
    action: int = 0


@dataclass(frozen=True, slots=True)
class DismissAlert:
    """Decline the advice, and hear no more of it for so many minutes; the rule's own if None."""

    alert: UUID
    minutes: float | None = None


@dataclass(frozen=True, slots=True)
class SoundDuress:
    """Call for help from a window without anyone noticing. `alert` is a fresh id."""

    window: str
    alert: UUID


@dataclass(frozen=True, slots=True)
class UrgeDiversion:
    """For so many minutes, offer kiosks and experts to all who would gain."""

    minutes: float


@dataclass(frozen=True, slots=True)
class CallGuide:
    """Call a guide to somewhere in the hall."""

    text: Text


@dataclass(frozen=True, slots=True)
class CloseSlots:
    """Take no further bookings of these services for so many minutes from now."""

    services: tuple[str, ...]
    minutes: float


@dataclass(frozen=True, slots=True)
class RequestThumbnail:
    """Look through a camera."""

    camera: str


# What a window does with visitors, and what it does itself.
DeskCommand = CallNext | Recall | StartService | FinishService | MarkNoShow
WindowCommand = OpenWindow | PauseWindow | CloseWindow | DeskCommand
StaffingCommand = RequestWindow | WithdrawRequest
AlertCommand = AcknowledgeAlert | ApplyAlert | DismissAlert
ReliefCommand = UrgeDiversion | CallGuide | CloseSlots
TicketCommand = (
    IssueTicket
    | MergePaperTicket
    | CancelTicket
    | HoldTicket
    | DivertTicket
    | CompleteDiversion
    | ResumeTicket
    | TransferTicket
    | RateTicket
    | FinishCallback
)
AppointmentCommand = (
    BookAppointment | TakeOverBooking | MoveAppointment | CancelAppointment | CheckIn
)
Command = (
    TicketCommand
    | AppointmentCommand
    | WindowCommand
    | StaffingCommand
    | AlertCommand
    | ReliefCommand
    | SoundDuress
    | RequestThumbnail
)
