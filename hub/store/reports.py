"""The tallies of days, kept so that old reports stay quick and outlive the journal's rows."""

from collections.abc import Collection, Mapping
from dataclasses import dataclass
from datetime import UTC, date, datetime
from typing import Any

from sqlalchemy import ColumnElement, delete, insert, select

from hub.store.database import Database
from hub.store.failures import failing
from hub.store.tables import REPORTS, naive


@dataclass(frozen=True, slots=True)
class DayKept:
    """A day as it was counted up to row `seq` of the journal, until `at`, in form `version`.

    `body` is its tally. `carry`, what counting goes on with after that row, is there once the day
    is over.
    """

    day: date
    version: int
    seq: int
    at: datetime
    body: str
    carry: str | None = None


class Reports:
    """The table of days; any thread may ask, over connections of their own."""

    def __init__(self, database: Database) -> None:
        self._database = database

    def put(self, kept: DayKept) -> None:
        """Keep a day, instead of how it was kept before. Raises StoreFailed."""
        with self._database.transaction() as connection:
            connection.execute(delete(REPORTS).where(REPORTS.c.day == kept.day))
            connection.execute(
                insert(REPORTS).values(
                    day=kept.day,
                    version=kept.version,
                    seq=kept.seq,
                    at=naive(kept.at),
                    body=kept.body,
                    carry=kept.carry,
                )
            )

    def days(self, wanted: Collection[date]) -> Mapping[date, DayKept]:
        """Those of these days that are kept. Raises StoreFailed."""
        query = select(REPORTS).where(REPORTS.c.day.in_(wanted))
        with failing("reports"), self._database.engine.connect() as connection:
            return {row.day: _kept(row) for row in connection.execute(query)}

    def newest(self, version: int, before: date | None = None) -> DayKept | None:
        """The newest day of that form that is over, of those before `before`.

        Raises StoreFailed.
        """
        wanted: ColumnElement[bool] = (REPORTS.c.version == version) & REPORTS.c.carry.is_not(None)
        if before is not None:
            wanted &= REPORTS.c.day < before
        query = select(REPORTS).where(wanted).order_by(REPORTS.c.day.desc()).limit(1)
        with failing("reports"), self._database.engine.connect() as connection:
            row = connection.execute(query).one_or_none()
        return None if row is None else _kept(row)


def _kept(row: Any) -> DayKept:  # noqa: ANN401 a row of the table
    return DayKept(row.day, row.version, row.seq, row.at.replace(tzinfo=UTC), row.body, row.carry)
