"""How what happens to tickets is counted in a report."""

from collections.abc import Callable
from datetime import datetime
from typing import Any, Final
from uuid import UUID

from hall.messages import Priority, VisitClass
from hub.core import events
from hub.core.days import LAPSED
from hub.core.report_carry import Desk, Visit
from hub.core.report_count import Count, busy
from hub.core.report_tally import Counted

QUARTER_MIN: Final = 15
LONG: Final[tuple[tuple[Counted, int], ...]] = (("over_30_min", 30), ("over_60_min", 60))

Counting = Callable[[Count, datetime, Any], None]


def issued(count: Count, at: datetime, event: events.TicketIssued) -> None:
    """A visitor came, perhaps for a booked visit."""
    arrived = event.arrived_at or at
    local = count.plan.local(arrived)
    quarter = (local.hour * 60 + local.minute) // QUARTER_MIN
    visit = VisitClass.WALK_IN if event.slot is None else VisitClass.APPOINTMENT
    if event.priority is not Priority.NONE:
        visit = VisitClass.PRIORITY
    count.tally.add("arrived", event.service, str(quarter))
    count.tally.add("channel", event.channel)
    count.tally.add("visit", visit)
    if event.appointment is not None:
        count.carry.bookings.pop(event.appointment, None)
        count.tally.add("appointment", "came" if event.slot is not None else "late")
    since = max(arrived, event.slot or arrived)
    count.carry.visits[event.ticket] = Visit(event.service, visit, since)


def called(count: Count, at: datetime, event: events.TicketCalled) -> None:
    """A wait ends, if it is a first or a further one, and a window gets busy."""
    if event.picked is not None:
        count.tally.add("picked", event.window, event.picked)
        count.tally.add("overtaken", event.window, event.picked, n=event.overtaken)
    desk = count.carry.desks.setdefault(event.window, Desk("closed", at))
    desk.busy_since = at
    visit = count.carry.visits.get(event.ticket)
    if visit is None:
        return
    _back(count, visit, at)
    waited_s = max(0.0, (at - visit.since).total_seconds() - visit.away_s)
    if visit.waits == "first":
        _waited(count, visit, count.plan.local(at).hour, waited_s)
    elif visit.waits == "again":
        count.tally.took("wait_again", visit.service, seconds=waited_s)
    visit.waits, visit.started = None, None
    visit.window, visit.clerk, visit.at_window = event.window, desk.clerk, True


def _waited(count: Count, visit: Visit, hour: int, waited_s: float) -> None:
    count.tally.took("wait", visit.service, seconds=waited_s)
    count.tally.took("wait_hour", str(hour), seconds=waited_s)
    count.tally.took("wait_visit", visit.visit, seconds=waited_s)
    minutes = waited_s / 60
    if minutes > count.plan.policy.target_min.of(visit.visit):
        count.tally.add("over_target", visit.service)
    for counted, limit_min in LONG:
        if minutes > limit_min:
            count.tally.add(counted, visit.service)


def started(count: Count, at: datetime, event: events.ServiceStarted) -> None:
    """A service begins."""
    if visit := count.carry.visits.get(event.ticket):
        visit.started = at


def service_finished(count: Count, at: datetime, event: events.ServiceFinished) -> None:
    """One of several services is done; the next goes on here, or is waited for."""
    if visit := count.carry.visits.get(event.ticket):
        _served(count, visit, at)
        if event.stays:
            visit.started = at
        else:
            _tried(count, visit, "succeeded")
            _leave(count, visit, at)
            visit.since, visit.waits, visit.away_s = at, "again", 0.0
            visit.window = visit.clerk = None
        visit.service = event.service


def finished(count: Count, at: datetime, event: events.TicketFinished) -> None:
    """A visit is done, and may be rated for the rest of the day."""
    visit = count.carry.visits.get(event.ticket)
    if visit is None:
        return
    _served(count, visit, at)
    by = visit.trying or ("paper" if visit.window is None else "window")
    count.tally.add("finished_by", by)
    for place in visit.places():
        count.tally.add("finished", *place)
    if not count.plan.is_open(at):
        count.tally.add("after_hours")
    if visit.missed:
        count.tally.add("second_chance_served", visit.service)
    _tried(count, visit, "succeeded")
    _leave(count, visit, at)
    visit.done = True


def _served(count: Count, visit: Visit, at: datetime) -> None:
    """A service is done: at the window, or wherever it was tried, which nobody timed."""
    for place in visit.places() if visit.trying is None else [*visit.places()][:2]:
        count.tally.add("served", *place)
        if visit.started is not None and place[0] != "hall":
            count.tally.took("service", *place, seconds=(at - visit.started).total_seconds())


def missed(count: Count, at: datetime, event: events.TicketMissed) -> None:
    """Nobody came when called."""
    visit = _left(count, event.ticket, at)
    if visit is None:
        return
    if event.returns_after is None:
        count.tally.add("no_show", visit.service)
        del count.carry.visits[event.ticket]
    else:
        count.tally.add("second_chance", visit.service)
        visit.missed = True


def cancelled(count: Count, at: datetime, event: events.TicketCancelled) -> None:
    """A visitor gave the number up, or it lapsed."""
    if visit := _left(count, event.ticket, at):
        lapsed = event.reason in LAPSED.values()
        count.tally.add("lapsed" if lapsed else "left", visit.service)
        _tried(count, visit, "returned")
        del count.carry.visits[event.ticket]


def held(count: Count, at: datetime, event: events.TicketHeld) -> None:
    """A number is kept for someone who goes away."""
    if visit := _left(count, event.ticket, at):
        count.tally.add("held", visit.service)
        _tried(count, visit, "returned")
        visit.away_since = at


def diverted(count: Count, at: datetime, event: events.TicketDiverted) -> None:
    """A visitor tries something else."""
    if visit := count.carry.visits.get(event.ticket):
        count.tally.add("diversion", event.to, "taken")
        visit.trying = event.to


def resumed(count: Count, at: datetime, event: events.TicketResumed) -> None:
    """A visitor is back."""
    if visit := count.carry.visits.get(event.ticket):
        if visit.away_since is not None:
            count.tally.add("returned", visit.service)
        _back(count, visit, at)
        _wait_again(count, visit, at)


def transferred(count: Count, at: datetime, event: events.TicketTransferred) -> None:
    """A visitor waits elsewhere; that a window closed for which one had waited is no transfer."""
    visit = count.carry.visits.get(event.ticket)
    if visit is None:
        return
    if event.service != visit.service or event.window is not None or visit.at_window:
        count.tally.add("transferred", visit.service, event.service)
        _leave(count, visit, at)
        _wait_again(count, visit, at)
    visit.service = event.service


def rated(count: Count, at: datetime, event: events.TicketRated) -> None:
    """A visit was judged; what was said with it stays in the journal."""
    if event.callback_due is not None:
        count.tally.add("callback", "opened")
    if visit := count.carry.visits.get(event.ticket):
        for place in visit.places():
            count.tally.add("rated", *place, str(int(event.level)))


def called_back(count: Count, at: datetime, event: events.CallbackDone) -> None:
    """A visitor who had rated badly was called back."""
    count.tally.add("callback", "done")


def _left(count: Count, ticket: UUID, at: datetime) -> Visit | None:
    """The visit of a ticket that is at no window any more."""
    visit = count.carry.visits.get(ticket)
    if visit is not None:
        _leave(count, visit, at)
    return visit


def _leave(count: Count, visit: Visit, at: datetime) -> None:
    if visit.at_window and visit.window is not None:
        desk = count.carry.desks[visit.window]
        busy(count.tally, visit.window, desk, at)
        desk.busy_since = None
    visit.at_window, visit.started = False, None


def _back(count: Count, visit: Visit, at: datetime) -> None:
    """Whoever was away, or tried something else, waits or is called."""
    _tried(count, visit, "returned")
    if visit.away_since is not None:
        visit.away_s += max(0.0, (at - visit.away_since).total_seconds())
        visit.away_since = None


def _tried(count: Count, visit: Visit, outcome: str) -> None:
    if visit.trying is not None:
        count.tally.add("diversion", visit.trying, outcome)
        visit.trying = None


def _wait_again(count: Count, visit: Visit, at: datetime) -> None:
    if visit.waits is None:
        visit.since, visit.waits, visit.away_s = at, "again", 0.0


COUNTINGS: Final[dict[type, Counting]] = {
    events.TicketIssued: issued,
    events.TicketCalled: called,
    events.ServiceStarted: started,
    events.ServiceFinished: service_finished,
    events.TicketFinished: finished,
    events.TicketMissed: missed,
    events.TicketCancelled: cancelled,
    events.TicketHeld: held,
    events.TicketDiverted: diverted,
    events.TicketResumed: resumed,
    events.TicketTransferred: transferred,
    events.TicketRated: rated,
    events.CallbackDone: called_back,
}
