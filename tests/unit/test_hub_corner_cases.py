"""What is rare in a hall and still right: closed windows, clocks set back, edited files."""

from datetime import timedelta

import pytest

from hall.messages import Channel, Priority, TicketState
from hub.core import commands, snapshot
from hub.core.events import Record
from hub.core.register import STEPS_KEPT
from hub.core.staffing import changes_to
from hub.core.state import State, apply, broken_promises
from tests.unit.hub_fakes import NOON, busy_plan, hall_tables
from tests.unit.hub_hall import BOSS, LI, VISITOR, Hall

DAY_MIN = 24 * 60


@pytest.fixture
def hall() -> Hall:
    return Hall()


def replayed(hall: Hall) -> State:
    """The state that the journal leads to, as JSON keeps it."""
    state = State()
    for record in hall.records:
        written = Record.model_validate_json(record.model_dump_json())
        state = apply(hall.plan, state, written)
    return state


def check_in(hall: Hall, booked: commands.BookAppointment) -> commands.CheckIn:
    return commands.CheckIn(booked.appointment, hall.ids(), "token", Priority.NONE, Channel.KIOSK)


def test_the_next_service_after_a_kiosk_is_not_waited_for_at_a_window_that_lacks_it(
    hall: Hall,
) -> None:
    hall.open("w1", "w3")
    ticket = hall.given(hall.taking("cards", also=("taxes",)))
    hall.do(commands.TransferTicket(ticket, window="w1"))
    hall.do(commands.DivertTicket(ticket, "kiosk"), VISITOR)
    hall.do(commands.CompleteDiversion(ticket))
    assert (hall[ticket].service, hall[ticket].state) == ("taxes", TicketState.WAITING)
    assert hall.call("w3") == ticket


def test_a_kept_number_may_be_called_by_any_window_once_the_one_it_was_for_has_closed(
    hall: Hall,
) -> None:
    hall.open("w1", "w3")
    ticket = hall.take()
    hall.do(commands.HoldTicket(ticket))
    hall.do(commands.TransferTicket(ticket, window="w1"))
    picked = commands.CallNext("w3", ticket, "came back")
    assert hall.refusal(picked, LI) == "window_lacks_skill"
    hall.do(commands.CloseWindow("w1"))
    assert hall[ticket].state is TicketState.HELD
    hall.do(picked, LI)
    assert hall.state.window("w3").ticket == ticket


def test_what_a_kiosk_did_for_one_service_does_not_finish_another(hall: Hall) -> None:
    ticket = hall.take("cards")
    hall.do(commands.DivertTicket(ticket, "kiosk"), VISITOR)
    hall.do(commands.TransferTicket(ticket, "taxes"))
    assert hall.refusal(commands.CompleteDiversion(ticket)) == "ticket_not_held"
    hall.do(commands.ResumeTicket(ticket), VISITOR)
    assert (hall[ticket].service, hall[ticket].state) == ("taxes", TicketState.WAITING)
    assert not hall.state.tickets.trying


def test_a_paper_s_time_finer_than_the_journal_s_is_after_a_restart_what_it_was(
    hall: Hall,
) -> None:
    arrived_at = NOON - timedelta(minutes=1, microseconds=3)
    for _ in range(2):
        ticket = hall.ids()
        hall.do(
            commands.MergePaperTicket(
                ticket, f"t-{ticket}", "A009", "cards", Priority.NONE, arrived_at
            )
        )
    assert len(hall.state.tickets) == 1
    assert snapshot.dump(replayed(hall)) == snapshot.dump(hall.state)


def test_a_service_for_which_visits_are_booked_is_not_left_out_of_the_hall_file(
    hall: Hall,
) -> None:
    tables = hall_tables()
    tables["services"] = tables["services"][:2]
    for window in tables["windows"]:
        window["services"] = ["cards", "papers"]
    without = busy_plan().model_validate(tables)
    assert broken_promises(without, hall.state) == []
    hall.do(commands.BookAppointment(hall.ids(), "taxes", NOON + timedelta(hours=1)))
    (broken,) = broken_promises(without, hall.state)
    assert broken.startswith("services: taxes is gone, but 1 appointments for it")


def test_nobody_is_blamed_for_a_booking_at_a_time_when_the_hall_was_shut_after_all(
    hall: Hall,
) -> None:
    slot = NOON + timedelta(hours=1)
    hall.do(commands.BookAppointment(hall.ids(), "cards", slot, "p1"))
    hall.plan = busy_plan(hours={"tue": ["00:00-24:00"]})
    hall.wait(DAY_MIN)
    assert hall.state.misses == {}
    tomorrow = hall.now + timedelta(minutes=60)
    hall.do(commands.BookAppointment(hall.ids(), "cards", tomorrow, "p1"))


def test_an_early_comer_before_midnight_keeps_the_place_of_a_slot_after_it(hall: Hall) -> None:
    slot = NOON + timedelta(hours=12, minutes=30)
    booked = commands.BookAppointment(hall.ids(), "cards", slot)
    hall.wait(11 * 60 + 45)
    hall.plan = busy_plan(appointments={"early_min": 60})
    hall.do(booked)
    hall.do(check_in(hall, booked))
    hall.wait(20)
    again = commands.BookAppointment(hall.ids(), "cards", slot)
    assert hall.refusal(again) == "slot_full"
    assert hall.state.appointments[booked.appointment].state == "arrived"
    hall.wait(DAY_MIN)
    hall.open("w1")
    hall.serve("w1")
    hall.wait(DAY_MIN)
    assert not hall.state.appointments


def test_a_clock_set_back_during_a_service_teaches_nothing_about_its_clerk(hall: Hall) -> None:
    hall.open("w1")
    hall.take()
    hall.serve("w1", minutes=-30)
    assert hall.state.pace.cells == {}


def test_the_last_window_that_can_serve_someone_who_waits_is_not_advised_to_close() -> None:
    hall = Hall(busy_plan(staffing={"cash_windows": 0}))
    hall.open("w1", "w2")
    hall.take("papers")
    assert [window.id for window in changes_to(hall.plan, hall.state, 0).to_close] == ["w2"]
    hall.open("w3")
    closing = {window.id for window in changes_to(hall.plan, hall.state, 0).to_close}
    assert len(closing) == 2
    assert "w2" in closing


def test_a_script_that_steps_out_and_back_for_ever_does_not_make_the_hub_grow(hall: Hall) -> None:
    ticket = hall.take()
    for _ in range(STEPS_KEPT):
        hall.do(commands.HoldTicket(ticket), VISITOR)
        hall.do(commands.ResumeTicket(ticket), BOSS)
    history = hall[ticket].history
    assert len(history) == STEPS_KEPT
    assert [step.what for step in (*history[:1], *history[-2:])] == ["issued", "held", "resumed"]
