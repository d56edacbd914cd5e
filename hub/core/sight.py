"""What a queue looked like lately to someone who joins it: the figures that waits are told from."""

from bisect import bisect_right, insort
from dataclasses import dataclass, field, replace
from datetime import date, datetime
from typing import Final
from uuid import UUID

from hub.core.plan import HallPlan
from hub.core.register import Step
from hub.core.staffing import open_windows
from hub.core.standing import State

LATELY_MIN: Final = 30.0
DAY_MIN: Final = 24 * 60.0
# What a ticket's history calls beginning to wait, and ending to wait other than by being called.
JOINS: Final = frozenset({"issued", "next_service", "missed", "resumed", "transferred"})
KEEPS: Final = frozenset({"held", "diverted"})
LEAVES: Final = KEEPS | {"cancelled", "no_show", "done"}


@dataclass(frozen=True, slots=True)
class Sight:
    """One service's queue at one moment. Rates in persons a minute, times in minutes.

    `last_wait`, `wait_before`: how long the last one called had waited, and the one before.
    `called_N`: calls over the last N minutes; `called_day`: over the day; `joined_30`: numbers
    taken over the last 30. `growth`: persons more in line than 30 minutes ago. `stalled`: time
    since the last call. `pace_last`, `pace_day`: wait for each person in line when they joined, of
    the last three called and of all of the day; `known`: of how many. `formula_min`: the wait of
    someone who would join now, by the formula. `hall_…`: over all services.
    """

    minute: float
    waiting: float
    windows: float
    last_wait: float | None = None
    wait_before: float | None = None
    called_15: float = 0.0
    called_30: float = 0.0
    called_60: float = 0.0
    called_day: float = 0.0
    joined_30: float = 0.0
    growth: float = 0.0
    stalled: float | None = None
    pace_last: float | None = None
    pace_day: float | None = None
    known: float = 0.0
    formula_min: float = 0.0
    hall_waiting: float = 0.0
    hall_windows: float = 0.0
    hall_called: float = 0.0


@dataclass(slots=True)
class Trace:
    """What happened in one service's line today; times in minutes of the day, ascending.

    `line`: when those who wait joined, and as the how-manieth. `waits`, `paces`: of those called,
    in all and for each person in line when they joined; `waited`, `placed`: their sums.
    """

    line: dict[UUID, tuple[float, int]] = field(default_factory=dict)
    joined: list[float] = field(default_factory=list)
    called: list[float] = field(default_factory=list)
    left: list[float] = field(default_factory=list)
    waits: list[float] = field(default_factory=list)
    paces: list[float] = field(default_factory=list)
    waited: float = 0.0
    placed: int = 0

    def join(self, ticket: UUID, minute: float) -> None:
        """Someone begins to wait."""
        insort(self.joined, minute)
        self.line[ticket] = minute, len(self.line) + 1

    def call(self, ticket: UUID, minute: float) -> None:
        """Someone is called; how long they waited is known now."""
        self.called.append(minute)
        if ticket not in self.line:
            return  # in line since another day
        since, place = self.line.pop(ticket)
        self.waits.append(minute - since)
        self.paces.append((minute - since) / place)
        self.waited += minute - since
        self.placed += place

    def leave(self, ticket: UUID, minute: float) -> None:
        """Someone waits no more, for whatever other reason."""
        if self.line.pop(ticket, None) is not None:
            self.left.append(minute)

    def rate(self, minute: float, span_min: float) -> float:
        """Calls a minute over a span, or over the day if that is shorter."""
        begun = self.joined[0] if self.joined else minute
        span_min = max(1.0, min(span_min, minute - begun))
        return _within(self.called, minute, span_min) / span_min

    def sight(self, minute: float, windows: int) -> Sight:
        """The line now, without what other services add."""
        came = _within(self.joined, minute, LATELY_MIN)
        last = self.paces[-3:]
        return Sight(
            minute=minute,
            waiting=len(self.line),
            windows=windows,
            last_wait=self.waits[-1] if self.waits else None,
            wait_before=self.waits[-2] if len(self.waits) > 1 else None,
            called_15=self.rate(minute, 15),
            called_30=self.rate(minute, LATELY_MIN),
            called_60=self.rate(minute, 60),
            called_day=self.rate(minute, DAY_MIN),
            joined_30=came / LATELY_MIN,
            growth=came
            - _within(self.called, minute, LATELY_MIN)
            - _within(self.left, minute, LATELY_MIN),
            stalled=minute - self.called[-1] if self.called else None,
            pace_last=sum(last) / len(last) if last else None,
            pace_day=self.waited / self.placed if self.placed else None,
            known=len(self.paces),
        )


class Ledger:
    """The traces of all services on one day, kept up by what happens to tickets."""

    def __init__(self, plan: HallPlan, day: date) -> None:
        self._plan, self._day = plan, day
        self._traces = {service.id: Trace() for service in plan.services}
        self._where: dict[UUID, str] = {}
        self._kept: set[UUID] = set()

    @classmethod
    def of(cls, plan: HallPlan, state: State) -> "Ledger":
        """The ledger of the present day, out of what became of its tickets."""
        ledger = cls(plan, state.day)
        steps = [(step, ticket.id) for ticket in state.tickets.values() for step in ticket.history]
        for step, ticket in sorted(steps, key=_when):
            ledger.note(ticket, step)
        return ledger

    def note(self, ticket: UUID, step: Step) -> None:
        """Something happened to a ticket; what happened on other days is passed over."""
        minute = self._minute(step.at)
        if minute is None or step.service not in self._traces:
            return
        if step.what == "called":
            self._traces[self._where.pop(ticket, step.service)].call(ticket, minute)
            self._kept.discard(ticket)
        elif step.what in LEAVES:
            self._leave(ticket, minute)
            if step.what in KEEPS:
                self._kept.add(ticket)
        elif step.what in JOINS and step.window is None:
            self._leave(ticket, minute)
            if step.what == "transferred" and ticket in self._kept:
                return
            self._kept.discard(ticket)
            self._traces[step.service].join(ticket, minute)
            self._where[ticket] = step.service

    def sights(self, state: State, now: datetime) -> dict[str, Sight]:
        """Every service's queue as it looks now."""
        minute = self._minute(now)
        minute = DAY_MIN if minute is None else minute
        opened = open_windows(self._plan, state)
        able = {s: sum(s in window.skills for window in opened) for s in self._traces}
        seen = {s: trace.sight(minute, able[s]) for s, trace in self._traces.items()}
        waiting = sum(sight.waiting for sight in seen.values())
        called = sum(sight.called_30 for sight in seen.values())
        return {
            service: replace(
                sight, hall_waiting=waiting, hall_windows=len(opened), hall_called=called
            )
            for service, sight in seen.items()
        }

    def _leave(self, ticket: UUID, minute: float) -> None:
        if ticket in self._where:
            self._traces[self._where.pop(ticket)].leave(ticket, minute)

    def _minute(self, at: datetime) -> float | None:
        """Minutes since the day began, by the hall's clock; None on another day."""
        local = self._plan.local(at)
        if local.date() != self._day:
            return None
        return local.hour * 60 + local.minute + local.second / 60


def _when(step: tuple[Step, UUID]) -> datetime:
    return step[0].at


def _within(times: list[float], minute: float, span_min: float) -> int:
    """How many of the times lie in the span before `minute`."""
    return bisect_right(times, minute) - bisect_right(times, minute - span_min)
