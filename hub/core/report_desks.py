"""How windows, booked visits and alerts are counted in a report."""

from datetime import datetime
from typing import Any, Final, Literal

from hub.core import alert_events, events
from hub.core.report_carry import Booking, Desk, Warned
from hub.core.report_count import Count, spent
from hub.core.report_visits import Counting

_ANSWERS: Final[dict[type, str]] = {
    alert_events.AlertAcknowledged: "acknowledged",
    alert_events.AlertApplied: "applied",
    alert_events.AlertDismissed: "dismissed",
}


def opened(count: Count, at: datetime, event: events.WindowOpened) -> None:
    """A window is open, and whose it is."""
    _set(count, event.window, at, "open").clerk = event.clerk


def paused(count: Count, at: datetime, event: events.WindowPaused) -> None:
    """A window receives nobody for a while."""
    _set(count, event.window, at, "paused").reason = event.reason
    count.tally.add("paused", event.window, event.reason)


def closed(count: Count, at: datetime, event: events.WindowClosed) -> None:
    """A window is nobody's."""
    _set(count, event.window, at, "closed").clerk = None


def _set(
    count: Count, window: str, at: datetime, state: Literal["closed", "open", "paused"]
) -> Desk:
    desk = count.carry.desks.setdefault(window, Desk("closed", at))
    spent(count.tally, window, desk, at)
    desk.state, desk.since, desk.reason = state, at, ""
    return desk


def booked(count: Count, at: datetime, event: events.AppointmentBooked) -> None:
    """A visit was booked."""
    count.tally.add("appointment", "booked")
    count.carry.bookings[event.appointment] = Booking(event.slot)


def moved(count: Count, at: datetime, event: events.AppointmentMoved) -> None:
    """A booked visit will be at another time."""
    if event.appointment in count.carry.bookings:
        count.carry.bookings[event.appointment] = Booking(event.slot)


def given_back(count: Count, at: datetime, event: events.AppointmentCancelled) -> None:
    """A booked visit was given back."""
    count.tally.add("appointment", "cancelled")
    count.carry.bookings.pop(event.appointment, None)


def nobody_came(count: Count, at: datetime, event: events.AppointmentMissed) -> None:
    """Nobody came for a booked visit."""
    count.tally.add("appointment", "no_show")
    count.carry.bookings.pop(event.appointment, None)


def raised(count: Count, at: datetime, event: alert_events.AlertRaised) -> None:
    """A rule fired."""
    count.tally.add("alert", event.rule, event.subject, "raised")
    before = tuple(each.effect.before if each.effect else None for each in event.advice)
    count.carry.alerts[event.alert] = Warned(event.rule, event.subject, at, before=before)


def measured(count: Count, at: datetime, event: alert_events.AlertOutcome) -> None:
    """Somebody had followed advice: is it better now?"""
    alert = count.carry.alerts.get(event.alert)
    if alert is None or event.became is None or event.action >= len(alert.before):
        return
    before = alert.before[event.action]
    if before is not None:
        count.tally.add("alert", alert.rule, alert.subject, "measured")
        count.tally.add("alert", alert.rule, alert.subject, "helped", n=int(event.became < before))


def answered(count: Count, at: datetime, event: Any) -> None:  # noqa: ANN401 one of _ANSWERS
    """Someone took notice of an alert, first or again."""
    if alert := count.carry.alerts.get(event.alert):
        count.tally.add("alert", alert.rule, alert.subject, _ANSWERS[type(event)])
        if not alert.answered:
            took_s = (at - alert.since).total_seconds()
            count.tally.took("alert_answered", alert.rule, alert.subject, seconds=took_s)
        alert.answered = True


def cleared(count: Count, at: datetime, event: alert_events.AlertCleared) -> None:
    """All is calm again."""
    if alert := count.carry.alerts.get(event.alert):
        alert.cleared = True
        lasted_s = (at - alert.since).total_seconds()
        count.tally.add("alert", alert.rule, alert.subject, "cleared")
        count.tally.took("alert_lasted", alert.rule, alert.subject, seconds=lasted_s)


COUNTINGS: Final[dict[type, Counting]] = {
    events.WindowOpened: opened,
    events.WindowPaused: paused,
    events.WindowClosed: closed,
    events.AppointmentBooked: booked,
    events.AppointmentMoved: moved,
    events.AppointmentCancelled: given_back,
    events.AppointmentMissed: nobody_came,
    alert_events.AlertRaised: raised,
    **dict.fromkeys(_ANSWERS, answered),
    alert_events.AlertOutcome: measured,
    alert_events.AlertCleared: cleared,
}
