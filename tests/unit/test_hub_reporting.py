"""Reports write themselves, at closing and at the turn of the day, and outlive any death."""

from collections.abc import Iterator
from datetime import date, timedelta
from pathlib import Path

import pytest

from hub.core import commands
from hub.core.plan import WEEKDAYS, HallPlan
from hub.core.report import Period
from hub.core.report_tally import VERSION, load
from hub.reporting import NotYetCounted, Reporter
from hub.store import DayKept, Store, StoreFailed
from tests.unit import release_0_1
from tests.unit.hub_fakes import DEADLINE_S, NOON, Clock, hall_plan
from tests.unit.hub_hall import LI, Hall

TODAY = date(2026, 3, 2)
YESTERDAY = TODAY - timedelta(days=1)
OFFICE = hall_plan(hours={day: ["09:00-17:00"] for day in WEEKDAYS})


@pytest.fixture
def store(tmp_path: Path) -> Iterator[Store]:
    opened = Store.open(tmp_path)
    yield opened
    opened.close()


def played(store: Store, plan: HallPlan, days: int = 2) -> Hall:
    """Days with a visitor each, until noon of the last, in the journal."""
    hall = Hall(plan, now=NOON - timedelta(days=days - 1))
    for _ in range(days):
        hall.wait(0)
        hall.open("w1")
        hall.take()
        hall.serve("w1", 5)
        hall.wait(10)
        hall.do(commands.CloseWindow("w1"), LI)
        hall.now += timedelta(days=1, minutes=-15)
    hall.now -= timedelta(days=1)
    store.journal.commit(hall.records, [])
    return hall


def caught_up(reporter: Reporter) -> Reporter:
    while reporter.follow():
        pass
    return reporter


def following(store: Store, plan: HallPlan, clock: Clock, rows_at_once: int = 5) -> Reporter:
    return Reporter(plan, store.journal, store.reports, clock=clock, rows_at_once=rows_at_once)


def test_a_day_that_is_over_is_kept_and_today_is_told_so_far(store: Store) -> None:
    hall = played(store, hall_plan())
    reporter = caught_up(following(store, hall.plan, Clock(hall.now)))
    kept = store.reports.days([YESTERDAY, TODAY])
    assert set(kept) == {YESTERDAY}
    assert load(kept[YESTERDAY].body).count("finished", "hall") == 1
    today = reporter.report(Period.day(TODAY), with_clerks=True)
    assert (today.state, today.figures.arrivals) == ("running", 1)
    yesterday = reporter.report(Period.day(YESTERDAY), with_clerks=True)
    assert (yesterday.state, yesterday.figures.served) == ("final", 1)
    assert reporter.report(Period.week(TODAY), with_clerks=True).figures.arrivals == 1
    assert reporter.report(Period.month(TODAY), with_clerks=True).figures.arrivals == 2


def test_the_report_is_written_at_closing_and_again_when_the_day_is_over(store: Store) -> None:
    hall = played(store, OFFICE, days=1)
    clock = Clock(hall.now)
    reporter = caught_up(following(store, OFFICE, clock))
    assert not store.reports.days([TODAY])
    clock.now = NOON + timedelta(hours=5, minutes=1)  # 17:01 in the hall
    caught_up(reporter)
    closing = store.reports.days([TODAY])[TODAY]
    assert (closing.carry, closing.at) == (None, clock.now)
    assert load(closing.body).count("finished", "hall") == 1
    before = len(hall.records)
    hall.now = clock.now = NOON + timedelta(hours=12, seconds=1)
    hall.wait(0)
    store.journal.commit(hall.records[before:], [])
    caught_up(reporter)
    assert store.reports.days([TODAY])[TODAY].carry is not None


def test_a_hub_that_died_at_closing_writes_the_report_after_its_next_start(store: Store) -> None:
    hall = played(store, OFFICE, days=1)
    clock = Clock(NOON + timedelta(hours=6))
    caught_up(following(store, OFFICE, clock))
    assert load(store.reports.days([TODAY])[TODAY].body).count("arrived") == len(
        [each for each in hall.records if each.event.kind == "ticket_issued"]
    )


@pytest.mark.parametrize("rows", range(1, 40, 3))
def test_wherever_a_reporter_dies_the_next_one_keeps_the_same_days(store: Store, rows: int) -> None:
    hall = played(store, hall_plan(), days=4)
    following(store, hall.plan, Clock(hall.now), rows_at_once=rows).follow()
    reporter = caught_up(following(store, hall.plan, Clock(hall.now)))
    kept = store.reports.days([TODAY - timedelta(days=n) for n in (1, 2, 3)])
    assert [load(each.body).count("arrived") for each in kept.values()] == [1, 1, 1]
    assert reporter.report(Period.day(TODAY), with_clerks=False).figures.arrivals == 1


def test_days_in_an_earlier_form_are_counted_anew(store: Store) -> None:
    hall = played(store, hall_plan())
    caught_up(following(store, hall.plan, Clock(hall.now)))
    (good,) = store.reports.days([YESTERDAY]).values()
    store.reports.put(DayKept(YESTERDAY, VERSION - 1, 1, NOON, '{"counts":{},"spans":{}}', "{}"))
    caught_up(following(store, hall.plan, Clock(hall.now)))
    assert store.reports.days([YESTERDAY])[YESTERDAY] == good


def test_a_day_counted_anew_is_the_same_as_before(store: Store) -> None:
    hall = played(store, hall_plan(), days=3)
    reporter = caught_up(following(store, hall.plan, Clock(hall.now)))
    (good,) = store.reports.days([YESTERDAY]).values()
    store.reports.put(DayKept(YESTERDAY, VERSION, good.seq, NOON, "{}", good.carry))
    reporter.recount(YESTERDAY)
    assert store.reports.days([YESTERDAY])[YESTERDAY] == good


def test_counting_anew_a_day_without_data_keeps_nothing(store: Store) -> None:
    hall = played(store, hall_plan())
    reporter = caught_up(following(store, hall.plan, Clock(hall.now)))
    long_ago = TODAY - timedelta(days=30)
    reporter.recount(long_ago)
    assert not store.reports.days([long_ago])
    assert reporter.report(Period.day(long_ago), with_clerks=True).state == "none"


def test_who_asks_before_the_journal_is_caught_up_with_is_told_to_wait(store: Store) -> None:
    hall = played(store, hall_plan(), days=40)
    reporter = following(store, hall.plan, Clock(hall.now), rows_at_once=1)
    with pytest.raises(NotYetCounted):
        reporter.report(Period.day(TODAY), with_clerks=True)
    first = TODAY - timedelta(days=39)
    assert reporter.report(Period.day(first), with_clerks=True).figures.arrivals == 1


def test_an_empty_journal_gives_reports_without_data(store: Store) -> None:
    reporter = caught_up(following(store, hall_plan(), Clock()))
    assert reporter.report(Period.month(TODAY), with_clerks=True).state == "none"


class FailingOnce:
    """Reports that cannot be kept the first time."""

    def __init__(self, store: Store) -> None:
        self.days, self.newest, self._put = (
            store.reports.days,
            store.reports.newest,
            store.reports.put,
        )
        self.failed = False

    def put(self, kept: DayKept) -> None:
        if not self.failed:
            self.failed = True
            raise StoreFailed("disk full")
        self._put(kept)


def test_a_day_that_could_not_be_kept_is_kept_later(store: Store) -> None:
    hall = played(store, hall_plan())
    kept = FailingOnce(store)
    reporter = Reporter(hall.plan, store.journal, kept, clock=Clock(hall.now), rows_at_once=500)
    with pytest.raises(StoreFailed):
        reporter.follow()
    caught_up(reporter)
    assert load(store.reports.days([YESTERDAY])[YESTERDAY].body).count("arrived") == 1


def test_the_thread_follows_by_itself_and_ends_when_told(store: Store) -> None:
    hall = played(store, hall_plan())
    reporter = following(store, hall.plan, Clock(hall.now))
    reporter.start()
    for _ in range(DEADLINE_S * 100):
        if store.reports.days([YESTERDAY]):
            break
        reporter._stopping.wait(0.01)
    reporter.stop()
    assert store.reports.days([YESTERDAY])


def test_the_journal_of_an_earlier_release_has_reports_too(tmp_path: Path) -> None:
    release_0_1.write(tmp_path / "hub.db")
    store = Store.open(tmp_path)
    reporter = caught_up(following(store, hall_plan(), Clock()))
    found = reporter.report(Period.day(TODAY), with_clerks=True)
    assert (found.figures.arrivals, found.figures.served) == (1, 1)
    assert [each.cleared for each in found.alerts] == [1]
    store.close()
