"""The queue over HTTP: detours, ratings, picks, appointments, paper and exports."""

from collections.abc import Iterator
from datetime import timedelta
from pathlib import Path
from typing import Any

import pytest

from hall.messages import Role
from hub.core import commands, elastic
from tests.unit.hub_fakes import NOON, busy_plan
from tests.unit.hub_web import API, DEVICE, Web, problem_of, running_web


@pytest.fixture
def web(tmp_path: Path) -> Iterator[Web]:
    with running_web(tmp_path, plan=busy_plan()) as running:
        yield running


def clerk(web: Web, path: str, body: object = None) -> Any:  # noqa: ANN401 any answer
    answer = web.ask("POST", path, Role.CLERK, json=body)
    assert answer.status_code == 200, answer.text
    return answer.json()


def called(web: Web, service: str = "cards") -> dict[str, Any]:
    ticket = web.take_ticket(service)
    clerk(web, "/windows/w1/open")
    clerk(web, "/windows/w1/call-next")
    return ticket


def page(web: Web, ticket: dict[str, Any]) -> str:
    address: str = ticket["url"]
    return API + address.removeprefix("http://hall.test")


def test_a_clerk_holds_and_a_visitor_resumes_at_the_old_place(web: Web) -> None:
    ticket, other = called(web), web.take_ticket()
    held = clerk(web, f"/tickets/{ticket['id']}/hold", {"reason": "id card missing"})
    assert (held["state"], held["window"]) == ("held", None)
    assert web.client.get(f"{page(web, ticket)}/state").json()["state"] == "held"
    back = web.client.post(f"{page(web, ticket)}/resume").json()
    assert (back["state"], back["ahead"]) == ("waiting", 0)
    assert clerk(web, "/windows/w1/call-next")["id"] == ticket["id"]
    refused = web.client.post(f"{page(web, other)}/resume")
    assert problem_of(refused) == (409, "ticket_not_held")


def test_a_visitor_steps_out_from_the_phone(web: Web) -> None:
    ticket = web.take_ticket()
    assert web.client.post(f"{page(web, ticket)}/hold").json()["state"] == "held"


def test_a_ticket_is_transferred_with_its_history(web: Web) -> None:
    ticket = called(web)
    body = {"service": "taxes", "reason": "wrong counter"}
    moved = clerk(web, f"/tickets/{ticket['id']}/transfer", body)
    assert (moved["id"], moved["number"]) == (ticket["id"], ticket["number"])
    assert (moved["service"], moved["state"]) == ("taxes", "waiting")
    shown = web.ask("GET", f"/tickets/{ticket['id']}", Role.GUIDE).json()
    assert [step["what"] for step in shown["history"]] == ["issued", "called", "transferred"]
    assert shown["history"][-1]["by"] == "clerk"
    nowhere = web.ask("POST", f"/tickets/{ticket['id']}/transfer", Role.CLERK)
    assert problem_of(nowhere) == (422, "transfer_where")


def test_a_visit_is_rated_once_by_its_visitor_and_a_bad_one_is_called_back(web: Web) -> None:
    ticket = called(web)
    address = f"{page(web, ticket)}/rate"
    assert problem_of(web.client.post(address, json={"level": 1})) == (409, "not_served")
    clerk(web, "/windows/w1/finish")
    assert web.client.get(f"{page(web, ticket)}/state").json()["may_rate"]
    assert problem_of(web.client.post(address, json={"level": 6})) == (422, "invalid_request")
    rated = web.client.post(address, json={"level": 1, "comment": "too slow"}).json()
    assert not rated["may_rate"]
    assert problem_of(web.client.post(address, json={"level": 5})) == (409, "already_rated")
    (task,) = web.ask("GET", "/callbacks", Role.MANAGER).json()["callbacks"]
    assert (task["number"], task["comment"]) == (ticket["number"], "too slow")
    path = f"/callbacks/{task['ticket']}/done"
    done = web.ask("POST", path, Role.MANAGER, json={"reason": "apologised"}).json()
    assert (done["note"], done["done_at"] is None) == ("apologised", False)


def test_why_a_ticket_was_called_is_told_to_staff_and_not_to_the_public(web: Web) -> None:
    ticket = called(web)
    (window,) = [
        each for each in web.ask("GET", "/hall", Role.CLERK).json()["windows"] if each["id"] == "w1"
    ]
    assert window["ticket"]["reason"]["en"] == "waited 0 min, target 20"
    assert "waited" not in web.ask("GET", "/hall").text
    assert "target" not in web.client.get(f"{page(web, ticket)}/state").text


def test_a_pick_out_of_turn_needs_a_reason(web: Web) -> None:
    web.take_ticket()
    second = web.take_ticket("papers")
    clerk(web, "/windows/w1/open")
    body = {"ticket": second["id"]}
    refused = web.ask("POST", "/windows/w1/call-next", Role.CLERK, json=body)
    assert problem_of(refused) == (422, "reason_needed")
    assert clerk(web, "/windows/w1/call-next", {**body, "reason": "ill"})["id"] == second["id"]


def test_a_clerk_sees_whom_the_window_could_call(web: Web) -> None:
    sent_away, first, _ = called(web), web.take_ticket(), web.take_ticket("taxes")
    clerk(web, f"/tickets/{sent_away['id']}/hold")
    elderly = {"service": "papers", "priority": "elderly"}
    web.clock.forward(60)
    second = web.ask("POST", "/tickets", DEVICE, json=elderly).json()
    queue = web.ask("GET", "/windows/w1/waiting", Role.CLERK).json()
    assert [each["id"] for each in queue["waiting"]] == [second["id"], first["id"]]
    assert [each["id"] for each in queue["held"]] == [sent_away["id"]]
    unknown = web.ask("GET", "/windows/w9/waiting", Role.CLERK)
    assert problem_of(unknown) == (404, "unknown_window")


def test_a_window_pauses_with_a_reason_and_closes_after_its_visitor(web: Web) -> None:
    called(web)
    refused = web.ask("POST", "/windows/w1/close", Role.CLERK)
    assert problem_of(refused) == (409, "window_busy")
    assert clerk(web, "/windows/w1/pause", {"reason": "training"})["reason"] == "training"
    assert clerk(web, "/windows/w1/close", {"after_current": True})["closing"]
    clerk(web, "/windows/w1/finish")
    hall = web.ask("GET", "/hall", Role.MANAGER).json()
    assert hall["windows"][0]["state"] == "closed"


def test_staff_see_which_window_is_asked_for_and_say_not_now(tmp_path: Path) -> None:
    plan = busy_plan(staffing={"acts": "request"})
    with running_web(tmp_path, plan=plan) as web:
        web.do(commands.RequestWindow("w2", elastic.ENOUGH), elastic.ACTOR)
        shown = web.ask("GET", "/hall", Role.CLERK).json()["windows"][1]
        assert (shown["state"], shown["requested_at"]) == ("closed", "2026-03-02T04:00:00.000Z")
        assert shown["notice"] == elastic.ENOUGH.model_dump()
        assert "requested" not in web.ask("GET", "/hall").text
        declined = clerk(web, "/windows/w2/decline")
        assert (declined["requested_at"], declined["notice"]) == (None, None)


def test_a_kiosk_is_offered_tried_and_done_with(web: Web) -> None:
    clerk(web, "/windows/w1/open")
    tickets = [web.take_ticket("papers") for _ in range(3)]
    last = web.client.get(f"{page(web, tickets[-1])}/state").json()
    assert "kiosk" in [offer["to"] for offer in last["offers"]]
    tried = web.client.post(f"{page(web, tickets[-1])}/divert", json={"to": "kiosk"}).json()
    assert (tried["state"], tried["trying"]) == ("held", "kiosk")
    done = web.ask("POST", f"/tickets/{tickets[-1]['id']}/complete", DEVICE)
    assert done.json()["state"] == "done"


def test_an_appointment_is_booked_kept_and_given_back(web: Web) -> None:
    free = web.ask("GET", "/appointments/slots?service=cards&day=2026-03-02").json()["slots"]
    slot = next(each["at"] for each in free if each["at"] > "2026-03-02T04:00:00.000Z")
    body = {"service": "cards", "slot": slot}
    booked = web.ask("POST", "/appointments", DEVICE, json=body)
    assert booked.status_code == 201
    full = web.ask("POST", "/appointments", DEVICE, json=body)
    assert problem_of(full) == (409, "slot_full")
    path = f"/appointments/{booked.json()['id']}"
    arrived = web.ask("POST", f"{path}/check-in", DEVICE)
    assert (arrived.status_code, arrived.json()["visit"]) == (201, "appointment")
    assert arrived.json()["url"].startswith("http://hall.test/t/")
    assert problem_of(web.ask("POST", f"{path}/cancel", DEVICE)) == (409, "appointment_over")
    (shown,) = web.ask("GET", "/appointments", Role.GUIDE).json()["appointments"]
    assert shown["ticket"] == arrived.json()["id"]
    unknown = web.ask("GET", "/appointments/slots?service=nothing")
    assert problem_of(unknown) == (404, "unknown_service")


def rows(web: Web) -> list[dict[str, Any]]:
    found: list[dict[str, Any]] = web.ask("GET", "/tickets", Role.MANAGER).json()["tickets"]
    return found


def test_paper_numbers_are_merged_each_by_itself_and_only_once(web: Web) -> None:
    web.take_ticket()
    at = (NOON - timedelta(minutes=20)).isoformat()
    papers = [
        {"number": "A031", "service": "cards", "arrived_at": at},
        {"number": "A032", "service": "papers", "arrived_at": at, "served": True},
        {"number": "A001", "service": "cards", "arrived_at": at},
        {"number": "A033", "service": "nothing", "arrived_at": at},
    ]
    for _ in range(2):
        answer = web.ask("POST", "/tickets/import", Role.GUIDE, json={"tickets": papers}).json()
        assert [each["number"] for each in answer["merged"]] == ["A031", "A032"]
        assert [each["code"] for each in answer["refused"]] == ["number_taken", "unknown_service"]
    assert [(row["number"], row["channel"]) for row in rows(web)] == [
        ("A031", "paper"),
        ("A032", "paper"),
        ("A001", "kiosk"),
    ]
    assert web.take_ticket()["number"] == "A033"


def test_paper_numbers_come_as_csv_too_and_nonsense_is_refused(web: Web) -> None:
    def sent(body: str | bytes) -> Any:  # noqa: ANN401 any answer
        return web.ask(
            "POST",
            "/tickets/import",
            Role.MANAGER,
            content=body,
            headers={"Content-Type": "text/csv"},
        )

    head = "number,service,arrived_at,priority,served\r\n"
    answer = sent(f"\ufeff{head}P001,cards,2026-03-02T03:50:00Z,elderly,\r\n".encode())
    assert [each["priority"] for each in answer.json()["merged"]] == ["elderly"]
    for nonsense in ("number\r\nP001\r\n", f"{head}p1,cards,now,,\r\n", b"\xff\xfe"):
        assert problem_of(sent(nonsense)) == (422, "invalid_request")
    bare = web.ask("POST", "/tickets/import", Role.MANAGER, content=b"{")
    assert problem_of(bare) == (422, "invalid_request")


def test_a_day_s_tickets_are_exported_without_secrets(web: Web) -> None:
    ticket = called(web)
    clerk(web, "/windows/w1/start")
    (row,) = rows(web)
    assert (row["number"], row["state"], row["window"]) == ("A001", "serving", "w1")
    sheet = web.ask("GET", "/tickets?format=csv", Role.MANAGER)
    assert sheet.headers["content-type"].startswith("text/csv")
    assert sheet.text.splitlines()[0].startswith("number,service,priority")
    assert len(sheet.text.splitlines()) == 2
    assert ticket["url"].rsplit("/", 1)[1] not in sheet.text


def test_staffing_advice_says_what_following_it_would_change(web: Web) -> None:
    clerk(web, "/windows/w1/open")
    for _ in range(6):
        web.take_ticket("taxes")
    advice = web.ask("GET", "/advice/staffing", Role.MANAGER).json()
    assert advice["groups"]["money"]["needed"] > advice["groups"]["money"]["open"] == 0
    assert advice["advice"][0]["action"] == "open_window"
    assert advice["wait_if_followed_p50_s"] < advice["wait_p50_s"]
