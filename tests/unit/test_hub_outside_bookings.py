"""Visits booked in another system stand here as they stand there, however often it is said."""

from collections.abc import Iterator
from datetime import datetime, timedelta
from pathlib import Path
from typing import Any

import pytest

from hall.messages import Role
from tests.unit.hub_fakes import NOON, busy_plan
from tests.unit.hub_web import DEVICE, Web, problem_of, running_web

SLOT = NOON + timedelta(hours=1)
LATER = NOON + timedelta(hours=2)


@pytest.fixture
def web(tmp_path: Path) -> Iterator[Web]:
    tables = busy_plan().model_dump()
    for service in tables["services"]:
        service["appointments"] = 1
    with running_web(tmp_path, plan=busy_plan(services=tables["services"])) as running:
        yield running


def booking(
    reference: str, service: str = "cards", slot: datetime = SLOT, *, cancelled: bool = False
) -> dict[str, Any]:
    at = slot.isoformat()
    return {"reference": reference, "service": service, "slot": at, "cancelled": cancelled}


def sent(web: Web, *bookings: dict[str, Any]) -> dict[str, Any]:
    body = {"bookings": list(bookings)}
    answer = web.ask("POST", "/appointments/import", Role.MANAGER, json=body)
    assert answer.status_code == 200, answer.text
    told: dict[str, Any] = answer.json()
    return told


def booked(web: Web) -> list[tuple[str, str, str]]:
    found = web.ask("GET", "/appointments", Role.MANAGER).json()["appointments"]
    return [(each["service"], each["state"], each["code"]) for each in found]


def test_a_list_is_taken_over_row_by_row_and_may_be_sent_again(web: Web) -> None:
    rows = [
        booking("N-1"),
        booking("N-2", "papers"),
        booking("N-3"),
        booking("N-4", "nothing"),
        booking("N-5", cancelled=True),
    ]
    first = sent(web, *rows)
    assert [(each["reference"], each["state"]) for each in first["taken"]] == [
        ("N-1", "booked"),
        ("N-2", "booked"),
        ("N-5", "cancelled"),
    ]
    assert [(each["reference"], each["code"]) for each in first["refused"]] == [
        ("N-3", "slot_full"),
        ("N-4", "unknown_service"),
    ]
    assert sent(web, *rows) == first
    codes = {each["reference"]: each["code"] for each in first["taken"]}
    assert booked(web) == [
        ("cards", "booked", codes["N-1"]),
        ("papers", "booked", codes["N-2"]),
    ]


def test_a_newer_list_moves_and_gives_back(web: Web) -> None:
    told = sent(web, booking("N-1"), booking("N-2", "papers"))
    moved = sent(web, booking("N-1", slot=LATER), booking("N-2", "papers", cancelled=True))
    assert [each["state"] for each in moved["taken"]] == ["booked", "cancelled"]
    assert moved["taken"][0]["code"] == told["taken"][0]["code"]
    assert sent(web, booking("N-3"))["taken"]  # the place that was given up is free again
    again = sent(web, booking("N-2", "papers"), booking("N-1", "taxes", LATER))
    assert [each["code"] for each in again["refused"]] == ["appointment_over", "other_service"]


def test_who_was_booked_elsewhere_checks_in_here(web: Web) -> None:
    sent(web, booking("N-1"))
    (visit,) = web.ask("GET", "/appointments", Role.GUIDE).json()["appointments"]
    web.clock.forward(3600)
    came = web.ask("POST", f"/appointments/{visit['id']}/check-in", DEVICE)
    assert came.json()["state"] == "waiting"
    assert sent(web, booking("N-1"))["taken"][0]["state"] == "arrived"
    gone = sent(web, booking("N-1", cancelled=True))["refused"]
    assert [each["code"] for each in gone] == ["appointment_over"]


def test_bookings_come_as_csv_too_and_nonsense_is_refused(web: Web) -> None:
    def csv_sent(body: str) -> Any:  # noqa: ANN401 any answer
        kind = {"Content-Type": "text/csv", "Accept-Language": "en"}
        return web.ask(
            "POST", "/appointments/import", Role.ADMIN, content=body.encode(), headers=kind
        )

    head = "reference,service,slot,person,cancelled\r\n"
    slot = SLOT.isoformat()
    told = csv_sent(f"{head}N-1,cards,{slot},,\r\n<b>N-2</b>,cards,{slot},,true\r\n").json()
    assert [each["reference"] for each in told["taken"]] == ["N-1", "<b>N-2</b>"]
    for nonsense in ("reference\r\nN-1\r\n", f"{head}N-1,cards,tomorrow,,\r\n"):
        assert problem_of(csv_sent(nonsense)) == (422, "invalid_request")
