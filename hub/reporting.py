"""Writes the report of each day by itself, at closing and at the day's turn, beside the work.

It reads the journal a few rows at a time and pauses after each lot, so that visitors do not wait
for it: also when years are to be counted at the first start.
"""

from collections.abc import Callable, Collection, Mapping
from datetime import UTC, date, datetime, time, timedelta
from threading import Event, Lock, Thread
from typing import Final, Protocol
from zoneinfo import ZoneInfo

import structlog

from hall.reports import Report
from hub.core.events import Record
from hub.core.plan import HallPlan
from hub.core.report import Beside, Period, report
from hub.core.report_carry import CARRY, Carry
from hub.core.report_fold import Fold
from hub.core.report_tally import VERSION, Tally, dump, load
from hub.store import DayKept, StoreFailed

ROWS_AT_ONCE: Final = 50  # about 3 ms
PAUSE_S: Final = 0.01
LOOK_EVERY_S: Final = 5.0
LOTS_WHEN_ASKED: Final = 40

log = structlog.get_logger()


class ReadableJournal(Protocol):
    """What reports need of the journal."""

    def page(self, after: int, rows: int) -> list[tuple[int, Record]]:
        """The next records after a row, each with its number."""


class KeptReports(Protocol):
    """What reports need of the table of days."""

    def put(self, kept: DayKept) -> None:
        """Keep a day."""

    def days(self, wanted: Collection[date]) -> Mapping[date, DayKept]:
        """Those days that are kept."""

    def newest(self, version: int, before: date | None = None) -> DayKept | None:
        """The newest day that is over."""


class NotYetCounted(Exception):
    """The days asked for are still being counted; soon they will not be."""


def nothing_beside(period: Period) -> Beside:
    """What is known beyond the journal where nobody tells: nothing."""
    return Beside()


class Reporter:
    """Follows the journal with a tally of its own. Any thread may ask for reports."""

    def __init__(
        self,
        plan: HallPlan,
        journal: ReadableJournal,
        kept: KeptReports,
        *,
        clock: Callable[[], datetime],
        beside: Callable[[Period], Beside] = nothing_beside,
        rows_at_once: int = ROWS_AT_ONCE,
    ) -> None:
        """`beside` tells what cameras saw and what was forecast for a period."""
        self._plan, self._journal, self._kept = plan, journal, kept
        self._clock, self._beside, self._rows_at_once = clock, beside, rows_at_once
        self._fold: Fold | None = None
        self._seq = 0
        self._closed: date | None = None
        self._lock = Lock()
        self._stopping = Event()
        self._fails = False
        self._thread = Thread(target=self._run, name="reports", daemon=True)

    def start(self) -> None:
        """Begin where the newest day that is kept has ended."""
        self._thread.start()

    def stop(self) -> None:
        """End after the rows at hand."""
        self._stopping.set()
        self._thread.join()

    def follow(self) -> bool:
        """Count what the journal has gained, a lot of rows at most; whether there may be more.

        Raises StoreFailed.
        """
        with self._lock:
            fold = self._fold or self._resumed()
            self._fold = None  # until all that it counts is kept
            rows = self._journal.page(self._seq, self._rows_at_once)
            for seq, record in rows:
                if (day := fold.begins(record)) is not None:
                    self._turn(fold, day, record)
                fold.take(record)
                self._seq = seq
            more = len(rows) == self._rows_at_once
            if not more:
                self._close(fold)
            self._fold = fold
            return more

    def report(self, period: Period, *, with_clerks: bool) -> Report:
        """The report of a period as far as it has come.

        Raises NotYetCounted while the journal is being caught up with, StoreFailed.
        """
        now, end = self._clock(), self._end(period.last)
        live = self._live(period, now)
        dates = [day for each in (period, *period.earlier()) for day in each.dates()]
        kept = self._kept.days(dates)
        tallies = {day: load(kept[day].body) for day in sorted(kept.keys() - live.keys())}
        return report(
            self._plan,
            period,
            tallies | live,
            until=min(end, now),
            running=now < end,
            beside=self._beside(period),
            with_clerks=with_clerks,
        )

    def recount(self, day: date) -> None:
        """Count a day that is over anew from the journal, and keep that.

        Raises NotYetCounted while it is not reached yet, StoreFailed.
        """
        self._live(Period.day(day), self._clock())
        fold, seq = self._at(day)
        while rows := self._journal.page(seq, self._rows_at_once):
            for row, record in rows:
                if (begun := fold.begins(record)) is not None:
                    ended = fold.carry.day
                    tally = fold.turn(begun, record)
                    if ended == day:
                        self._kept.put(self._over(day, seq, tally, fold.carry))
                    if begun > day:
                        return
                fold.take(record)
                seq = row

    def _run(self) -> None:
        more = True
        while not self._stopping.wait(PAUSE_S if more else LOOK_EVERY_S):
            try:
                more, self._fails = self.follow(), False
            except StoreFailed as failure:
                if not self._fails:
                    log.warning("reports_failed", reason=str(failure))
                more, self._fails = False, True

    def _at(self, before: date | None = None) -> tuple[Fold, int]:
        """Where counting goes on after the newest day kept, of those before `before`."""
        kept = self._kept.newest(VERSION, before)
        if kept is None or kept.carry is None:
            return Fold(self._plan), 0
        return Fold(self._plan, CARRY.validate_json(kept.carry)), kept.seq

    def _resumed(self) -> Fold:
        fold, self._seq = self._at()
        return fold

    def _turn(self, fold: Fold, day: date, record: Record) -> None:
        """A day is over: keep it, with what the next begins with."""
        ended = fold.carry.day
        tally = fold.turn(day, record)
        if ended is not None:
            self._kept.put(self._over(ended, self._seq, tally, fold.carry))
            log.info("report_written", day=str(ended), after="day")

    def _over(self, day: date, seq: int, tally: Tally, carry: Carry) -> DayKept:
        begins = CARRY.dump_json(carry).decode()
        return DayKept(day, VERSION, seq, self._end(day), dump(tally), begins)

    def _close(self, fold: Fold) -> None:
        """Keep the day as it was when the hall closed, until it is over."""
        now, day = self._clock(), fold.carry.day
        if day is None or day == self._closed or not self._has_closed(day, now):
            return
        there = self._kept.days([day]).get(day)
        if there is None or there.version != VERSION:
            self._kept.put(DayKept(day, VERSION, self._seq, now, dump(fold.so_far(now))))
            log.info("report_written", day=str(day), after="closing")
        self._closed = day

    def _has_closed(self, day: date, now: datetime) -> bool:
        """Whether the hours of `day` are over, and the day is not."""
        local, spans = self._plan.local(now), self._plan.spans(day)
        minute = local.hour * 60 + local.minute
        return bool(spans) and local.date() == day and minute >= max(end for _, end in spans)

    def _live(self, period: Period, now: datetime) -> dict[date, Tally]:
        """The day that counting has reached, so far.

        Raises NotYetCounted when that is not known of a day of `period`.
        """
        more = True
        for _ in range(LOTS_WHEN_ASKED):
            more = more and self.follow()
        with self._lock:
            day = self._fold.carry.day if self._fold is not None else None
            if more and (day is None or day <= period.last):
                raise NotYetCounted
            if self._fold is None or day is None:
                return {}
            return {day: self._fold.so_far(min(now, self._end(day)))}

    def _end(self, day: date) -> datetime:
        midnight = datetime.combine(day + timedelta(days=1), time.min)
        return midnight.replace(tzinfo=ZoneInfo(self._plan.timezone)).astimezone(UTC)
