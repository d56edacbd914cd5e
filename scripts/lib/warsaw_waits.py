"""Reads waits of take-a-number offices, seen every five minutes, as the samples that a hall has."""

import csv
import gzip
from bisect import bisect_left
from collections import defaultdict
from collections.abc import Iterator, Sequence
from dataclasses import dataclass, replace
from datetime import date
from pathlib import Path
from typing import Final

from hub.core.forecast import Wait
from hub.core.sight import Sight
from hub.learning.usual import Sample

LONGEST_MIN: Final = 300.0  # longer waits are numbers never called, as far as the series can tell


@dataclass(frozen=True, slots=True)
class Row:
    """One snapshot of a queue, with the wait of the last in line; minutes, persons a minute."""

    office: str
    queue: str
    day: date
    t: float
    w: float
    ow: float
    est: float
    les: float
    rate: float
    arr: float
    served: float
    y: float

    @property
    def service(self) -> str:
        """What a hall would call it."""
        return f"{self.office} {self.queue}"


def read(path: Path) -> list[Row]:
    """The rows of a CSV, gzipped or not, by queue and time. Raises SystemExit if it is another."""
    opened = gzip.open if path.suffix == ".gz" else open
    with opened(path, "rt", encoding="utf-8", newline="") as file:
        try:
            rows = [_row(each) for each in csv.DictReader(file)]
        except (KeyError, ValueError) as error:
            raise SystemExit(f"{path}: not the columns of waits: {error}") from error
    kept = (row for row in rows if row.y <= LONGEST_MIN)
    return sorted(kept, key=lambda row: (row.office, row.queue, row.day, row.t))


def _row(said: dict[str, str]) -> Row:
    figures = {key: float(said[key]) for key in Row.__dataclass_fields__ if key not in WORDS}
    return Row(said["office"], said["queue"], date.fromisoformat(said["day"][:10]), **figures)


WORDS: Final = ("office", "queue", "day")


def samples(rows: Sequence[Row]) -> list[Sample]:
    """One for each row, in its order. The formula says one minute for each in line.

    What a queue really takes for each is learned. Outcomes are used from when they were known.
    """
    sights: list[Sight] = []
    start = 0
    for end in range(1, len(rows) + 1):
        if end == len(rows) or _of(rows[end]) != _of(rows[start]):
            sights += _sights(rows[start:end])
            start = end
    halls: dict[tuple[str, date, float], list[Sight]] = defaultdict(list)
    for row, sight in zip(rows, sights, strict=True):
        halls[row.office, row.day, row.t].append(sight)
    sums = {
        key: (
            sum(each.waiting for each in seen),
            sum(each.windows for each in seen),
            sum(each.called_30 for each in seen),
        )
        for key, seen in halls.items()
    }
    found = []
    for row, sight in zip(rows, sights, strict=True):
        waiting, windows, called = sums[row.office, row.day, row.t]
        seen = replace(sight, hall_waiting=waiting, hall_windows=windows, hall_called=called)
        found.append(Sample(row.service, row.day, seen, Wait(60 * row.w), row.y))
    return found


def _of(row: Row) -> tuple[str, str, date]:
    return row.office, row.queue, row.day


def _sights(rows: Sequence[Row]) -> Iterator[Sight]:
    """The queue at each row of one queue on one day."""
    times = [row.t for row in rows]
    called_at = rows[0].t
    for index, row in enumerate(rows):
        if index and row.served != rows[index - 1].served:
            called_at = row.t
        known = sorted((past for past in rows[:index] if past.t + past.y <= row.t), key=_called)
        before = rows[bisect_left(times, row.t - 30)]
        last = known[-3:]
        yield Sight(
            minute=row.t,
            waiting=row.w,
            windows=row.ow,
            last_wait=row.les,
            wait_before=rows[max(0, index - 1)].les,
            called_15=_rate(rows, times, index, 15),
            called_30=row.rate,
            called_60=_rate(rows, times, index, 60),
            called_day=_rate(rows, times, index, 24 * 60),
            joined_30=row.arr,
            growth=row.w - before.w,
            stalled=row.t - called_at,
            pace_last=sum(past.y / past.w for past in last) / len(last) if last else None,
            pace_day=sum(past.y for past in known) / sum(past.w for past in known)
            if known
            else None,
            known=len(known),
            formula_min=row.w,
        )


def _called(row: Row) -> float:
    return row.t + row.y


def _rate(rows: Sequence[Row], times: Sequence[float], index: int, span_min: float) -> float:
    first = bisect_left(times, times[index] - span_min)
    if first == index:
        return rows[index].rate
    return (rows[index].served - rows[first].served) / (times[index] - times[first])
