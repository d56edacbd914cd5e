"""Whatever people ask in whatever order, the hall keeps its promises."""

from datetime import timedelta
from typing import get_args
from uuid import UUID

from hypothesis import settings
from hypothesis import strategies as st
from hypothesis.stateful import rule

from hall.messages import Channel, Priority, RatingLevel, Role
from hub.core import commands, days, elastic
from hub.core.appointments import slots
from hub.core.commands import Actor
from hub.core.occupancy import Occupancy
from hub.core.outlook import Outlook
from hub.core.situation import Situation
from hub.core.watching import look
from tests.unit.hub_fakes import crowd_seen
from tests.unit.hub_promises import PLAN, Promises

WINDOWS = [window.id for window in PLAN.windows]
SERVICES = [service.id for service in PLAN.services]
ACTORS = (
    Actor("boss", Role.MANAGER),
    Actor("li", Role.CLERK),
    Actor("wang", Role.CLERK),
    Actor("root", Role.ADMIN),
)
FOR_A_TICKET = (
    commands.CancelTicket,
    commands.HoldTicket,
    commands.ResumeTicket,
    commands.CompleteDiversion,
)


class Hall(Promises):
    """Every command in every state, while the clock does as it likes."""

    def some_ticket(self, data: st.DataObject) -> UUID:
        ticket: UUID = data.draw(st.sampled_from([*self.state.tickets, UUID(int=0)]))
        return ticket

    @rule(
        services=st.lists(st.sampled_from([*SERVICES, "unheard-of"]), min_size=1, max_size=2),
        priority=st.sampled_from([Priority.NONE, Priority.NONE, Priority.ELDERLY]),
        person=st.sampled_from([None, None, "p1", "p2"]),
        acting_for=st.sampled_from([None, "firm"]),
        times=st.integers(1, 3),
    )
    def issue(
        self,
        services: list[str],
        priority: Priority,
        person: str | None,
        acting_for: str | None,
        times: int,
    ) -> None:
        for _ in range(times):
            ticket = next(self.ids)
            self.ask(
                commands.IssueTicket(
                    ticket,
                    f"token-{ticket}",
                    services[0],
                    priority,
                    Channel.KIOSK,
                    tuple(services[1:]),
                    person,
                    acting_for,
                ),
                Actor("device:k"),
            )

    @rule(
        comers=st.lists(
            st.tuples(
                st.sampled_from(SERVICES),
                st.sampled_from([Priority.NONE, Priority.ELDERLY]),
                st.sampled_from([0, 9, 20]),
            ),
            min_size=2,
            max_size=6,
        )
    )
    def rush(self, comers: list[tuple[str, Priority, int]]) -> None:
        """People come faster than they are served."""
        for service, priority, minutes in comers:
            self.issue([service], priority, None, None, 1)
            self.now += timedelta(minutes=minutes)

    @rule(window=st.sampled_from(WINDOWS), times=st.integers(2, 4))
    def serve_some(self, window: str, times: int) -> None:
        for _ in range(times):
            self.serve_one(window)
            self.ask(commands.FinishService(window), ACTORS[0])

    @rule(windows=st.permutations(WINDOWS), data=st.data())
    def send_from_window_to_window(self, windows: list[str], data: st.DataObject) -> None:
        """Someone is told to wait for one window, which then closes."""
        here, there, _ = windows
        self.serve_one(here)
        self.ask(commands.OpenWindow(there), ACTORS[0])
        ticket = self.state.window(here).ticket or self.some_ticket(data)
        self.ask(commands.TransferTicket(ticket, None, there), ACTORS[0])
        self.ask(commands.CloseWindow(there), ACTORS[0])

    @rule(windows=st.permutations(WINDOWS))
    def miss_calls(self, windows: list[str]) -> None:
        """Nobody comes, at one window after the other."""
        for window in windows:
            for kind in (commands.OpenWindow, commands.CallNext, commands.MarkNoShow):
                self.ask(kind(window), ACTORS[0])

    @rule(
        number=st.sampled_from(["A001", "A003", "P001", "B002"]),
        service=st.sampled_from(SERVICES),
        minutes_ago=st.sampled_from([-5, 0, 20, 90]),
        served=st.booleans(),
    )
    def merge_paper(self, number: str, service: str, minutes_ago: int, *, served: bool) -> None:
        ticket = next(self.ids)
        arrived_at = self.now - timedelta(minutes=minutes_ago)
        command = commands.MergePaperTicket(
            ticket, f"token-{ticket}", number, service, Priority.NONE, arrived_at, served=served
        )
        self.ask(command, ACTORS[0])
        self.ask(command, ACTORS[0])

    @rule(
        kind=st.sampled_from(FOR_A_TICKET),
        actor=st.sampled_from([*ACTORS, Actor("visitor:x")]),
        data=st.data(),
    )
    def work_on_ticket(self, kind: type, actor: Actor, data: st.DataObject) -> None:
        self.ask(kind(self.some_ticket(data)), actor)

    @rule(to=st.sampled_from(["kiosk", "expert"]), works=st.booleans(), data=st.data())
    def divert(self, to: str, data: st.DataObject, *, works: bool) -> None:
        ticket = self.some_ticket(data)
        self.ask(commands.DivertTicket(ticket, to), Actor("visitor:x"))  # type: ignore[arg-type]
        done = commands.CompleteDiversion if works else commands.ResumeTicket
        self.ask(done(ticket), Actor("visitor:x"))

    @rule(
        service=st.sampled_from([None, *SERVICES]),
        window=st.sampled_from([None, *WINDOWS, "w9"]),
        actor=st.sampled_from(ACTORS),
        data=st.data(),
    )
    def transfer(
        self, service: str | None, window: str | None, actor: Actor, data: st.DataObject
    ) -> None:
        self.ask(commands.TransferTicket(self.some_ticket(data), service, window), actor)

    @rule(level=st.sampled_from(RatingLevel), data=st.data())
    def rate(self, level: RatingLevel, data: st.DataObject) -> None:
        ticket = self.some_ticket(data)
        self.ask(commands.RateTicket(ticket, level), Actor("visitor:x"))
        self.ask(commands.FinishCallback(ticket, "called"), ACTORS[0])

    @rule(
        service=st.sampled_from(SERVICES),
        ahead=st.integers(0, 1),
        which=st.integers(25, 27),
        person=st.sampled_from([None, "p1"]),
        online=st.booleans(),
        data=st.data(),
    )
    def book(
        self,
        service: str,
        ahead: int,
        which: int,
        person: str | None,
        data: st.DataObject,
        *,
        online: bool,
    ) -> None:
        day = PLAN.local(self.now).date() + timedelta(days=ahead)
        slot = list(slots(PLAN, day))[which]
        appointment = next(self.ids)
        token = f"token-{appointment}" if online else None
        self.ask(
            commands.BookAppointment(appointment, service, slot, person, token),
            ACTORS[0],
        )
        known = sorted(self.state.appointments.values(), key=lambda each: (each.slot, each.id))
        moved = data.draw(st.sampled_from([*known, None]))
        self.ask(
            commands.MoveAppointment(moved.id if moved else UUID(int=0), slot),
            Actor("visitor:x"),
        )

    @rule(
        service=st.sampled_from([*SERVICES, "nothing"]),
        which=st.integers(25, 27),
        reference=st.integers(1, 3),
        cancelled=st.booleans(),
    )
    def take_over_booking(
        self, service: str, which: int, reference: int, *, cancelled: bool
    ) -> None:
        slot = list(slots(PLAN, PLAN.local(self.now).date()))[which]
        outside = commands.TakeOverBooking(UUID(int=reference), service, slot, cancelled=cancelled)
        self.ask(outside, ACTORS[0])

    @rule(come=st.booleans(), data=st.data())
    def use_appointment(self, data: st.DataObject, *, come: bool) -> None:
        known = sorted(self.state.appointments.values(), key=lambda each: (each.slot, each.id))
        wanted = data.draw(st.sampled_from([*known, None]))
        if wanted is None:
            self.ask(commands.CancelAppointment(UUID(int=0)), ACTORS[0])
        elif come:
            self.now = max(self.now, wanted.slot)
            self.midnight_is_noticed()
            ticket = next(self.ids)
            self.ask(
                commands.CheckIn(
                    wanted.id, ticket, f"token-{ticket}", Priority.NONE, Channel.KIOSK
                ),
                Actor("device:k"),
            )
        else:
            self.ask(commands.CancelAppointment(wanted.id), ACTORS[0])

    @rule(
        kind=st.sampled_from(get_args(commands.WindowCommand)),
        window=st.sampled_from([*WINDOWS, "w9"]),
        actor=st.sampled_from(ACTORS),
    )
    def work_at_window(self, kind: type, window: str, actor: Actor) -> None:
        self.ask(kind(window), actor)

    @rule(
        window=st.sampled_from([*WINDOWS, "w9"]),
        kind=st.sampled_from(get_args(commands.StaffingCommand)),
        actor=st.sampled_from([*ACTORS, elastic.ACTOR]),
    )
    def ask_for_a_window(self, window: str, kind: type, actor: Actor) -> None:
        self.ask(kind(window, elastic.ENOUGH), actor)

    @rule(window=st.sampled_from(WINDOWS), reason=st.sampled_from(["", "ill"]), data=st.data())
    def pick(self, window: str, reason: str, data: st.DataObject) -> None:
        self.ask(commands.CallNext(window, self.some_ticket(data), reason), ACTORS[0])

    @rule(window=st.sampled_from(WINDOWS), actor=st.sampled_from(ACTORS))
    def close_after_current(self, window: str, actor: Actor) -> None:
        self.ask(commands.CloseWindow(window, after_current=True), actor)

    @rule(window=st.sampled_from(WINDOWS))
    def serve_one(self, window: str) -> None:
        for kind in (commands.OpenWindow, commands.CallNext, commands.StartService):
            self.ask(kind(window), ACTORS[1])

    @rule(people=st.integers(0, 50))
    def look_around(self, people: int) -> None:
        seen = Occupancy({"cam": crowd_seen(people, self.now)})
        outlook = Outlook(PLAN, self.state)
        situation = Situation(PLAN, self.state, outlook, self.now, seen=seen)
        self.watches, happened = look(situation, self.watches, self.ids.__next__)
        for event in happened:
            self.happen(event)

    @rule(window=st.sampled_from([*WINDOWS, "w9"]))
    def press_for_help(self, window: str) -> None:
        self.ask(commands.SoundDuress(window, next(self.ids)), ACTORS[1])

    @rule(
        kind=st.sampled_from(get_args(commands.AlertCommand)),
        actor=st.sampled_from([ACTORS[0], ACTORS[3]]),
        data=st.data(),
    )
    def handle_alert(self, kind: type, actor: Actor, data: st.DataObject) -> None:
        alert = data.draw(st.sampled_from([*self.state.alerts, UUID(int=0)]))
        self.ask(kind(alert), actor)

    @rule(
        by=st.sampled_from(
            [timedelta(minutes=7), timedelta(minutes=50), timedelta(hours=13), -timedelta(hours=1)]
        )
    )
    def clock_moves(self, by: timedelta) -> None:
        self.now += by

    @rule()
    def midnight_is_noticed(self) -> None:
        for event in days.turn(PLAN, self.state, self.now):
            self.happen(event)


Hall.TestCase.settings = settings(max_examples=120, stateful_step_count=40, deadline=None)
TestHall = Hall.TestCase
