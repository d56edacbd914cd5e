"""Who may do what over HTTP: one table, held here against every route."""

from collections.abc import Callable
from uuid import UUID

import pytest

from hall.messages import Role
from hub import accounts
from hub.web.access import COOKIE
from tests.unit.hub_web import ANYONE, API, DEVICE, SENDERS, Web, bearer, cookie, problem_of

NOBODY = UUID(int=0)
STAFF: set[str] = set(Role)
MANAGERS: set[str] = {Role.MANAGER, Role.ADMIN}
FLOOR = MANAGERS | {Role.CLERK, Role.GUIDE}
ALL = set(SENDERS)

# Method, path, body, who may. Granted requests may still be refused for what they ask.
ROUTES: list[tuple[str, str, object, set[str]]] = [
    ("GET", "/services", None, ALL),
    ("GET", "/hall", None, ALL),
    ("GET", "/session", None, STAFF),
    ("POST", "/tickets", {"service": "cards"}, FLOOR | {DEVICE}),
    ("GET", f"/tickets/{NOBODY}", None, STAFF),
    *(
        ("POST", f"/tickets/{NOBODY}/{action}", body, FLOOR)
        for action, body in (
            ("cancel", None),
            ("hold", {"reason": "paper missing"}),
            ("resume", None),
            ("transfer", {"service": "taxes"}),
            ("rate", {"level": 5}),
        )
    ),
    ("POST", "/appointments/import", {"bookings": []}, MANAGERS),
    ("POST", f"/tickets/{NOBODY}/divert", {"to": "kiosk"}, FLOOR | {DEVICE, Role.EXPERT}),
    ("POST", f"/tickets/{NOBODY}/complete", None, FLOOR | {DEVICE, Role.EXPERT}),
    ("GET", "/tickets", None, MANAGERS),
    ("GET", "/tickets/export?day=2026-03-01", None, MANAGERS),
    ("POST", "/tickets/import", {"tickets": []}, MANAGERS | {Role.GUIDE}),
    ("GET", "/appointments/slots?service=cards", None, ALL),
    ("GET", "/appointments", None, STAFF),
    (
        "POST",
        "/appointments",
        {"service": "cards", "slot": "2026-03-02T05:00:00Z"},
        FLOOR | {DEVICE},
    ),
    ("POST", f"/appointments/{NOBODY}/cancel", None, FLOOR | {DEVICE}),
    ("POST", f"/appointments/{NOBODY}/check-in", None, FLOOR | {DEVICE}),
    ("GET", "/bookings/services", None, ALL),
    ("GET", "/bookings/slots?service=cards&day=2026-03-02", None, ALL),
    ("GET", "/services/cards/waiting", None, STAFF),
    ("GET", "/callbacks", None, MANAGERS),
    ("POST", f"/callbacks/{NOBODY}/done", {"reason": "called"}, MANAGERS),
    ("GET", "/advice/staffing", None, MANAGERS),
    ("GET", "/reports/day/2026-03-02", None, MANAGERS),
    ("GET", "/reports/week/2026-03-02", None, MANAGERS),
    ("GET", "/reports/month/2026-03", None, MANAGERS),
    ("POST", "/reports/day/2026-03-01", None, MANAGERS),
    *(
        ("POST", f"/windows/w1/{action}", None, MANAGERS | {Role.CLERK})
        for action in (
            "open",
            "decline",
            "pause",
            "close",
            "call-next",
            "recall",
            "start",
            "finish",
            "no-show",
            "duress",
        )
    ),
    ("GET", "/windows/w1/waiting", None, MANAGERS | {Role.CLERK}),
    ("GET", "/alerts", None, MANAGERS),
    *(
        ("POST", f"/alerts/{NOBODY}/{action}", None, MANAGERS)
        for action in ("acknowledge", "apply", "dismiss")
    ),
    ("POST", "/cameras/cam/thumbnail", None, {Role.MANAGER}),
    ("GET", "/observations?zone=waiting", None, MANAGERS),
]
STAFF_WRITES = [route for route in ROUTES if route[0] == "POST"]


@pytest.mark.parametrize(("method", "path", "body", "allowed"), ROUTES)
def test_a_route_answers_whom_it_may_and_nobody_else(
    web: Web, method: str, path: str, body: object, allowed: set[str]
) -> None:
    for sender in SENDERS:
        answer = web.ask(method, path, sender, json=body)
        if sender in allowed:
            assert answer.status_code not in {401, 403}, (sender, answer.text)
        elif sender == ANYONE:
            assert problem_of(answer) == (401, "not_signed_in")
            assert answer.headers["www-authenticate"] == "Bearer"
        else:
            assert problem_of(answer) == (403, "forbidden")


@pytest.mark.parametrize(("method", "path", "body", "allowed"), STAFF_WRITES)
def test_a_write_with_a_cookie_needs_the_page_s_own_value(
    web: Web, method: str, path: str, body: object, allowed: set[str]
) -> None:
    without = web.ask(method, path, headers=cookie(Role.MANAGER, csrf=False), json=body)
    assert problem_of(without) == (403, "csrf")
    wrong = {**cookie(Role.MANAGER), "X-CSRF-Token": accounts.csrf_of("another")}
    assert problem_of(web.ask(method, path, headers=wrong, json=body)) == (403, "csrf")
    right = web.ask(method, path, headers=cookie(Role.MANAGER), json=body)
    assert right.status_code not in {401, 403}


@pytest.mark.parametrize("origin", ["https://evil.test", "null", "http://[", "hall.test", ""])
def test_pages_of_others_get_nothing_with_our_cookie(web: Web, origin: str) -> None:
    for method, path in (("GET", "/hall"), ("POST", "/windows/w1/open")):
        headers = {**cookie(Role.MANAGER), "Origin": origin}
        assert problem_of(web.ask(method, path, headers=headers)) == (403, "foreign_origin")


def test_our_own_pages_are_not_foreign(web: Web) -> None:
    headers = {**cookie(Role.MANAGER), "Origin": "http://hall.test"}
    assert web.ask("POST", "/windows/w1/open", headers=headers).status_code == 200


@pytest.mark.parametrize("token", ["", "wrong", "token-of-nobody", "\u00e9" * 300])
def test_a_wrong_token_is_refused_and_never_taken_for_anyone(web: Web, token: str) -> None:
    headers = [(b"authorization", f"Bearer {token}".encode("latin-1"))]
    assert problem_of(web.client.get(f"{API}/services/../hall", headers=headers)) == (
        401,
        "not_signed_in",
    )


def test_a_cookie_that_opens_nothing_is_as_none(web: Web) -> None:
    answer = web.ask("GET", "/hall", headers={"Cookie": f"{COOKIE}=wrong"})
    assert "nodes" not in answer.json()


def test_signing_in_gives_a_cookie_that_scripts_and_other_sites_cannot_use(web: Web) -> None:
    accounts.add_staff(web.context.store, "li", "secret", Role.CLERK)
    answer = web.ask("POST", "/session", json={"username": "li", "password": "secret"})
    assert answer.status_code == 200
    parts = {part.strip().lower() for part in answer.headers["set-cookie"].split(";")[1:]}
    assert {"httponly", "samesite=strict", "path=/"} <= parts
    assert "secure" not in parts
    session = answer.json()
    assert (session["role"], session["username"]) == ("clerk", "li")
    who = web.client.get(f"{API}/session").json()
    assert who == {"role": "clerk", "username": "li", "csrf": session["csrf"]}


def test_over_https_the_cookie_stays_there(web: Web) -> None:
    accounts.add_staff(web.context.store, "li", "secret", Role.CLERK)
    answer = web.client.post(
        f"https://hall.test{API}/session", json={"username": "li", "password": "secret"}
    )
    assert "secure" in answer.headers["set-cookie"].lower()


@pytest.mark.parametrize("username", ["li", "nobody", "'; DROP TABLE staff; --", "\u0000", "李"])
def test_wrong_credentials_do_not_tell_which_half_was_wrong(web: Web, username: str) -> None:
    accounts.add_staff(web.context.store, "li", "secret", Role.CLERK)
    answer = web.ask("POST", "/session", json={"username": username, "password": "wrong"})
    assert problem_of(answer) == (401, "wrong_credentials")
    assert "set-cookie" not in answer.headers


@pytest.mark.parametrize(
    "signed_in", [lambda: bearer(Role.CLERK), lambda: cookie(Role.CLERK)], ids=["token", "cookie"]
)
def test_signing_out_ends_the_session(web: Web, signed_in: Callable[[], dict[str, str]]) -> None:
    assert web.ask("DELETE", "/session", headers=signed_in()).status_code == 204
    assert problem_of(web.ask("GET", "/session", headers=signed_in()))[0] == 401


def test_signing_out_takes_no_other_scheme_for_a_token(web: Web) -> None:
    headers = {**cookie(Role.CLERK), "Authorization": "Basic abc"}
    assert web.ask("DELETE", "/session", headers=headers).status_code == 204
    assert problem_of(web.ask("GET", "/session", headers=cookie(Role.CLERK)))[0] == 401


def test_a_session_ends_by_itself(web: Web) -> None:
    web.clock.now += accounts.SESSION_LASTS
    assert problem_of(web.ask("GET", "/session", Role.CLERK)) == (401, "not_signed_in")
