"""Learns from days of glances what a peak looks like half an hour before."""

from collections.abc import Iterator, Mapping, Sequence
from dataclasses import dataclass
from datetime import date
from statistics import fmean, median
from typing import Final

import numpy as np

from hub.core.peaks import (
    AFTER,
    HALF_HOURS,
    Glance,
    PeakModel,
    UsualDay,
    begins,
    features,
)
from hub.core.trees import Forest
from hub.learning.boosting import grow

PEAK_SHARE: Final = 0.9  # of glances that lie below the level
LEAST_LEVEL: Final = 15.0
BUSY_SHARE: Final = 0.8
HIGH: Final = 0.9
GROWN: Final = 4  # forests, each by chances of its own, of which the mean is told
FOUND: Final = 0.65  # of the peaks of days not learned from: where to warn
OPEN_SHARE: Final = 0.3  # of the most that usually wait; a day with fewer was not worked
EARLY_MIN: Final = 15.0
SOONEST_MIN: Final = 3.0
LATEST_MIN: Final = 31.0
APART_MIN: Final = 30.0

Day = Sequence[Glance]


def level_of(days: Sequence[Day]) -> float:
    """Where a peak begins: what nine glances in ten stay below, and 15 visitors at least."""
    waiting = [each.waiting for day in days for each in day]
    return max(LEAST_LEVEL, float(np.quantile(waiting, PEAK_SHARE)))


def usual_day(days: Sequence[Day], level: float) -> UsualDay:
    """What is usual by half hour on these days, of which there is at least one."""
    waiting: list[list[float]] = [[] for _ in range(HALF_HOURS)]
    came: list[list[float]] = [[] for _ in range(HALF_HOURS)]
    peaks = [0.0] * HALF_HOURS
    for day in days:
        for each in day:
            at = int(each.minute // 30) % HALF_HOURS
            waiting[at].append(each.waiting)
            came[at].append(each.came)
        for index in begins([each.waiting for each in day], level):
            peaks[int(day[index].minute // 30) % HALF_HOURS] += 1 / len(days)
    around = zip([0.0, *peaks], peaks, [*peaks[1:], 0.0], strict=False)
    return UsualDay(
        waiting=tuple(fmean(each) if each else 0.0 for each in waiting),
        busy=tuple(float(np.quantile(each, BUSY_SHARE)) if each else 0.0 for each in waiting),
        came=tuple(fmean(each) if each else 0.0 for each in came),
        begins=tuple(map(sum, around)),
        most=fmean(max(each.waiting for each in day) for day in days),
    )


def may_warn(day: Day, level: float) -> Iterator[int]:
    """Glances at which a warning makes sense: no peak is on or just over."""
    above = [each.waiting >= level for each in day]
    for index in range(AFTER, len(day)):
        if not any(above[index - AFTER : index + 1]):
            yield index


@dataclass(frozen=True, slots=True)
class Table:
    """One day of one place at each glance that may warn: features, and the most that followed.

    `rows` [n, features]; `most` [n], in multiples of the level.
    """

    day: date
    glances: Day
    level: float
    at: tuple[int, ...]
    rows: list[list[float]]
    most: list[float]


def table(day: date, glances: Day, usual: UsualDay, level: float) -> Table:
    """What could have been known on a day, and what came of it."""
    at = tuple(may_warn(glances, level))
    return Table(
        day,
        glances,
        level,
        at,
        [features(glances[: index + 1], usual, level) for index in at],
        [_most_after(glances, index) / level for index in at],
    )


def _most_after(glances: Day, index: int) -> float:
    now = glances[index]
    later = (
        each.waiting for each in glances[index + 1 :] if each.minute <= now.minute + LATEST_MIN
    )
    return max(later, default=now.waiting)


@dataclass(frozen=True, slots=True)
class Verdict:
    """How warnings did. A hit is one that a peak follows within SOONEST_MIN to LATEST_MIN minutes.

    `recall`: peaks that were warned of; `lead_min`: median time from the first such warning on.
    """

    precision: float
    recall: float
    lead_min: float
    warnings: int
    peaks: int


def judge(tables: Sequence[Table], said: Sequence[Sequence[float]], warn_at: float) -> Verdict:
    """The verdict on warnings at `warn_at`, at most one in APART_MIN minutes per day and place."""
    hits = warnings = peaks = 0
    leads: list[float] = []
    for each, values in zip(tables, said, strict=True):
        begun = [
            each.glances[i].minute for i in begins([g.waiting for g in each.glances], each.level)
        ]
        peaks += len(begun)
        last, first_lead = -APART_MIN, dict[float, float]()
        for index, value in zip(each.at, values, strict=True):
            minute = each.glances[index].minute
            if value < warn_at or minute - last < APART_MIN:
                continue
            last = minute
            warnings += 1
            if follow := [t for t in begun if SOONEST_MIN < t - minute <= LATEST_MIN]:
                hits += 1
                first_lead.setdefault(follow[0], follow[0] - minute)
        leads += first_lead.values()
    return Verdict(
        hits / warnings if warnings else 0.0,
        len(leads) / peaks if peaks else 0.0,
        median(leads) if leads else 0.0,
        warnings,
        peaks,
    )


def where_to_warn(tables: Sequence[Table], said: Sequence[Sequence[float]]) -> float:
    """The highest value at which FOUND of the peaks are warned of, EARLY_MIN before."""
    values = np.array([value for each in said for value in each])
    tried = np.unique(np.quantile(values, np.linspace(0.5, 0.998, 120)))
    verdicts = [(float(each), judge(tables, said, float(each))) for each in tried]
    found = [(at, v) for at, v in verdicts if v.recall >= FOUND]
    early = [at for at, v in found if v.lead_min >= EARLY_MIN]
    return max(early or [at for at, _ in found] or [float(tried[0])])


def worked(days: Mapping[date, Day]) -> dict[date, Day]:
    """The days on which the place was open: on others next to nobody waits."""
    most = {day: max(each.waiting for each in glances) for day, glances in days.items()}
    usual = median(most.values())
    return {day: glances for day, glances in days.items() if most[day] >= OPEN_SHARE * usual}


def told_by_others(days: Mapping[date, Day]) -> Iterator[Table]:
    """Each day of a place, told what is usual on the place's other days."""
    level = level_of(list(days.values()))
    open_days = worked(days)
    for day, glances in open_days.items():
        others = [each for other, each in open_days.items() if other != day]
        if others:
            yield table(day, glances, usual_day(others, level), level)


def forest(tables: Sequence[Table]) -> Forest:
    """Trees grown on these days for a high quantile: the mean of GROWN forests."""
    rows = np.array([row for each in tables for row in each.rows])
    most = np.array([value for each in tables for value in each.most])
    even = np.ones(len(most))
    grown = (grow(rows, most, even, HIGH, seed) for seed in range(GROWN))
    return Forest(
        trees=tuple(
            tree.model_copy(update={"leaf": tuple(leaf / GROWN for leaf in tree.leaf)})
            for each in grown
            for tree in each.trees
        )
    )


def said_of(trees: Forest, tables: Sequence[Table]) -> list[list[float]]:
    """What trees say of days, in multiples of the level."""
    return [[trees.value(row) for row in each.rows] for each in tables]


def levels(tables: Sequence[Table]) -> list[list[float]]:
    """What a plain level says of days: who waits now, in multiples of the level."""
    return [[each.glances[index].waiting / each.level for index in each.at] for each in tables]


def fit(places: Sequence[Mapping[date, Day]]) -> tuple[list[PeakModel], Verdict]:
    """A model for each of some places, of two days or more each, with trees in common.

    Where to warn, and the verdict, come from what trees say of days that they were not grown on.
    """
    tables = [each for days in places for each in told_by_others(days)]
    unseen: list[list[float]] = [[] for _ in tables]
    for left_out in sorted({each.day for each in tables}):
        grown = forest([each for each in tables if each.day != left_out])
        for index, each in enumerate(tables):
            if each.day == left_out:
                unseen[index] = said_of(grown, [each])[0]
    warn_at = where_to_warn(tables, unseen)
    trees = forest(tables)
    models = []
    for days in places:
        level = level_of(list(days.values()))
        usual = usual_day(list(worked(days).values()), level)
        models.append(PeakModel(level=level, usual=usual, most_ahead=trees, warn_at=warn_at))
    return models, judge(tables, unseen, warn_at)
