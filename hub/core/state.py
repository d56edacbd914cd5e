"""How each event changes the hall: `apply(state, record) -> state`."""

from collections import Counter
from typing import Final

from hub.core import events
from hub.core.alert_changes import CHANGES as ALERT_CHANGES
from hub.core.appointment_changes import CHANGES as APPOINTMENT_CHANGES
from hub.core.events import Record
from hub.core.plan import HallPlan
from hub.core.register import FINAL
from hub.core.replacing import replace
from hub.core.standing import State, WindowNow, begin_day, remembering
from hub.core.ticket_changes import CHANGES as TICKET_CHANGES
from hub.core.ticket_changes import Change, at_window

__all__ = ["State", "WindowNow", "apply", "begin_day", "broken_promises"]


def apply(plan: HallPlan, state: State, record: Record) -> State:
    """The state after `record`; journal rows are facts, so nothing is refused here."""
    return _APPLY[type(record.event)](plan, state, record, record.event)


def broken_promises(plan: HallPlan, state: State) -> list[str]:
    """What `plan` leaves out though tickets or bookings need it, one sentence for each."""
    living = [ticket for ticket in state.tickets.values() if ticket.state not in FINAL]
    services = Counter(service for ticket in living for service in (ticket.service, *ticket.also))
    windows = {ticket.window or ticket.reserved for ticket in living} - {None}
    booked = Counter(each.service for each in state.appointments.values() if each.state == "booked")
    return [
        f"services: {service} is gone, but {count} {what} for it are not finished;"
        " put it back until they are"
        for what, counts in (("tickets", services), ("appointments", booked))
        for service, count in sorted(counts.items())
        if service not in plan.service_by_id
    ] + [
        f"windows: {window} is gone, but a visitor is called to it; put it back until they are done"
        for window in sorted(filter(None, windows - plan.window_by_id.keys()))
    ]


def _day_begun(plan: HallPlan, state: State, record: Record, event: events.DayBegun) -> State:
    state = begin_day(state, event.day)
    return remembering(state, event.misses_since, event.callbacks_since, event.paces_since)


def _opened(plan: HallPlan, state: State, record: Record, event: events.WindowOpened) -> State:
    opened = WindowNow("open", event.clerk, state.window(event.window).ticket)
    return replace(state, windows={**state.windows, event.window: opened})


def _paused(plan: HallPlan, state: State, record: Record, event: events.WindowPaused) -> State:
    return at_window(state, event.window, state="paused", reason=event.reason)


def _closing(plan: HallPlan, state: State, record: Record, event: events.WindowClosing) -> State:
    return at_window(state, event.window, closing=True, notice=event.reason)


def _closed(plan: HallPlan, state: State, record: Record, event: events.WindowClosed) -> State:
    return replace(state, windows={**state.windows, event.window: WindowNow(notice=event.reason)})


def _requested(
    plan: HallPlan, state: State, record: Record, event: events.WindowRequested
) -> State:
    return at_window(
        state, event.window, requested_at=record.at, rests_until=None, notice=event.reason
    )


def _withdrawn(
    plan: HallPlan, state: State, record: Record, event: events.RequestWithdrawn
) -> State:
    return at_window(state, event.window, requested_at=None, rests_until=event.until, notice=None)


def _noted(plan: HallPlan, state: State, record: Record, event: events.ThumbnailRequested) -> State:
    """Kept for who asks the journal; it changes nothing in the hall."""
    return state


_APPLY: Final[dict[type, Change]] = {
    events.DayBegun: _day_begun,
    **TICKET_CHANGES,
    **APPOINTMENT_CHANGES,
    events.WindowOpened: _opened,
    events.WindowPaused: _paused,
    events.WindowClosing: _closing,
    events.WindowClosed: _closed,
    events.WindowRequested: _requested,
    events.RequestWithdrawn: _withdrawn,
    **ALERT_CHANGES,
    events.ThumbnailRequested: _noted,
}
