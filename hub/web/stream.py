"""Server-sent events: changes kept for a while, so that a reader who was away misses nothing."""

import asyncio
from collections import deque
from collections.abc import AsyncIterator, Callable
from dataclasses import dataclass
from typing import Final

from fastapi.sse import ServerSentEvent
from pydantic import TypeAdapter

from hall.alerts import Announcements
from hall.messages import Alert, Call, Crowd, Message, Node, Queues, Window, Zone
from hall.overview import People
from hub.bulletin import Change

KEPT: Final = 1000
MAX_DIGITS: Final = 18
_NAMES: Final[dict[type, str]] = {
    Crowd: "crowd",
    People: "people",
    Queues: "queues",
    Window: "window",
    Alert: "alert",
    Node: "node",
    Call: "call",
    Announcements: "announcements",
}
PUBLIC: Final = frozenset({"queues", "call", "announcements"})
_ZONES: Final = TypeAdapter(dict[str, Zone])


@dataclass(frozen=True, slots=True)
class _Entry:
    number: int
    name: str
    data: str


class Stream:
    """The hub's recent changes, each encoded once; any number of readers follow at their pace.

    `epoch` tells this process from earlier ones in event ids.
    """

    def __init__(self, epoch: str) -> None:
        self._epoch = epoch
        self._entries: deque[_Entry] = deque(maxlen=KEPT)
        self._last = 0
        self._news = asyncio.Event()
        self._loop: asyncio.AbstractEventLoop | None = None
        self._closed = False

    def bind(self, loop: asyncio.AbstractEventLoop) -> None:
        """Serve readers on this loop."""
        self._loop = loop

    def put(self, change: Change) -> None:
        """Add a change; called on the engine's thread."""
        if isinstance(change, Message):
            name, data = _NAMES[type(change)], change.model_dump_json()
        else:
            name, data = "zones", _ZONES.dump_json(dict(change)).decode()
        if self._loop is not None and not self._loop.is_closed():
            self._loop.call_soon_threadsafe(self._add, name, data)

    def close(self) -> None:
        """End every reader's stream; called from any thread or signal handler."""
        if self._loop is not None and not self._loop.is_closed():
            self._loop.call_soon_threadsafe(self._end)

    async def follow(
        self, last_id: str | None, *, public: bool, snapshot: Callable[[], Message]
    ) -> AsyncIterator[ServerSentEvent]:
        """Events after `last_id`, or a `hall` snapshot first if those are not known any more."""
        position = self._resume(last_id)
        async for _ in self.changes():
            if position is None or self._missed(position):
                position = self._last
                yield self._event("hall", snapshot().model_dump_json(), position)
            for entry in [each for each in self._entries if each.number > position]:
                position = entry.number
                if not public or entry.name in PUBLIC:
                    yield self._event(entry.name, entry.data, entry.number)

    async def changes(self) -> AsyncIterator[None]:
        """Once at first, then whenever anything has changed."""
        while not self._closed:
            news = self._news
            yield
            await news.wait()

    def _add(self, name: str, data: str) -> None:
        self._last += 1
        self._entries.append(_Entry(self._last, name, data))
        self._wake()

    def _end(self) -> None:
        self._closed = True
        self._wake()

    def _wake(self) -> None:
        self._news.set()
        self._news = asyncio.Event()

    def _resume(self, last_id: str | None) -> int | None:
        """The position after which to go on, if it is one of this process."""
        epoch, _, number = (last_id or "").rpartition("-")
        known = epoch == self._epoch and number.isdecimal() and len(number) <= MAX_DIGITS
        return int(number) if known and int(number) <= self._last else None

    def _missed(self, position: int) -> bool:
        """Whether something after `position` is no longer kept."""
        return bool(self._entries) and self._entries[0].number > position + 1

    def _event(self, name: str, data: str, number: int) -> ServerSentEvent:
        return ServerSentEvent(event=name, raw_data=data, id=f"{self._epoch}-{number}")
