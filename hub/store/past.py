"""Reads of days gone by, over connections of their own and beside the one who writes."""

import json
from collections.abc import Iterator, Sequence
from datetime import date
from typing import Final

from sqlalchemy import literal_column, select

from hub.core.events import Record
from hub.store.database import Database
from hub.store.failures import failing
from hub.store.journal import record_of
from hub.store.tables import JOURNAL

ROWS_AT_ONCE: Final = 2000


class Past:
    """The journal by days. Any thread may read.

    Rows come `rows_at_once` at a time, each lot in a transaction of its own: a long one would keep
    SQLite from emptying its log and PostgreSQL from clearing up.
    """

    def __init__(self, database: Database, rows_at_once: int = ROWS_AT_ONCE) -> None:
        self._database, self._rows_at_once = database, rows_at_once

    def beginning_of(self, day: date) -> int | None:
        """The row with which a day of the hall began; None if the hub was not running on it.

        Raises StoreFailed when it cannot be read.
        """
        begun = (
            select(JOURNAL.c.seq, JOURNAL.c.body)
            # Written out, so that the database sees that its index of these rows is meant.
            .where(JOURNAL.c.kind == literal_column("'day_begun'"))
            .order_by(JOURNAL.c.seq.desc())
        )
        wanted = day.isoformat()
        with failing("journal"), self._database.engine.connect() as connection:
            for row in connection.execute(begun):
                begun_on = json.loads(row.body)["event"]["day"]
                if begun_on <= wanted:  # days only ever go forward
                    return int(row.seq) if begun_on == wanted else None
        return None

    def records(self, since: int, kinds: Sequence[str]) -> Iterator[Record]:
        """Records of these kinds from that row on. Raises StoreFailed where they are unreadable."""
        rows = select(JOURNAL).where(JOURNAL.c.kind.in_(kinds)).order_by(JOURNAL.c.seq)
        rows = rows.limit(self._rows_at_once)
        while True:
            with failing("journal"), self._database.engine.connect() as connection:
                found = connection.execute(rows.where(JOURNAL.c.seq >= since)).all()
            for row in found:
                yield record_of(row.seq, row.kind, row.v, row.body)
            if len(found) < self._rows_at_once:
                return
            since = found[-1].seq + 1
