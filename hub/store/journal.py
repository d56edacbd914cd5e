"""The journal of events: rows numbered from 1 without a gap, added by one thread."""

import json
from collections.abc import Iterator, Sequence
from itertools import count
from typing import Final

from sqlalchemy import Connection, func, insert, select, update

from hall.messages import Call
from hub.core.events import Record, TicketCalled, TicketRecalled
from hub.core.upcasting import upcast, version
from hub.store.answers import Answer, rows_of
from hub.store.database import Database
from hub.store.failures import StoreFailed, StoreInUse, failing
from hub.store.tables import ANSWERS, CURSORS, JOURNAL

CALLS: Final = ("ticket_called", "ticket_recalled")
CALLS_AT_ONCE: Final = 100


class JournalMoved(Exception):
    """The journal holds more than this hub has written: its state is no longer the journal's."""


class Journal:
    """Adds over a connection of its own; any thread may read."""

    def __init__(self, database: Database) -> None:
        """Raises StoreFailed when it cannot be read, StoreInUse when another hub writes it."""
        self._database = database
        self._writer: Connection | None = database.connect_to_write()
        with failing(database.name), self._writer.begin():
            self.last = _last(self._writer)

    def close(self) -> None:
        """Let the writing connection go."""
        if self._writer is not None:
            self._writer.close()

    def records(self, after: int = 0) -> Iterator[Record]:
        """Records after that row, oldest first. Raises StoreFailed on a row that is unreadable."""
        rows = select(JOURNAL).where(JOURNAL.c.seq > after).order_by(JOURNAL.c.seq)
        with failing("journal"), self._database.engine.connect() as connection:
            for row in connection.execution_options(yield_per=1000).execute(rows):
                yield record_of(row.seq, row.kind, row.v, row.body)

    def holds(self, seq: int, record: str) -> bool:
        """Whether the row of that number is the record of that id."""
        with failing("journal"), self._database.engine.connect() as connection:
            row = connection.execute(select(JOURNAL.c.id).where(JOURNAL.c.seq == seq))
            return bool(row.scalar_one_or_none() == record)

    def commit(self, records: Sequence[Record], answers: Sequence[Answer]) -> None:
        """Keep all of it durably, or raise StoreFailed having kept nothing.

        Where the database went away just as it was to say that all is kept, the next commit
        raises JournalMoved if it was.
        """
        rows = [
            {
                "seq": seq,
                "id": str(record.id),
                "kind": record.event.kind,
                "v": version(record.event.kind),
                "body": record.model_dump_json(),
            }
            for seq, record in zip(count(self.last + 1), records, strict=False)
        ]
        try:
            writer = self._writer = self._writer or self._reconnect()
            with failing(), writer.begin():
                if rows:
                    writer.execute(insert(JOURNAL), rows)
                if answers:
                    writer.execute(insert(ANSWERS), rows_of(answers))
        except StoreFailed:
            self._disconnect()
            raise
        self.last += len(rows)

    def calls_after(self, seq: int) -> list[tuple[int, Call]]:
        """The next CALLS_AT_ONCE calls after that row, each with the number of its row."""
        rows = (
            select(JOURNAL)
            .where(JOURNAL.c.seq > seq, JOURNAL.c.kind.in_(CALLS))
            .order_by(JOURNAL.c.seq)
            .limit(CALLS_AT_ONCE)
        )
        with failing("journal"), self._database.engine.connect() as connection:
            found = connection.execute(rows).all()
        return [(row.seq, _call(record_of(row.seq, row.kind, row.v, row.body))) for row in found]

    def cursor(self, name: str) -> int:
        """The row up to which what the journal tells was handed on to `name`."""
        with failing("journal"), self._database.engine.connect() as connection:
            found = connection.execute(select(CURSORS.c.seq).where(CURSORS.c.name == name))
            return int(found.scalar_one())

    def advance(self, name: str, seq: int) -> None:
        """Remember that everything up to that row was handed on to `name`."""
        with self._database.transaction() as connection:
            connection.execute(update(CURSORS).where(CURSORS.c.name == name).values(seq=seq))

    def _reconnect(self) -> Connection:
        try:
            connection = self._database.connect_to_write()
        except StoreInUse as error:
            raise StoreFailed(str(error)) from error
        with failing(), connection.begin():
            last = _last(connection)
        if last != self.last:
            connection.close()
            raise JournalMoved(f"row {last} is there, row {self.last} was the last one written")
        return connection

    def _disconnect(self) -> None:
        if self._writer is not None:
            self._writer.invalidate()
            self._writer.close()
            self._writer = None


def _last(connection: Connection) -> int:
    last: int = connection.execute(select(func.coalesce(func.max(JOURNAL.c.seq), 0))).scalar_one()
    return last


def record_of(seq: int, kind: str, written: int, body: str) -> Record:
    """The record that a row holds. Raises StoreFailed on one that is unreadable."""
    if written > version(kind):
        raise StoreFailed(f"row {seq} of the journal was written by a newer Huiting; install that")
    try:
        if written < version(kind):
            row = json.loads(body)
            body = json.dumps({**row, "event": upcast(kind, written, row["event"])})
        return Record.model_validate_json(body)
    except (ValueError, LookupError) as error:
        raise StoreFailed(
            f"row {seq} of the journal cannot be read; restore the database from a backup"
        ) from error


def _call(record: Record) -> Call:
    event = record.event
    if not isinstance(event, TicketCalled | TicketRecalled):
        raise TypeError(event.kind)
    return Call(
        id=record.id, at=record.at, number=event.number, window=event.window, speech=event.speech
    )
