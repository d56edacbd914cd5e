"""What a report must know of what began before: who waits, which windows are open, what is due."""

from collections.abc import Iterator
from dataclasses import dataclass, field
from datetime import date, datetime
from typing import Literal
from uuid import UUID

from pydantic import TypeAdapter

from hall.messages import VisitClass


@dataclass(slots=True)
class Visit:
    """A ticket that is alive, or was finished today and may be rated still.

    `since`: when the wait began that the next call ends, and `waits` whether that is the first one.
    `away_since`, `away_s`: the number was held during that wait. `window`, `clerk`: where it was
    called last.
    """

    service: str
    visit: VisitClass
    since: datetime
    waits: Literal["first", "again"] | None = "first"
    away_since: datetime | None = None
    away_s: float = 0.0
    window: str | None = None
    clerk: str | None = None
    at_window: bool = False
    started: datetime | None = None
    missed: bool = False
    trying: Literal["kiosk", "expert"] | None = None
    done: bool = False

    def places(self) -> Iterator[tuple[str, str]]:
        """What the visit counts for: the hall, its service, its window and its clerk."""
        yield "hall", ""
        yield "service", self.service
        if self.window is not None:
            yield "window", self.window
        if self.clerk is not None:
            yield "clerk", self.clerk


@dataclass(slots=True)
class Desk:
    """A window. `since`: up to when its time is counted; `busy_since`: the like of a visitor's."""

    state: Literal["closed", "open", "paused"]
    since: datetime
    clerk: str | None = None
    reason: str = ""
    busy_since: datetime | None = None


@dataclass(slots=True)
class Booking:
    """A booked visit that nobody came for yet."""

    slot: datetime


@dataclass(slots=True)
class Warned:
    """An alert, kept until the day ends after it cleared.

    `before`: per piece of advice, the figure that following it should lower.
    """

    rule: str
    subject: str
    since: datetime
    answered: bool = False
    before: tuple[float | None, ...] = ()
    cleared: bool = False


@dataclass(slots=True)
class Carry:
    """Where the count stands within `day`.

    Nothing in it names a person but the clerks at their windows; tickets go by ids that open
    nothing.
    """

    day: date | None = None
    last_at: datetime | None = None
    visits: dict[UUID, Visit] = field(default_factory=dict)
    desks: dict[str, Desk] = field(default_factory=dict)
    bookings: dict[UUID, Booking] = field(default_factory=dict)
    alerts: dict[UUID, Warned] = field(default_factory=dict)


CARRY = TypeAdapter(Carry)
