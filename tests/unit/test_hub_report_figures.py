"""Sums of reports merge as sums do, and their percentiles keep the error that they state."""

from collections import Counter
from math import ceil

from hypothesis import given
from hypothesis import strategies as st

from hub.core.durations import ERROR, Durations
from hub.core.report_figures import FEWEST_ANSWERS, ratings, wilson
from hub.core.report_tally import Tally, dump, load, total

SECONDS = st.floats(0, 90_000, allow_nan=False)
WAITS = st.lists(st.tuples(st.sampled_from(["cards", "taxes"]), st.integers(0, 23), SECONDS))


def counted(seconds: list[float]) -> Durations:
    durations = Durations()
    for each in seconds:
        durations.add(each)
    return durations


def tally_of(waits: list[tuple[str, int, float]]) -> Tally:
    tally = Tally()
    for service, hour, seconds in waits:
        tally.add("arrived", service, str(hour * 4))
        tally.took("wait", service, seconds=seconds)
        tally.took("wait_hour", str(hour), seconds=seconds)
    return tally


@given(st.lists(SECONDS, min_size=1), st.sampled_from([0.01, 0.5, 0.9, 0.95, 1.0]))
def test_a_percentile_is_within_its_error_of_the_duration_of_its_rank(
    seconds: list[float], q: float
) -> None:
    exact = sorted(seconds)[max(1, ceil(q * len(seconds))) - 1]
    told = counted(seconds).quantile_s(q)
    assert abs(told - exact) <= max(1.0, ERROR * exact * 1.0001 + 0.001)


@given(st.lists(SECONDS, min_size=1))
def test_number_mean_and_longest_are_exact_to_the_millisecond(seconds: list[float]) -> None:
    durations = counted(seconds)
    assert durations.n == len(seconds)
    assert abs(durations.mean_s - sum(seconds) / len(seconds)) <= 0.001
    assert abs(durations.most_ms / 1000 - max(seconds)) <= 0.001


def test_a_clock_that_was_set_back_makes_no_wait_shorter_than_nothing() -> None:
    assert counted([-5.0]).total_ms == 0


@given(WAITS, WAITS, WAITS)
def test_merging_days_in_any_order_gives_what_counting_them_at_once_would(
    monday: list[tuple[str, int, float]],
    tuesday: list[tuple[str, int, float]],
    wednesday: list[tuple[str, int, float]],
) -> None:
    days = [tally_of(each) for each in (monday, tuesday, wednesday)]
    at_once = dump(tally_of([*monday, *tuesday, *wednesday]))
    left_first = total([total(days[:2]), days[2]])
    right_first = total([days[0], total(days[1:])])
    assert dump(left_first) == dump(right_first) == dump(total(days[::-1])) == at_once


@given(WAITS)
def test_hours_and_services_both_add_up_to_the_day(waits: list[tuple[str, int, float]]) -> None:
    tally = tally_of(waits)
    by_hour = [tally.durations("wait_hour", str(hour)) for hour in range(24)]
    assert sum(each.n for each in by_hour) == tally.durations("wait").n == len(waits)
    assert sum(each.total_ms for each in by_hour) == tally.durations("wait").total_ms
    by_service = [tally.count("arrived", service) for service in ("cards", "taxes")]
    assert sum(by_service) == tally.count("arrived") == len(waits)


@given(WAITS)
def test_a_tally_that_was_kept_is_the_same(waits: list[tuple[str, int, float]]) -> None:
    tally = tally_of(waits)
    assert load(dump(tally)) == tally


def test_merging_leaves_what_was_merged_as_it_was() -> None:
    day = tally_of([("cards", 9, 60.0)])
    before = dump(day)
    week = total([day, day])
    week.add("arrived", "cards", "36")
    assert dump(day) == before
    assert week.count("arrived", "cards") == 3


def rated(levels: Counter[int], finished: int) -> Tally:
    tally = Tally()
    tally.add("finished", "clerk", "li", n=finished)
    for level, n in levels.items():
        tally.add("rated", "clerk", "li", str(level), n=n)
    return tally


def test_a_few_answers_are_counted_but_judge_nobody() -> None:
    tally = rated(Counter({1: FEWEST_ANSWERS - 1}), 30)
    found = ratings(tally, "clerk", "li")
    assert (found.asked, found.answered) == (30, FEWEST_ANSWERS - 1)
    assert found.levels is None
    assert found.satisfied is None


def test_enough_answers_tell_a_share_with_its_interval() -> None:
    found = ratings(rated(Counter({5: 6, 3: 2, 2: 1, 1: 1}), 40), "clerk", "li")
    assert found.levels == (6, 0, 2, 1, 1)
    assert found.satisfied == 0.8
    assert found.satisfied_low is not None
    assert found.satisfied_high is not None
    assert found.satisfied_low < 0.5
    assert found.satisfied_high > 0.9


@given(st.integers(1, 500), st.data())
def test_the_interval_of_a_share_holds_it_and_stays_between_nothing_and_all(
    n: int, data: st.DataObject
) -> None:
    good = data.draw(st.integers(0, n))
    low, high = wilson(good, n)
    assert 0 <= low <= good / n + 1e-9
    assert good / n - 1e-9 <= high <= 1
