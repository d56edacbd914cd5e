"""Earlier days come from the journal as they were, without being in the way of what is written."""

import csv
import io
import sqlite3
from collections.abc import Iterator
from datetime import timedelta
from hashlib import sha256
from pathlib import Path

import pytest
from hypothesis import given, settings
from hypothesis import strategies as st

from hall.http import TicketRow
from hall.messages import RatingLevel, Role
from hub.core import booklet, commands, past_day
from hub.core.events import DayBegun, Record
from hub.store import Past, Store
from tests.unit.hub_fakes import NOON, busy_plan
from tests.unit.hub_hall import BOSS, LI, VISITOR, Hall
from tests.unit.hub_web import Web, problem_of, running_web, token_of

DAY_MIN = 24 * 60
STEPS = st.lists(
    st.tuples(
        st.sampled_from(["take", "serve", "hold", "resume", "cancel", "miss", "rate", "wait"]),
        st.integers(0, 7),
    ),
    max_size=50,
)


def live(hall: Hall, what: str, which: int) -> None:
    """One thing that happens in a hall, if it can."""
    tickets = list(hall.state.tickets)
    if what == "take":
        hall.take(["cards", "papers", "taxes"][which % 3])
        return
    if what == "wait":
        hall.wait([5, 50, 9 * 60, DAY_MIN][which % 4])
        return
    if what in {"serve", "miss"}:
        if hall.state.window("w3").ticket is None and hall.call("w3") is not None:
            kind = commands.FinishService if what == "serve" else commands.MarkNoShow
            hall.do(kind("w3"), LI)
        return
    if not tickets:
        return
    ticket = hall[tickets[which % len(tickets)]]
    now = ticket.state.value
    if what == "rate" and now == "done" and ticket.rating is None:
        hall.do(commands.RateTicket(ticket.id, RatingLevel.SATISFIED), VISITOR)
    elif what == "hold" and now == "waiting":
        hall.do(commands.HoldTicket(ticket.id), VISITOR)
    elif what == "resume" and now == "held":
        hall.do(commands.ResumeTicket(ticket.id), VISITOR)
    elif what == "cancel" and now in {"waiting", "held"}:
        hall.do(commands.CancelTicket(ticket.id), VISITOR)


@given(STEPS)
@settings(deadline=None)
def test_a_day_is_told_afterwards_as_it_was_told_when_its_tickets_were_last_seen(
    steps: list[tuple[str, int]],
) -> None:
    hall = Hall(busy_plan(tickets={"held_days": 9}))
    hall.wait(0)
    hall.open("w3")
    last_seen = {}
    for what, which in steps:
        live(hall, what, which)
        for ticket in hall.state.tickets.values():
            last_seen[ticket.id] = booklet.row(ticket)
    lapsed = {r.event.ticket for r in hall.records if r.event.kind == "ticket_cancelled"}
    begun = [r.event.day for r in hall.records if isinstance(r.event, DayBegun)]
    told = []
    for day in begun:
        records = iter(hall.records)
        told += past_day.tickets_of(hall.plan, day, records)
    assert {ticket.id for ticket in told} == last_seen.keys()
    assert len(told) == len(last_seen)
    for ticket in told:
        assert ticket.id in lapsed or booklet.row(ticket) == last_seen[ticket.id]


def test_no_more_is_read_than_the_day_needs() -> None:
    hall = Hall()
    hall.wait(0)
    day = hall.state.day
    hall.open("w1")
    hall.take()
    hall.serve("w1")
    hall.wait(DAY_MIN)
    end = len(hall.records)
    for _ in range(5):
        hall.take()
    rest = iter(hall.records)
    assert len(past_day.tickets_of(hall.plan, day, rest)) == 1
    assert len(list(rest)) == len(hall.records) - end


@pytest.fixture
def web(tmp_path: Path) -> Iterator[Web]:
    with running_web(tmp_path, plan=busy_plan()) as running:
        yield running


def two_days(web: Web) -> list[str]:
    """Numbers of a first day, one of whom is served the day after; then a day without visitors."""
    numbers = [web.take_ticket(service)["number"] for service in ("cards", "taxes", "cards")]
    for kind in (commands.OpenWindow, commands.CallNext, commands.FinishService):
        web.do(kind("w3"), LI)
    web.clock.forward(24 * 3600)
    web.take_ticket("papers")
    for kind in (commands.CallNext, commands.FinishService):
        web.do(kind("w3"), LI)
    web.clock.forward(24 * 3600)
    web.do(commands.PauseWindow("w3"), LI)
    web.context.store.credentials.put_session(
        sha256(token_of(Role.MANAGER).encode()).digest(),
        Role.MANAGER,
        web.clock() + timedelta(hours=1),
    )
    return numbers


def test_an_earlier_day_is_exported_as_json_and_as_csv(web: Web) -> None:
    numbers = two_days(web)
    rows = web.ask("GET", "/tickets/export?day=2026-03-02", Role.MANAGER).json()["tickets"]
    assert sorted(row["number"] for row in rows) == sorted(numbers)
    assert [row["state"] for row in rows] == ["done", "done", "waiting"]
    assert rows[1]["ended_at"] == "2026-03-03T04:00:00.000Z"
    sheet = web.ask("GET", "/tickets/export?day=2026-03-02&format=csv", Role.MANAGER)
    assert sheet.headers["content-type"] == "text/csv; charset=utf-8"
    assert 'filename="tickets-2026-03-02.csv"' in sheet.headers["content-disposition"]
    cells = list(csv.DictReader(io.StringIO(sheet.text)))
    assert [cell["number"] for cell in cells] == [row["number"] for row in rows]
    later = web.ask("GET", "/tickets/export?day=2026-03-03", Role.MANAGER).json()["tickets"]
    assert [row["service"] for row in later] == ["papers"]


@pytest.mark.parametrize("day", ["2026-03-04", "2025-01-01", "0001-01-01"])
def test_a_day_without_visitors_is_empty_with_its_header(web: Web, day: str) -> None:
    two_days(web)
    address = f"/tickets/export?day={day}"
    assert web.ask("GET", address, Role.MANAGER).json() == {"tickets": []}
    (header,) = web.ask("GET", f"{address}&format=csv", Role.MANAGER).text.splitlines()
    assert header.split(",") == list(TicketRow.model_fields)


def test_a_day_that_is_none_or_still_to_come_is_refused(web: Web) -> None:
    def refused(day: str) -> tuple[int, str]:
        return problem_of(web.ask("GET", f"/tickets/export?day={day}", Role.MANAGER))

    assert refused("2026-03-03") == (422, "day_to_come")
    for day in ("2026-02-30", "yesterday", "", "2026-3-2", "99999-01-01"):
        assert refused(day) == (422, "invalid_request")
    assert problem_of(web.ask("GET", "/tickets/export", Role.MANAGER)) == (422, "invalid_request")


def test_reading_is_not_in_the_way_of_writing_nor_of_emptying_the_log(tmp_path: Path) -> None:
    hall = Hall()
    hall.wait(0)
    for _ in range(20):
        hall.take()
    store = Store.open(tmp_path)
    store.journal.commit(hall.records, [])
    past = Past(store._database, rows_at_once=3)
    begun = past.beginning_of(hall.state.day)
    assert begun == 1
    reading = past.records(begun, past_day.KINDS)
    first = [next(reading) for _ in range(4)]
    hall.take()
    store.journal.commit(hall.records[-1:], [])
    with sqlite3.connect(tmp_path / "hub.db") as other:
        busy, *_ = other.execute("PRAGMA wal_checkpoint(TRUNCATE)").fetchone()
    other.close()
    assert not busy
    assert [*first, *reading] == hall.records
    store.close()


def test_the_beginning_of_a_day_is_found_by_an_index(tmp_path: Path) -> None:
    store = Store.open(tmp_path)
    days = [NOON.date() + timedelta(days=n) for n in (0, 1, 4)]
    hall = Hall()
    hall.happen([DayBegun(day=day) for day in days], BOSS)
    records: list[Record] = hall.records
    store.journal.commit(records, [])
    found = [store.past.beginning_of(NOON.date() + timedelta(days=n)) for n in range(-1, 6)]
    assert found == [None, 1, 2, None, None, 3, None]
    with sqlite3.connect(tmp_path / "hub.db") as connection:
        (plan, *_) = connection.execute(
            "EXPLAIN QUERY PLAN SELECT seq, body FROM journal WHERE kind = 'day_begun'"
            " ORDER BY seq DESC"
        ).fetchall()
    connection.close()
    assert "journal_days" in plan[-1]
    store.close()
