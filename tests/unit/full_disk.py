"""A disk that is full for the hub's SQLite database until there is room again, for its tests."""

from typing import Any

from sqlalchemy import event, text

from hub.store import Store


class Disk:
    """What a store writes to. It holds what is there already, and may be made full."""

    def __init__(self, store: Store) -> None:
        self._store, self._pages = store, 1_000_000
        event.listen(store._database.engine, "connect", self._limit)

    def fill(self) -> None:
        """Let no page more be added."""
        with self._store._database.engine.begin() as connection:
            self._pages = connection.execute(text("PRAGMA page_count")).scalar_one()
        self._reconnect()

    def make_room(self) -> None:
        """Let pages be added again."""
        self._pages = 1_000_000
        self._reconnect()

    def _limit(self, connection: Any, record: object) -> None:  # noqa: ANN401 the driver's own
        connection.execute(f"PRAGMA max_page_count={self._pages}")

    def _reconnect(self) -> None:
        self._store.journal._disconnect()
        self._store._database.engine.dispose()
