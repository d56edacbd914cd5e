"""Hands on what the journal tells: each row at least once, in order, also after a crash."""

from collections.abc import Callable
from dataclasses import dataclass
from threading import Event, Thread
from typing import Final, Generic, Protocol, TypeVar

import structlog

from hall.messages import Call
from hub.bulletin import Change
from hub.store import StoreFailed

MQTT: Final = "mqtt"
TRY_AGAIN_S: Final = 1.0

T = TypeVar("T")

log = structlog.get_logger()


class Cursors(Protocol):
    """What the outbox needs of the journal."""

    @property
    def last(self) -> int:
        """The number of the newest row."""

    def cursor(self, name: str) -> int:
        """Up to which row everything was handed on."""

    def advance(self, name: str, seq: int) -> None:
        """Remember up to which row everything was handed on."""


class CallJournal(Cursors, Protocol):
    """A journal that tells of calls."""

    def calls_after(self, seq: int) -> list[tuple[int, Call]]:
        """The next calls in later rows, each with the number of its row; none when it has none."""


@dataclass(frozen=True, slots=True)
class Feed(Generic[T]):
    """What is handed on, to whom: `rows` gives the next after a row, with their numbers.

    `cursor`: the name of whom it is for. `news`: which change says that there may be something.
    `again_s`: after how many seconds to try once more, by how often it failed.
    """

    cursor: str
    news: type
    rows: Callable[[int], list[tuple[int, T]]]
    again_s: Callable[[int], float] = lambda failures: TRY_AGAIN_S


def calls(journal: CallJournal) -> Feed[Call]:
    """Calls for the broker."""
    return Feed(MQTT, Call, journal.calls_after)


class Outbox(Generic[T]):
    """A thread that reads rows after its cursor, and moves the cursor once they were taken.

    Only what is committed can be read, so that nothing is told before. Whoever receives something
    twice knows it by its id.
    """

    def __init__(self, journal: Cursors, feed: Feed[T], deliver: Callable[[T], bool]) -> None:
        """`deliver` waits for the receiver's word and says whether it has the row."""
        self._journal, self._feed, self._deliver = journal, feed, deliver
        self._news, self._stopping = Event(), False
        self._failures, self._fails = 0, False
        self._thread = Thread(target=self._run, name=f"outbox {feed.cursor}", daemon=True)

    def hear(self, change: Change) -> None:
        """A subscriber of the engine: there is something to hand on."""
        if isinstance(change, self._feed.news):
            self._news.set()

    def start(self) -> None:
        """Begin, with what an earlier process has left."""
        self._news.set()
        self._thread.start()

    def stop(self) -> None:
        """End after what is being handed on; the rest waits for the next start."""
        self._stopping = True
        self._news.set()
        self._thread.join()

    def _run(self) -> None:
        while not self._stopping:
            self._news.wait(self._feed.again_s(self._failures) if self._failures else None)
            self._news.clear()
            if not self._stopping:
                self._failures = 0 if self.hand_on() else self._failures + 1

    def hand_on(self) -> bool:
        """Hand on what there is; False when something is left to try again."""
        try:
            done = self._hand_on()
            self._fails = False
        except StoreFailed as failure:
            if not self._fails:
                log.warning("outbox_failed", receiver=self._feed.cursor, reason=str(failure))
            self._fails = True
            return False
        return done

    def _hand_on(self) -> bool:
        seen, at = self._journal.last, self._journal.cursor(self._feed.cursor)
        while rows := self._feed.rows(at):
            reached = at
            for seq, row in rows:
                if self._stopping or not self._deliver(row):
                    break
                reached = seq
            self._advance(at, reached)
            at = reached
            if at != rows[-1][0]:
                return False
        self._advance(at, seen)
        return True

    def _advance(self, before: int, reached: int) -> None:
        if reached > before:
            self._journal.advance(self._feed.cursor, reached)
