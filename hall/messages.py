"""Every payload that crosses a process, over MQTT or HTTP, as a frozen model."""

from collections.abc import Mapping
from enum import IntEnum, StrEnum
from typing import Annotated, Literal
from uuid import UUID

from pydantic import Field

from hall.alerts import Advice, Alert
from hall.wire import ConfiguredId, Message, Moment, NonNegative, Seconds, Text, wire_time

# Told on from here, so that whoever speaks the language imports it from one place.
__all__ = [
    "Advice",
    "Alert",
    "ConfiguredId",
    "Message",
    "Moment",
    "NonNegative",
    "Seconds",
    "Text",
    "wire_time",
]

# Devices and crowd ---------------------------------------------------------------------------


class NodeStatus(Message):
    """Birth and last will of a program."""

    state: Literal["online", "offline"]
    at: Moment
    version: str


class Level(StrEnum):
    """Level of service for people standing in a queue (Fruin 1971): A free … F packed."""

    A = "A"
    B = "B"
    C = "C"
    D = "D"
    E = "E"
    F = "F"


class ZoneReading(Message):
    """People inside one zone, everyone once whom the node's cameras of one floor plan see in it.

    Absent is what was not drawn or is not known yet. `unserved` stand off the queue line; who joins
    it now will stand `waiting_s`. `in` and `out` passed the zone's line since the edge started (a
    smaller number means a restart). After `dwell_s`, half of those who came have left the zone.
    """

    zone: ConfiguredId
    count: NonNegative
    density_per_m2: NonNegative
    level: Level
    queue_length: NonNegative | None = None
    unserved: NonNegative | None = None
    waiting_s: Seconds | None = None
    entered: Annotated[int, Field(ge=0)] | None = Field(default=None, alias="in")
    left: Annotated[int, Field(ge=0)] | None = Field(default=None, alias="out")
    dwell_s: Seconds | None = None


class Crowd(Message):
    """What one camera sees: people in the whole picture and per zone.

    `count_low` and `count_high` cover the truth in 90 % of frames. Any `quality` other than "ok",
    also one that this version does not know, means that `count` and `zones` are the last good ones,
    and the interval is the wider the longer ago that was. `drift`: the camera was fitted to its
    place, which looks otherwise by now; it should be calibrated again. `thumbnail` names the node
    that shows the camera in blocks to a manager who asks; absent where that is off.
    """

    id: UUID
    seq: Annotated[int, Field(ge=1)]
    at: Moment
    camera: ConfiguredId
    count: NonNegative
    count_low: NonNegative
    count_high: NonNegative
    quality: Annotated[str, Field(description="ok|dark|overexposed|blocked|blurred|frozen|moved")]
    latency_ms: NonNegative
    model: str
    drift: bool = False
    zones: tuple[ZoneReading, ...] = ()
    thumbnail: ConfiguredId | None = None


class Fault(Message):
    """What is wrong with a device; no faults when it is well."""

    at: Moment
    faults: tuple[str, ...] = ()


# Queues and calls ----------------------------------------------------------------------------


class ServiceQueue(Message):
    """How one service stands. `windows` counts the open windows that can serve it."""

    waiting: int
    called: int
    windows: int
    wait_p50_s: Seconds
    wait_p90_s: Seconds


class Queues(Message):
    """State of every service's queue."""

    at: Moment
    services: Mapping[str, ServiceQueue]


class Call(Message):
    """A ticket called to a window, with the sentence that announces it."""

    id: UUID
    at: Moment
    number: str
    window: ConfiguredId
    speech: Text


# HTTP ----------------------------------------------------------------------------------------


class Priority(StrEnum):
    """Classes of visitors that the hall may serve sooner."""

    NONE = "none"
    ELDERLY = "elderly"
    DISABLED = "disabled"
    PREGNANT = "pregnant"
    SOLDIER = "soldier"
    A_GRADE = "a_grade"


class VisitClass(StrEnum):
    """What a hall's policy tells visitors apart by."""

    WALK_IN = "walk_in"
    PRIORITY = "priority"
    APPOINTMENT = "appointment"


class Channel(StrEnum):
    """Where a ticket was taken."""

    KIOSK = "kiosk"
    PHONE = "phone"
    GUIDE = "guide"
    PAPER = "paper"
    WEB = "web"


class TicketState(StrEnum):
    """Life of a ticket."""

    WAITING = "waiting"
    CALLED = "called"
    SERVING = "serving"
    HELD = "held"
    DONE = "done"
    NO_SHOW = "no_show"
    CANCELLED = "cancelled"


class RatingLevel(IntEnum):
    """How a visitor judges a visit (GB/T 39734): 非常满意、满意、基本满意、不满意、非常不满意."""

    VERY_SATISFIED = 5
    SATISFIED = 4
    FAIRLY_SATISFIED = 3
    DISSATISFIED = 2
    VERY_DISSATISFIED = 1


class Group(Message):
    """Business group; its prefix starts the ticket numbers."""

    id: ConfiguredId
    name: Text
    prefix: str


class Service(Message):
    """A business item that a visitor can take a ticket for."""

    id: ConfiguredId
    name: Text
    group: ConfiguredId
    open: bool
    waiting: int
    wait_p50_s: Seconds
    wait_p90_s: Seconds


class Offer(Message):
    """A kiosk or remote expert that would serve a visitor sooner, and by how many minutes."""

    to: Literal["kiosk", "expert"]
    saves_min: int
    text: Text


class Ticket(Message):
    """A ticket as staff and devices see it. `url` is the visitor's page, told once at issue.

    `also`: services still to come. `reason`: why it was called. `notice`: what the visitor is told
    beside the wait, as that it ends after closing time.
    """

    id: UUID
    number: str
    service: ConfiguredId
    service_name: Text
    priority: Priority
    state: TicketState
    issued_at: Moment
    ahead: int
    wait_p50_s: Seconds
    wait_p90_s: Seconds
    window: ConfiguredId | None = None
    window_name: Text | None = None
    called_at: Moment | None = None
    url: str | None = None
    also: tuple[ConfiguredId, ...] = ()
    visit: VisitClass = VisitClass.WALK_IN
    reason: Text | None = None
    notice: Text | None = None
    offers: tuple[Offer, ...] = ()


class Window(Message):
    """A service window (counter) and the ticket at it.

    `secondary`: services that it helps out with. `reason`: why it is paused. `closing`: once the
    present visitor is done. `requested_at`: since when the hall asks for it to be opened; `notice`:
    why it does, or why it closed it.
    """

    id: ConfiguredId
    name: Text
    state: Literal["closed", "open", "paused"]
    services: tuple[ConfiguredId, ...]
    clerk: str | None = None
    ticket: Ticket | None = None
    secondary: tuple[ConfiguredId, ...] = ()
    reason: str = ""
    closing: bool = False
    requested_at: Moment | None = None
    notice: Text | None = None


class Zone(Message):
    """A zone of the hall with its newest reading; `stale` when no camera vouches for it.

    `count_low` and `count_high` are meant to hold the truth nine times in ten; while stale they
    widen. The queue is told as the camera tells it, see ZoneReading.
    """

    id: ConfiguredId
    name: Text
    camera: ConfiguredId | None = None
    at: Moment | None = None
    count: NonNegative | None = None
    count_low: NonNegative | None = None
    count_high: NonNegative | None = None
    density_per_m2: NonNegative | None = None
    level: Level | None = None
    queue_length: NonNegative | None = None
    waiting_s: Seconds | None = None
    stale: bool = True


class Node(NodeStatus):
    """Status of a program together with which one it is."""

    program: str
    id: ConfiguredId


class Role(StrEnum):
    """What a member of staff may do; the table of permissions is the hub's."""

    MANAGER = "manager"
    CLERK = "clerk"
    GUIDE = "guide"
    EXPERT = "expert"
    ADMIN = "admin"
