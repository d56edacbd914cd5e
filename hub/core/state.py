"""The hall at one moment, and how each event changes it: `apply(state, record) -> state`."""

from collections import Counter
from collections.abc import Callable, Mapping
from dataclasses import dataclass, field, replace
from datetime import date, datetime
from typing import Any, Final, Literal
from uuid import UUID

from hall.messages import Alert, Call, Channel, Priority, TicketState
from hub.core import events
from hub.core.events import Record
from hub.core.plan import HallPlan

LAST_CALLS: Final = 12
FINAL: Final = frozenset({TicketState.DONE, TicketState.NO_SHOW, TicketState.CANCELLED})


@dataclass(frozen=True, slots=True)
class TicketNow:
    """A ticket as it stands."""

    id: UUID
    number: str
    service: str
    priority: Priority
    channel: Channel
    token: str
    issued_at: datetime
    state: TicketState = TicketState.WAITING
    window: str | None = None
    called_at: datetime | None = None
    started_at: datetime | None = None
    ended_at: datetime | None = None


@dataclass(frozen=True, slots=True)
class WindowNow:
    """A window as it stands; `ticket` is the one called to it or served at it."""

    state: Literal["closed", "open", "paused"] = "closed"
    clerk: str | None = None
    ticket: UUID | None = None


@dataclass(frozen=True, slots=True)
class State:
    """Everything the journal has led to. Ended tickets of earlier days are forgotten here only."""

    day: date = date.min
    tickets: Mapping[UUID, TicketNow] = field(default_factory=dict)
    by_token: Mapping[str, UUID] = field(default_factory=dict)
    sequences: Mapping[str, int] = field(default_factory=dict)
    windows: Mapping[str, WindowNow] = field(default_factory=dict)
    alerts: Mapping[UUID, Alert] = field(default_factory=dict)
    calls: tuple[Call, ...] = ()

    def window(self, window: str) -> WindowNow:
        """The window as it stands; one never opened is closed."""
        return self.windows.get(window, WindowNow())

    def waiting(self) -> list[TicketNow]:
        """Tickets that wait, oldest first."""
        return [t for t in self.tickets.values() if t.state is TicketState.WAITING]

    def live_alerts(self) -> list[Alert]:
        """Alerts that have not cleared, oldest first."""
        return [alert for alert in self.alerts.values() if alert.state != "cleared"]


def apply(plan: HallPlan, state: State, record: Record) -> State:
    """The state after `record`; journal rows are facts, so nothing is refused here."""
    return _APPLY[type(record.event)](plan, state, record, record.event)


def broken_promises(plan: HallPlan, state: State) -> list[str]:
    """What `plan` leaves out though living tickets need it, one sentence for each."""
    living = [ticket for ticket in state.tickets.values() if ticket.state not in FINAL]
    services = Counter(ticket.service for ticket in living)
    windows = {ticket.window for ticket in living if ticket.window is not None}
    return [
        f"services: {service} is gone, but {count} tickets for it are not finished;"
        " put it back until they are"
        for service, count in sorted(services.items())
        if service not in plan.service_by_id
    ] + [
        f"windows: {window} is gone, but a visitor is called to it; put it back until they are done"
        for window in sorted(windows - plan.window_by_id.keys())
    ]


def begin_day(state: State, day: date) -> State:
    """Numbers start again and ended tickets of earlier days make room; the living stay."""
    if day <= state.day:
        return state
    kept = {key: ticket for key, ticket in state.tickets.items() if ticket.state not in FINAL}
    return replace(
        state,
        day=day,
        sequences={},
        tickets=kept,
        by_token={ticket.token: ticket.id for ticket in kept.values()},
        alerts={alert.id: alert for alert in state.live_alerts()},
        calls=(),
    )


def _day_begun(plan: HallPlan, state: State, record: Record, event: events.DayBegun) -> State:
    return begin_day(state, event.day)


def _issued(plan: HallPlan, state: State, record: Record, event: events.TicketIssued) -> State:
    state = begin_day(state, plan.local(record.at).date())
    ticket = TicketNow(
        id=event.ticket,
        number=event.number,
        service=event.service,
        priority=event.priority,
        channel=event.channel,
        token=event.token,
        issued_at=record.at,
    )
    prefix, sequence = event.number[0], int(event.number[1:])
    return replace(
        state,
        tickets={**state.tickets, ticket.id: ticket},
        by_token={**state.by_token, ticket.token: ticket.id},
        sequences={**state.sequences, prefix: sequence},
    )


def _called(
    plan: HallPlan,
    state: State,
    record: Record,
    event: events.TicketCalled | events.TicketRecalled,
) -> State:
    call = Call(
        id=record.id, at=record.at, number=event.number, window=event.window, speech=event.speech
    )
    state = replace(state, calls=(call, *state.calls)[:LAST_CALLS])
    if isinstance(event, events.TicketRecalled):
        return state
    state = _ticket(
        state,
        event.ticket,
        state=TicketState.CALLED,
        window=event.window,
        called_at=record.at,
    )
    return _window(state, event.window, ticket=event.ticket)


def _started(plan: HallPlan, state: State, record: Record, event: events.ServiceStarted) -> State:
    return _ticket(state, event.ticket, state=TicketState.SERVING, started_at=record.at)


def _ended(final: TicketState) -> Callable[[HallPlan, State, Record, Any], State]:
    def ended(plan: HallPlan, state: State, record: Record, event: Any) -> State:  # noqa: ANN401 three event types with one field
        window = state.tickets[event.ticket].window
        state = _ticket(state, event.ticket, state=final, ended_at=record.at)
        return _window(state, window, ticket=None) if window else state

    return ended


def _opened(plan: HallPlan, state: State, record: Record, event: events.WindowOpened) -> State:
    return _window(state, event.window, state="open", clerk=event.clerk)


def _paused(plan: HallPlan, state: State, record: Record, event: events.WindowPaused) -> State:
    return _window(state, event.window, state="paused")


def _closed(plan: HallPlan, state: State, record: Record, event: events.WindowClosed) -> State:
    return _window(state, event.window, state="closed", clerk=None)


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


_APPLY: Final[dict[type, Callable[[HallPlan, State, Record, Any], State]]] = {
    events.DayBegun: _day_begun,
    events.TicketIssued: _issued,
    events.TicketCalled: _called,
    events.TicketRecalled: _called,
    events.ServiceStarted: _started,
    events.TicketFinished: _ended(TicketState.DONE),
    events.TicketMissed: _ended(TicketState.NO_SHOW),
    events.TicketCancelled: _ended(TicketState.CANCELLED),
    events.WindowOpened: _opened,
    events.WindowPaused: _paused,
    events.WindowClosed: _closed,
    events.AlertRaised: _raised,
    events.AlertAcknowledged: _acknowledged,
    events.AlertApplied: _applied,
    events.AlertDismissed: _dismissed,
    events.AlertCleared: _cleared,
    events.ThumbnailRequested: _noted,
}


def _ticket(state: State, ticket: UUID, /, **changes: object) -> State:
    changed = replace(state.tickets[ticket], **changes)  # type: ignore[arg-type]
    return replace(state, tickets={**state.tickets, ticket: changed})


def _window(state: State, window: str, /, **changes: object) -> State:
    changed = replace(state.window(window), **changes)  # type: ignore[arg-type]
    return replace(state, windows={**state.windows, window: changed})


def _alert(state: State, alert: UUID, /, **changes: object) -> State:
    changed = state.alerts[alert].model_copy(update=changes)
    return replace(state, alerts={**state.alerts, alert: changed})
