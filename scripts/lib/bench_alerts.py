"""Measures warnings of peaks: learned on some days of several offices, judged on later ones."""

import argparse
import csv
import gzip
from collections.abc import Iterable, Sequence
from dataclasses import dataclass
from datetime import date, datetime
from itertools import groupby
from pathlib import Path
from typing import Final

from hub.core.peaks import GLANCE_MIN, Glance
from hub.learning.peaks import (
    Table,
    Verdict,
    fit,
    judge,
    levels,
    said_of,
    table,
    told_by_others,
    where_to_warn,
)

LEAST_GLANCES: Final = 40  # of a day that counts
MOST_BETWEEN: Final = 30  # visitors between two snapshots of a queue; more is a number set anew
Places = dict[str, dict[date, list[Glance]]]


@dataclass(frozen=True, slots=True)
class Snapshot:
    """One line of the file: a queue of an office at one moment."""

    office: str
    queue: str
    at: datetime
    waiting: float
    windows: float
    called: float | None


def add_options(parser: argparse.ArgumentParser) -> None:
    """What this benchmark asks for."""
    group = parser.add_argument_group("alerts")
    columns = "office, queue, dt, waiting, open_windows, num"
    group.add_argument("--train", type=Path, metavar="CSV", help=f"columns {columns}")
    group.add_argument("--test", type=Path, metavar="CSV", help="the like, of later days")


def measure(options: argparse.Namespace) -> dict[str, float]:
    """Precision, recall and median lead of ours and of a plain level, both set on the train days.

    As the data give it an office has each line of a slot of five minutes added up, so that queues
    with two snapshots in one slot count twice; `once_` keys count each queue once.
    """
    if options.train is None or options.test is None:
        raise SystemExit("bench alerts: give --train CSV and --test CSV")
    train, test = snapshots(options.train), snapshots(options.test)
    twice = judged(places(train, once=False), places(test, once=False))
    once = judged(places(train, once=True), places(test, once=True))
    return {**twice, **{f"once_{key}": value for key, value in once.items()}}


def judged(train: Places, test: Places) -> dict[str, float]:
    """The figures for one way of counting."""
    known = {place: days for place, days in train.items() if len(days) > 1}
    if not known:
        raise SystemExit("bench alerts: no office has two whole days to learn from")
    models, promised = fit(list(known.values()))
    tables: list[Table] = []
    for place, model in zip(known, models, strict=True):
        days = test.get(place, {})
        tables += [table(day, each, model.usual, model.level) for day, each in days.items()]
    if not tables:
        raise SystemExit("bench alerts: the test file has no whole day of an office learned from")
    ours = judge(tables, said_of(models[0].most_ahead, tables), models[0].warn_at)
    seen = [each for days in known.values() for each in told_by_others(days)]
    static = judge(tables, levels(tables), where_to_warn(seen, levels(seen)))
    return {
        **figures(ours),
        "promised_precision": promised.precision,
        **{f"static_{key}": value for key, value in figures(static).items()},
    }


def figures(verdict: Verdict) -> dict[str, float]:
    """A verdict by the names of the benchmark."""
    return {
        "precision": verdict.precision,
        "recall": verdict.recall,
        "lead_median_min": verdict.lead_min,
        "warnings": float(verdict.warnings),
        "peaks": float(verdict.peaks),
    }


def snapshots(path: Path) -> list[Snapshot]:
    """The lines of a file, by time."""
    with gzip.open(path, "rt") if path.suffix == ".gz" else path.open() as file:
        lines = [
            Snapshot(
                row["office"],
                row["queue"],
                datetime.fromisoformat(row["dt"]),
                float(row["waiting"] or 0),
                float(row["open_windows"] or 0),
                float(row["num"]) if row["num"] else None,
            )
            for row in csv.DictReader(file)
        ]
    return sorted(lines, key=lambda line: line.at)


def places(lines: Iterable[Snapshot], *, once: bool) -> Places:
    """Glances of each office by day, one for each slot of five minutes that has a snapshot."""
    found: Places = {}

    def which(line: Snapshot) -> tuple[str, date]:
        return line.office, line.at.date()

    for (office, day), of_day in groupby(sorted(lines, key=which), key=which):
        glances = list(_glances(list(of_day), once=once))
        if len(glances) >= LEAST_GLANCES:
            found.setdefault(office, {})[day] = glances
    return found


def _glances(lines: Sequence[Snapshot], *, once: bool) -> Iterable[Glance]:
    """One office on one day."""
    before: dict[str, tuple[float, float]] = {}
    for minute, in_slot in groupby(lines, key=_slot):
        slot = list(in_slot)
        came = called = 0.0
        for line in slot:
            if line.called is None:
                continue
            given = line.called + line.waiting
            if line.queue in before:
                came += _change(before[line.queue][0], given)
                called += _change(before[line.queue][1], line.called)
            before[line.queue] = given, line.called
        counted = list({line.queue: line for line in slot}.values()) if once else slot
        yield Glance(
            minute,
            sum(line.waiting for line in counted),
            sum(line.windows for line in counted),
            max(line.waiting for line in counted),
            came,
            called,
        )


def _slot(line: Snapshot) -> float:
    return float((line.at.hour * 60 + line.at.minute) // GLANCE_MIN * GLANCE_MIN)


def _change(before: float, after: float) -> float:
    return min(max(after - before, 0.0), MOST_BETWEEN)
