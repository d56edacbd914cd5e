"""What windows may do: rest, close after a visitor, keep taking cash, pick out of turn."""

from collections.abc import Callable
from uuid import UUID

import pytest

from hall.messages import TicketState
from hub.core import commands, events
from hub.core.commands import Command
from tests.unit.hub_fakes import busy_plan
from tests.unit.hub_hall import LI, Hall


@pytest.fixture
def hall() -> Hall:
    hall = Hall()
    hall.open("w1")
    return hall


def test_a_pause_says_why_until_the_window_opens_again(hall: Hall) -> None:
    hall.do(commands.PauseWindow("w1", "training"), LI)
    assert hall.view.window("w1").reason == "training"
    assert hall.refusal(commands.CallNext("w1"), LI) == "window_not_open"
    hall.open("w1")
    assert hall.view.window("w1").reason == ""


def test_a_window_closes_once_its_present_visitor_is_done(hall: Hall) -> None:
    ticket, _ = hall.take(), hall.take()
    hall.call()
    hall.do(commands.CloseWindow("w1", after_current=True), LI)
    assert hall.view.window("w1").closing
    hall.do(commands.StartService("w1"), LI)
    assert hall.state.window("w1").state == "open"
    hall.do(commands.CallNext("w1"), LI)
    assert hall[ticket].state is TicketState.DONE
    assert hall.state.window("w1").state == "closed"
    assert hall.state.window("w1").ticket is None


@pytest.mark.parametrize(
    "away",
    [
        commands.HoldTicket,
        lambda ticket: commands.TransferTicket(ticket, service="taxes"),
        commands.CancelTicket,
        lambda ticket: commands.MarkNoShow("w1"),
        lambda ticket: commands.FinishService("w1"),
    ],
)
def test_a_closing_window_closes_however_its_visitor_leaves(
    hall: Hall, away: Callable[[UUID], Command]
) -> None:
    ticket = hall.take()
    hall.call()
    hall.do(commands.CloseWindow("w1", after_current=True), LI)
    hall.do(away(ticket), LI)
    assert hall.state.window("w1").state == "closed"


def test_nobody_is_sent_to_wait_for_a_window_that_is_closing(hall: Hall) -> None:
    ticket = hall.take()
    hall.call()
    hall.do(commands.CloseWindow("w1", after_current=True), LI)
    back = commands.TransferTicket(ticket, window="w1")
    assert hall.refusal(back, LI) == "window_not_open"


def test_opening_a_closing_window_keeps_it_open(hall: Hall) -> None:
    hall.take()
    hall.call()
    hall.do(commands.CloseWindow("w1", after_current=True), LI)
    hall.open("w1")
    hall.do(commands.FinishService("w1"), LI)
    assert hall.state.window("w1").state == "open"


def test_the_last_window_that_takes_cash_stays_open_while_the_hall_is() -> None:
    hall = Hall(busy_plan(hours={"mon": ["09:00-12:30"]}))
    hall.open("w2", "w3")
    hall.do(commands.PauseWindow("w2"), LI)
    for command in (commands.CloseWindow("w3"), commands.PauseWindow("w3")):
        assert hall.refusal(command) == "cash_needed"
    hall.wait(30)
    hall.do(commands.CloseWindow("w3"))


def test_a_pick_out_of_turn_needs_a_reason_which_is_kept_with_who_was_overtaken(
    hall: Hall,
) -> None:
    first, second, third = hall.take(), hall.take(), hall.take("papers")
    assert hall.refusal(commands.CallNext("w1", third, " "), LI) == "reason_needed"
    (called,) = hall.do(commands.CallNext("w1", third, "ill child"), LI)
    assert isinstance(called, events.TicketCalled)
    assert (called.picked, called.overtaken) == ("ill child", 2)
    assert hall.records[-1].actor == "li"
    shown = hall.view.window("w1").ticket
    assert shown is not None
    assert shown.reason is not None
    assert shown.reason.en == "out of turn: ill child"
    hall.do(commands.FinishService("w1"), LI)
    (called,) = hall.do(commands.CallNext("w1", first), LI)
    assert isinstance(called, events.TicketCalled)
    assert called.picked is None
    assert hall[second].state is TicketState.WAITING


def test_a_clerk_calls_someone_who_came_back_with_the_missing_paper(hall: Hall) -> None:
    ticket = hall.take()
    hall.do(commands.HoldTicket(ticket))
    hall.do(commands.CallNext("w1", ticket, "came back"), LI)
    assert hall.state.window("w1").ticket == ticket


def test_a_pick_of_what_cannot_be_served_here_is_refused(hall: Hall) -> None:
    taxes = hall.take("taxes")
    assert hall.refusal(commands.CallNext("w1", taxes, "x"), LI) == "window_lacks_skill"
    assert hall.refusal(commands.CallNext("w1", UUID(int=0), "x"), LI) == "unknown_ticket"
    hall.open("w2")
    hall.serve("w2")
    assert hall.refusal(commands.CallNext("w2", taxes, "x"), LI) == "ticket_not_waiting"
