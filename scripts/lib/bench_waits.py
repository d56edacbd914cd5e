"""Measures how well waits are told, on days of real offices after those that were learned from."""

import argparse
import heapq
from collections import defaultdict
from collections.abc import Sequence
from pathlib import Path
from statistics import fmean, median

import warsaw_waits
from warsaw_waits import Row

from hub.core.coverage import Coverage
from hub.core.wait_model import WaitModel
from hub.learning.fitting import fit


def add_options(parser: argparse.ArgumentParser) -> None:
    """What this benchmark asks for."""
    group = parser.add_argument_group("waits")
    group.add_argument("--train", type=Path, metavar="CSV", help="waits of some days (gzip or not)")
    group.add_argument("--test", type=Path, metavar="CSV", help="waits of later days")


def measure(options: argparse.Namespace) -> dict[str, float]:
    """Mean absolute errors in minutes; the share of waits within their 90th percentile."""
    if options.train is None or options.test is None:
        raise SystemExit("bench waits: give --train CSV and --test CSV")
    train, test = warsaw_waits.read(options.train), warsaw_waits.read(options.test)
    if not train or not test or max(row.day for row in train) >= min(row.day for row in test):
        raise SystemExit("bench waits: the days of --test must come after those of --train")
    model = fit(warsaw_waits.samples(train))
    told = tell(model, test)
    followed = adapted(test, [high for _, high in told])
    paces = by_length(train)
    usual = median(paces.values())
    baselines = {
        "queue_length": [row.w * paces.get(row.service, usual) for row in test],
        "last_to_enter_service": [row.les for row in test],
        "office_estimate": [row.w * row.est / max(row.ow, 1.0) for row in test],
    }
    return {
        "mae_min": _error(test, [p50 for p50, _ in told]),
        "p90_coverage": _covered(test, followed),
        "p90_coverage_fixed": _covered(test, [high for _, high in told]),
        "p90_mean_min": fmean(followed),
        **{f"baseline_{name}": _error(test, said) for name, said in baselines.items()},
        "waits": float(len(test)),
        "days": float(len({row.day for row in test})),
    }


def tell(model: WaitModel, rows: Sequence[Row]) -> list[tuple[float, float]]:
    """Median and 90th percentile in minutes of each row."""
    return [
        model.quantiles(sample.service, sample.sight, sample.formula_min)
        for sample in warsaw_waits.samples(rows)
    ]


def adapted(rows: Sequence[Row], highs: Sequence[float]) -> list[float]:
    """The percentiles as a hub tells them that goes by those outcomes that it has seen by then."""
    coverage, pending = Coverage(), list[tuple[float, bool]]()
    told = [0.0] * len(rows)
    for index in sorted(range(len(rows)), key=lambda each: (rows[each].day, rows[each].t)):
        row = rows[index]
        now = row.day.toordinal() * 24 * 60 + row.t
        while pending and pending[0][0] <= now:
            coverage = coverage.after(longer=heapq.heappop(pending)[1])
        told[index] = highs[index] * coverage.factor
        heapq.heappush(pending, (now + row.y, row.y > told[index]))
    return told


def by_length(rows: Sequence[Row]) -> dict[str, float]:
    """Minutes for each in line, by queue: the queue-length formula with the past's own rates."""
    waits: dict[str, list[tuple[float, float]]] = defaultdict(list)
    for row in rows:
        waits[row.service].append((row.y, row.w))
    return {key: sum(y for y, _ in each) / sum(w for _, w in each) for key, each in waits.items()}


def _error(rows: Sequence[Row], said: Sequence[float]) -> float:
    return fmean(abs(each - row.y) for row, each in zip(rows, said, strict=True))


def _covered(rows: Sequence[Row], highs: Sequence[float]) -> float:
    return fmean(row.y <= high for row, high in zip(rows, highs, strict=True))
