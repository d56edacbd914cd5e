"""Who gets to the calibration page: the code, its session, strangers and forged requests."""

from collections.abc import Iterator
from datetime import timedelta
from pathlib import Path

import pytest

from edge.calibration.access import LASTS, PAUSE, TRIES, Door, TooManyTries, WrongCode
from edge.calibration.entry import COOKIE, CSRF_HEADER
from edge.calibration.guard import MAX_BODY_BYTES
from tests.unit.edge_calibration import API, URL, Clock, Studio, problem_of
from tests.unit.hub_web import browsing

ROUTES = [
    ("GET", "/session"),
    ("DELETE", "/session"),
    ("GET", "/live"),
    ("GET", "/live/picture"),
    ("GET", "/snapshots"),
    ("POST", "/snapshots"),
    ("DELETE", "/snapshots"),
    ("GET", "/snapshots/x/picture"),
    ("DELETE", "/snapshots/x"),
    ("PUT", "/snapshots/x/label"),
    ("DELETE", "/snapshots/x/label"),
    ("GET", "/drawing"),
    ("PUT", "/drawing"),
    ("GET", "/fit"),
    ("POST", "/fit"),
    ("DELETE", "/fit"),
    ("POST", "/fit/accept"),
    ("POST", "/fit/retire"),
]
WRITES = [route for route in ROUTES if route[0] != "GET"]


@pytest.fixture
def studio(tmp_path: Path) -> Iterator[Studio]:
    with Studio(tmp_path).open() as opened:
        yield opened


class TestDoor:
    @pytest.fixture
    def clock(self) -> Clock:
        return Clock()

    @pytest.fixture
    def codes(self) -> list[str]:
        return []

    @pytest.fixture
    def door(self, clock: Clock, codes: list[str]) -> Door:
        return Door(clock=clock, announce=codes.append)

    def wrong(self, codes: list[str]) -> str:
        return "00000000" if codes[-1] != "0000 0000" else "11111111"

    def test_the_code_that_was_announced_opens_with_or_without_its_space(
        self, door: Door, codes: list[str]
    ) -> None:
        assert door.session(door.enter(codes[-1]).token)
        assert door.session(door.enter(codes[-1].replace(" ", "")).token)

    def test_a_code_opens_once(self, door: Door, codes: list[str]) -> None:
        used = codes[-1]
        door.enter(used)
        assert len(codes) == 2
        if used != codes[-1]:
            with pytest.raises(WrongCode):
                door.enter(used)

    def test_guessing_costs_the_code_and_a_pause(
        self, door: Door, codes: list[str], clock: Clock
    ) -> None:
        first, wrong = codes[-1], self.wrong(codes)
        for _ in range(TRIES - 1):
            with pytest.raises(WrongCode):
                door.enter(wrong)
        with pytest.raises(TooManyTries):
            door.enter(wrong)
        assert len(codes) == 2
        with pytest.raises(TooManyTries):
            door.enter(codes[-1])
        clock.at += PAUSE
        if first != codes[-1]:
            with pytest.raises(WrongCode):
                door.enter(first)
        assert door.enter(codes[-1])

    @pytest.mark.parametrize("code", ["", " ", "１２３４５６７８", "0" * 32, "é"])
    def test_what_is_no_code_is_wrong(self, door: Door, code: str) -> None:
        with pytest.raises(WrongCode):
            door.enter(code)

    def test_a_session_ends_by_itself(self, door: Door, codes: list[str], clock: Clock) -> None:
        token = door.enter(codes[-1]).token
        clock.at += LASTS - timedelta(seconds=1)
        assert door.session(token)
        clock.at += timedelta(seconds=1)
        assert door.session(token) is None

    def test_one_who_left_is_out_and_others_stay_in(self, door: Door, codes: list[str]) -> None:
        one, other = door.enter(codes[-1]).token, door.enter(codes[-1]).token
        door.leave(one)
        assert door.session(one) is None
        assert door.session(other)

    def test_sessions_do_not_pile_up(self, door: Door, codes: list[str]) -> None:
        tokens = [door.enter(codes[-1]).token for _ in range(20)]
        live = [token for token in tokens if door.session(token)]
        assert live == tokens[-len(live) :]
        assert len(live) < 10


@pytest.mark.parametrize(("method", "path"), ROUTES)
def test_without_the_code_there_is_nothing(tmp_path: Path, method: str, path: str) -> None:
    studio = Studio(tmp_path)
    with browsing(studio.app, URL) as stranger:
        answer = stranger.request(method, f"{API}{path}")
        assert problem_of(answer) == (401, "not_signed_in")


@pytest.mark.parametrize(("method", "path"), WRITES)
def test_a_write_needs_the_page_s_own_value(studio: Studio, method: str, path: str) -> None:
    for value in ("", "0" * 64, "é"):
        forged = {CSRF_HEADER: value.encode()}
        answer = studio.client.request(method, f"{API}{path}", headers=forged)
        assert problem_of(answer) == (403, "csrf")


@pytest.mark.parametrize("origin", ["https://evil.test", "null", "http://127.0.0.1", "http://["])
def test_pages_of_others_get_nothing_with_our_cookie(studio: Studio, origin: str) -> None:
    for method, path in (("GET", "/snapshots"), ("POST", "/snapshots")):
        answer = studio.ask(method, path, headers={"Origin": origin})
        assert problem_of(answer) == (403, "foreign_origin")


def test_our_own_origin_is_welcome(studio: Studio) -> None:
    assert studio.ask("GET", "/snapshots", headers={"Origin": URL}).status_code == 200


@pytest.mark.parametrize("host", ["evil.test", "evil.test:8010", "127.0.0.1.evil.test", "", "[x]"])
def test_a_name_that_was_made_to_point_here_is_refused(studio: Studio, host: str) -> None:
    answer = studio.ask("GET", "/snapshots", headers={"Host": host})
    assert problem_of(answer) == (403, "not_local")


@pytest.mark.parametrize("host", ["localhost:8010", "[::1]:8010", "192.168.1.5:8010"])
def test_our_own_names_are_known(studio: Studio, host: str) -> None:
    assert studio.ask("GET", "/snapshots", headers={"Host": host}).status_code == 200


NEAR = ["192.168.1.7", "10.2.3.4", "::1", "fe80::1", "::ffff:10.0.0.1"]
FAR = ["93.184.216.34", "2606:2800:220:1::1", "::ffff:93.184.216.34", "not an address"]


@pytest.mark.parametrize("address", [*NEAR, *FAR])
def test_only_the_local_network_gets_an_answer(tmp_path: Path, address: str) -> None:
    expected = (401, "not_signed_in") if address in NEAR else (403, "not_local")
    with browsing(Studio(tmp_path).app, URL, address) as client:
        assert problem_of(client.get(f"{API}/session")) == expected


def test_the_cookie_is_hidden_from_scripts_and_from_other_pages(studio: Studio) -> None:
    assert studio.cookie.startswith(f"{COOKIE}=")
    assert "HttpOnly" in studio.cookie
    assert "samesite=strict" in studio.cookie.lower()


def test_wrong_codes_are_refused_in_the_reader_s_language(studio: Studio) -> None:
    for language, word in (("en", "code"), ("zh-CN,en;q=0.5", "验证码")):
        answer = studio.client.post(
            f"{API}/session", json={"code": "x"}, headers={"Accept-Language": language}
        )
        assert problem_of(answer) == (401, "wrong_code")
        assert word in answer.json()["detail"]


def test_leaving_closes_the_door_behind(studio: Studio) -> None:
    assert studio.ask("DELETE", "/session").status_code == 204
    assert problem_of(studio.ask("GET", "/snapshots"))[0] in {401, 403}


def test_a_flood_is_refused_before_it_is_read_as_anything(studio: Studio) -> None:
    answer = studio.ask("PUT", "/drawing", content=b" " * (MAX_BODY_BYTES + 1))
    assert problem_of(answer) == (413, "too_large")


def test_every_answer_forbids_keeping_framing_and_foreign_code(studio: Studio) -> None:
    studio.look()
    for path in ("/live/picture", "/snapshots", "/nowhere"):
        headers = studio.ask("GET", path).headers
        assert headers["cache-control"] == "no-store"
        assert headers["x-content-type-options"] == "nosniff"
        policy = headers["content-security-policy"]
        assert "default-src 'none'" in policy
        assert "frame-ancestors 'none'" in policy
        assert "unsafe" not in policy


def test_nothing_is_said_of_the_routes_themselves(studio: Studio) -> None:
    for path in ("/openapi.json", "/docs", "/api/v1"):
        assert studio.client.get(path).status_code == 404
