"""A ticket's whole life: kept, moved, missed, merged from paper, rated, carried over midnight."""

from datetime import timedelta
from uuid import UUID

import pytest

from hall.messages import Priority, RatingLevel, TicketState
from hub.core import commands, events
from hub.core.booklet import callbacks, steps
from hub.core.commands import HoldTicket, ResumeTicket, TransferTicket
from hub.core.events import Record
from tests.unit.hub_fakes import NOON, busy_plan
from tests.unit.hub_hall import BOSS, LI, VISITOR, WANG, Hall


@pytest.fixture
def hall() -> Hall:
    hall = Hall()
    hall.open("w1")
    return hall


def test_someone_sent_away_for_a_paper_returns_to_the_place_they_had(hall: Hall) -> None:
    first, second = hall.take(), hall.take()
    assert hall.call() == first
    hall.do(commands.StartService("w1"), LI)
    hall.do(HoldTicket(first, "id card missing"), LI)
    assert hall[first].state is TicketState.HELD
    assert hall.state.window("w1").ticket is None
    third = hall.take()
    hall.do(ResumeTicket(first), VISITOR)
    assert [hall.serve() for _ in range(3)] == [first, second, third]


def test_a_visitor_who_steps_out_is_passed_over_until_they_come_back(hall: Hall) -> None:
    first, second = hall.take(), hall.take()
    hall.do(HoldTicket(first), VISITOR)
    assert hall.serve() == second
    hall.do(ResumeTicket(first), VISITOR)
    assert hall.serve() == first


def test_a_visitor_cannot_hold_a_number_that_is_being_served(hall: Hall) -> None:
    ticket = hall.take()
    hall.call()
    hall.do(commands.StartService("w1"), LI)
    assert hall.refusal(HoldTicket(ticket), VISITOR) == "ticket_at_window"


def test_a_transferred_ticket_keeps_its_number_and_waits_from_its_first_arrival(
    hall: Hall,
) -> None:
    moved = hall.take("cards")
    number = hall[moved].number
    hall.wait(5)
    there = hall.take("taxes")
    hall.call()
    hall.do(TransferTicket(moved, service="taxes", reason="wrong counter"), LI)
    assert (hall[moved].number, hall[moved].state) == (number, TicketState.WAITING)
    hall.open("w2")
    assert [hall.serve("w2"), hall.serve("w2")] == [moved, there]
    assert [(step.what, step.note) for step in steps(hall[moved])] == [
        ("issued", ""),
        ("called", ""),
        ("transferred", "wrong counter"),
        ("called", ""),
        ("started", ""),
        ("done", ""),
    ]


def test_a_ticket_reserved_for_one_window_is_called_by_no_other_until_it_closes(
    hall: Hall,
) -> None:
    ticket = hall.take()
    hall.open("w2", "w3")
    hall.do(TransferTicket(ticket, window="w3"))
    assert hall.call("w1") is None
    hall.do(commands.CloseWindow("w3"), LI)
    assert hall.call("w1") == ticket


@pytest.mark.parametrize(
    ("service", "window", "code"),
    [
        (None, None, "transfer_where"),
        ("unheard-of", None, "unknown_service"),
        ("cards", "w9", "unknown_window"),
        ("papers", "w2", "window_lacks_skill"),
        ("taxes", "w2", "window_not_open"),
    ],
)
def test_a_transfer_that_leads_nowhere_is_refused(
    hall: Hall, service: str | None, window: str | None, code: str
) -> None:
    assert hall.refusal(TransferTicket(hall.take(), service, window)) == code


def test_a_clerk_does_not_move_a_ticket_from_a_colleague_s_window(hall: Hall) -> None:
    ticket = hall.take()
    hall.call()
    for command in (HoldTicket(ticket), TransferTicket(ticket, service="taxes")):
        assert hall.refusal(command, WANG) == "window_of_another"


def test_who_misses_a_call_comes_back_once_after_so_many_others(hall: Hall) -> None:
    late, *others = (hall.take() for _ in range(6))
    assert hall.call() == late
    hall.do(commands.MarkNoShow("w1"), LI)
    assert hall[late].state is TicketState.WAITING
    assert [hall.serve() for _ in range(3)] == others[:3]
    assert hall.call() == late
    hall.do(commands.MarkNoShow("w1"), LI)
    assert hall[late].state is TicketState.NO_SHOW
    assert [hall.serve() for _ in range(3)] == [*others[3:], None]


def test_two_who_miss_their_call_keep_their_order() -> None:
    hall = Hall(busy_plan(tickets={"returns_after": 1}))
    hall.open("w1")
    a, b, c = hall.take(), hall.take(), hall.take()
    for _ in range(2):
        hall.call()
        hall.do(commands.MarkNoShow("w1"), LI)
    assert [hall.serve() for _ in range(3)] == [a, b, c]


def test_a_hall_may_give_no_second_chance_and_grant_a_grace() -> None:
    hall = Hall(busy_plan(tickets={"second_chance": False, "grace_s": 30}))
    hall.open("w1")
    ticket = hall.take()
    hall.call()
    assert hall.refusal(commands.MarkNoShow("w1"), LI) == "grace_period"
    hall.wait(0.5)
    hall.do(commands.MarkNoShow("w1"), LI)
    assert hall[ticket].state is TicketState.NO_SHOW


def test_several_services_of_one_ticket_are_served_one_after_the_other(hall: Hall) -> None:
    ticket = hall.given(hall.taking("cards", also=("papers", "taxes")))
    hall.call()
    hall.do(commands.StartService("w1"), LI)
    assert hall.refusal(commands.CallNext("w1"), LI) == "services_left"
    hall.do(commands.FinishService("w1"), LI)
    assert (hall[ticket].service, hall[ticket].state) == ("papers", TicketState.SERVING)
    hall.do(commands.FinishService("w1"), LI)
    assert (hall[ticket].service, hall[ticket].state) == ("taxes", TicketState.WAITING)
    hall.open("w2")
    assert hall.serve("w2") == ticket
    assert hall[ticket].state is TicketState.DONE


def test_a_person_holds_one_number_per_group_and_role(hall: Hall) -> None:
    hall.do(hall.taking("cards", person="p1"))
    assert hall.refusal(hall.taking("papers", person="p1")) == "already_waiting"
    hall.do(hall.taking("taxes", person="p1"))
    hall.do(hall.taking("papers", person="p1", acting_for="firm"))
    hall.do(hall.taking("papers", person="p2"))
    hall.serve()
    hall.do(hall.taking("papers", person="p1"))


def test_quotas_bind_for_a_day(hall: Hall) -> None:
    tables = busy_plan().model_dump()
    tables["services"][0]["quota"] = 2
    hall.plan = type(hall.plan).model_validate(tables)
    hall.take()
    hall.do(hall.taking("papers", also=("cards",)))
    assert hall.refusal(hall.taking()) == "quota_spent"
    hall.wait(24 * 60)
    hall.take()


def test_no_numbers_are_given_shortly_before_closing() -> None:
    hours = {"mon": ["09:00-12:30"]}
    hall = Hall(busy_plan(hours=hours, tickets={"last_before_close_min": 15}))
    hall.wait(14)
    hall.take()
    hall.wait(1)
    assert hall.refusal(hall.taking()) == "last_ticket_given"
    hall.wait(15)
    assert hall.refusal(hall.taking()) == "hall_closed"


def test_a_turn_after_closing_is_said_when_the_number_is_taken() -> None:
    hall = Hall(busy_plan(hours={"mon": ["09:00-12:10"]}))
    hall.open("w2")
    first, second = hall.take("taxes"), hall.take("taxes")
    third = hall.take("taxes")
    notices = [hall.view.ticket(hall[each]).notice for each in (first, second, third)]
    assert notices[:2] == [None, None]
    assert notices[2] is not None
    assert "12:10" in notices[2].en
    assert "延时" in notices[2].zh


def paper(hall: Hall, number: str, minutes_ago: float, **more: bool) -> commands.MergePaperTicket:
    ticket = hall.ids()
    arrived_at = hall.now - timedelta(minutes=minutes_ago)
    return commands.MergePaperTicket(
        ticket, f"token-{ticket}", number, "cards", Priority.NONE, arrived_at, **more
    )


def test_paper_numbers_take_the_place_of_their_own_time(hall: Hall) -> None:
    early = hall.take()
    hall.wait(30)
    late = hall.take()
    merged = paper(hall, "A020", 10)
    hall.do(merged)
    assert [hall.serve() for _ in range(3)] == [early, merged.ticket, late]
    assert hall[hall.take()].number == "A021"


def test_a_paper_number_is_merged_once_and_never_beside_another(hall: Hall) -> None:
    hall.wait(10)
    merged = paper(hall, "A001", 5)
    hall.do(merged)
    assert hall.do(merged) == []
    assert hall.refusal(paper(hall, "A001", 4)) == "number_taken"
    hall.serve()
    assert hall.refusal(paper(hall, "A001", 3)) == "number_taken"
    assert hall.refusal(paper(hall, "A002", -1)) == "paper_time"
    assert hall.refusal(paper(hall, "A002", 24 * 60)) == "paper_time"


def test_a_paper_number_served_during_the_outage_is_only_recorded(hall: Hall) -> None:
    merged = paper(hall, "A007", 5, served=True)
    hall.do(merged)
    assert hall[merged.ticket].state is TicketState.DONE
    assert hall.call() is None


@pytest.mark.parametrize("level", RatingLevel)
def test_a_visit_is_rated_once_and_a_bad_rating_has_someone_call_back(
    hall: Hall, level: RatingLevel
) -> None:
    ticket = hall.take()
    assert hall.refusal(commands.RateTicket(ticket, level), VISITOR) == "not_served"
    hall.serve()
    hall.do(commands.RateTicket(ticket, level, "slow"), VISITOR)
    assert hall.refusal(commands.RateTicket(ticket, level), VISITOR) == "already_rated"
    tasks = callbacks(hall.state).callbacks
    bad = level in {RatingLevel.DISSATISFIED, RatingLevel.VERY_DISSATISFIED}
    assert [(each.comment, each.due) for each in tasks] == (
        [("slow", NOON + timedelta(days=3))] if bad else []
    )


def test_a_call_back_stays_open_over_midnight_until_it_is_done(hall: Hall) -> None:
    ticket = hall.take()
    hall.serve()
    hall.do(commands.RateTicket(ticket, RatingLevel.DISSATISFIED), VISITOR)
    hall.wait(48 * 60)
    assert ticket not in hall.state.tickets
    hall.do(commands.FinishCallback(ticket, "apologised"))
    assert callbacks(hall.state).callbacks[0].note == "apologised"
    hall.wait(24 * 60)
    assert callbacks(hall.state).callbacks == ()
    assert hall.refusal(commands.FinishCallback(UUID(int=0), "")) == "unknown_callback"


def test_a_number_kept_too_long_lapses_and_those_who_wait_stay(hall: Hall) -> None:
    kept, waiting = hall.take(), hall.take()
    hall.do(HoldTicket(kept), VISITOR)
    hall.wait(24 * 60)
    assert hall[kept].state is TicketState.HELD
    hall.wait(24 * 60)
    assert kept not in hall.state.tickets
    assert hall.call() == waiting
    assert any(isinstance(r.event, events.TicketCancelled) for r in hall.records)


def test_what_a_visitor_tries_instead_keeps_the_place_until_it_succeeds(hall: Hall) -> None:
    first, second = hall.take(), hall.take()
    for works, trier in ((False, first), (True, second)):
        hall.do(commands.DivertTicket(trier, "kiosk"), VISITOR)
        assert (hall[trier].state, hall[trier].trying) == (TicketState.HELD, "kiosk")
        hall.do(commands.CompleteDiversion(trier) if works else ResumeTicket(trier), VISITOR)
    assert hall[second].state is TicketState.DONE
    assert hall.call() == first


def test_rows_of_the_first_release_still_load() -> None:
    hall = Hall()
    rows = [
        '{"kind":"ticket_issued","ticket":"%s","number":"A001","service":"cards",%s}',
        '{"kind":"window_opened","window":"w1","clerk":"li"}',
        '{"kind":"ticket_called","ticket":"%s","number":"A001","window":"w1","speech":%s}',
        '{"kind":"ticket_missed","ticket":"%s"}',
        '{"kind":"window_paused","window":"w1"}',
    ]
    more = {
        1: '"priority":"none","channel":"kiosk","token":"t"',
        3: '{"zh":"a","en":"a"}',
    }
    for number, row in enumerate(rows, 1):
        body = row.replace("%s", str(UUID(int=9)), 1).replace("%s", more.get(number, ""))
        head = f'"id":"{UUID(int=number)}","at":"2026-03-02T04:00:00.000Z","actor":"x"'
        record = Record.model_validate_json(f'{{{head},"event":{body}}}')
        hall.happen([record.event])
    assert hall[UUID(int=9)].state is TicketState.NO_SHOW
    assert hall.state.window("w1").state == "paused"


def test_a_finished_ticket_takes_no_further_command(hall: Hall) -> None:
    ticket = hall.take()
    hall.serve()
    for command in (
        HoldTicket(ticket),
        ResumeTicket(ticket),
        TransferTicket(ticket, service="taxes"),
        commands.CancelTicket(ticket),
    ):
        assert hall.refusal(command, BOSS) == "ticket_finished"
    assert hall.refusal(commands.DivertTicket(ticket, "kiosk")) == "ticket_not_waiting"
