"""Counts what the journal tells, record by record, into the tally of each day."""

from datetime import date, datetime, time, timedelta
from typing import Final
from zoneinfo import ZoneInfo

from hub.core import events, report_desks, report_visits
from hub.core.events import Record
from hub.core.plan import HallPlan
from hub.core.report_carry import Carry
from hub.core.report_count import Count, busy, spent
from hub.core.report_tally import Tally


def _begun(count: Count, at: datetime, event: events.DayBegun) -> None:
    for hour, visitors in enumerate(event.expected):
        count.tally.add("expected", str(hour), n=round(10 * visitors))


_COUNTINGS: Final = {
    events.DayBegun: _begun,
    **report_visits.COUNTINGS,
    **report_desks.COUNTINGS,
}
# A day's first record so long after midnight says that nobody watched in between.
AWAY: Final = timedelta(minutes=5)


class Fold:
    """The tally of the day that the records have reached, and what goes over into the next.

    A day of the hall is what the engine takes for it: it begins with DayBegun, or with the first
    number given, if that comes sooner.
    """

    def __init__(self, plan: HallPlan, carry: Carry | None = None) -> None:
        """Goes on from where `carry`, which is now this fold's own, says."""
        self._plan, self._zone = plan, ZoneInfo(plan.timezone)
        self.carry, self.tally = carry or Carry(), Tally()

    def begins(self, record: Record) -> date | None:
        """The day that a record begins, if it begins one; that before must be ended first."""
        day, event = self.carry.day, record.event
        if day is None:
            return event.day if isinstance(event, events.DayBegun) else self._local(record).date()
        if isinstance(event, events.DayBegun):
            return event.day if event.day > day else None
        if isinstance(event, events.TicketIssued) and self._local(record).date() > day:
            return self._local(record).date()
        return None

    def turn(self, day: date, record: Record) -> Tally:
        """End the day that was, as `record` begins `day`; the tally of the day that was."""
        if self.carry.day is not None:
            midnight = datetime.combine(
                self.carry.day + timedelta(days=1), time.min, self._zone
            ).astimezone(record.at.tzinfo)
            watched = record.at - midnight <= AWAY
            last = self.carry.last_at or record.at
            self._settle(self.tally, min(midnight, record.at) if watched else last)
            for desk in self.carry.desks.values():
                desk.since = min(midnight, record.at) if watched else record.at
                if desk.busy_since is not None:
                    desk.busy_since = desk.since
        ended, self.tally = self.tally, Tally()
        self.carry.day = day
        self.carry.visits = {k: each for k, each in self.carry.visits.items() if not each.done}
        self.carry.alerts = {k: each for k, each in self.carry.alerts.items() if not each.cleared}
        for visit in self.carry.visits.values():
            visit.started = None  # a service that outlasts the day is a button that was forgotten
        return ended

    def take(self, record: Record) -> None:
        """Count one more record of the day. Kinds that no report tells of change nothing."""
        counting = _COUNTINGS.get(type(record.event))
        if counting is not None:
            counting(Count(self._plan, self.carry, self.tally), record.at, record.event)
        self.carry.last_at = record.at

    def so_far(self, now: datetime) -> Tally:
        """The tally of the day as it would be if it ended now, as a new one."""
        found = Tally()
        found.merge(self.tally)
        self._settle(found, now)
        for booking in self.carry.bookings.values():
            if self._plan.local(booking.slot).date() == self.carry.day:
                found.add("appointment", "to_come")
        return found

    def _local(self, record: Record) -> datetime:
        return self._plan.local(record.at)

    def _settle(self, tally: Tally, until: datetime) -> None:
        """Add the time for which windows have been as they are."""
        for window, desk in self.carry.desks.items():
            spent(tally, window, desk, until)
            busy(tally, window, desk, until)
