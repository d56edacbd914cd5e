"""How each event changes the hall: `apply(state, record) -> state`."""

from collections import Counter
from typing import Final
from uuid import UUID

from hall.messages import Alert
from hub.core import events
from hub.core.appointment_changes import CHANGES as APPOINTMENT_CHANGES
from hub.core.events import Record
from hub.core.plan import HallPlan
from hub.core.register import FINAL
from hub.core.replacing import replace
from hub.core.standing import State, WindowNow, begin_day
from hub.core.ticket_changes import CHANGES as TICKET_CHANGES
from hub.core.ticket_changes import Change, at_window

__all__ = ["State", "WindowNow", "apply", "begin_day", "broken_promises"]


def apply(plan: HallPlan, state: State, record: Record) -> State:
    """The state after `record`; journal rows are facts, so nothing is refused here."""
    return _APPLY[type(record.event)](plan, state, record, record.event)


def broken_promises(plan: HallPlan, state: State) -> list[str]:
    """What `plan` leaves out though living tickets need it, one sentence for each."""
    living = [ticket for ticket in state.tickets.values() if ticket.state not in FINAL]
    services = Counter(service for ticket in living for service in (ticket.service, *ticket.also))
    windows = {ticket.window or ticket.reserved for ticket in living} - {None}
    return [
        f"services: {service} is gone, but {count} tickets for it are not finished;"
        " put it back until they are"
        for service, count in sorted(services.items())
        if service not in plan.service_by_id
    ] + [
        f"windows: {window} is gone, but a visitor is called to it; put it back until they are done"
        for window in sorted(filter(None, windows - plan.window_by_id.keys()))
    ]


def _day_begun(plan: HallPlan, state: State, record: Record, event: events.DayBegun) -> State:
    return begin_day(state, event.day)


def _opened(plan: HallPlan, state: State, record: Record, event: events.WindowOpened) -> State:
    return at_window(state, event.window, state="open", clerk=event.clerk, reason="", closing=False)


def _paused(plan: HallPlan, state: State, record: Record, event: events.WindowPaused) -> State:
    return at_window(state, event.window, state="paused", reason=event.reason)


def _closing(plan: HallPlan, state: State, record: Record, event: events.WindowClosing) -> State:
    return at_window(state, event.window, closing=True)


def _closed(plan: HallPlan, state: State, record: Record, event: events.WindowClosed) -> State:
    return at_window(state, event.window, state="closed", clerk=None, reason="", closing=False)


def _raised(plan: HallPlan, state: State, record: Record, event: events.AlertRaised) -> State:
    alert = Alert(
        id=event.alert,
        rule=event.rule,
        subject=event.subject,
        state="raised",
        since=record.at,
        value=event.value,
        threshold=event.threshold,
        advice=event.advice,
        text=event.text,
    )
    return replace(state, alerts={**state.alerts, alert.id: alert})


def _acknowledged(
    plan: HallPlan, state: State, record: Record, event: events.AlertAcknowledged
) -> State:
    return _alert(state, event.alert, state="acknowledged")


def _applied(plan: HallPlan, state: State, record: Record, event: events.AlertApplied) -> State:
    return _alert(state, event.alert, state="acknowledged", applied=True, advice=())


def _dismissed(plan: HallPlan, state: State, record: Record, event: events.AlertDismissed) -> State:
    return _alert(state, event.alert, state="acknowledged", advice=())


def _cleared(plan: HallPlan, state: State, record: Record, event: events.AlertCleared) -> State:
    return _alert(state, event.alert, state="cleared", value=event.value, advice=())


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
    events.AlertRaised: _raised,
    events.AlertAcknowledged: _acknowledged,
    events.AlertApplied: _applied,
    events.AlertDismissed: _dismissed,
    events.AlertCleared: _cleared,
    events.ThumbnailRequested: _noted,
}


def _alert(state: State, alert: UUID, /, **changes: object) -> State:
    changed = state.alerts[alert].model_copy(update=changes)
    return replace(state, alerts={**state.alerts, alert: changed})
