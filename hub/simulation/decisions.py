"""The hub's decisions carried out in memory: what the engine does, without journal and outbox."""

from dataclasses import dataclass
from datetime import datetime
from uuid import UUID

from hub.core import commands, days
from hub.core.commands import Actor, Command
from hub.core.decide import decide
from hub.core.events import Event, Record
from hub.core.plan import HallPlan
from hub.core.refusals import Refused
from hub.core.state import State, apply
from hub.simulation.visitors import Day, midnight_of

DOOR = Actor("simulated door")


@dataclass(slots=True)
class Decisions:
    """A hall's plan and state, and what time it is."""

    plan: HallPlan
    state: State
    now: datetime
    recorded: int = 0

    def do(self, command: Command, actor: Actor) -> list[Event] | Refused:
        """Ask for a command; what happens is true at once."""
        happened = decide(self.plan, self.state, command, actor, self.now)
        if not isinstance(happened, Refused):
            self.happen(happened, actor)
        return happened

    def happen(self, happened: list[Event], actor: Actor) -> None:
        """Apply events in their order."""
        for event in happened:
            self.recorded += 1
            record = Record(id=UUID(int=self.recorded), at=self.now, actor=actor.name, event=event)
            self.state = apply(self.plan, self.state, record)


def booked(plan: HallPlan, day: Day) -> State:
    """The hall on the morning of a day, with its appointments; who finds no slot just comes."""
    midnight = midnight_of(plan, day.date)
    hall = Decisions(plan, State(), midnight)
    hall.happen(days.turn(plan, hall.state, midnight), DOOR)
    for each in day.visitors:
        if each.appointment is not None and each.slot is not None:
            hall.do(commands.BookAppointment(each.appointment, each.service, each.slot), DOOR)
    return hall.state
