"""The hall at one moment: tickets, windows, appointments, alerts, and how fast clerks are."""

from collections.abc import Iterable, Mapping
from dataclasses import dataclass, field
from datetime import date, datetime
from typing import Final, Literal
from uuid import UUID

from hall.messages import Alert, Call, RatingLevel, Text
from hub.core.paces import Paces
from hub.core.register import Register, TicketNow
from hub.core.replacing import replace

LAST_CALLS: Final = 12


@dataclass(frozen=True)
class WindowNow:
    """A window as it stands; `ticket` is the one called to it or served at it.

    `reason`: why it is paused. `closing`: once its visitor is done. `requested_at`: since when
    staff are asked to open it; not before `rests_until` once someone declined. `notice`: why it is
    asked for, or why the hall closed it.
    """

    state: Literal["closed", "open", "paused"] = "closed"
    clerk: str | None = None
    ticket: UUID | None = None
    reason: str = ""
    closing: bool = False
    requested_at: datetime | None = None
    rests_until: datetime | None = None
    notice: Text | None = None


_CLOSED: Final = WindowNow()


@dataclass(frozen=True)
class CallbackNow:
    """A visitor to call back, until it is done."""

    ticket: UUID
    number: str
    level: RatingLevel
    comment: str
    due: datetime
    done_at: datetime | None = None
    note: str = ""


@dataclass(frozen=True)
class AppointmentNow:
    """A booked visit as it stands. `token` opens the page of a visit that the public booked."""

    id: UUID
    service: str
    slot: datetime
    person: str | None = None
    state: Literal["booked", "arrived", "cancelled", "missed"] = "booked"
    ticket: UUID | None = None
    token: str | None = None


@dataclass(frozen=True)
class State:
    """Everything the journal has led to. Ended tickets of earlier days are forgotten here only.

    `issued` counts the places given on all days, `latest` is the newest of them. `taken`: numbers
    of this day by service. `misses`: days on which a person missed an appointment. `pace`: clerks'.
    `silences`: until when a rule says nothing about a subject. `slots_closed`: until when nobody
    may book a service. `urged_until`: until when diversion is offered to all who gain.
    """

    day: date = date.min
    issued: int = 0
    latest: datetime | None = None
    tickets: Register = field(default_factory=Register)
    sequences: Mapping[str, int] = field(default_factory=dict)
    taken: Mapping[str, int] = field(default_factory=dict)
    windows: Mapping[str, WindowNow] = field(default_factory=dict)
    pace: Paces = field(default_factory=Paces)
    appointments: Mapping[UUID, AppointmentNow] = field(default_factory=dict)
    misses: Mapping[str, tuple[date, ...]] = field(default_factory=dict)
    callbacks: Mapping[UUID, CallbackNow] = field(default_factory=dict)
    alerts: Mapping[UUID, Alert] = field(default_factory=dict)
    silences: Mapping[str, datetime] = field(default_factory=dict)
    slots_closed: Mapping[str, datetime] = field(default_factory=dict)
    urged_until: datetime | None = None
    calls: tuple[Call, ...] = ()

    def window(self, window: str) -> WindowNow:
        """The window as it stands; one never opened is closed."""
        return self.windows.get(window, _CLOSED)

    def pace_at(self, window: str, services: Iterable[str]) -> dict[str, float]:
        """How long the clerk of a window takes, as a multiple of the hall's own times."""
        return self.pace.of(self.window(window).clerk, services)

    def waiting(self) -> list[TicketNow]:
        """Tickets that wait, by place."""
        return self.tickets.waiting()

    def live_alerts(self) -> list[Alert]:
        """Alerts that have not cleared, oldest first."""
        return [alert for alert in self.alerts.values() if alert.state != "cleared"]


def over(alert: Alert) -> bool:
    """Whether nothing more is to come of an alert: it cleared, and its advice had its effect."""
    return alert.state == "cleared" and not any(
        each.taken_at and each.effect and each.effect.became is None for each in alert.advice
    )


def remembering(
    state: State, misses_since: date | None, callbacks_since: date | None, paces_since: date | None
) -> State:
    """Without what is older: missed appointments, call-backs due, paces nobody has added to.

    None keeps all: so it was in rows of earlier releases.
    """
    if misses_since is not None:
        recent = {
            person: tuple(day for day in days if day >= misses_since)
            for person, days in state.misses.items()
        }
        state = replace(state, misses={person: days for person, days in recent.items() if days})
    if callbacks_since is not None:
        due = {k: c for k, c in state.callbacks.items() if c.due.date() >= callbacks_since}
        state = replace(state, callbacks=due)
    return state if paces_since is None else replace(state, pace=state.pace.since(paces_since))


def begin_day(state: State, day: date) -> State:
    """Numbers start again and what ended on earlier days makes room; living tickets stay."""
    if day <= state.day:
        return state
    tickets = state.tickets.living()
    return replace(
        state,
        day=day,
        sequences={},
        taken={},
        tickets=tickets,
        appointments={
            k: a
            for k, a in state.appointments.items()
            if a.state == "booked" or a.ticket in tickets
        },
        callbacks={k: each for k, each in state.callbacks.items() if each.done_at is None},
        alerts={k: alert for k, alert in state.alerts.items() if not over(alert)},
        calls=(),
    )
