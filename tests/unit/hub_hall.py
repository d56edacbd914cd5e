"""A hall driven by commands in memory, for tests of its decisions."""

from collections.abc import Callable
from dataclasses import dataclass, field
from datetime import datetime, timedelta
from itertools import count
from uuid import UUID

from hall.messages import Channel, Priority, Role
from hub.core import commands, days
from hub.core.commands import Actor, Command
from hub.core.decide import decide
from hub.core.events import Event, Record
from hub.core.plan import HallPlan
from hub.core.refusals import Refused
from hub.core.register import TicketNow
from hub.core.state import State, apply
from hub.core.views import View
from tests.unit.hub_fakes import NOON, busy_plan

BOSS = Actor("boss", Role.MANAGER)
LI, WANG = Actor("li", Role.CLERK), Actor("wang", Role.CLERK)
VISITOR = Actor("visitor:x")


@dataclass
class Hall:
    """Plan, state and clock; every id is the next number."""

    plan: HallPlan = field(default_factory=busy_plan)
    state: State = field(default_factory=State)
    now: datetime = NOON
    records: list[Record] = field(default_factory=list)
    ids: Callable[[], UUID] = field(default_factory=lambda: map(_uuid, count(1)).__next__)

    def do(self, command: Command, actor: Actor = BOSS) -> list[Event]:
        """What happens; the command must be granted."""
        happened = decide(self.plan, self.state, command, actor, self.now)
        assert not isinstance(happened, Refused), happened
        self.happen(happened, actor)
        return happened

    def happen(self, happened: list[Event], actor: Actor = BOSS) -> None:
        for event in happened:
            record = Record(id=self.ids(), at=self.now, actor=actor.name, event=event)
            self.state = apply(self.plan, self.state, record)
            self.records.append(record)

    def refusal(self, command: Command, actor: Actor = BOSS) -> str:
        """The code with which a command is refused; it must be."""
        refused = decide(self.plan, self.state, command, actor, self.now)
        assert isinstance(refused, Refused), refused
        return refused.code

    def wait(self, minutes: float) -> None:
        """Let time pass, and notice midnight."""
        self.now += timedelta(minutes=minutes)
        self.happen(days.turn(self.plan, self.state, self.now))

    def taking(
        self,
        service: str = "cards",
        priority: Priority = Priority.NONE,
        *,
        also: tuple[str, ...] = (),
        person: str | None = None,
        acting_for: str | None = None,
    ) -> commands.IssueTicket:
        """The command to take a number."""
        ticket = self.ids()
        return commands.IssueTicket(
            ticket,
            f"token-{ticket}",
            service,
            priority,
            Channel.KIOSK,
            also,
            person,
            acting_for,
        )

    def take(self, service: str = "cards", priority: Priority = Priority.NONE) -> UUID:
        """A number just taken."""
        return self.given(self.taking(service, priority))

    def given(self, command: commands.IssueTicket) -> UUID:
        """The ticket of a number just taken."""
        self.do(command)
        return command.ticket

    def open(self, *windows: str) -> None:
        for window in windows:
            self.do(commands.OpenWindow(window), LI)

    def call(self, window: str = "w1") -> UUID | None:
        """Whom the policy calls."""
        self.do(commands.CallNext(window), LI)
        return self.state.window(window).ticket

    def serve(self, window: str = "w1", minutes: float = 0) -> UUID | None:
        """Call, serve for a while and finish."""
        called = self.call(window)
        if called is not None:
            self.do(commands.StartService(window), LI)
            self.now += timedelta(minutes=minutes)
            self.do(commands.FinishService(window), LI)
        return called

    def __getitem__(self, ticket: UUID) -> TicketNow:
        return self.state.tickets[ticket]

    @property
    def view(self) -> View:
        return View(self.plan, self.state, self.now)


def _uuid(number: int) -> UUID:
    return UUID(int=number)
