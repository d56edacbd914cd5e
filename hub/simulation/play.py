"""A simulated day, event by event: what visitors and clerks do on the hub's own decisions."""

from collections import deque
from collections.abc import Callable
from dataclasses import dataclass, field
from datetime import UTC, timedelta
from heapq import heappop, heappush
from typing import Any, Final, Literal, Self
from uuid import UUID

from hall.messages import Channel, Role, TicketState, VisitClass
from hub.core import commands, diversion, events
from hub.core.commands import Actor
from hub.core.plan import HallPlan, Window
from hub.core.refusals import Refused
from hub.core.staffing import Changes
from hub.core.state import State
from hub.simulation.assumptions import Habits
from hub.simulation.crew import Crew
from hub.simulation.decisions import DOOR, Decisions
from hub.simulation.visitors import Day, Visitor, midnight_of, opening_min
from hub.simulation.visits import Outcome, Visit

MANAGER: Final = Actor("simulated manager", Role.MANAGER)
TICKETS: Final = 1 << 64  # where ids of tickets begin, far from those of appointments


@dataclass(slots=True)
class Servers:
    """Several alike servers with one line before them."""

    to: Literal["kiosk", "expert"]
    free: int
    line: deque[Visit] = field(default_factory=deque)


@dataclass(slots=True)
class Desk:
    """What the simulation knows of a window: since when it is open, and idle if it is."""

    window: Window
    clerk: Actor
    pace: float
    opened_min: float | None = None
    idle_min: float | None = None


def play(
    plan: HallPlan, state: State, day: Day, habits: Habits, crew: Crew, *, offering: bool
) -> Outcome:
    """Play a day from its morning, which `state` holds; the hall empties before clerks leave.

    `offering`: whether kiosks and experts are offered to those whom they save time.
    """
    return Play(plan, state, day, habits, crew, offering=offering).begin().run()


class Play:
    """The world around a hub: a calendar of what happens next, in minutes since midnight."""

    def __init__(
        self, plan: HallPlan, state: State, day: Day, habits: Habits, crew: Crew, *, offering: bool
    ) -> None:
        self.midnight = midnight_of(plan, day.date).astimezone(UTC)
        self.opens_min, self.closes_min = opening_min(plan, day.date)
        self.hall = Decisions(plan, state, self.midnight)
        self.plan, self.habits, self.crew, self.offering = plan, habits, crew, offering
        self.now_min = 0.0
        first = TICKETS + (state.issued << 20)  # other ids than in a simulation that led here
        self.visits = [
            Visit(visitor, UUID(int=first + number))
            for number, visitor in enumerate(day.visitors)
            if visitor.comes
        ]
        self.by_ticket = {visit.ticket: visit for visit in self.visits}
        self.desks = {
            window.id: Desk(window, Actor(f"clerk-{window.id}", Role.CLERK), day.pace[window.id])
            for window in plan.windows
        }
        self.able: dict[str, list[Desk]] = {
            service: [desk for desk in self.desks.values() if service in desk.window.skills]
            for service in plan.service_by_id
        }
        self.kiosks = Servers("kiosk", plan.diversion.kiosks)
        self.experts = Servers("expert", plan.diversion.experts)
        self.window_min = self.busy_min = 0.0
        self._calendar: list[tuple[float, int, Callable[[Any], None], Any]] = []
        self._entries = 0
        for visit in self.visits:
            self.at(visit.visitor.arrives_min, self.arrive, visit)
        self.at(self.closes_min, self.close_doors)

    def begin(self) -> Self:
        """Start in the morning with the windows of the roster."""
        for minute in (self.opens_min, *self.crew.roster_changes(self.opens_min, self.closes_min)):
            self.at(minute, self.follow_roster)
        self.look_from(self.opens_min)
        return self

    def look_from(self, minute: float) -> None:
        """Let the manager look at the advice of `elastic`, if the crew has it."""
        if self.crew.expect is not None:
            self.at(minute + self.crew.staff.look_min, self.take_advice)

    def at(self, minute: float, what: Callable[[Any], None], about: object = None) -> None:
        """Let something happen at a minute; of those at the same one, first what was said first."""
        self._entries += 1
        heappush(self._calendar, (minute, self._entries, what, about))

    def run(self) -> Outcome:
        """Let the day pass."""
        while self._calendar:
            self.step()
        return Outcome(tuple(self.visits), self.window_min, self.busy_min)

    def step(self) -> None:
        """Let the next thing happen."""
        self.now_min, _, what, about = heappop(self._calendar)
        self.hall.now = self.midnight + timedelta(minutes=self.now_min)
        what(about)

    # Visitors -------------------------------------------------------------------------------

    def arrive(self, visit: Visit) -> None:
        """Take a number; then go to a kiosk or an expert, or wait for a window."""
        visitor, ticket = visit.visitor, visit.ticket
        if isinstance(self.hall.do(self._taking(visit), DOOR), Refused):
            visit.ended = "turned_away"
            return
        visit.visit = self.hall.state.tickets[ticket].visit
        kiosk, expert = self._willing(visitor)
        if visit.visit is not VisitClass.PRIORITY and visitor.kiosk_taste < kiosk:
            self.divert(visit, self.kiosks)
        elif visitor.expert_taste < expert and len(self.experts.line) < self.habits.expert_queue:
            self.divert(visit, self.experts)
        else:
            self.wait(visit)

    def _taking(self, visit: Visit) -> commands.IssueTicket | commands.CheckIn:
        visitor, ticket = visit.visitor, visit.ticket
        token = ticket.hex
        if visitor.appointment and visitor.appointment in self.hall.state.appointments:
            return commands.CheckIn(
                visitor.appointment, ticket, token, visitor.priority, Channel.KIOSK
            )
        return commands.IssueTicket(ticket, token, visitor.service, visitor.priority, Channel.KIOSK)

    def _willing(self, visitor: Visitor) -> tuple[float, float]:
        """Below which taste the visitor goes to a kiosk, and to an expert, if that could help."""
        habits, plan, state = self.habits, self.plan, self.hall.state
        helped = min(visitor.kiosk_taste, visitor.expert_taste) < 1
        if not self.offering or not helped:
            return habits.kiosk_unasked, habits.expert_unasked
        wait_min = diversion.work_ahead_min(plan, state)
        offers = diversion.offers(plan, state, visitor.service, wait_min)
        offered = {offer.to for offer in offers}
        return (
            habits.kiosk_offered if "kiosk" in offered else habits.kiosk_unasked,
            habits.expert_offered if "expert" in offered else habits.expert_unasked,
        )

    def divert(self, visit: Visit, servers: Servers) -> None:
        """Go and queue there, keeping the number; where there is no such thing, wait."""
        happened = self.hall.do(commands.DivertTicket(visit.ticket, servers.to), DOOR)
        if isinstance(happened, Refused):
            self.wait(visit)
        elif servers.free:
            self.attempt(visit, servers)
        else:
            servers.line.append(visit)

    def attempt(self, visit: Visit, servers: Servers) -> None:
        """A kiosk or an expert begins with them."""
        servers.free -= 1
        visit.began_min = self.now_min
        minutes = (
            visit.visitor.kiosk_min
            if servers.to == "kiosk"
            else visit.visitor.work_min * self.habits.expert_slowdown
        )
        self.at(self.now_min + minutes, self.tried, (visit, servers))

    def tried(self, what: tuple[Visit, Servers]) -> None:
        """It helped, or it is back to the line."""
        visit, servers = what
        servers.free += 1
        if servers.line:
            self.attempt(servers.line.popleft(), servers)
        if servers.to == "kiosk" and visit.visitor.kiosk_fails:
            visit.began_min = None
            self.hall.do(commands.ResumeTicket(visit.ticket), DOOR)
            self.wait(visit)
        else:
            self.hall.do(commands.CompleteDiversion(visit.ticket), DOOR)
            visit.ended = servers.to
        self._go_home()

    def wait(self, visit: Visit) -> None:
        """A free clerk calls at once: one whose service it is, and of these the longest idle."""
        service = visit.visitor.service
        idle = [
            (service not in desk.window.services, desk.idle_min, desk.window.id, desk)
            for desk in self.able[service]
            if desk.idle_min is not None
        ]
        if idle:
            self.call(min(idle)[3])
        if self.hall.state.tickets[visit.ticket].state is TicketState.WAITING:
            lost_min = visit.visitor.arrives_min + visit.visitor.patience_min
            self.at(max(self.now_min, lost_min), self.lose_patience, visit)

    def lose_patience(self, visit: Visit) -> None:
        """Leave, unless it was just one's turn; most say nothing, and will be called in vain."""
        if self.hall.state.tickets[visit.ticket].state is not TicketState.WAITING:
            return
        visit.began_min, visit.ended = self.now_min, "left"
        if visit.visitor.gives_back:
            self.hall.do(commands.CancelTicket(visit.ticket), DOOR)

    # Clerks ---------------------------------------------------------------------------------

    def call(self, desk: Desk) -> None:
        """Finish whoever is there and call the next; with nobody to call, idle."""
        happened = self.hall.do(commands.CallNext(desk.window.id), desk.clerk)
        desk.idle_min = None
        if isinstance(happened, Refused):
            return
        called = [event for event in happened if isinstance(event, events.TicketCalled)]
        if called:
            self.serve(desk, self.by_ticket[called[0].ticket])
        elif any(isinstance(event, events.WindowClosed) for event in happened):
            self._shut(desk)
        else:
            desk.idle_min = self.now_min
            self._go_home()

    def serve(self, desk: Desk, visit: Visit) -> None:
        """Serve whoever was called, or wait in vain for them."""
        if visit.ended is not None:
            minutes = self.habits.no_show_min
            self.at(self.now_min + minutes, self.miss, desk)
        else:
            self.hall.do(commands.StartService(desk.window.id), desk.clerk)
            minutes = self.minutes_at(desk, visit.visitor)
            visit.began_min, visit.ended = self.now_min, "window"
            self.at(self.now_min + minutes, self.call, desk)
        self.busy_min += minutes

    def minutes_at(self, desk: Desk, visitor: Visitor) -> float:
        """How long a visitor takes there."""
        service = self.plan.service_by_id[visitor.service]
        slower = self.plan.minutes_at(desk.window, service) / service.minutes
        return visitor.work_min * desk.pace * slower

    def miss(self, desk: Desk) -> None:
        """Nobody came."""
        happened = self.hall.do(commands.MarkNoShow(desk.window.id), desk.clerk)
        if not isinstance(happened, Refused) and any(
            isinstance(event, events.WindowClosed) for event in happened
        ):
            self._shut(desk)
        else:
            self.call(desk)

    def open_window(self, desk: Desk) -> None:
        """Receive visitors, or go on doing so."""
        self.hall.do(commands.OpenWindow(desk.window.id), desk.clerk)
        if desk.opened_min is None:
            desk.opened_min = self.now_min
            self.call(desk)

    def close_window(self, desk: Desk) -> None:
        """Receive nobody more; where the hall needs the window, stay."""
        command = commands.CloseWindow(desk.window.id, after_current=True)
        happened = self.hall.do(command, MANAGER)
        if desk.idle_min is not None and not isinstance(happened, Refused):
            self._shut(desk)

    def _shut(self, desk: Desk) -> None:
        if desk.opened_min is not None:
            self.window_min += self.now_min - desk.opened_min
        desk.opened_min = desk.idle_min = None

    # The manager ----------------------------------------------------------------------------

    def follow_roster(self, _: object) -> None:
        """Open the first windows of the hall file, as many as the roster says; close the others."""
        count = self.crew.staff.roster.at(self.now_min)
        for number, desk in enumerate(self.desks.values()):
            if number < count:
                self.open_window(desk)
            elif desk.opened_min is not None:
                self.close_window(desk)

    def take_advice(self, _: object) -> None:
        """Look at what the rule advises, confirm it a little later, and only then look again."""
        if self.now_min >= self.closes_min:
            return
        staff = self.crew.staff
        changes = self.crew.advice(self.plan, self.hall.state, self.hall.now, self.now_min)
        self.at(self.now_min + staff.confirm_min, self.confirm, changes)
        self.at(self.now_min + max(staff.look_min, staff.confirm_min), self.take_advice)

    def confirm(self, changes: Changes) -> None:
        """Do as advised, as long as the hall is open."""
        if self.now_min >= self.closes_min:
            return
        for window in changes.to_open:
            self.open_window(self.desks[window.id])
        for window in changes.to_close:
            if self.desks[window.id].opened_min is not None:
                self.close_window(self.desks[window.id])

    def close_doors(self, _: object) -> None:
        """Clerks stay for those who are in the hall."""
        self._go_home()

    def _go_home(self) -> None:
        """After hours idle clerks leave, unless a kiosk may send someone back to them."""
        if self.now_min < self.closes_min or self.hall.state.tickets.trying.get("kiosk"):
            return
        for desk in self.desks.values():
            if desk.idle_min is not None:
                self.close_window(desk)
