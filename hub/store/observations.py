"""What cameras have seen: readings for days, minutes for a year, quarter-hours for ever.

One thread writes, over connections of its own; any thread may ask.
"""

from collections.abc import Iterator, Sequence
from dataclasses import dataclass
from datetime import datetime
from threading import Lock
from typing import Any, Final

from sqlalchemy import ColumnElement, Connection, Select, Table, insert, select, text

from hub.core.samples import Sample, since_1970_ms, since_1970_s
from hub.store.database import Database
from hub.store.failures import StoreFailed, failing
from hub.store.rollups import (
    MINUTE_S,
    MINUTES_KEPT,
    QUARTER_S,
    READINGS_KEPT,
    Rollups,
    go_back,
    of_readings,
    of_rollup,
    progress,
)
from hub.store.tables import MINUTES, QUARTERS, READINGS, SERIES

MOST_POINTS: Final = 1500
# Readings are found by their time alone: a longer span would be read for all cameras.
FINEST_SPAN_S: Final = 1800
# Thousands of rows a second: written out, they cost half of what they do otherwise.
_ADD: Final = {
    "sqlite": "INSERT INTO readings VALUES (?, ?, ?, ?, ?, ?, ?, ?) ON CONFLICT DO NOTHING",
    "postgresql": "INSERT INTO readings VALUES (%s, %s, %s, %s, %s, %s, %s, %s)"
    " ON CONFLICT DO NOTHING",
}


@dataclass(frozen=True, slots=True)
class Seen:
    """One step of a curve: of `readings`, `ok` were believed; the other figures are of these.

    `at_s` is when the step begins, since 1970. `mean` and `most` people, `low` and `high` the means
    of their bounds, `density` the most persons/m².
    """

    at_s: int
    readings: int
    ok: int
    mean: float | None
    most: float | None
    low: float | None
    high: float | None
    density: float | None


class Observations:
    """Readings and their rollups. `dropped` counts readings that were not kept since the start."""

    def __init__(self, database: Database) -> None:
        self._database = database
        self._series: dict[tuple[str, str], int] = {}
        self._prepared, self._preparing = False, Lock()
        self._rollups = Rollups(database)
        self.dropped = 0

    def add(self, samples: Sequence[Sample], now: datetime) -> None:
        """Keep them, each once however often it comes, or raise StoreFailed having kept none.

        Those older than readings are kept, as of a camera whose clock is wrong, are not. Refused is
        what would take the room that tickets need.
        """
        oldest_ms = since_1970_ms(now - READINGS_KEPT)
        samples = [each for each in samples if each.at_ms > oldest_ms]
        self._prepare()
        if not self._database.room_for_observations():
            raise StoreFailed("observations: the disk is nearly full, the rest is for tickets")
        if not samples:
            return
        try:
            with failing("observations"), self._database.observations.begin() as connection:
                self._insert(connection, samples)
        except StoreFailed:
            self._series.clear()  # some may have been new, and are not there now
            raise

    def tidy(self, now: datetime) -> bool:
        """Do the next small thing of rolling up and dropping; False when nothing is due.

        Raises StoreFailed.
        """
        self._prepare()
        return self._rollups.step(now)

    def curve(
        self, *, camera: str | None, zone: str, start_s: int, end_s: int, step_s: int, now: datetime
    ) -> tuple[int, list[Seen]]:
        """What a zone looked like, or a camera's whole picture with `zone` "": steps with readings.

        Returns the step as well, which is wider than `step_s` where only wider ones are kept. Of
        several cameras on a zone, the one that saw most in a step is believed, as in the live
        picture. Raises StoreFailed.
        """
        self._prepare()
        step_s = kept_step_s(start_s, end_s, step_s, now)
        start_s = start_s // step_s * step_s
        wanted = SERIES.c.zone == zone
        if camera is not None:
            wanted &= SERIES.c.camera == camera
        seen: dict[int, dict[int, Seen]] = {}
        with failing("observations"), self._database.observations.connect() as connection:
            ids = list(connection.execute(select(SERIES.c.id).where(wanted)).scalars())
            for query in _sources(connection, ids, start_s, end_s, step_s):
                for series, *figures in connection.execute(query):
                    fresh = Seen(*figures)
                    steps = seen.setdefault(series, {})
                    before = steps.get(fresh.at_s)
                    steps[fresh.at_s] = _joined(before, fresh) if before else fresh
        best: dict[int, Seen] = {}
        for steps in seen.values():
            for at_s, each in steps.items():
                best[at_s] = max(
                    best.get(at_s, each), each, key=lambda one: (one.ok > 0, one.mean or 0)
                )
        return step_s, [best[at_s] for at_s in sorted(best)]

    def _prepare(self) -> None:
        with self._preparing:
            if not self._prepared:
                self._database.prepare_observations()
                self._prepared = True

    def _insert(self, connection: Connection, samples: Sequence[Sample]) -> None:
        if connection.dialect.name == "postgresql":  # nobody waits for the disk for a reading
            connection.execute(text("SET LOCAL synchronous_commit = off"))
        rows = [
            (each.at_ms, self._id(connection, each.camera, each.zone), *each[3:])
            for each in samples
        ]
        connection.exec_driver_sql(_ADD[connection.dialect.name], rows)
        earliest_s = min(each.at_ms for each in samples) // 1000
        if earliest_s < progress(connection, MINUTES):
            go_back(connection, earliest_s)

    def _id(self, connection: Connection, camera: str, zone: str) -> int:
        if not self._series:
            rows = connection.execute(select(SERIES))
            self._series = {(row.camera, row.zone): row.id for row in rows}
        known = self._series.get((camera, zone))
        if known is None:
            known = self._series[camera, zone] = max(self._series.values(), default=0) + 1
            connection.execute(insert(SERIES).values(id=known, camera=camera, zone=zone))
        return known


def kept_step_s(start_s: int, end_s: int, step_s: int, now: datetime) -> int:
    """The step, made as wide as what is kept of so long ago, and of so long a span."""
    age_s = since_1970_s(now) - start_s
    if age_s > MINUTES_KEPT.total_seconds():
        least = QUARTER_S
    elif age_s > READINGS_KEPT.total_seconds() or end_s - start_s > FINEST_SPAN_S:
        least = MINUTE_S
    else:
        least = 1
    if step_s >= QUARTER_S or least == QUARTER_S:
        return -(-step_s // QUARTER_S) * QUARTER_S
    if step_s >= MINUTE_S or least == MINUTE_S:
        return -(-step_s // MINUTE_S) * MINUTE_S
    return step_s


def _sources(
    connection: Connection, ids: Sequence[int], start_s: int, end_s: int, step_s: int
) -> Iterator[Select[Any]]:
    """What to ask which table: rollups as far as they are complete, then what they are made of."""
    since = start_s
    for table, span_s in ((QUARTERS, QUARTER_S), (MINUTES, MINUTE_S)):
        until = min(end_s, progress(connection, table))
        if step_s >= span_s and since < until:
            at = table.c.at_s
            among = (table.c.series.in_(ids), at >= since, at < until)
            yield _stepped(table, at, step_s, of_rollup(table)).where(*among)
            since = until
    if since < end_s:
        at = READINGS.c.at_ms
        among = (READINGS.c.series.in_(ids), at >= since * 1000, at < end_s * 1000)
        yield _stepped(READINGS, at // 1000, step_s, of_readings()).where(*among)


def _stepped(
    table: Table, at_s: ColumnElement[int], step_s: int, figures: list[ColumnElement[Any]]
) -> Select[Any]:
    step = (at_s // step_s * step_s).label("step")
    return select(table.c.series, step, *figures).group_by(table.c.series, step)


def _worth(seen: Seen) -> tuple[bool, float]:
    return seen.ok > 0, seen.mean or 0.0


def _joined(one: Seen, other: Seen) -> Seen:
    """Both halves of a step that was partly rolled up."""
    ok = one.ok + other.ok

    def mean(name: str) -> float | None:
        parts = [(getattr(each, name), each.ok) for each in (one, other) if each.ok]
        return sum(value * weight for value, weight in parts) / ok if ok else None

    def most(name: str) -> float | None:
        known = [getattr(each, name) for each in (one, other)]
        return max((value for value in known if value is not None), default=None)

    return Seen(
        at_s=one.at_s,
        readings=one.readings + other.readings,
        ok=ok,
        mean=mean("mean"),
        most=most("most"),
        low=mean("low"),
        high=mean("high"),
        density=most("density"),
    )
