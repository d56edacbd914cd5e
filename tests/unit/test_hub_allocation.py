"""Whom each policy calls, and why it says so."""

from uuid import UUID

import pytest
from hypothesis import given, settings
from hypothesis import strategies as st

from hall.messages import Priority
from hub.core import commands, events
from hub.core.allocation import POLICIES, Waiting, choose, due
from tests.unit.hub_fakes import busy_plan, hall_tables
from tests.unit.hub_hall import LI, Hall

ELDERLY = Priority.ELDERLY
MOMENTS = st.lists(
    st.tuples(
        st.floats(0, 20),
        st.sampled_from(["cards", "papers", "taxes"]),
        st.sampled_from([Priority.NONE, Priority.NONE, ELDERLY]),
    ),
    min_size=1,
    max_size=25,
)


def hall_with(policy: str, **more: float) -> Hall:
    hall = Hall(busy_plan(policy={"name": policy, **more}))
    hall.open("w1", "w2", "w3")
    return hall


def reason(hall: Hall, window: str = "w3") -> tuple[UUID, str, str]:
    """Whom the policy calls, with its reason in both languages."""
    called = hall.do(commands.CallNext(window), LI)[-1]
    assert isinstance(called, events.TicketCalled)
    assert called.reason is not None
    return called.ticket, called.reason.zh, called.reason.en


def test_cmu_calls_priority_visitors_sooner_but_not_over_one_who_has_waited_long() -> None:
    hall = hall_with("gcmu")
    first = hall.take()
    hall.wait(10)
    elderly = hall.take(priority=ELDERLY)
    assert reason(hall) == (
        elderly,
        "优先，已等 0 分钟，目标 4 分钟",
        "priority, waited 0 min, target 4",
    )
    hall.wait(21)
    later = hall.take(priority=ELDERLY)
    assert reason(hall, "w1") == (first, "已等 31 分钟，目标 20 分钟", "waited 31 min, target 20")
    assert hall[later].window is None


def test_cmu_calls_the_shorter_of_two_that_waited_alike() -> None:
    hall = hall_with("gcmu")
    hall.take("papers")
    short = hall.take("cards")
    hall.wait(5)
    assert reason(hall)[0] == short


def test_a_window_calls_sooner_what_it_is_for_than_what_it_helps_out_with() -> None:
    tables = hall_tables()
    tables["services"][2]["minutes"] = 5  # as long as cards, which w2 only helps out with
    hall = Hall(busy_plan(services=tables["services"]))
    hall.open("w2")
    hall.take("cards")
    taxes = hall.take("taxes")
    hall.wait(5)
    assert reason(hall, "w2")[0] == taxes


def test_beyond_the_guard_whoever_waited_longest_is_called_whatever_else_waits() -> None:
    hall = hall_with("gcmu")
    hall.take("papers")
    hall.wait(46)
    for _ in range(3):
        hall.take("cards", ELDERLY)
    hall.wait(20)
    _, zh, en = reason(hall)
    assert (zh, en) == (
        "已等 66 分钟，超过 45 分钟，先于所有人",
        "waited 66 min, over 45: before all others",
    )


def test_first_come_first_served_looks_at_nothing_else() -> None:
    hall = hall_with("fcfs")
    first = hall.take("papers")
    hall.wait(3)
    hall.take("cards", ELDERLY)
    assert reason(hall) == (first, "按先后顺序，已等 3 分钟", "first come, waited 3 min")


def test_weighted_calls_the_heavier_class_before_all_others() -> None:
    hall = hall_with("weighted")
    hall.take()
    hall.wait(44)
    elderly = hall.take("papers", ELDERLY)
    assert reason(hall) == (
        elderly,
        "优先，已等 0 分钟，权重 5",
        "priority, waited 0 min, weight 5",
    )


def test_accumulating_priority_overtakes_after_a_while_only() -> None:
    hall = hall_with("accumulating")
    first = hall.take()
    hall.wait(10)
    elderly = hall.take(priority=ELDERLY)
    hall.wait(2)
    assert reason(hall)[0] == first
    hall.take()
    hall.wait(1)
    assert reason(hall, "w1")[0] == elderly


@pytest.mark.parametrize("name", POLICIES)
@given(moments=MOMENTS, later=st.floats(0, 90))
@settings(deadline=None, max_examples=30)
def test_no_policy_overtakes_within_a_queue_or_beyond_the_guard(
    name: str, moments: list[tuple[float, str, Priority]], later: float
) -> None:
    hall = hall_with(name)
    for minutes, service, priority in moments:
        hall.wait(minutes)
        hall.take(service, priority)
    hall.wait(later)
    window = hall.plan.window_by_id["w3"]
    while (choice := choose(hall.plan, hall.state, window, hall.now)) is not None:
        before = [t for t in hall.state.waiting() if t.place < choice.ticket.place]
        assert not [t for t in before if t.queue == choice.ticket.queue]
        if name == "fcfs":
            assert not before
        assert not [t for t in before if (hall.now - t.place[0]).total_seconds() > 45 * 60]
        hall.do(commands.CancelTicket(choice.ticket.id))


@given(moments=MOMENTS)
@settings(deadline=None, max_examples=30)
def test_all_who_wait_for_a_window_are_called_by_it_in_the_end(
    moments: list[tuple[float, str, Priority]],
) -> None:
    hall = hall_with("gcmu")
    taken = set()
    for minutes, service, priority in moments:
        hall.wait(minutes)
        taken.add(hall.take(service, priority))
    called = set()
    while (ticket := hall.serve("w3", minutes=3)) is not None:
        assert ticket not in called
        called.add(ticket)
    assert called == taken


def test_forecasts_take_those_who_wait_in_the_order_of_their_targets() -> None:
    hall = hall_with("gcmu")
    first = hall.take()
    hall.wait(10)
    elderly = hall.take(priority=ELDERLY)
    waiting = hall.state.waiting()
    for policy, turns in (("gcmu", [elderly, first]), ("fcfs", [first, elderly])):
        rules = hall_with(policy).plan.policy
        assert [t.id for t in sorted(waiting, key=lambda t: due(rules, t))] == turns
    assert hall.view.ticket(hall[elderly]).ahead == 0


def test_a_decision_looks_at_heads_of_queues_only() -> None:
    hall = hall_with("gcmu")
    for _ in range(300):
        hall.take("cards")
        hall.take("papers", ELDERLY)
    window = hall.plan.window_by_id["w3"]
    assert len(list(Waiting(hall.plan, hall.state).heads(window, hall.now))) == 2
