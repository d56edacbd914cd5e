"""What windows may do: rest, close after a visitor, keep taking cash, pick out of turn."""

from collections.abc import Callable
from uuid import UUID

import pytest

from hall.messages import TicketState
from hub.core import commands, events
from hub.core.commands import Command
from hub.core.standing import PACE_PRIOR, Pace
from tests.unit.hub_fakes import busy_plan
from tests.unit.hub_hall import BOSS, LI, Hall


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


def test_a_clerk_s_pace_is_learned_slowly_and_told_in_forecasts(hall: Hall) -> None:
    assert hall.state.pace_at("w1") == 1
    for _ in range(20):
        hall.take("cards")
        hall.serve("w1", minutes=10)  # twice the planned five
    assert hall.state.pace_at("w1") == pytest.approx(1.5)
    hall.take("cards")
    assert hall.view.queues.services["cards"].wait_p50_s == pytest.approx(450, abs=1)
    hall.do(commands.CloseWindow("w1"), LI)
    hall.do(commands.OpenWindow("w1"), BOSS)
    assert hall.state.pace_at("w1") == 1


def test_few_visits_say_little_about_a_pace() -> None:
    once = Pace().after(5.0)
    assert once.shrunk == pytest.approx((PACE_PRIOR + 5) / (PACE_PRIOR + 1))
    often = once
    for _ in range(1000):
        often = often.after(0.5)
    assert often.shrunk == pytest.approx(0.55, abs=0.01)


def test_a_forgotten_button_does_not_spoil_a_pace(hall: Hall) -> None:
    hall.take("cards")
    hall.serve("w1", minutes=600)
    assert hall.state.pace_at("w1") < 1.25
