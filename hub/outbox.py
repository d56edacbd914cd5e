"""Hands calls from the journal to the broker: each at least once, in order, also after a crash."""

from collections.abc import Callable
from threading import Event, Thread
from typing import Final, Protocol

import structlog

from hall.messages import Call
from hub.bulletin import Change
from hub.store import StoreFailed

CURSOR: Final = "mqtt"
TRY_AGAIN_S: Final = 1.0

log = structlog.get_logger()


class CallJournal(Protocol):
    """What the outbox needs of the journal."""

    @property
    def last(self) -> int:
        """The number of the newest row."""

    def calls_after(self, seq: int) -> list[tuple[int, Call]]:
        """The next calls in later rows, each with the number of its row; none when it has none."""

    def cursor(self, name: str) -> int:
        """Up to which row everything was handed on."""

    def advance(self, name: str, seq: int) -> None:
        """Remember up to which row everything was handed on."""


class Outbox:
    """A thread that reads calls after its cursor, and moves the cursor once the broker has them.

    Only what is committed can be read, so that nothing is published before. Whoever receives a
    call twice knows it by its id.
    """

    def __init__(self, journal: CallJournal, deliver: Callable[[Call], bool]) -> None:
        """`deliver` waits for the broker's word and says whether it has the call."""
        self._journal, self._deliver = journal, deliver
        self._news, self._stopping = Event(), False
        self._fails = False
        self._thread = Thread(target=self._run, name="outbox", daemon=True)

    def hear(self, change: Change) -> None:
        """A subscriber of the engine: there is something to hand on."""
        if isinstance(change, Call):
            self._news.set()

    def start(self) -> None:
        """Begin, with what an earlier process has left."""
        self._news.set()
        self._thread.start()

    def stop(self) -> None:
        """End after the call that is being handed on; the rest waits for the next start."""
        self._stopping = True
        self._news.set()
        self._thread.join()

    def _run(self) -> None:
        done = True
        while not self._stopping:
            self._news.wait(None if done else TRY_AGAIN_S)
            self._news.clear()
            if not self._stopping:
                done = self.hand_on()

    def hand_on(self) -> bool:
        """Hand on what there is; False when something is left to try again."""
        try:
            done = self._hand_on()
            self._fails = False
        except StoreFailed as failure:
            if not self._fails:
                log.warning("outbox_failed", reason=str(failure))
            self._fails = True
            return False
        return done

    def _hand_on(self) -> bool:
        seen, at = self._journal.last, self._journal.cursor(CURSOR)
        while calls := self._journal.calls_after(at):
            reached = at
            for seq, call in calls:
                if self._stopping or not self._deliver(call):
                    break
                reached = seq
            self._advance(at, reached)
            at = reached
            if at != calls[-1][0]:
                return False
        self._advance(at, seen)
        return True

    def _advance(self, before: int, reached: int) -> None:
        if reached > before:
            self._journal.advance(CURSOR, reached)
