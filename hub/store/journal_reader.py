"""Reads the journal beside the hub that writes it: without its lock, and changing nothing."""

from collections.abc import Iterator
from contextlib import contextmanager
from pathlib import Path
from typing import Final

from sqlalchemy import Engine, create_engine, make_url, select
from sqlalchemy.exc import ArgumentError

from hub.core.events import Record
from hub.store.database import PATIENCE_S
from hub.store.failures import StoreFailed, failing
from hub.store.journal import record_of
from hub.store.tables import JOURNAL

ROWS_AT_ONCE: Final = 2000


class ReadJournal:
    """The journal as far as it is written; what comes meanwhile may or may not be seen.

    Rows are fetched `rows_at_once` at a time, each lot in a transaction of its own: a long one
    would keep SQLite from emptying its log and PostgreSQL from clearing up.
    """

    def __init__(self, engine: Engine, name: str, rows_at_once: int = ROWS_AT_ONCE) -> None:
        self._engine, self._name, self._rows_at_once = engine, name, rows_at_once

    def records(self) -> Iterator[Record]:
        """All records, oldest first. Raises StoreFailed where they cannot be read."""
        after = 0
        while True:
            rows = select(JOURNAL).where(JOURNAL.c.seq > after).order_by(JOURNAL.c.seq)
            with failing(self._name), self._engine.connect() as connection:
                found = connection.execute(rows.limit(self._rows_at_once)).all()
            for row in found:
                yield record_of(row.seq, row.kind, row.v, row.body)
            if len(found) < self._rows_at_once:
                return
            after = found[-1].seq


@contextmanager
def reading(
    folder: Path, url: str | None = None, rows_at_once: int = ROWS_AT_ONCE
) -> Iterator[ReadJournal]:
    """The journal at `url`, or else that of hub.db in `folder`.

    Raises StoreFailed when there is none to be read.
    """
    if url is None:
        path = folder / "hub.db"
        if not path.is_file():
            raise StoreFailed(f"{path}: there is nothing to read yet; start the hub once")
        name, address = str(path), f"sqlite:///file:{path}?mode=ro&uri=true"
        engine = create_engine(address, connect_args={"timeout": PATIENCE_S})
    else:
        name, engine = _postgresql(url)
    try:
        yield ReadJournal(engine, name, rows_at_once)
    finally:
        engine.dispose()


def _postgresql(url: str) -> tuple[str, Engine]:
    try:
        address = make_url(url)
    except (ArgumentError, ValueError) as error:
        raise StoreFailed("store.url: not postgresql://user:password@host/name") from error
    engine = create_engine(
        address.set(drivername="postgresql+psycopg"),
        connect_args={
            "client_encoding": "utf8",
            "connect_timeout": PATIENCE_S,
            "options": "-c default_transaction_read_only=on -c timezone=UTC",
        },
    )
    return address.render_as_string(hide_password=True), engine
