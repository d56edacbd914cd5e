"""How often something may be done: bursts, refill, clocks that jump, and one bucket for each."""

from datetime import datetime, timedelta

import pytest
from hypothesis import given
from hypothesis import strategies as st
from starlette.requests import Request

from hub.core.pacing import Limit
from hub.web import doorkeeper
from hub.web.doorkeeper import Doorkeeper, Whose, client_of
from hub.web.problems import Refusal
from tests.unit.hub_fakes import NOON

HOUR = timedelta(hours=1)
LIMITS = st.builds(Limit, st.integers(1, 60), st.timedeltas(timedelta(seconds=1), 24 * HOUR))
PAUSES = st.lists(st.floats(0, 2), min_size=1, max_size=80)


def admitted(limit: Limit, times: list[datetime]) -> list[datetime]:
    due, let_in = times[0], []
    for now in times:
        later = limit.after(due, now)
        if later is not None:
            due = later
            let_in.append(now)
    return let_in


@given(LIMITS, st.integers(1, 100))
def test_at_once_exactly_as_many_as_allowed_get_through(limit: Limit, asked: int) -> None:
    assert len(admitted(limit, [NOON] * asked)) == min(asked, limit.count)


@given(LIMITS, PAUSES)
def test_over_any_stretch_no_more_than_a_burst_and_its_refill(
    limit: Limit, pauses: list[float]
) -> None:
    times, now = [], NOON
    for pause in pauses:
        now += limit.interval * pause
        times.append(now)
    let_in = admitted(limit, times)
    for start, first in enumerate(let_in):
        for end, last in enumerate(let_in[start:], start):
            refilled = (last - first) / limit.interval
            assert end - start + 1 <= limit.count + refilled + 1


@given(LIMITS)
def test_who_was_refused_is_let_in_again_once_there_is_room(limit: Limit) -> None:
    full = [NOON] * limit.count
    assert len(admitted(limit, [*full, NOON, NOON + limit.interval])) == limit.count + 1


@given(LIMITS, st.timedeltas(timedelta(0), timedelta(days=400)))
def test_a_clock_set_back_locks_nobody_out(limit: Limit, back: timedelta) -> None:
    full = NOON + limit.per
    assert limit.after(full, NOON) is None
    let_in = limit.after(full, NOON - limit.per - back)
    assert let_in == NOON - limit.per - back + limit.interval


def test_one_client_s_bookings_do_not_count_against_another() -> None:
    door = Doorkeeper({"book": (("client", Limit(2, HOUR)),)})
    for client in ("10.0.0.1", "10.0.0.1", "10.0.0.2"):
        door.let("book", client, NOON)
    with pytest.raises(Refusal, match="booking_too_often"):
        door.let("book", "10.0.0.1", NOON)
    door.let("book", "10.0.0.2", NOON)


def test_many_clients_together_meet_the_hall_s_limit() -> None:
    door = Doorkeeper({"book": (("client", Limit(2, HOUR)), ("hall", Limit(5, HOUR)))})
    for client in range(5):
        door.let("book", f"10.0.0.{client}", NOON)
    with pytest.raises(Refusal):
        door.let("book", "10.0.0.99", NOON)
    door.let("book", "10.0.0.99", NOON + HOUR / 5)


def test_what_one_limit_refuses_counts_against_no_other() -> None:
    door = Doorkeeper({"book": (("client", Limit(1, HOUR)), ("hall", Limit(2, HOUR)))})
    door.let("book", "a", NOON)
    for _ in range(5):
        with pytest.raises(Refusal):
            door.let("book", "a", NOON)
    door.let("book", "b", NOON)


def test_addresses_without_number_neither_fill_the_memory_nor_lift_the_hall_s_limit(
    monkeypatch: pytest.MonkeyPatch,
) -> None:
    monkeypatch.setattr(doorkeeper, "REMEMBERED", 50)
    day: tuple[Whose, Limit] = ("client", Limit(40, timedelta(days=1)))
    door = Doorkeeper({"book": (day, ("hall", Limit(200, HOUR)))})
    for client in range(200):
        door.let("book", str(client), NOON)
        assert len(door._due) <= 51
    with pytest.raises(Refusal):
        door.let("book", "one more", NOON)


@pytest.mark.parametrize(
    ("address", "client"),
    [
        ("192.0.2.7", "192.0.2.7"),
        ("::ffff:192.0.2.7", "192.0.2.7"),
        ("2001:db8:1:2:aaaa::1", "2001:0db8:0001:0002"),
        ("2001:db8:1:2:bbbb::9", "2001:0db8:0001:0002"),
        ("not an address", "not an address"),
    ],
)
def test_a_client_is_known_by_what_its_network_gives_one_subscriber(
    address: str, client: str
) -> None:
    assert client_of(Request({"type": "http", "headers": [], "client": (address, 1)})) == client


def test_a_server_that_tells_no_address_has_one_client() -> None:
    assert client_of(Request({"type": "http", "headers": [], "client": None})) == ""
