"""Seeded days of a small hall on the real core, whose true times are not the hall file's."""

from collections.abc import Iterator
from datetime import datetime, timedelta
from heapq import heappop, heappush
from itertools import count
from random import Random
from uuid import UUID

from hall.messages import Channel, Priority
from hub.core import commands, days
from hub.core.commands import Actor, Command
from hub.core.decide import decide
from hub.core.events import Event, Record
from hub.core.refusals import Refused
from hub.core.state import State, apply
from tests.unit.hub_fakes import NOON, hall_plan
from tests.unit.hub_hall import BOSS

PLAN = hall_plan()
# Truth by service: minutes, where the hall file says 5, 10 and 8.
MINUTES = {"cards": 9.0, "papers": 6.0, "taxes": 14.0}
MORNING = NOON.replace(hour=1)  # 9:00 in Shanghai
OPEN_MIN = 7 * 60.0


class Rush:
    """The hall: visitors come at random, clerks call whenever they are free."""

    def __init__(self, seed: int, minutes: dict[str, float] | None = None) -> None:
        self.minutes = minutes or MINUTES
        self.random, self.ids = Random(seed), count(1)
        self.state, self.records = State(), list[Record]()

    def day(self, number: int, per_hour: float = 18.0) -> None:
        """One day from opening until everyone is served or the evening ends."""
        start = MORNING + timedelta(days=number)
        self._happen(days.turn(PLAN, self.state, start), start)
        for window in PLAN.windows:
            self.do(commands.OpenWindow(window.id), start)
        agenda: list[tuple[float, int, str]] = []
        at = 0.0
        while (at := at + self.random.expovariate(per_hour / 60)) < OPEN_MIN:
            heappush(agenda, (at, next(self.ids), "come"))
        while agenda:
            minute, _, what = heappop(agenda)
            now = start + timedelta(minutes=minute)
            if what == "come":
                service = self.random.choice(list(self.minutes))
                ticket = self.id()
                self.do(
                    commands.IssueTicket(
                        ticket, str(ticket), service, Priority.NONE, Channel.KIOSK
                    ),
                    now,
                )
            else:
                self.do(commands.FinishService(what), now)
            for ends, called_to in self._call(now, minute):
                heappush(agenda, (ends, next(self.ids), called_to))
        for window in PLAN.windows:
            self.do(commands.CloseWindow(window.id), now)

    def _call(self, now: datetime, minute: float) -> Iterator[tuple[float, str]]:
        """Free windows call; when each will be done."""
        for window in PLAN.windows:
            if self.state.window(window.id).ticket is not None:
                continue
            self.do(commands.CallNext(window.id), now)
            ticket = self.state.window(window.id).ticket
            if ticket is None:
                continue
            self.do(commands.StartService(window.id), now)
            mean = self.minutes[self.state.tickets[ticket].service]
            yield minute + self.random.lognormvariate(0, 0.5) * mean * 0.88, window.id

    def do(self, command: Command, now: datetime, actor: Actor = BOSS) -> None:
        happened = decide(PLAN, self.state, command, actor, now)
        assert not isinstance(happened, Refused), happened
        self._happen(happened, now)

    def id(self) -> UUID:
        return UUID(int=self.random.getrandbits(128))

    def _happen(self, happened: list[Event], now: datetime) -> None:
        for event in happened:
            record = Record(id=self.id(), at=now, actor="boss", event=event)
            self.state = apply(PLAN, self.state, record)
            self.records.append(record)


def journal(number: int, *, seed: int = 1, minutes: dict[str, float] | None = None) -> list[Record]:
    """What so many days write."""
    rush = Rush(seed, minutes)
    for day in range(number):
        rush.day(day)
    return rush.records
