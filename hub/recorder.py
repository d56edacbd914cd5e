"""Keeps what cameras see, beside the work: on a thread of its own, for which nobody waits."""

from collections import deque
from collections.abc import Callable
from datetime import datetime
from threading import Event, Thread
from typing import Final

import structlog

from hall.messages import Crowd
from hub.core.plan import HallPlan
from hub.core.samples import samples
from hub.store import Observations, StoreFailed

WRITE_EVERY_S: Final = 1.0
AT_ONCE: Final = 2000
MOST_WAITING: Final = (
    20_000  # of half a kilobyte: minutes of a hall, two seconds at 10,000 a second
)
TIDY_AT_ONCE: Final = 5

log = structlog.get_logger()


class Recorder:
    """Readings that wait to be kept. While the store fails they go on waiting.

    Once MOST_WAITING do, the oldest are dropped and counted.
    """

    def __init__(
        self, observations: Observations, plan: HallPlan, clock: Callable[[], datetime]
    ) -> None:
        self._observations, self._plan, self._clock = observations, plan, clock
        self._waiting: deque[tuple[Crowd, bool]] = deque()
        self._many, self._stopping, self._fails = Event(), False, False
        self._thread = Thread(target=self._run, name="recorder", daemon=True)

    def put(self, crowd: Crowd, *, ok: bool) -> None:
        """Keep a reading when there is time, `ok` if it is believed; for the engine's thread."""
        self._waiting.append((crowd, ok))
        if len(self._waiting) == AT_ONCE:
            self._many.set()
        elif len(self._waiting) > MOST_WAITING:
            self._waiting.popleft()
            self._observations.dropped += 1

    def start(self) -> None:
        """Begin to keep."""
        self._thread.start()

    def stop(self) -> None:
        """Keep what waits, as far as the store takes it, then end."""
        self._stopping = True
        self._many.set()
        self._thread.join()

    def _run(self) -> None:
        self.turn()
        while not self._stopping:
            self._many.wait(WRITE_EVERY_S)
            self._many.clear()
            self.turn()

    def turn(self) -> None:
        """Write what waits, then roll up and drop a little of what is due."""
        try:
            while self._waiting:
                self._write(
                    [self._waiting.popleft() for _ in range(min(AT_ONCE, len(self._waiting)))]
                )
            for _ in range(TIDY_AT_ONCE):
                if not self._observations.tidy(self._clock()):
                    break
        except StoreFailed as failure:
            self._say(failure)
        else:
            self._say(None)

    def _write(self, some: list[tuple[Crowd, bool]]) -> None:
        rows = [row for crowd, ok in some for row in samples(self._plan, crowd, ok=ok)]
        try:
            self._observations.add(rows, self._clock())
        except StoreFailed:
            self._waiting.extendleft(reversed(some))
            raise

    def _say(self, failure: StoreFailed | None) -> None:
        """Once when observations cannot be kept, once when they can again."""
        if failure is not None and not self._fails:
            log.error("observations_not_kept", reason=str(failure))
        elif failure is None and self._fails:
            log.info("observations_kept_again", dropped=self._observations.dropped)
        self._fails = failure is not None
