"""The journal's rows about alerts, found by an index of their own among all of tickets."""

import json
from collections.abc import Iterator
from datetime import datetime, timedelta
from typing import Any, Final
from uuid import UUID

from sqlalchemy import Connection, Select, func, select

from hall.alerts import Alert
from hub.core.alert_changes import told
from hub.core.events import Record
from hub.core.standing import over
from hub.store.database import Database
from hub.store.failures import failing
from hub.store.journal import record_of
from hub.store.tables import ABOUT_ALERTS, JOURNAL

AT_ONCE: Final = 100
# Rows are searched by time as if it only went forward; clocks are set back by less than this.
SLACK: Final = timedelta(hours=2)


class AlertRows:
    """Reads what the journal tells of alerts; any thread may ask. Raises StoreFailed."""

    def __init__(self, database: Database) -> None:
        self._database = database

    def after(self, seq: int) -> list[tuple[int, Record]]:
        """The next AT_ONCE rows about alerts after that row, each with its number."""
        with failing("journal"), self._database.engine.connect() as connection:
            rows = connection.execute(_rows(seq).limit(AT_ONCE)).all()
        return [(row.seq, _record(row)) for row in rows]

    def of(self, alert: UUID, until: int) -> Alert | None:
        """An alert as it stood once that row was written."""
        about = JOURNAL.c.body.contains(f'"alert":"{alert}"', autoescape=True)
        rows = _rows(0).where(JOURNAL.c.seq <= until, about)
        with failing("journal"), self._database.engine.connect() as connection:
            found = told(_record(row) for row in connection.execute(rows))
        return next(iter(found), None)

    def raised_between(self, begin: datetime, end: datetime) -> list[Alert]:
        """Alerts that were raised from `begin` until before `end`, as they stand, oldest first."""
        with failing("journal"), self._database.engine.connect() as connection:
            records = list(_until_over(connection, begin - SLACK, end + SLACK))
        return [alert for alert in told(records) if begin <= alert.since < end]


def _until_over(connection: Connection, begin: datetime, end: datetime) -> Iterator[Record]:
    """Records about alerts from `begin` until all that were raised before `end` are over."""
    open_at = dict[UUID, list[Record]]()
    rows = _rows(_last_before(connection, begin))
    for row in connection.execution_options(yield_per=AT_ONCE).execute(rows):
        record = _record(row)
        if record.at >= end and not open_at:
            return
        yield record
        alert: UUID = record.event.alert  # type: ignore[union-attr] # rows about alerts have one
        if record.event.kind == "alert_raised" and record.at < end:
            open_at[alert] = []
        if alert in open_at:
            open_at[alert].append(record)
            if all(map(over, told(open_at[alert]))):
                del open_at[alert]


def _record(row: Any) -> Record:  # noqa: ANN401 a row of the table
    return record_of(row.seq, row.kind, row.v, row.body)


def _rows(after: int) -> Select[Any]:
    return select(JOURNAL).where(ABOUT_ALERTS, JOURNAL.c.seq > after).order_by(JOURNAL.c.seq)


def _last_before(connection: Connection, moment: datetime) -> int:
    """The number of the last row that was written before a moment, found by halving."""
    last = connection.execute(select(func.coalesce(func.max(JOURNAL.c.seq), 0))).scalar_one()
    low, high = 0, int(last)
    while low < high:
        middle = (low + high + 1) // 2
        row = connection.execute(select(JOURNAL.c.body).where(JOURNAL.c.seq == middle))
        if datetime.fromisoformat(json.loads(row.scalar_one())["at"]) < moment:
            low = middle
        else:
            high = middle - 1
    return low
