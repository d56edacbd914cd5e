"""The state that the journal leads to, found fast by way of snapshots, and those taken in time."""

from collections.abc import Callable, Sequence
from threading import Thread
from typing import Final

import structlog

from hub.core.events import Record
from hub.core.plan import HallPlan
from hub.core.state import State, apply
from hub.store import Journal, Snapshot, Snapshots

SNAPSHOT_EVERY: Final = 5000

log = structlog.get_logger()


class Recovery:
    """Replays at the start, and afterwards takes a snapshot each SNAPSHOT_EVERY records."""

    def __init__(
        self,
        plan: HallPlan,
        journal: Journal,
        snapshots: Snapshots | None = None,
        progress: Callable[[], None] = lambda: None,
    ) -> None:
        """Without `snapshots` every start replays the whole journal.

        `progress` is called now and then during a long replay.
        """
        self._plan, self._journal, self._snapshots = plan, journal, snapshots
        self._progress = progress
        self._since = 0
        self._last: Record | None = None
        self._saving: Thread | None = None

    def state(self) -> State:
        """The state that the journal leads to. Raises StoreFailed when it cannot be read."""
        found = self._snapshots.load(self._journal.holds) if self._snapshots else None
        state = found.state if found else State()
        after = found.seq if found else 0
        log.info("journal_read", after=after, until=self._journal.last)
        for record in self._journal.records(after):
            state = apply(self._plan, state, record)
            self._last = record
            self._since += 1
            if self._since % SNAPSHOT_EVERY == 0:
                self._progress()
        if self._since >= SNAPSHOT_EVERY:
            self._save(state)
        return state

    def note(self, state: State, records: Sequence[Record]) -> None:
        """`records`, just committed, led to `state`; a snapshot is written beside the work."""
        if not records:
            return
        self._since += len(records)
        self._last = records[-1]
        if self._since >= SNAPSHOT_EVERY and not (self._saving and self._saving.is_alive()):
            self._save(state)

    def close(self, state: State) -> None:
        """Leave a snapshot for the next start."""
        if self._since:
            self._save(state)
        self._wait()

    def _save(self, state: State) -> None:
        if self._snapshots is None or self._last is None:
            return
        self._wait()
        made = Snapshot(self._journal.last, str(self._last.id), state)
        self._saving = Thread(target=self._snapshots.save, args=(made,), name="snapshot")
        self._saving.start()
        self._since = 0

    def _wait(self) -> None:
        if self._saving is not None:
            self._saving.join()
