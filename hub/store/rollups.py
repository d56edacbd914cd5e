"""Rolls readings up into minutes and quarter-hours, and drops what has had its time.

Each step is small and a transaction of its own: it is done or it is not, whenever the hub ends.
"""

from collections.abc import Callable
from datetime import datetime, timedelta
from typing import Any, Final

from sqlalchemy import (
    ColumnElement,
    Connection,
    Select,
    Table,
    case,
    delete,
    func,
    literal,
    select,
    update,
)
from sqlalchemy.dialects import postgresql, sqlite

from hub.core.samples import since_1970_s
from hub.store.database import Database
from hub.store.failures import failing
from hub.store.tables import MINUTES, PROGRESS, QUARTERS, READINGS, SERIES

READINGS_KEPT: Final = timedelta(days=7)
MINUTES_KEPT: Final = timedelta(days=400)
LATE: Final = timedelta(minutes=2)  # so long a minute waits for readings that are on their way
MINUTE_S: Final = 60
QUARTER_S: Final = 900
DAY_S: Final = 86_400


def of_readings() -> list[ColumnElement[Any]]:
    """What several readings come to, in the order of a rollup's columns."""
    believed, ok = case((READINGS.c.ok, 1), else_=0), READINGS.c.ok
    return [
        func.count().label("readings"),
        func.sum(believed).label("ok"),
        func.avg(case((ok, READINGS.c.count))).label("mean"),
        func.max(case((ok, READINGS.c.count))).label("most"),
        func.avg(case((ok, READINGS.c.low))).label("low"),
        func.avg(case((ok, READINGS.c.high))).label("high"),
        func.max(case((ok, READINGS.c.density))).label("density"),
    ]


def of_rollup(table: Table) -> list[ColumnElement[Any]]:
    """What several rows of a rollup come to; a mean counts as often as readings were believed."""
    ok = func.sum(table.c.ok)

    def mean(name: str) -> ColumnElement[Any]:
        return (func.sum(table.c[name] * table.c.ok) / func.nullif(ok, 0)).label(name)

    return [
        func.sum(table.c.readings).label("readings"),
        ok.label("ok"),
        mean("mean"),
        func.max(table.c.most).label("most"),
        mean("low"),
        mean("high"),
        func.max(table.c.density).label("density"),
    ]


class Rollups:
    """What is to be done next with the observations, used by one thread."""

    def __init__(self, database: Database) -> None:
        self._database = database
        self._steps: tuple[Callable[[Connection, int], bool], ...] = (
            _roll_minute,
            _roll_quarters,
            _drop_readings,
            _drop_minutes,
        )

    def step(self, now: datetime) -> bool:
        """Do one small thing that is due; False when there is none. Raises StoreFailed."""
        with failing("observations"), self._database.observations.begin() as connection:
            return any(step(connection, since_1970_s(now)) for step in self._steps)


def progress(connection: Connection, table: Table) -> int:
    """The second before which a table of rollups is complete."""
    of_table = select(PROGRESS.c.until_s).where(PROGRESS.c.name == table.name)
    return int(connection.execute(of_table).scalar_one())


def go_back(connection: Connection, until_s: int) -> None:
    """Readings came for a minute that was rolled up: it is done anew, and its quarter-hour."""
    for table, span_s in ((MINUTES, MINUTE_S), (QUARTERS, QUARTER_S)):
        until = until_s // span_s * span_s
        later = (PROGRESS.c.name == table.name) & (PROGRESS.c.until_s > until)
        connection.execute(update(PROGRESS).where(later).values(until_s=until))


def _advance(connection: Connection, table: Table, until_s: int) -> None:
    of_table = PROGRESS.c.name == table.name
    connection.execute(update(PROGRESS).where(of_table).values(until_s=until_s))


def _roll_minute(connection: Connection, now_s: int) -> bool:
    """The next minute that has readings, once no more are on their way."""
    done = progress(connection, MINUTES)
    complete = (now_s - int(LATE.total_seconds())) // MINUTE_S * MINUTE_S
    after = select(func.min(READINGS.c.at_ms)).where(READINGS.c.at_ms >= done * 1000)
    first_ms = connection.execute(after).scalar_one()
    if first_ms is None or first_ms >= complete * 1000:
        if done < complete:
            _advance(connection, MINUTES, complete)
        return False
    start = first_ms // 1000 // MINUTE_S * MINUTE_S
    end = start + MINUTE_S
    figures = select(READINGS.c.series, literal(start).label("at_s"), *of_readings()).where(
        READINGS.c.at_ms >= start * 1000, READINGS.c.at_ms < end * 1000
    )
    _put(connection, MINUTES, figures.group_by(READINGS.c.series))
    _advance(connection, MINUTES, end)
    return True


def _roll_quarters(connection: Connection, now_s: int) -> bool:
    """The quarter-hours of the next day, as far as their minutes are complete."""
    done = progress(connection, QUARTERS)
    complete = progress(connection, MINUTES) // QUARTER_S * QUARTER_S
    if done >= complete:
        return False
    first = _first_minute(connection, done)
    start = complete if first is None else min(complete, first // QUARTER_S * QUARTER_S)
    end = min(complete, start + DAY_S)
    at_s = (MINUTES.c.at_s // QUARTER_S * QUARTER_S).label("at_s")
    figures = (
        select(MINUTES.c.series, at_s, *of_rollup(MINUTES))
        .select_from(SERIES.join(MINUTES, MINUTES.c.series == SERIES.c.id))
        .where(MINUTES.c.at_s >= start, MINUTES.c.at_s < end)
        .group_by(MINUTES.c.series, at_s)
    )
    _put(connection, QUARTERS, figures)
    _advance(connection, QUARTERS, end)
    return True


def _first_minute(connection: Connection, since_s: int) -> int | None:
    """The first minute of any series; each is found by its key."""
    of_series = (
        select(func.min(MINUTES.c.at_s))
        .where(MINUTES.c.series == SERIES.c.id, MINUTES.c.at_s >= since_s)
        .scalar_subquery()
    )
    first: int | None = connection.execute(select(func.min(of_series))).scalar_one()
    return first


def _drop_readings(connection: Connection, now_s: int) -> bool:
    """A minute of readings that are old and rolled up."""
    first_ms = connection.execute(select(func.min(READINGS.c.at_ms))).scalar_one()
    old = now_s - int(READINGS_KEPT.total_seconds())
    until_ms = min(old // MINUTE_S * MINUTE_S, progress(connection, MINUTES)) * 1000
    if first_ms is None or first_ms >= until_ms:
        return False
    stretch_ms = min(until_ms, first_ms + MINUTE_S * 1000)
    connection.execute(delete(READINGS).where(READINGS.c.at_ms < stretch_ms))
    return True


def _drop_minutes(connection: Connection, now_s: int) -> bool:
    """A day of minutes of one series that are old and part of quarter-hours."""
    old = now_s - int(MINUTES_KEPT.total_seconds())
    until = min(old // QUARTER_S * QUARTER_S, progress(connection, QUARTERS))
    of_series = (MINUTES.c.series == SERIES.c.id) & (MINUTES.c.at_s < until)
    series = connection.execute(
        select(SERIES.c.id).where(select(MINUTES.c.at_s).where(of_series).exists()).limit(1)
    ).scalar_one_or_none()
    if series is None:
        return False
    own = MINUTES.c.series == series
    first = connection.execute(select(func.min(MINUTES.c.at_s)).where(own)).scalar_one()
    stretch = min(until, first + DAY_S)
    connection.execute(delete(MINUTES).where(own, MINUTES.c.at_s < stretch))
    return True


def _put(connection: Connection, table: Table, figures: Select[Any]) -> None:
    """Add rows, in place of those that are there."""
    dialect = postgresql if connection.dialect.name == "postgresql" else sqlite
    names = [column.name for column in table.columns]
    adding = dialect.insert(table).from_select(names, figures)
    fresh = {name: adding.excluded[name] for name in names[2:]}
    connection.execute(adding.on_conflict_do_update(index_elements=names[:2], set_=fresh))
