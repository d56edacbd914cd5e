"""What the hub answers about alerts over HTTP: what to do, what was done, and what became of it."""

from datetime import timedelta
from hashlib import sha256
from typing import Any
from uuid import UUID

import pytest

from hall.messages import Role, wire_time
from hub import accounts
from hub.core import commands
from hub.core.commands import Actor
from tests.unit.hub_fakes import NOON, crowd_seen
from tests.unit.hub_web import Web, problem_of, token_of

BOSS = Actor("boss", Role.MANAGER)


def see(web: Web, people: float, seconds: int = 7) -> None:
    """A zone as it is for some seconds, each of them looked at."""
    for _ in range(seconds):
        web.clock.forward(1)
        web.engine.observe(crowd_seen(people, web.clock.now))
        web.do(commands.OpenWindow("w9"), BOSS)


def history(web: Web, begin: Any = None, end: Any = None) -> list[dict[str, Any]]:  # noqa: ANN401 any moment
    params = {"from": wire_time(begin) if begin else None, "to": wire_time(end) if end else None}
    token = sha256(token_of(Role.MANAGER).encode()).digest()
    lasts = web.clock.now + accounts.SESSION_LASTS  # days may have passed
    web.context.store.credentials.drop_session(token)
    web.context.store.credentials.put_session(token, Role.MANAGER, lasts)
    answer = web.ask("GET", "/alerts", Role.MANAGER, params={k: v for k, v in params.items() if v})
    assert answer.status_code == 200, answer.text
    alerts: list[dict[str, Any]] = answer.json()["alerts"]
    return alerts


def test_an_alert_of_weeks_ago_is_told_with_all_that_came_of_it(web: Web) -> None:
    see(web, 9)
    (alert,) = history(web)
    applied = web.ask("POST", f"/alerts/{alert['id']}/apply", Role.MANAGER, json={"action": 1})
    assert applied.json()["advice"][1]["taken_by"] == Role.MANAGER
    see(web, 0)
    web.clock.forward(15 * 60)
    see(web, 2, 2)
    web.clock.forward(20 * 24 * 3600)
    web.take_ticket()
    assert history(web) == []
    (told,) = history(web, NOON, NOON + timedelta(days=1))
    assert (told["state"], told["acknowledged_by"]) == ("cleared", Role.MANAGER)
    effect = told["advice"][1]["effect"]
    assert (effect["before"], effect["became"]) == (9, 2)
    assert history(web, NOON + timedelta(days=1), NOON + timedelta(days=15)) == []


def test_a_span_tells_only_of_what_was_raised_in_it(web: Web) -> None:
    for _ in range(3):
        see(web, 9)
        see(web, 0)
        web.clock.forward(24 * 3600)
    assert len(history(web, NOON, NOON + timedelta(days=9))) == 3
    (second,) = history(web, NOON + timedelta(hours=12), NOON + timedelta(hours=36))
    assert wire_time(NOON + timedelta(days=1)) < second["since"]


@pytest.mark.parametrize(
    ("begin", "end"),
    [
        ("2026-03-02T05:00:00Z", "2026-03-02T04:00:00Z"),
        ("2020-03-02T05:00:00Z", "2026-03-02T04:00:00Z"),
    ],
)
def test_an_impossible_span_is_refused(web: Web, begin: str, end: str) -> None:
    token = sha256(token_of(Role.MANAGER).encode()).digest()
    lasts = web.clock.now + accounts.SESSION_LASTS  # days may have passed
    web.context.store.credentials.drop_session(token)
    web.context.store.credentials.put_session(token, Role.MANAGER, lasts)
    answer = web.ask("GET", "/alerts", Role.MANAGER, params={"from": begin, "to": end})
    assert problem_of(answer) == (422, "invalid_span")


@pytest.mark.parametrize("moment", ["yesterday", "2026-03-02", "9999-99-99T00:00:00Z"])
def test_a_malformed_moment_is_refused(web: Web, moment: str) -> None:
    token = sha256(token_of(Role.MANAGER).encode()).digest()
    lasts = web.clock.now + accounts.SESSION_LASTS  # days may have passed
    web.context.store.credentials.drop_session(token)
    web.context.store.credentials.put_session(token, Role.MANAGER, lasts)
    answer = web.ask("GET", "/alerts", Role.MANAGER, params={"from": moment})
    assert problem_of(answer) == (422, "invalid_request")


def test_a_manager_dismisses_for_as_long_as_they_like(web: Web) -> None:
    see(web, 9)
    (alert,) = history(web)
    path = f"/alerts/{alert['id']}/dismiss"
    dismissed = web.ask("POST", path, Role.MANAGER, json={"minutes": 5}).json()
    assert dismissed["snoozed_until"] == wire_time(web.clock.now + timedelta(minutes=5))
    assert problem_of(web.ask("POST", path, Role.MANAGER, json={"minutes": -1})) == (
        422,
        "invalid_request",
    )


def test_an_advice_that_is_not_there_is_refused(web: Web) -> None:
    see(web, 9)
    (alert,) = history(web)
    path = f"/alerts/{alert['id']}/apply"
    assert problem_of(web.ask("POST", path, Role.MANAGER, json={"action": 7})) == (409, "no_advice")
    for wrong in (-1, "first", 1e9):
        answer = web.ask("POST", path, Role.MANAGER, json={"action": wrong})
        assert problem_of(answer) == (422, "invalid_request")


def test_a_clerk_calls_for_help_in_silence_and_only_staff_know(web: Web) -> None:
    answer = web.ask("POST", "/windows/w1/duress", Role.CLERK)
    assert (answer.status_code, answer.content) == (204, b"")
    (alert,) = web.ask("GET", "/hall", Role.MANAGER).json()["alerts"]
    assert (alert["kind"], alert["severity"], alert["subject"]) == ("duress", "critical", "w1")
    public = web.ask("GET", "/hall")
    assert "w1" not in str(public.json()["announcements"])
    assert "alerts" not in public.json()
    assert problem_of(web.ask("POST", "/windows/w99/duress", Role.CLERK)) == (404, "unknown_window")


def test_a_window_of_another_may_call_for_help_too(web: Web) -> None:
    web.do(commands.OpenWindow("w2"), Actor("someone-else", Role.CLERK))
    assert web.ask("POST", "/windows/w2/duress", Role.CLERK).status_code == 204


def test_an_unknown_alert_is_not_found(web: Web) -> None:
    for action in ("acknowledge", "apply", "dismiss"):
        answer = web.ask("POST", f"/alerts/{UUID(int=5)}/{action}", Role.MANAGER)
        assert problem_of(answer) == (404, "unknown_alert")
    assert web.ask("POST", f"/alerts/{UUID(int=5)}/eat", Role.MANAGER).status_code in {404, 405}
