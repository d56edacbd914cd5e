"""The hall at one moment: tickets, windows, appointments, alerts, and how fast clerks are."""

from collections.abc import Mapping
from dataclasses import dataclass, field
from datetime import date, datetime
from typing import Final, Literal
from uuid import UUID

from hall.messages import Alert, Call, RatingLevel
from hub.core.register import Register, TicketNow
from hub.core.replacing import replace

LAST_CALLS: Final = 12
PACE_PRIOR: Final = 20
PACE_MEMORY: Final = 200


@dataclass(frozen=True)
class WindowNow:
    """A window as it stands; `ticket` is the one called to it or served at it.

    `reason`: why it is paused. `closing`: once its visitor is done.
    """

    state: Literal["closed", "open", "paused"] = "closed"
    clerk: str | None = None
    ticket: UUID | None = None
    reason: str = ""
    closing: bool = False


_CLOSED: Final = WindowNow()


@dataclass(frozen=True, slots=True)
class Pace:
    """How long a clerk takes, as a multiple of the hall's own times: mean of `visits` ratios."""

    visits: int = 0
    mean: float = 1.0

    def after(self, ratio: float) -> "Pace":
        """With one more visit; those long ago fade once there are many."""
        visits = min(self.visits + 1, PACE_MEMORY)
        return Pace(visits, self.mean + (ratio - self.mean) / visits)

    @property
    def shrunk(self) -> float:
        """The ratio to count on: a few visits say little, so the mean is drawn towards 1.

        The empirical Bayes estimate (James & Stein 1961) with a prior worth PACE_PRIOR visits.
        """
        return (PACE_PRIOR + self.visits * self.mean) / (PACE_PRIOR + self.visits)


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
    """

    day: date = date.min
    issued: int = 0
    latest: datetime | None = None
    tickets: Register = field(default_factory=Register)
    sequences: Mapping[str, int] = field(default_factory=dict)
    taken: Mapping[str, int] = field(default_factory=dict)
    windows: Mapping[str, WindowNow] = field(default_factory=dict)
    pace: Mapping[str, Pace] = field(default_factory=dict)
    appointments: Mapping[UUID, AppointmentNow] = field(default_factory=dict)
    misses: Mapping[str, tuple[date, ...]] = field(default_factory=dict)
    callbacks: Mapping[UUID, CallbackNow] = field(default_factory=dict)
    alerts: Mapping[UUID, Alert] = field(default_factory=dict)
    calls: tuple[Call, ...] = ()

    def window(self, window: str) -> WindowNow:
        """The window as it stands; one never opened is closed."""
        return self.windows.get(window, _CLOSED)

    def pace_at(self, window: str) -> float:
        """How long the clerk of a window takes, as a multiple of the hall's own times."""
        pace = self.pace.get(self.window(window).clerk or "")
        return 1.0 if pace is None else pace.shrunk

    def waiting(self) -> list[TicketNow]:
        """Tickets that wait, by place."""
        return self.tickets.waiting()

    def live_alerts(self) -> list[Alert]:
        """Alerts that have not cleared, oldest first."""
        return [alert for alert in self.alerts.values() if alert.state != "cleared"]


def begin_day(state: State, day: date) -> State:
    """Numbers start again and what ended on earlier days makes room; living tickets stay."""
    if day <= state.day:
        return state
    return replace(
        state,
        day=day,
        sequences={},
        taken={},
        tickets=state.tickets.living(),
        appointments={k: a for k, a in state.appointments.items() if a.state == "booked"},
        callbacks={k: each for k, each in state.callbacks.items() if each.done_at is None},
        alerts={alert.id: alert for alert in state.live_alerts()},
        calls=(),
    )
