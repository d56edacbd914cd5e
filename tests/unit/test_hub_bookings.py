"""Visits that the public books: what is shown, who gets the last place, what only a holder may."""

from collections.abc import Iterator
from datetime import date, datetime, timedelta
from pathlib import Path
from typing import Any

import httpx
import pytest
from hypothesis import given
from hypothesis import strategies as st

from hall.messages import Role
from hub.core import commands
from hub.core.bookings import bookable, open_slots, quiet
from hub.core.plan import HallPlan
from hub.web.doorkeeper import LIMITS
from tests.unit.hub_fakes import NOON, busy_plan
from tests.unit.hub_hall import VISITOR, Hall
from tests.unit.hub_web import DEVICE, Web, problem_of, running_web

MONDAY = date(2026, 3, 2)
SLOT = NOON + timedelta(hours=1)
LATER = NOON + timedelta(hours=2)
KEY = "0123456789abcdef"


def plan_with(places: int, **rules: object) -> HallPlan:
    tables = busy_plan().model_dump()
    for service in tables["services"]:
        service["appointments"] = places
    return busy_plan(services=tables["services"], appointments=rules)


def online(hall: Hall, slot: datetime, service: str = "cards") -> commands.BookAppointment:
    appointment = hall.ids()
    return commands.BookAppointment(appointment, service, slot, token=f"secret-{appointment}")


def staffs(hall: Hall, slot: datetime, service: str = "cards") -> commands.BookAppointment:
    return commands.BookAppointment(hall.ids(), service, slot)


def test_the_public_is_offered_only_days_that_still_have_a_slot() -> None:
    plan = plan_with(1, days_ahead=3).model_copy(
        update={"hours": {"mon": ("09:00-12:00",), "wed": ("09:00-12:00",)}}
    )
    assert bookable(plan, NOON).days == (date(2026, 3, 4),)  # at noon Monday's slots are over
    assert bookable(plan, NOON - timedelta(hours=1)).days == (MONDAY, date(2026, 3, 4))


def test_services_that_take_no_bookings_are_not_offered() -> None:
    tables = busy_plan().model_dump()
    tables["services"][2]["appointments"] = 0
    offered = bookable(busy_plan(services=tables["services"]), NOON)
    assert [service.id for service in offered.services] == ["cards", "papers"]
    assert [group.id for group in offered.groups] == ["people"]


def test_slots_of_the_past_and_of_days_too_far_ahead_are_not_shown() -> None:
    hall = Hall(plan_with(1, days_ahead=2))
    today = open_slots(hall.plan, hall.state, "cards", MONDAY, hall.now).slots
    assert today[0].at == NOON + timedelta(minutes=30)
    for far in (date(2026, 3, 1), date(2026, 3, 5), date.min, date.max):
        assert open_slots(hall.plan, hall.state, "cards", far, hall.now).slots == ()


@pytest.mark.parametrize(
    ("places", "share", "may"), [(4, 0.75, 3), (1, 0.5, 1), (3, 0, 0), (2, 1, 2)]
)
def test_the_public_books_its_share_of_a_slot_and_staff_the_rest(
    places: int, share: float, may: int
) -> None:
    hall = Hall(plan_with(places, online_share=share))
    for _ in range(may):
        hall.do(online(hall, SLOT), VISITOR)
    assert hall.refusal(online(hall, SLOT), VISITOR) == "slot_full"
    shown = open_slots(hall.plan, hall.state, "cards", MONDAY, hall.now).slots
    assert next(slot.free for slot in shown if slot.at == SLOT) == 0
    for _ in range(places - may):
        hall.do(staffs(hall, SLOT))
    assert hall.refusal(staffs(hall, SLOT)) == "slot_full"


def test_what_staff_booked_leaves_the_public_no_more_than_there_is() -> None:
    hall = Hall(plan_with(4, online_share=0.75))
    for _ in range(3):
        hall.do(staffs(hall, SLOT))
    hall.do(online(hall, SLOT), VISITOR)
    assert hall.refusal(online(hall, SLOT), VISITOR) == "slot_full"


def test_a_move_gives_the_old_place_back_only_if_the_new_one_is_had() -> None:
    hall = Hall(plan_with(1, online_share=1))
    mine, other = online(hall, SLOT), online(hall, LATER)
    hall.do(mine, VISITOR)
    hall.do(other, VISITOR)
    moving = commands.MoveAppointment(mine.appointment, LATER)
    assert hall.refusal(moving, VISITOR) == "slot_full"
    assert hall.state.appointments[mine.appointment].slot == SLOT
    assert hall.refusal(online(hall, SLOT), VISITOR) == "slot_full"
    hall.do(commands.CancelAppointment(other.appointment), VISITOR)
    hall.do(moving, VISITOR)
    assert hall.do(moving, VISITOR) == []
    hall.do(online(hall, SLOT), VISITOR)


def test_only_a_visit_still_to_come_is_moved_and_only_to_a_slot() -> None:
    hall = Hall(plan_with(1))
    mine = online(hall, SLOT)
    hall.do(mine, VISITOR)
    for never in (NOON, SLOT + timedelta(minutes=1), NOON + timedelta(days=30)):
        move = commands.MoveAppointment(mine.appointment, never)
        assert hall.refusal(move, VISITOR) == "unknown_slot"
    hall.do(commands.CancelAppointment(mine.appointment), VISITOR)
    move = commands.MoveAppointment(mine.appointment, LATER)
    assert hall.refusal(move, VISITOR) == "appointment_over"
    stranger = commands.MoveAppointment(hall.ids(), LATER)
    assert hall.refusal(stranger, VISITOR) == "unknown_appointment"


def test_a_known_person_moves_within_a_day_but_not_onto_a_second_visit() -> None:
    hall = Hall(plan_with(2))
    tomorrow = SLOT + timedelta(days=1)
    first = commands.BookAppointment(hall.ids(), "cards", SLOT, "p1")
    second = commands.BookAppointment(hall.ids(), "cards", tomorrow, "p1")
    hall.do(first)
    hall.do(second)
    hall.do(commands.MoveAppointment(first.appointment, LATER))
    onto = commands.MoveAppointment(first.appointment, tomorrow + timedelta(hours=1))
    assert hall.refusal(onto) == "booked_already"


TIMES = st.dictionaries(
    st.integers(0, 47).map(lambda half: NOON + timedelta(minutes=30 * half)), st.integers(0, 9)
)


@given(TIMES)
def test_quiet_times_are_those_well_below_the_usual_once_enough_is_known(
    visits: dict[datetime, int],
) -> None:
    few = quiet(visits)
    booked, usual = sum(visits.values()), sum(visits.values()) / max(1, len(visits))
    if booked < len(visits) / 2:
        assert not few
    else:
        assert few == {slot for slot in visits if visits[slot] < usual / 2}


def test_a_time_at_which_few_come_is_marked_whatever_they_come_for() -> None:
    hall = Hall(plan_with(3))
    late = [slot.at for slot in open_slots(hall.plan, hall.state, "cards", MONDAY, NOON).slots]
    for slot in late[:-2]:
        hall.do(staffs(hall, slot, "taxes"))
        hall.do(staffs(hall, slot, "papers"))
    shown = open_slots(hall.plan, hall.state, "cards", MONDAY, NOON).slots
    assert [slot.at for slot in shown if slot.quiet] == late[-2:]


# Over HTTP ------------------------------------------------------------------------------------


@pytest.fixture
def web(tmp_path: Path) -> Iterator[Web]:
    with running_web(tmp_path, plan=plan_with(1)) as running:
        yield running


def book(web: Web, slot: datetime = SLOT, **headers: str) -> httpx.Response:
    return web.ask(
        "POST",
        "/bookings",
        json={"service": "cards", "slot": slot.isoformat()},
        headers={name.replace("_", "-"): value for name, value in headers.items()},
    )


def page_of(booked: dict[str, Any]) -> str:
    url: str = booked["url"]
    assert url.startswith("http://hall.test/b/")
    return url.removeprefix("http://hall.test")


def test_anyone_books_a_visit_and_holds_its_page(web: Web) -> None:
    offered = web.ask("GET", "/bookings/services").json()
    assert (offered["days"][0], offered["timezone"]) == ("2026-03-02", "Asia/Shanghai")
    slots = web.ask("GET", "/bookings/slots?service=cards&day=2026-03-02").json()["slots"]
    assert slots[1] == {"at": "2026-03-02T05:00:00.000Z", "free": 1, "quiet": False}
    booked = book(web)
    assert booked.status_code == 201
    page = page_of(booked.json())
    seen = web.ask("GET", f"{page}/state").json()
    assert (seen["state"], seen["slot"]) == ("booked", "2026-03-02T05:00:00.000Z")
    assert seen["code"] == booked.json()["code"]
    assert not {"id", "person", "ticket"} & seen.keys()
    svg = web.ask("GET", f"{page}/code.svg")
    assert svg.headers["content-type"] == "image/svg+xml"
    assert svg.text.startswith("<svg")


def test_staff_find_a_visit_by_the_code_that_its_holder_says_but_never_its_secret(web: Web) -> None:
    booked = book(web).json()
    listed = web.ask("GET", "/appointments?day=2026-03-02", Role.GUIDE)
    assert booked["code"] in [each["code"] for each in listed.json()["appointments"]]
    assert page_of(booked).removeprefix("/b/") not in listed.text


def test_the_second_to_ask_for_the_last_place_is_told_kindly(web: Web) -> None:
    assert book(web).status_code == 201
    late = book(web, accept_language="zh")
    assert problem_of(late) == (409, "slot_full")
    assert "请另选时段" in late.json()["detail"]


def test_a_holder_moves_and_gives_back_but_a_stranger_does_not(web: Web) -> None:
    page = page_of(book(web).json())
    moved = web.ask("POST", f"{page}/move", json={"slot": LATER.isoformat()})
    assert moved.json()["slot"] == "2026-03-02T06:00:00.000Z"
    assert book(web).status_code == 201
    for method, path, body in (
        ("GET", "/state", None),
        ("GET", "/code.svg", None),
        ("POST", "/move", {"slot": SLOT.isoformat()}),
        ("POST", "/cancel", None),
        ("POST", "/check-in", None),
    ):
        answer = web.ask(method, f"/b/guessed{path}", json=body)
        assert problem_of(answer) == (404, "unknown_appointment")
    assert web.ask("POST", f"{page}/cancel").json()["state"] == "cancelled"
    assert problem_of(web.ask("POST", f"{page}/cancel")) == (409, "appointment_over")


def test_a_holder_who_has_come_gets_a_number_and_its_page(web: Web) -> None:
    page = page_of(book(web).json())
    assert problem_of(web.ask("POST", f"{page}/check-in")) == (409, "too_early")
    web.clock.forward(45 * 60)
    here = web.ask("POST", f"{page}/check-in").json()
    assert here["state"] == "arrived"
    ticket = web.ask("GET", f"{here['ticket_url']}/state").json()
    assert (ticket["number"], ticket["state"]) == ("A001", "waiting")
    assert web.ask("GET", f"{page}/state").json()["ticket_url"] == here["ticket_url"]


def test_a_repeated_press_books_once_if_its_key_is_hard_to_guess(web: Web) -> None:
    first, again = book(web, idempotency_key=KEY), book(web, idempotency_key=KEY)
    assert first.json() == again.json()
    assert problem_of(book(web, LATER, idempotency_key="press-1")) == (422, "invalid_request")


def test_a_script_meets_its_limit_while_staff_and_kiosks_go_on(web: Web) -> None:
    most = LIMITS["book"][0][1].count
    for number in range(most):
        assert book(web, SLOT + timedelta(minutes=30 * number)).status_code == 201
    refused = book(web, SLOT + timedelta(hours=10))
    assert problem_of(refused) == (429, "booking_too_often")
    assert int(refused.headers["retry-after"]) > 0
    free = {"service": "papers", "slot": SLOT.isoformat()}
    assert web.ask("POST", "/appointments", DEVICE, json=free).status_code == 201
    web.clock.forward(3600)
    assert book(web, SLOT + timedelta(hours=10)).status_code == 201


def test_moving_to_and_fro_has_its_limit_but_giving_back_never(web: Web) -> None:
    page = page_of(book(web).json())
    codes = [
        web.ask(
            "POST", f"{page}/move", json={"slot": (SLOT if odd % 2 else LATER).isoformat()}
        ).status_code
        for odd in range(LIMITS["move"][0][1].count + 1)
    ]
    assert codes[-1] == 429
    assert set(codes[:-1]) == {200}
    assert web.ask("POST", f"{page}/cancel").status_code == 200


@pytest.mark.parametrize(
    "body",
    [
        {},
        {"service": "cards"},
        {"service": "cards", "slot": "tomorrow"},
        {"service": "../etc", "slot": "2026-03-02T05:00:00Z"},
        {"service": "cards", "slot": "2026-03-02T05:00:00"},
        [],
    ],
)
def test_what_is_no_booking_is_refused(web: Web, body: object) -> None:
    assert problem_of(web.ask("POST", "/bookings", json=body)) == (422, "invalid_request")


def test_a_booking_outlives_a_restart_with_its_page(tmp_path: Path) -> None:
    with running_web(tmp_path, plan=plan_with(1)) as web:
        page = page_of(book(web, idempotency_key=KEY).json())
        web.ask("POST", f"{page}/move", json={"slot": LATER.isoformat()})
        seen = web.ask("GET", f"{page}/state").json()
        web.context.store.credentials.forget_sessions(NOON + timedelta(days=400))
    with running_web(tmp_path, plan=plan_with(1)) as web:
        assert web.ask("GET", f"{page}/state").json() == seen
        assert page_of(book(web, idempotency_key=KEY).json()) == page


# Who waits for a service ----------------------------------------------------------------------


def test_staff_see_who_waits_for_a_service_and_who_would_be_next(web: Web) -> None:
    first = web.take_ticket("cards")
    web.clock.forward(600)
    old = web.ask("POST", "/tickets", DEVICE, json={"service": "cards", "priority": "elderly"})
    line = web.ask("GET", "/services/cards/waiting", Role.GUIDE).json()
    assert line["waiting"] == 2
    assert [each["ticket"]["number"] for each in line["line"]] == ["A002", "A001"]
    assert [each["waited_s"] for each in line["line"]] == [0, 600]
    assert [each["target_s"] for each in line["line"]] == [240, 1200]
    assert line["next"] == old.json()["id"]
    web.clock.forward(36 * 60)
    line = web.ask("GET", "/services/cards/waiting", Role.GUIDE).json()
    assert line["next"] == first["id"]
    assert "46" in line["reason"]["zh"]


def test_a_service_for_which_nobody_waits_has_an_empty_line(web: Web) -> None:
    line = web.ask("GET", "/services/taxes/waiting", Role.MANAGER).json()
    assert (line["line"], line["next"], line["reason"]) == ([], None, None)
    unknown = web.ask("GET", "/services/nothing/waiting", Role.MANAGER)
    assert problem_of(unknown) == (404, "unknown_service")


def test_the_catalogue_tells_the_waits_that_the_hall_wants_to_keep_to(web: Web) -> None:
    targets = web.ask("GET", "/services").json()["targets_s"]
    assert targets == {"walk_in": 1200, "priority": 240, "appointment": 240}
