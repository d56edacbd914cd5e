"""What holds of observations in any database, for tests of SQLite and of PostgreSQL."""

from collections.abc import Callable, Iterable
from datetime import datetime, timedelta
from itertools import groupby
from typing import Final

import pytest

from hub.core.samples import Sample, since_1970_ms, since_1970_s
from hub.store import Observations, Seen
from hub.store.rollups import MINUTES_KEPT, READINGS_KEPT
from tests.unit.hub_fakes import NOON

SECOND, MINUTE, DAY = timedelta(seconds=1), timedelta(minutes=1), timedelta(days=1)
LATER: Final = timedelta(hours=1)


def sample(
    at: datetime,
    people: float,
    *,
    seq: int = 1,
    ok: bool = True,
    camera: str = "a",
    zone: str = "waiting",
) -> Sample:
    return Sample(
        camera, zone, since_1970_ms(at), seq, ok, people, people - 1, people + 1, people / 8
    )


def walk(
    count: int, every: timedelta, *, camera: str = "a", start: datetime = NOON
) -> list[Sample]:
    """Counts that go up and down, every fifth of a bad picture."""
    return [
        sample(
            start + number * every,
            number * 7 % 13 + 1,
            seq=number + 1,
            ok=number % 5 > 0,
            camera=camera,
        )
        for number in range(count)
    ]


def tidied(observations: Observations, now: datetime) -> None:
    """Everything done that is due."""
    while observations.tidy(now):
        pass


def curve(
    observations: Observations,
    step_s: int,
    *,
    start: datetime = NOON,
    end: datetime = NOON + LATER,
    camera: str | None = None,
    now: datetime = NOON + LATER,
) -> list[Seen]:
    _, seen = observations.curve(
        camera=camera,
        zone="waiting",
        start_s=since_1970_s(start),
        end_s=since_1970_s(end),
        step_s=step_s,
        now=now,
    )
    return seen


def reckoned(samples: Iterable[Sample], step_s: int) -> list[Seen]:
    """The same, in the plainest way."""

    def step(each: Sample) -> int:
        return each.at_ms // 1000 // step_s * step_s

    steps = []
    for at_s, group in groupby(sorted(samples, key=step), key=step):
        rows = list(group)
        good = [each for each in rows if each.ok]
        count = len(good) or 1
        steps.append(
            Seen(
                at_s=at_s,
                readings=len(rows),
                ok=len(good),
                mean=sum(each.people for each in good) / count if good else None,
                most=max((each.people for each in good), default=None),
                low=sum(each.low for each in good) / count if good else None,
                high=sum(each.high for each in good) / count if good else None,
                density=max((each.density or 0 for each in good), default=None),
            )
        )
    return steps


def assert_alike(found: list[Seen], wanted: list[Seen]) -> None:
    assert [(each.at_s, each.readings, each.ok) for each in found] == [
        (each.at_s, each.readings, each.ok) for each in wanted
    ]
    for one, other in zip(found, wanted, strict=True):
        for name in ("mean", "most", "low", "high", "density"):
            value = getattr(other, name)
            assert getattr(one, name) == (value if value is None else pytest.approx(value, 1e-5))


def a_reading_is_kept_once_however_often_it_comes(observations: Observations) -> None:
    seen = walk(50, SECOND)
    for some in (seen[:30], seen[20:], seen):
        observations.add(some, NOON + LATER)
    assert_alike(curve(observations, 60), reckoned(seen, 60))


def a_curve_is_the_same_whatever_is_rolled_up_already(observations: Observations) -> None:
    seen = walk(400, 8 * SECOND)
    observations.add(seen, NOON + LATER)
    for now in (NOON, NOON + 10 * MINUTE, NOON + 31 * MINUTE, NOON + 2 * LATER, NOON + DAY):
        tidied(observations, now)
        for step_s in (60, 120, 900, 1800):
            assert_alike(curve(observations, step_s), reckoned(seen, step_s))


def a_short_span_is_told_by_seconds(observations: Observations) -> None:
    seen = walk(100, SECOND)
    observations.add(seen, NOON + LATER)
    tidied(observations, NOON + LATER)
    told = curve(observations, 5, end=NOON + 2 * MINUTE)
    assert_alike(told, reckoned(seen, 5))


def a_reading_that_comes_late_is_rolled_up_all_the_same(observations: Observations) -> None:
    seen = walk(400, 8 * SECOND)
    late = [each for each in seen if 1000 < each.seq * 8 < 1200]
    observations.add([each for each in seen if each not in late], NOON + LATER)
    tidied(observations, NOON + LATER)
    observations.add(late, NOON + LATER)
    tidied(observations, NOON + LATER)
    for step_s in (60, 900):
        assert_alike(curve(observations, step_s), reckoned(seen, step_s))


def a_clock_set_back_loses_nothing(observations: Observations) -> None:
    before = walk(100, 8 * SECOND, start=NOON + DAY)
    after = walk(100, 8 * SECOND)
    observations.add(before, NOON + DAY + LATER)
    tidied(observations, NOON + DAY + LATER)
    observations.add(after, NOON + LATER)
    tidied(observations, NOON + LATER)
    now = NOON + DAY + LATER
    assert_alike(curve(observations, 60, now=now), reckoned(after, 60))
    told = curve(observations, 60, start=NOON + DAY, end=now, now=now)
    assert_alike(told, reckoned(before, 60))


def readings_go_after_a_week_and_minutes_after_a_year(observations: Observations) -> None:
    seen = walk(400, 8 * SECOND)
    observations.add(seen, NOON + LATER)
    past_week, past_year = NOON + READINGS_KEPT + LATER, NOON + MINUTES_KEPT + 2 * LATER
    tidied(observations, past_week)
    assert_alike(curve(observations, 1, now=past_week), reckoned(seen, 60))
    tidied(observations, past_year)
    assert_alike(curve(observations, 60, now=past_year), reckoned(seen, 900))
    assert_alike(curve(observations, 60, now=NOON + LATER), [])


def what_is_too_old_to_be_rolled_up_is_not_taken(observations: Observations) -> None:
    observations.add(walk(3, SECOND), NOON + READINGS_KEPT + DAY)
    tidied(observations, NOON + LATER)
    assert curve(observations, 60) == []


def of_two_cameras_on_a_zone_the_one_that_saw_most_is_told(observations: Observations) -> None:
    fewer = [sample(NOON + number * MINUTE, 3, camera="a") for number in range(10)]
    more = [
        sample(NOON + number * MINUTE, 5 if number < 5 else 1, camera="b") for number in range(10)
    ]
    blind = [sample(NOON + number * MINUTE, 99, camera="c", ok=False) for number in range(10)]
    observations.add(fewer + more + blind, NOON + LATER)
    assert [seen.mean for seen in curve(observations, 60)] == [5] * 5 + [3] * 5
    assert [seen.mean for seen in curve(observations, 60, camera="a")] == [3] * 10
    assert [seen.mean for seen in curve(observations, 60, camera="c")] == [None] * 10


BEHAVIOURS: Final[tuple[Callable[[Observations], None], ...]] = (
    a_reading_is_kept_once_however_often_it_comes,
    a_curve_is_the_same_whatever_is_rolled_up_already,
    a_short_span_is_told_by_seconds,
    a_reading_that_comes_late_is_rolled_up_all_the_same,
    a_clock_set_back_loses_nothing,
    readings_go_after_a_week_and_minutes_after_a_year,
    what_is_too_old_to_be_rolled_up_is_not_taken,
    of_two_cameras_on_a_zone_the_one_that_saw_most_is_told,
)
