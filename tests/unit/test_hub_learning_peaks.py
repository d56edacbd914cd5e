"""What comes before a peak is learned, where to warn is chosen on days not learned from."""

from collections.abc import Iterable
from datetime import UTC, date, datetime, timedelta
from random import Random

import pytest

from hub.core.peaks import PEAKS_FILE, Glance
from hub.learning.peak_trainer import days_of, train_peaks
from hub.learning.peaks import (
    Table,
    fit,
    judge,
    level_of,
    levels,
    told_by_others,
    where_to_warn,
    worked,
)
from tests.unit.hub_arrivals import workdays
from tests.unit.hub_rush import PLAN, journal

LEVEL = 10.0


def glance(minute: float, waiting: float, came: float = 0.0) -> Glance:
    return Glance(minute, waiting, windows=4.0, longest=waiting, came=came)


def hall_day(chance: Random) -> list[Glance]:
    """Quiet, but now and then many come who have to wait twenty minutes later."""
    waiting, seen = 5.0, []
    rush = sorted(chance.sample(range(12, 84, 2), 3))
    for n in range(96):
        near = any(0 <= n - start < 4 for start in rush)
        high = any(4 <= n - start < 8 for start in rush)
        waiting = chance.uniform(20, 26) if high else chance.uniform(2, 9)
        seen.append(glance(480 + 5 * n, waiting, chance.uniform(6, 9) if near else 1.0))
    return seen


def days(number: int, seed: int = 1) -> dict[date, list[Glance]]:
    chance = Random(seed)
    return {day: hall_day(chance) for day in workdays(number)}


def table(waiting: Iterable[float], at: Iterable[int]) -> Table:
    seen = [glance(600 + 5 * n, each) for n, each in enumerate(waiting)]
    at = tuple(at)
    return Table(date(2026, 7, 1), seen, LEVEL, at, [[] for _ in at], [0.0 for _ in at])


def test_a_warning_is_right_if_a_peak_begins_within_the_half_hour_after() -> None:
    quiet_then_peak = [0.0] * 10 + [12.0, 12.0]
    found = judge([table(quiet_then_peak, [6, 7])], [[1.0, 1.0]], 0.5)
    assert (found.precision, found.recall, found.lead_min) == (1.0, 1.0, 20.0)
    assert (found.warnings, found.peaks) == (1, 1)  # the second within half an hour says nothing


def test_a_warning_too_late_or_too_early_is_wrong() -> None:
    peak_at_nine = [0.0] * 9 + [12.0]
    assert judge([table(peak_at_nine, [2])], [[1.0]], 0.5).precision == 0.0
    assert judge([table([0.0] * 9, [8])], [[1.0]], 0.5).warnings == 1
    assert judge([table(peak_at_nine, [8])], [[0.4]], 0.5).warnings == 0


def test_of_several_warnings_the_first_right_one_counts_for_the_lead() -> None:
    late = [0.0] * 19 + [12.0]
    found = judge([table(late, range(6, 19))], [[1.0] * 13], 0.5)
    assert found.warnings == 3  # at 30, 60 and 90 minutes; the peak begins at 95
    assert found.recall == 1.0
    assert found.lead_min == 5.0
    assert found.precision == pytest.approx(1 / 3)


def test_what_comes_before_a_peak_is_learned() -> None:
    (model,), promised = fit([days(14)])
    unseen = days(8, seed=2)
    tables = list(told_by_others(unseen))
    plain = judge(tables, levels(tables), where_to_warn(tables, levels(tables)))
    assert promised.recall >= 0.65
    assert promised.precision > 0.8 > plain.precision
    day = next(iter(unseen.values()))
    rush = next(n for n in range(12, 90) if day[n].came > 5)
    assert model.most(day[: rush + 3]) > 1.3 * model.most(day[:rush])
    assert model.level == pytest.approx(level_of(list(days(14).values())))


def test_a_closed_day_is_not_what_is_usual() -> None:
    some = days(5)
    closed = max(some) + timedelta(days=1)
    some[closed] = [glance(480 + 5 * n, 0.0) for n in range(96)]
    assert closed not in worked(some)
    assert len(worked(some)) == 5


def test_glances_of_whole_days_are_read_off_the_journal() -> None:
    records = journal(3)
    now = datetime(2026, 3, 4, 15, tzinfo=UTC)  # the third day has not ended
    found = dict(days_of(iter(records), PLAN, now))
    assert list(found) == [date(2026, 3, 2), date(2026, 3, 3)]
    for seen in found.values():
        assert sum(each.came for each in seen) == pytest.approx(7 * 18, rel=0.4)
        assert max(each.waiting for each in seen) > 0
        assert seen[-1].waiting == 0
    tomorrow = dict(days_of(iter(records), PLAN, now + timedelta(days=1)))
    assert list(tomorrow) == [date(2026, 3, 2), date(2026, 3, 3), date(2026, 3, 4)]


def test_from_a_few_days_no_warnings_are_learned() -> None:
    trained = train_peaks(iter(journal(2)), PLAN, datetime(2026, 3, 5, tzinfo=UTC))
    assert trained.files == {PEAKS_FILE: None}
    assert "too few" in trained.said
