"""Measures the arrivals forecast: half hours of later days, from what came up to each of them."""

import argparse
import csv
import gzip
from collections.abc import Iterator, Mapping
from dataclasses import dataclass
from datetime import date, timedelta
from pathlib import Path
from typing import Final

from hub.core.arrivals import STEPS, DayForecast
from hub.core.counting import Range
from hub.core.dates import SATURDAY, Dates
from hub.learning.dynamics import HALF_HOUR, fitted
from hub.learning.patterns import rolled

PER_DAY: Final = 169  # counts of five minutes on a day of the series, from seven o'clock
PER_STEP: Final = 3
OPENS: Final = 7 * 4
CLOSES: Final = OPENS + PER_DAY // PER_STEP
FIRST_DAY: Final = date(2001, 1, 1)  # a Monday: the series says only that it holds weekdays
REFIT_DAYS: Final = 5


def add_options(parser: argparse.ArgumentParser) -> None:
    """What this benchmark asks for."""
    group = parser.add_argument_group("arrivals")
    group.add_argument("--series", type=Path, metavar="CSV", help="column calls, 169 rows a day")
    group.add_argument(
        "--test-days", type=int, default=40, metavar="N", help="the last N are judged"
    )


def measure(options: argparse.Namespace) -> dict[str, float]:
    """WAPE in percent and the share within 90 % ranges, 30 minutes ahead; and of plainer ways."""
    if options.series is None:
        raise SystemExit("bench arrivals: give --series CSV")
    days = dict(weekdays(options.series))
    if not 0 < options.test_days < len(days):
        raise SystemExit(f"bench arrivals: --test-days must be 1 to {len(days) - 1}")
    judged = [each for _, each in rolled(days, Dates())]
    first = len(days) - options.test_days
    now, later = Tally(), Tally()
    for index in range(first, len(judged)):
        if (index - first) % REFIT_DAYS == 0:
            dynamics = fitted([each for each in judged[:index] if each])
        day = judged[index]
        if day is None:
            raise SystemExit("bench arrivals: give more days before those to judge")
        before = DayForecast(day.usual, dynamics)
        for step in range(OPENS, CLOSES, HALF_HOUR):
            came = sum(count or 0 for count in day.came[step : step + HALF_HOUR])
            now.add(before.after(day.came, step).between(step, step + HALF_HOUR), came)
            sooner = before.after(day.came, max(0, step - HALF_HOUR))
            later.add(sooner.between(step, step + HALF_HOUR), came)
    return {
        "wape": now.wape,
        "coverage_90": now.coverage,
        "wape_begun_30_min_later": later.wape,
        "coverage_90_begun_30_min_later": later.coverage,
        **plainer(days, options.test_days),
        "test_days": float(options.test_days),
    }


@dataclass(slots=True)
class Tally:
    """Errors summed up."""

    missed: float = 0.0
    visitors: float = 0.0
    within: int = 0
    told: int = 0

    def add(self, told: Range, came: float) -> None:
        """One forecast and what came."""
        self.missed += abs(came - told.expected)
        self.visitors += came
        self.within += told.low <= came <= told.high
        self.told += 1

    @property
    def wape(self) -> float:
        """Sum of errors in percent of the sum of what came."""
        return 100 * self.missed / self.visitors

    @property
    def coverage(self) -> float:
        """The share that lay within its range."""
        return self.within / self.told


def weekdays(path: Path) -> Iterator[tuple[date, list[float]]]:
    """Each whole day of the series: counts per quarter hour from midnight.

    The five minutes that are over at the end of a day make no half hour and are left out.
    """
    with gzip.open(path, "rt") if path.suffix == ".gz" else path.open() as file:
        counts = [float(row["calls"]) for row in csv.DictReader(file)]
    day = FIRST_DAY
    for start in range(0, len(counts) - PER_DAY + 1, PER_DAY):
        steps = [0.0] * STEPS
        for step in range(OPENS, CLOSES):
            at = start + (step - OPENS) * PER_STEP
            steps[step] = sum(counts[at : at + PER_STEP])
        yield day, steps
        day += timedelta(days=1)
        while day.weekday() >= SATURDAY:
            day += timedelta(days=1)


def plainer(days: Mapping[date, list[float]], test_days: int) -> dict[str, float]:
    """WAPE of the same weekday a week before, and of its mean over four weeks."""
    series = list(days.values())
    tallies = {1: Tally(), 4: Tally()}
    for index in range(max(len(series) - test_days, 20), len(series)):
        for step in range(OPENS, CLOSES, HALF_HOUR):
            halves = [sum(day[step : step + HALF_HOUR]) for day in series[: index + 1]]
            for weeks, tally in tallies.items():
                mean = sum(halves[index - 5 * week] for week in range(1, weeks + 1)) / weeks
                tally.add(Range(mean, mean, mean), halves[index])
    return {"baseline_last_week_wape": tallies[1].wape, "baseline_4_weeks_wape": tallies[4].wape}
