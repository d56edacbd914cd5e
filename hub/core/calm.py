"""What one visitor is told over time: it follows what is worked out, and does not jump about."""

from datetime import datetime
from enum import IntEnum
from typing import Final, NamedTuple
from uuid import UUID

from immutables import Map

from hub.core import events
from hub.core.events import Event
from hub.core.forecast import Wait

# How far what is told may move in a second, in seconds: later, or sooner beyond the time passed.
RISE: Final = 1.0
FALL: Final = 2.0

_WINDOWS: Final = (
    events.WindowOpened,
    events.WindowPaused,
    events.WindowClosing,
    events.WindowClosed,
)
_LEAVES: Final = (
    events.TicketCancelled,
    events.TicketHeld,
    events.TicketDiverted,
    events.TicketFinished,
)


class Since(IntEnum):
    """What has happened since someone was last told; the strongest counts."""

    LEFT = 0
    MOVED = 1
    WINDOWS = 2


class Told(NamedTuple):
    """What a visitor was told and when; seconds, not rounded."""

    p50_s: float
    p90_s: float
    at: datetime

    @property
    def wait(self) -> Wait:
        """As it is shown."""
        return Wait(round(self.p50_s), round(self.p90_s))


class Memory(NamedTuple):
    """What those who wait were told last, and what has happened since."""

    told: Map[UUID, Told] = Map()
    since: Since = Since.LEFT


def weight(event: Event) -> Since:
    """What an event allows to happen to what is told."""
    if isinstance(event, _WINDOWS):
        return Since.WINDOWS
    if isinstance(event, _LEAVES):
        return Since.LEFT
    if isinstance(event, events.TicketMissed) and event.returns_after is None:
        return Since.LEFT
    return Since.MOVED


def tell(before: Told | None, fresh: Wait, since: Since, now: datetime) -> Told:
    """What is told now, when `fresh` is worked out and `before` was told last.

    Whoever is new, or could be served at once, or sees windows open or close is told what is
    worked out. When people have left, it is never more than before. Otherwise it moves as fast as
    RISE and FALL allow.
    """
    if before is None or since is Since.WINDOWS or fresh.p50_s == 0:
        return Told(fresh.p50_s, fresh.p90_s, now)
    passed_s = max(0.0, (now - before.at).total_seconds())
    if since is Since.LEFT:
        p50_s, p90_s = min(fresh.p50_s, before.p50_s), min(fresh.p90_s, before.p90_s)
    else:
        p50_s = _moved(before.p50_s, fresh.p50_s, passed_s)
        p90_s = _moved(before.p90_s, fresh.p90_s, passed_s)
    return Told(p50_s, max(p50_s, p90_s), now)


def _moved(before_s: float, fresh_s: float, passed_s: float) -> float:
    soonest = max(0.0, before_s - (1 + FALL) * passed_s)
    return min(max(fresh_s, soonest), before_s + RISE * passed_s)
