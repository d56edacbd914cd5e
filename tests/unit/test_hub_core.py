"""Whatever people ask in whatever order, the hall keeps its promises."""

from datetime import date, timedelta
from typing import get_args
from uuid import UUID

import pytest
from hypothesis import settings
from hypothesis import strategies as st
from hypothesis.stateful import RuleBasedStateMachine, invariant, rule

from hall.messages import Channel, Priority, Role, TicketState
from hub.core import alerts, commands, events
from hub.core.commands import Actor, Command
from hub.core.decide import decide
from hub.core.events import Event, Record
from hub.core.occupancy import Occupancy, zones
from hub.core.refusals import REFUSALS, Refused
from hub.core.register import FINAL
from hub.core.state import State, apply, broken_promises
from hub.core.views import View, answer
from tests.unit.hub_fakes import NOON, SERVED, crowd_seen, fresh_ids, hall_plan, hall_tables

PLAN = hall_plan()
MANAGER = Actor("boss", Role.MANAGER)
CLERK = Actor("li", Role.CLERK)
ACTORS = (MANAGER, CLERK, Actor("wang", Role.CLERK), Actor("root", Role.ADMIN))
AT_WINDOW = {TicketState.CALLED, TicketState.SERVING}
DAY = timedelta(days=1)


class Hall(RuleBasedStateMachine):
    """Every command in every state, while the clock does as it likes."""

    def __init__(self) -> None:
        super().__init__()
        self.state, self.now, self.ids = State(), NOON, fresh_ids()
        self.records: list[Record] = []
        self.living: dict[UUID, str] = {}
        self.numbers: set[tuple[date, str]] = set()

    def happen(self, event: Event) -> None:
        record = Record(id=next(self.ids), at=self.now, actor="x", event=event)
        self.check(event)
        self.state = apply(PLAN, self.state, record)
        self.records.append(record)
        if isinstance(event, events.TicketIssued):
            assert (self.state.day, event.number) not in self.numbers
            self.numbers.add((self.state.day, event.number))
            self.living[event.ticket] = event.service

    def check(self, event: Event) -> None:
        """What an event may be, seen from the state before it."""
        if isinstance(event, events.TicketCalled):
            able = [t for t in self.state.waiting() if t.service in SERVED[event.window]]
            assert able[0].id == event.ticket
            assert self.state.window(event.window).ticket is None
        elif isinstance(
            event, events.TicketFinished | events.TicketMissed | events.TicketCancelled
        ):
            del self.living[event.ticket]

    def ask(self, command: Command, actor: Actor) -> None:
        before = self.state
        outcome = decide(PLAN, before, command, actor, self.now)
        assert self.state is before
        if isinstance(outcome, Refused):
            assert outcome.code in REFUSALS
            return
        for event in outcome:
            self.happen(event)
        answer(View(PLAN, self.state, self.now), command, outcome)

    @rule(
        service=st.sampled_from(["cards", "papers", "taxes", "unheard-of"]),
        priority=st.sampled_from(Priority),
        times=st.integers(1, 3),
    )
    def issue(self, service: str, priority: Priority, times: int) -> None:
        for _ in range(times):
            ticket = next(self.ids)
            self.ask(
                commands.IssueTicket(ticket, f"token-{ticket}", service, priority, Channel.KIOSK),
                Actor("device:k"),
            )

    @rule(data=st.data())
    def cancel(self, data: st.DataObject) -> None:
        known = [*self.state.tickets, UUID(int=0)]
        ticket = data.draw(st.sampled_from(known))
        self.ask(commands.CancelTicket(ticket), Actor("visitor:x"))

    @rule(
        kind=st.sampled_from(get_args(commands.WindowCommand)),
        window=st.sampled_from([*SERVED, "w9"]),
        actor=st.sampled_from(ACTORS),
    )
    def work_at_window(self, kind: type, window: str, actor: Actor) -> None:
        self.ask(kind(window), actor)

    @rule(window=st.sampled_from(sorted(SERVED)))
    def serve_one(self, window: str) -> None:
        for kind in (commands.OpenWindow, commands.CallNext, commands.StartService):
            self.ask(kind(window), MANAGER)

    @rule(people=st.integers(5, 50))
    def raise_or_clear(self, people: int) -> None:
        crowded = PLAN.rules[0]
        live = alerts.live_alert(self.state, crowded)
        seen = Occupancy({"cam": crowd_seen(people, self.now)})
        zone = zones(PLAN, seen, self.now)["waiting"]
        if live is None:
            self.happen(alerts.raise_alert(PLAN, self.state, crowded, zone, next(self.ids)))
        else:
            self.happen(alerts.clear_alert(live, zone))

    @rule(
        kind=st.sampled_from(get_args(commands.AlertCommand)),
        actor=st.sampled_from([MANAGER, ACTORS[3]]),
        data=st.data(),
    )
    def handle_alert(self, kind: type, actor: Actor, data: st.DataObject) -> None:
        alert = data.draw(st.sampled_from([*self.state.alerts, UUID(int=0)]))
        self.ask(kind(alert), actor)

    @rule(by=st.sampled_from([timedelta(minutes=7), timedelta(hours=13), -timedelta(hours=1)]))
    def clock_moves(self, by: timedelta) -> None:
        self.now += by

    @rule()
    def midnight_is_noticed(self) -> None:
        today = PLAN.local(self.now).date()
        if today > self.state.day:
            self.happen(events.DayBegun(day=today))

    @invariant()
    def no_ticket_is_lost(self) -> None:
        kept = {t.id: t.service for t in self.state.tickets.values() if t.state not in FINAL}
        assert kept == self.living
        assert all(
            self.state.tickets.by_token[t.token] == t.id for t in self.state.tickets.values()
        )

    @invariant()
    def living_numbers_differ(self) -> None:
        numbers = [t.number for t in self.state.tickets.values() if t.state not in FINAL]
        assert len(numbers) == len(set(numbers))

    @invariant()
    def tickets_and_windows_agree(self) -> None:
        called = {t.id: t for t in self.state.tickets.values() if t.state in AT_WINDOW}
        at_windows = {w.ticket: id_ for id_, w in self.state.windows.items() if w.ticket}
        assert {key: ticket.window for key, ticket in called.items()} == at_windows
        assert all(called[key].service in SERVED[window] for key, window in at_windows.items())

    @invariant()
    def one_alert_of_a_rule_is_live(self) -> None:
        assert len(self.state.live_alerts()) <= 1

    @invariant()
    def the_view_can_be_drawn(self) -> None:
        view = View(PLAN, self.state, self.now)
        hall = view.hall(Occupancy(), {})
        assert sum(queue.waiting for queue in hall.queues.values()) == len(self.state.waiting())

    def teardown(self) -> None:
        """The journal alone leads to the same hall, also once it was written down as JSON."""
        state = State()
        for record in self.records:
            state = apply(PLAN, state, Record.model_validate_json(record.model_dump_json()))
        assert state == self.state


Hall.TestCase.settings = settings(max_examples=60, stateful_step_count=40, deadline=None)
TestHall = Hall.TestCase


def after(*asked: tuple[Command, Actor]) -> State:
    """The state after commands that must be granted."""
    state, ids = State(), fresh_ids()
    for command, actor in asked:
        happened = decide(PLAN, state, command, actor, NOON)
        assert not isinstance(happened, Refused), happened
        for event in happened:
            record = Record(id=next(ids), at=NOON, actor=actor.name, event=event)
            state = apply(PLAN, state, record)
    return state


def ticket(number: int, service: str = "cards") -> commands.IssueTicket:
    return commands.IssueTicket(
        UUID(int=1000 + number), f"t{number}", service, Priority.NONE, Channel.KIOSK
    )


TAKEN = (ticket(1), MANAGER)
OPENED = (commands.OpenWindow("w1"), CLERK)
CALLED = (commands.CallNext("w1"), CLERK)
STARTED = (commands.StartService("w1"), CLERK)
OTHER = Actor("wang", Role.CLERK)


@pytest.mark.parametrize(
    ("history", "command", "actor", "code"),
    [
        ((), ticket(1, "unheard-of"), MANAGER, "unknown_service"),
        ((), commands.CancelTicket(UUID(int=9)), MANAGER, "unknown_ticket"),
        ((), commands.OpenWindow("w9"), CLERK, "unknown_window"),
        ((), commands.CallNext("w1"), CLERK, "window_not_open"),
        ((), commands.PauseWindow("w1"), MANAGER, "window_not_open"),
        ((OPENED,), commands.OpenWindow("w1"), OTHER, "window_of_another"),
        ((OPENED,), commands.Recall("w1"), CLERK, "nothing_called"),
        ((TAKEN, OPENED, CALLED), commands.CallNext("w1"), CLERK, "ticket_awaits"),
        ((TAKEN, OPENED, CALLED), commands.CloseWindow("w1"), CLERK, "window_busy"),
        ((TAKEN, OPENED, CALLED, STARTED), commands.MarkNoShow("w1"), CLERK, "nothing_called"),
        (
            (TAKEN, OPENED, CALLED, STARTED),
            commands.CancelTicket(UUID(int=1001)),
            MANAGER,
            "ticket_at_window",
        ),
        (
            (TAKEN, (commands.CancelTicket(UUID(int=1001)), MANAGER)),
            commands.CancelTicket(UUID(int=1001)),
            MANAGER,
            "ticket_finished",
        ),
        ((), commands.AcknowledgeAlert(UUID(int=9)), MANAGER, "unknown_alert"),
    ],
)
def test_each_refusal_says_why(
    history: tuple[tuple[Command, Actor], ...], command: Command, actor: Actor, code: str
) -> None:
    assert decide(PLAN, after(*history), command, actor, NOON) == Refused(code)


def test_a_closed_hall_gives_no_numbers() -> None:
    closed = hall_plan(hours={"mon": ["09:00-11:00"]})
    assert decide(closed, State(), ticket(1), MANAGER, NOON) == Refused("hall_closed")


def test_calling_the_next_finishes_whoever_was_served() -> None:
    state = after(TAKEN, (ticket(2), MANAGER), OPENED, CALLED, STARTED, CALLED)
    assert [t.state for t in state.tickets.values()] == [TicketState.DONE, TicketState.CALLED]


def test_a_manager_who_pauses_and_opens_a_window_leaves_it_to_its_clerk() -> None:
    state = after(OPENED, (commands.PauseWindow("w1"), MANAGER), (OPENED[0], MANAGER))
    assert state.window("w1").clerk == "li"


def test_a_number_still_held_from_yesterday_is_passed_over() -> None:
    state = after(TAKEN)
    happened = decide(PLAN, state, ticket(2), MANAGER, NOON + DAY)
    assert not isinstance(happened, Refused)
    assert [event.number for event in happened if isinstance(event, events.TicketIssued)] == [
        "A002"
    ]


def test_a_plan_without_what_living_tickets_need_is_found_out() -> None:
    state = after(TAKEN, OPENED, CALLED)
    tables = hall_tables()
    without_window = hall_plan(windows=tables["windows"][1:])
    assert [line.split(" is gone")[0] for line in broken_promises(without_window, state)] == [
        "windows: w1"
    ]
    services = [each for each in tables["services"] if each["id"] != "cards"]
    windows = [
        {**each, "services": [skill for skill in each["services"] if skill != "cards"]}
        for each in tables["windows"]
    ]
    without_service = hall_plan(services=services, windows=windows)
    assert broken_promises(without_service, state)[0].startswith("services: cards is gone")
    assert not broken_promises(PLAN, state)
    assert not broken_promises(without_service, after())


def test_an_ended_ticket_of_a_removed_service_can_still_be_shown() -> None:
    state = after(TAKEN, (commands.CancelTicket(UUID(int=1001)), MANAGER))
    tables = hall_tables()
    plan = hall_plan(
        services=[each for each in tables["services"] if each["id"] == "taxes"],
        windows=[tables["windows"][1]],
    )
    shown = View(plan, state, NOON).ticket(state.tickets[UUID(int=1001)])
    assert shown.service_name.zh == "cards"
