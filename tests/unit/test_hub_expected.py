"""What is expected of a hall's day: its hours, its bookings, who came, and what was learned."""

from datetime import UTC, date, datetime, timedelta

import pytest

from hub.core import commands
from hub.core.arrivals import STEPS, Pattern
from hub.core.expected import Outlooks, Patterns, arrivals_ahead, booked_on, came_on, position
from hub.core.peaks import load_ahead
from tests.unit.hub_arrivals import CLOSES, OPENS, usual
from tests.unit.hub_fakes import NOON, busy_plan, hall_plan
from tests.unit.hub_hall import Hall

MORNING = NOON - timedelta(hours=3)  # 9:00, as the doors open
TODAY = date(2026, 3, 2)  # a Monday; NOON is 12:00 there


def pattern(a_day: float, **changes: object) -> Pattern:
    rates = tuple(usual(step, a_day) for step in range(STEPS))
    return Pattern.model_validate(
        {
            "days": 40,
            "rates": (rates,) * 7,
            "make_up": rates,
            "booked": ((0.0,) * STEPS,) * 7,
            **changes,
        }
    )


def patterns(a_day: float = 300.0, through: date = TODAY - timedelta(days=1)) -> Patterns:
    return Patterns(
        through=through,
        hall=pattern(a_day),
        services={"cards": pattern(a_day * 0.7), "papers": pattern(a_day * 0.3)},
    )


def outlooks(hall: Hall, learned: Patterns | None = None) -> Outlooks:
    return Outlooks(hall.plan, hall.state, learned or patterns(), hall.now)


def test_steps_tell_the_usual_the_range_and_who_came() -> None:
    hall = Hall(now=NOON - timedelta(minutes=20))
    hall.take()
    hall.take()
    hall.now = NOON + timedelta(minutes=5)
    steps = {step.at: step for step in outlooks(hall).steps("cards", TODAY)}
    assert len(steps) == CLOSES - OPENS
    before, now = steps[NOON - timedelta(minutes=30)], steps[NOON]
    assert (before.came, now.came) == (2, 0)
    assert steps[NOON + timedelta(minutes=15)].came is None
    assert before.expected.low <= before.expected.expected <= before.expected.high


def test_what_is_left_of_a_step_is_added_to_who_came_in_it() -> None:
    hall = Hall(now=NOON)
    for _ in range(4):
        hall.take()
    hall.now = NOON + timedelta(minutes=14)
    now = next(step for step in outlooks(hall).steps(None, TODAY) if step.at == NOON)
    assert now.expected.low >= 4
    assert now.expected.expected < 6


def test_a_morning_with_nobody_lowers_what_is_expected() -> None:
    hall = Hall(now=NOON)
    quiet = outlooks(hall)
    told, before = quiet.day_total(None, TODAY), quiet.of_day(None, TODAY)
    assert told is not None
    assert before is not None
    assert told.expected < 0.6 * sum(before.usual[int(position(hall.plan.local(NOON))) :])


def test_no_day_but_today_is_touched_by_who_came() -> None:
    hall = Hall(now=NOON)
    hall.take()
    tomorrow = outlooks(hall).day_total("cards", TODAY + timedelta(days=1))
    assert tomorrow is not None
    assert tomorrow.expected == pytest.approx(210, rel=0.01)


def test_nobody_is_expected_outside_the_hours_of_the_hall() -> None:
    hall = Hall(plan=busy_plan(hours={"mon": ["09:00-11:00"]}), now=NOON)
    told = outlooks(hall)
    monday = told.of_day(None, TODAY + timedelta(days=7))
    tuesday = told.of_day(None, TODAY + timedelta(days=1))
    assert monday is not None
    assert tuesday is not None
    assert sum(monday.usual[:44]) > 0
    assert sum(monday.usual[44:]) == 0
    assert sum(tuesday.usual) == 0


def test_more_bookings_than_usual_are_believed() -> None:
    hall = Hall(now=NOON)
    for service, minute in (("cards", 60), ("papers", 60), ("cards", 90)):
        slot = NOON + timedelta(minutes=minute)
        hall.do(commands.BookAppointment(hall.ids(), service, slot, None))
    assert sum(booked_on(hall.plan, hall.state, None, TODAY).values()) == 3
    told = outlooks(hall)
    with_them, without = (
        told.of_day("cards", TODAY),
        outlooks(Hall(now=NOON)).of_day("cards", TODAY),
    )
    assert with_them is not None
    assert without is not None
    assert sum(with_them.usual) - sum(without.usual) == pytest.approx(2 * 0.85)


def test_bookings_that_are_usual_are_not_counted_twice() -> None:
    booked = [0.0] * STEPS
    booked[51] = 5.0
    learned = Patterns(
        through=TODAY - timedelta(days=1),
        hall=pattern(300.0),
        services={"cards": pattern(200.0, booked=(tuple(booked),) * 7)},
    )
    hall = Hall(now=NOON)
    hall.do(commands.BookAppointment(hall.ids(), "cards", NOON + timedelta(minutes=60), None))
    one = outlooks(hall, learned).of_day("cards", TODAY)
    none = outlooks(Hall(now=NOON), learned).of_day("cards", TODAY)
    assert one is not None
    assert none is not None
    assert one.usual == none.usual


def test_a_cancelled_booking_is_expected_no_more() -> None:
    hall = Hall(now=NOON)
    booking = hall.ids()
    hall.do(commands.BookAppointment(booking, "cards", NOON + timedelta(minutes=60), None))
    hall.do(commands.CancelAppointment(booking))
    assert not booked_on(hall.plan, hall.state, None, TODAY)


def test_the_next_minutes_may_reach_into_tomorrow() -> None:
    plan = hall_plan()
    late = datetime(2026, 3, 2, 15, 50, tzinfo=UTC)  # 23:50
    always = pattern(300.0, rates=((5.0,) * STEPS,) * 7)
    learned = Patterns(through=TODAY, hall=always, services={})
    hall = Hall(plan=plan, now=late)
    told = outlooks(hall, learned).next_minutes(None, 30)
    assert told is not None
    tomorrow = 20 / 15 * 5
    assert tomorrow < told.expected < tomorrow + 4


def test_where_nothing_was_learned_arrivals_go_on_as_of_late() -> None:
    hall = Hall(now=MORNING)
    for service in ("taxes", "taxes", "cards"):
        hall.take(service)
    known = arrivals_ahead(hall.plan, hall.state, hall.now, patterns(), 20)
    assert known["taxes"].expected == pytest.approx(2)
    assert known["taxes"].high > 2
    assert known["cards"].expected > 4
    guessed = arrivals_ahead(hall.plan, hall.state, hall.now, None, 20)
    assert guessed["cards"].expected == pytest.approx(1)


def test_load_grows_with_who_waits_and_who_will_come() -> None:
    hall = Hall(now=MORNING)
    quiet = load_ahead(hall.plan, hall.state, None, hall.now, 30)
    assert quiet.expected == quiet.high == 0
    learned = load_ahead(hall.plan, hall.state, patterns(), hall.now, 30)
    assert 0 < learned.low < learned.expected < learned.high
    hall.take("cards")  # five minutes of work
    hall.now += timedelta(hours=1)  # long enough ago to say nothing of arrivals
    waiting = load_ahead(hall.plan, hall.state, None, hall.now, 30)
    assert waiting.expected == pytest.approx(5 / 30)


def test_a_ticket_for_two_services_comes_once_to_the_hall_and_to_each() -> None:
    hall = Hall(plan=busy_plan(), now=NOON)
    hall.given(hall.taking("cards", also=("papers",)))
    came = came_on(hall.plan, hall.state, TODAY)
    assert {service: sum(steps) for service, steps in came.items()} == {
        None: 1,
        "cards": 1,
        "papers": 1,
    }
