"""What the hub answers over HTTP: tickets, windows, alerts, refusals, hostile requests."""

import json
from datetime import timedelta
from pathlib import Path
from uuid import UUID

import pytest
import structlog

from hall.messages import Node, Role
from hub.core import commands
from hub.core.commands import Actor
from hub.web.context import MAX_KEY
from hub.web.guard import HEADERS, MAX_BODY_BYTES
from tests.unit.full_disk import Disk
from tests.unit.hub_fakes import NOON, crowd_seen
from tests.unit.hub_web import API, DEVICE, Web, problem_of, running_web, token_of

HOSTILE = (
    "'; DROP TABLE journal; --",
    "<script>alert(1)</script>",
    "\u0000",
    "..",
    "\U0001f4a9",
    "A" * 5000,
)


def test_a_ticket_goes_from_the_kiosk_to_the_window(web: Web) -> None:
    taken = web.take_ticket()
    assert (taken["number"], taken["state"], taken["ahead"]) == ("A001", "waiting", 0)
    assert web.ask("POST", "/windows/w1/open", Role.CLERK).json()["clerk"] == "clerk"
    called = web.ask("POST", "/windows/w1/call-next", Role.CLERK).json()
    assert (called["id"], called["state"], called["window"]) == (taken["id"], "called", "w1")
    assert called["url"] is None
    assert web.ask("POST", "/windows/w1/recall", Role.CLERK).status_code == 200
    assert web.ask("POST", "/windows/w1/start", Role.CLERK).json()["state"] == "serving"
    assert web.ask("POST", "/windows/w1/finish", Role.CLERK).json()["state"] == "done"
    assert web.ask("POST", "/windows/w1/call-next", Role.CLERK).status_code == 204
    assert web.ask("GET", f"/tickets/{taken['id']}", Role.GUIDE).json()["state"] == "done"
    assert web.ask("POST", "/windows/w1/close", Role.CLERK).json()["state"] == "closed"


def test_a_window_is_its_clerk_s_and_any_manager_s(web: Web) -> None:
    web.do(commands.OpenWindow("w1"), Actor("someone-else", Role.CLERK))
    refused = web.ask("POST", "/windows/w1/call-next", Role.CLERK)
    assert problem_of(refused) == (403, "window_of_another")
    assert web.ask("POST", "/windows/w1/pause", Role.MANAGER).json()["state"] == "paused"


def test_staff_who_look_at_a_display_are_told_what_the_public_is(web: Web) -> None:
    public = web.ask("GET", "/hall").json()
    shown = web.ask("GET", "/hall?view=public", Role.MANAGER).json()
    assert shown.keys() == public.keys()
    assert shown["windows"] == public["windows"]
    assert "crowd" in web.ask("GET", "/hall", Role.MANAGER).json()
    assert web.ask("GET", "/hall?view=all").status_code == 422


def test_a_repeated_press_is_one_ticket(web: Web) -> None:
    first, again = (
        web.ask(
            "POST",
            "/tickets",
            DEVICE,
            json={"service": "cards"},
            headers={"Idempotency-Key": "press-1"},
        ).json()
        for _ in range(2)
    )
    assert first == again
    other = web.ask(
        "POST",
        "/tickets",
        DEVICE,
        json={"service": "taxes"},
        headers={"Idempotency-Key": "press-1"},
    )
    assert problem_of(other) == (409, "key_reused")
    assert web.ask("GET", "/services").json()["services"][0]["waiting"] == 1


def test_a_key_beyond_its_length_is_refused_rather_than_cut(web: Web) -> None:
    answer = web.ask(
        "POST",
        "/tickets",
        DEVICE,
        json={"service": "cards"},
        headers={"Idempotency-Key": "k" * (MAX_KEY + 1)},
    )
    assert problem_of(answer)[0] == 422


def test_the_ticket_s_address_is_the_hall_s_public_one(tmp_path: Path) -> None:
    with running_web(tmp_path, public_url="https://hall.example.org") as web:
        assert web.take_ticket()["url"].startswith("https://hall.example.org/t/")
    with running_web(tmp_path / "other") as web:
        assert web.take_ticket()["url"].startswith("http://hall.test/t/")


def test_whoever_holds_the_token_sees_and_cancels_the_ticket(web: Web) -> None:
    address = web.take_ticket()["url"].removeprefix("http://hall.test")
    for root in (API, ""):
        seen = web.client.get(f"{root}{address}/state")
        assert seen.json()["number"] == "A001"
        assert not {"id", "service", "priority", "window"} & set(seen.json())
    assert web.client.post(f"{API}{address}/cancel").json()["state"] == "cancelled"
    refused = web.client.post(f"{API}{address}/cancel")
    assert problem_of(refused) == (409, "ticket_finished")


@pytest.mark.parametrize(
    ("method", "what"), [("GET", "state"), ("GET", "events"), ("POST", "cancel")]
)
def test_a_token_that_opens_nothing_is_not_found(web: Web, method: str, what: str) -> None:
    web.take_ticket()
    for token in ("wrong", "%00", "A" * 2000, "%E6%85%A7"):
        answer = web.client.request(method, f"{API}/t/{token}/{what}")
        assert problem_of(answer) == (404, "unknown_ticket")


def test_a_manager_sees_and_applies_an_alert(web: Web) -> None:
    for _ in range(7):
        web.clock.forward(1)
        web.engine.observe(crowd_seen(9, web.clock.now))
        web.do(commands.OpenWindow("w9"), Actor("x", Role.MANAGER))
    (alert,) = web.ask("GET", "/alerts", Role.MANAGER).json()["alerts"]
    assert (alert["rule"], alert["subject"], alert["state"]) == ("crowded", "waiting", "raised")
    path = f"/alerts/{alert['id']}"
    assert web.ask("POST", f"{path}/acknowledge", Role.MANAGER).json()["state"] == "acknowledged"
    applied = web.ask("POST", f"{path}/apply", Role.MANAGER).json()
    assert applied["applied"]
    hall = web.ask("GET", "/hall", Role.MANAGER).json()
    opened = [window["id"] for window in hall["windows"] if window["state"] == "open"]
    assert opened == [alert["advice"][0]["window"]]


def test_staff_see_the_hall_and_anyone_its_public_part(web: Web) -> None:
    web.take_ticket()
    web.ask("POST", "/windows/w1/open", Role.CLERK)
    web.ask("POST", "/windows/w1/call-next", Role.CLERK)
    web.engine.observe(crowd_seen(3, web.clock.now, camera="secret-camera"))
    node = {"program": "edge", "id": "secret-node", "state": "online", "at": NOON, "version": "1"}
    web.engine.hear(Node.model_validate(node))
    web.take_ticket()
    staff = web.ask("GET", "/hall", Role.GUIDE).json()
    assert staff["crowd"]["secret-camera"]["count"] == 3
    assert staff["windows"][0]["clerk"] == "clerk"
    token = web.take_ticket()["url"].rsplit("/", 1)[1]
    for sender in ("anyone", DEVICE):
        public = web.ask("GET", "/hall", sender)
        assert set(public.json()) == {
            "at",
            "name",
            "timezone",
            "services",
            "windows",
            "queues",
            "calls",
            "announcements",
        }
        assert public.json()["calls"][0]["number"] == "A001"
        for private in ("clerk", "secret", "crowded", token):
            assert private not in public.text


@pytest.mark.parametrize(
    ("query", "accepted", "language"),
    [
        ("", None, "zh"),
        ("", "en-GB,zh;q=0.5", "en"),
        ("", "fr, en;q=0.5", "en"),
        ("", "fr", "zh"),
        ("?lang=en", "zh-CN", "en"),
        ("?lang=zh", "en", "zh"),
        ("?lang=<b>", "en", "en"),
    ],
)
def test_a_refusal_is_in_the_reader_s_language(
    web: Web, query: str, accepted: str | None, language: str
) -> None:
    headers = {"Accept-Language": accepted} if accepted else {}
    answer = web.client.get(f"{API}/session{query}", headers=headers)
    assert answer.headers["content-language"] == language
    assert answer.json()["detail"] == {"zh": "请先登录。", "en": "Please sign in first."}[language]


@pytest.mark.parametrize(
    ("method", "path", "expected"),
    [
        ("GET", f"{API}/nothing", (404, "not_found")),
        ("PUT", f"{API}/services", (405, "method_not_allowed")),
        ("POST", f"{API}/windows/w9/open", (404, "unknown_window")),
        ("POST", f"{API}/windows/w1/explode", (422, "invalid_request")),
        ("GET", f"{API}/tickets/{UUID(int=1)}", (404, "unknown_ticket")),
        ("GET", f"{API}/tickets/1", (422, "invalid_request")),
        ("POST", f"{API}/alerts/{UUID(int=1)}/apply", (404, "unknown_alert")),
    ],
)
def test_every_refusal_is_a_problem(
    web: Web, method: str, path: str, expected: tuple[int, str]
) -> None:
    headers = {"Authorization": f"Bearer {token_of(Role.MANAGER)}"}
    assert problem_of(web.client.request(method, path, headers=headers)) == expected


@pytest.mark.parametrize(
    "body",
    [
        b"",
        b"{",
        b"[]",
        b"null",
        b'{"service": 1}',
        b'{"service": "cards", "priority": "king"}',
        b"\xff",
        b"[" * 20_000,
    ],
)
def test_a_body_that_makes_no_sense_is_refused(web: Web, body: bytes) -> None:
    headers = {"Content-Type": "application/json"}
    answer = web.ask("POST", "/tickets", DEVICE, content=body, headers=headers)
    assert problem_of(answer) == (422, "invalid_request")


@pytest.mark.parametrize("hostile", HOSTILE)
def test_hostile_text_is_refused_and_stops_nothing(web: Web, hostile: str) -> None:
    body = {"service": hostile, "channel": hostile, hostile: hostile}
    assert problem_of(web.ask("POST", "/tickets", DEVICE, json=body))[0] in {404, 422}
    credentials = {"username": hostile, "password": hostile}
    assert problem_of(web.ask("POST", "/session", json=credentials))[0] in {401, 422}
    assert web.take_ticket()["number"] == "A001"


def test_unknown_fields_are_ignored(web: Web) -> None:
    body = {"service": "cards", "of-the-future": [1, 2]}
    assert web.ask("POST", "/tickets", DEVICE, json=body).status_code == 201


@pytest.mark.parametrize("path", ["/tickets", "/session", "/windows/w1/open", "/nothing"])
def test_a_body_over_the_limit_is_refused(web: Web, path: str) -> None:
    answer = web.ask("POST", path, Role.MANAGER, content=b" " * (MAX_BODY_BYTES + 1))
    assert problem_of(answer) == (413, "too_large")
    padded = json.dumps({"service": "cards"}).encode().ljust(MAX_BODY_BYTES)
    headers = {"Content-Type": "application/json"}
    assert web.ask("POST", "/tickets", DEVICE, content=padded, headers=headers).status_code == 201


@pytest.mark.parametrize(
    "path", [f"{API}/services", f"{API}/nothing", "/healthz", f"{API}/session"]
)
def test_every_answer_carries_the_security_headers(web: Web, path: str) -> None:
    answer = web.client.get(path)
    for name, value in HEADERS.items():
        assert answer.headers[name] == value
    assert "access-control-allow-origin" not in answer.headers


def test_a_full_disk_is_said_and_what_was_promised_stays(web: Web) -> None:
    disk = Disk(web.context.store)
    disk.fill()
    answers = [web.ask("POST", "/tickets", DEVICE, json={"service": "cards"}) for _ in range(200)]
    refused = next(answer for answer in answers if answer.status_code != 201)
    assert problem_of(refused) == (503, "unavailable")
    assert refused.headers["retry-after"]
    kept = sum(answer.status_code == 201 for answer in answers)
    assert web.ask("GET", "/services").json()["services"][0]["waiting"] == kept
    disk.make_room()
    assert web.take_ticket()["ahead"] == kept


def test_readiness_and_figures(web: Web) -> None:
    web.take_ticket()
    assert web.client.get("/readyz").json() == {"engine": True, "broker": True}
    figures = web.client.get("/metrics").text
    assert 'huiting_waiting{service="cards"} 1.0' in figures
    assert "huiting_broker_connected 1.0" in figures


def test_no_token_is_ever_logged(web: Web, capfd: pytest.CaptureFixture[str]) -> None:
    with structlog.testing.capture_logs() as logged:
        taken = web.take_ticket()
        token = taken["url"].rsplit("/", 1)[1]
        web.client.get(f"{API}/t/{token}/state")
        web.client.post(f"{API}/t/{token}/cancel")
        web.client.get(f"{API}/t/{token}x/state")
        web.client.post(f"{API}/t/{token}/cancel")
    said = json.dumps(logged) + "".join(capfd.readouterr())
    assert "ticket_cancelled" in said
    for secret in (token, token_of(DEVICE)):
        assert secret not in said


def test_yesterday_s_finished_ticket_is_forgotten_and_its_page_says_so(web: Web) -> None:
    taken = web.take_ticket()
    web.ask("POST", f"/tickets/{taken['id']}/cancel", Role.GUIDE)
    web.clock.now += timedelta(hours=11)
    kept = web.take_ticket()
    web.clock.now += timedelta(hours=2)
    web.take_ticket()
    for ticket, status in ((taken, 404), (kept, 200)):
        address = ticket["url"].removeprefix("http://hall.test")
        assert web.client.get(f"{API}{address}/state").status_code == status
