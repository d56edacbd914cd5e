"""What people and devices ask the hall to do, in the imperative."""

from dataclasses import dataclass
from uuid import UUID

from hall.messages import Channel, Priority, Role


@dataclass(frozen=True, slots=True)
class Actor:
    """Who asks. `role` is None for devices and visitors, whose routes allow only their own."""

    name: str
    role: Role | None = None


@dataclass(frozen=True, slots=True)
class IssueTicket:
    """Give a number. `ticket` and `token` are fresh, chosen by the shell."""

    ticket: UUID
    token: str
    service: str
    priority: Priority
    channel: Channel


@dataclass(frozen=True, slots=True)
class CancelTicket:
    """Leave the queue."""

    ticket: UUID


@dataclass(frozen=True, slots=True)
class OpenWindow:
    """Receive visitors; a clerk claims the window by this."""

    window: str


@dataclass(frozen=True, slots=True)
class PauseWindow:
    """Receive nobody for a while."""

    window: str


@dataclass(frozen=True, slots=True)
class CloseWindow:
    """Give the window up."""

    window: str


@dataclass(frozen=True, slots=True)
class CallNext:
    """Finish whoever is being served and call the next."""

    window: str


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
    """Carry out the first advice."""

    alert: UUID


@dataclass(frozen=True, slots=True)
class DismissAlert:
    """Decline the advice."""

    alert: UUID


@dataclass(frozen=True, slots=True)
class RequestThumbnail:
    """Look through a camera."""

    camera: str


WindowCommand = (
    OpenWindow
    | PauseWindow
    | CloseWindow
    | CallNext
    | Recall
    | StartService
    | FinishService
    | MarkNoShow
)
AlertCommand = AcknowledgeAlert | ApplyAlert | DismissAlert
Command = IssueTicket | CancelTicket | WindowCommand | AlertCommand | RequestThumbnail
