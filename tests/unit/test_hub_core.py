"""Each refusal says why, and what the hall's file may not take away."""

from datetime import timedelta
from uuid import UUID

import pytest

from hall.messages import Channel, Priority, Role, TicketState
from hub.core import commands, events
from hub.core.commands import Actor, Command
from hub.core.decide import decide
from hub.core.events import Record
from hub.core.refusals import Refused
from hub.core.state import State, apply, broken_promises
from hub.core.views import View
from tests.unit.hub_fakes import NOON, fresh_ids, hall_plan, hall_tables

PLAN = hall_plan()
MANAGER = Actor("boss", Role.MANAGER)
CLERK = Actor("li", Role.CLERK)
DAY = timedelta(days=1)


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


def test_a_service_still_to_come_and_a_window_waited_for_are_missed_too() -> None:
    more = commands.IssueTicket(
        UUID(int=1001), "t", "cards", Priority.NONE, Channel.KIOSK, ("papers",)
    )
    for_w3 = commands.TransferTicket(UUID(int=1001), window="w3")
    state = after((more, MANAGER), (commands.OpenWindow("w3"), MANAGER), (for_w3, MANAGER))
    tables = hall_tables()
    services = [each for each in tables["services"] if each["id"] != "papers"]
    windows = [
        {**each, "services": [skill for skill in each["services"] if skill != "papers"]}
        for each in tables["windows"][:2]
    ]
    broken = broken_promises(hall_plan(services=services, windows=windows), state)
    assert [line.split(" is gone")[0] for line in broken] == ["services: papers", "windows: w3"]


def test_an_ended_ticket_of_a_removed_service_can_still_be_shown() -> None:
    state = after(TAKEN, (commands.CancelTicket(UUID(int=1001)), MANAGER))
    tables = hall_tables()
    plan = hall_plan(
        services=[each for each in tables["services"] if each["id"] == "taxes"],
        windows=[tables["windows"][1]],
    )
    shown = View(plan, state, NOON).ticket(state.tickets[UUID(int=1001)])
    assert shown.service_name.zh == "cards"
