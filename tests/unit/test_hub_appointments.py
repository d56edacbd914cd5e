"""Booked visits: slots, quotas, check-in, and what happens to those who come late or never."""

from datetime import date, datetime, timedelta

import pytest

from hall.messages import Channel, Priority, VisitClass
from hub.core import commands
from hub.core.appointments import slots
from hub.core.booklet import appointments, free_slots
from tests.unit.hub_fakes import NOON, busy_plan
from tests.unit.hub_hall import Hall

MONDAY = date(2026, 3, 2)
HOURS = {"mon": ["09:00-12:00", "13:10-17:00"], "tue": ["09:00-12:00"]}


@pytest.fixture
def hall() -> Hall:
    return Hall()


def booking(
    hall: Hall, slot: datetime, service: str = "cards", person: str | None = None
) -> commands.BookAppointment:
    return commands.BookAppointment(hall.ids(), service, slot, person)


def arriving(hall: Hall, booked: commands.BookAppointment) -> commands.CheckIn:
    ticket = hall.ids()
    return commands.CheckIn(
        booked.appointment, ticket, f"token-{ticket}", Priority.NONE, Channel.KIOSK
    )


def test_slots_fit_into_opening_hours() -> None:
    plan = busy_plan(hours=HOURS)
    starts = [f"{slot:%H:%M}" for slot in slots(plan, MONDAY)]
    assert starts[:6] == ["09:00", "09:30", "10:00", "10:30", "11:00", "11:30"]
    assert (starts[6], starts[-1]) == ("13:10", "16:10")
    assert list(slots(plan, date(2026, 3, 1))) == []


def test_a_slot_takes_as_many_as_its_quota(hall: Hall) -> None:
    slot = NOON + timedelta(hours=1)
    first = booking(hall, slot)
    hall.do(first)
    assert hall.refusal(booking(hall, slot)) == "slot_full"
    hall.do(booking(hall, slot, "papers"))
    assert [s.free for s in free_slots(hall.plan, hall.state, "cards", MONDAY).slots][26] == 0
    hall.do(commands.CancelAppointment(first.appointment))
    assert hall.refusal(commands.CancelAppointment(first.appointment)) == "appointment_over"
    hall.do(booking(hall, slot))


@pytest.mark.parametrize(
    ("minutes", "code"),
    [(-30, "unknown_slot"), (7, "unknown_slot"), (8 * 24 * 60, "unknown_slot")],
)
def test_a_time_that_is_no_coming_slot_is_refused(hall: Hall, minutes: int, code: str) -> None:
    assert hall.refusal(booking(hall, NOON + timedelta(minutes=minutes))) == code


def test_a_person_books_a_service_once_a_day(hall: Hall) -> None:
    hall.do(booking(hall, NOON + timedelta(hours=1), person="p1"))
    again = booking(hall, NOON + timedelta(hours=2), person="p1")
    assert hall.refusal(again) == "booked_already"
    hall.do(booking(hall, NOON + timedelta(hours=2), "papers", person="p1"))


def test_the_wait_of_an_appointment_begins_shortly_before_its_slot(hall: Hall) -> None:
    hall.open("w1")
    slot = NOON + timedelta(minutes=30)
    booked = booking(hall, slot)
    hall.do(booked)
    arrival = arriving(hall, booked)
    hall.do(arrival)
    ticket = hall[arrival.ticket]
    assert ticket.visit is VisitClass.APPOINTMENT
    assert ticket.place[0] == slot - timedelta(minutes=5)
    walk_in = hall.take()
    assert hall.serve() == walk_in  # nobody is called before the wait begins if another waits
    hall.take()
    hall.wait(29)
    assert hall.call() == arrival.ticket


@pytest.mark.parametrize(
    ("minutes", "visit"),
    [(-30, VisitClass.APPOINTMENT), (15, VisitClass.APPOINTMENT), (16, VisitClass.WALK_IN)],
)
def test_who_comes_too_late_is_served_as_a_walk_in(
    hall: Hall, minutes: int, visit: VisitClass
) -> None:
    booked = booking(hall, NOON + timedelta(hours=1))
    hall.do(booked)
    hall.wait(60 + minutes)
    arrival = arriving(hall, booked)
    hall.do(arrival)
    assert hall[arrival.ticket].visit is visit
    assert hall.refusal(arriving(hall, booked)) == "appointment_over"
    (shown,) = appointments(hall.plan, hall.state, MONDAY).appointments
    assert (shown.state, shown.ticket) == ("arrived", arrival.ticket)


def test_who_comes_too_early_is_told_so(hall: Hall) -> None:
    booked = booking(hall, NOON + timedelta(hours=1))
    hall.do(booked)
    assert hall.refusal(arriving(hall, booked)) == "too_early"


def test_who_missed_too_many_books_none_for_a_while(hall: Hall) -> None:
    hall.do(booking(hall, NOON + timedelta(hours=1), person="p1"))
    hall.wait(24 * 60)
    tomorrow = hall.now + timedelta(hours=1)
    assert hall.refusal(booking(hall, tomorrow, person="p1")) == "appointments_missed"
    hall.do(booking(hall, tomorrow, person="p2"))
    hall.wait(31 * 24 * 60)
    hall.do(booking(hall, hall.now + timedelta(hours=1), person="p1"))


def test_a_service_without_slots_needs_no_booking() -> None:
    tables = busy_plan().model_dump()
    tables["services"][0]["appointments"] = 0
    hall = Hall(busy_plan(services=tables["services"]))
    assert hall.refusal(booking(hall, NOON + timedelta(hours=1))) == "not_bookable"
    assert hall.refusal(booking(hall, NOON, "unheard-of")) == "unknown_service"


def test_quotas_of_the_day_do_not_bind_those_who_booked() -> None:
    tables = busy_plan().model_dump()
    tables["services"][0]["quota"] = 0
    hall = Hall(busy_plan(services=tables["services"]))
    booked = booking(hall, NOON + timedelta(minutes=30))
    hall.do(booked)
    hall.do(arriving(hall, booked))
