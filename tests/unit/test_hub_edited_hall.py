"""An edited hall file is for what comes: what was, and what visitors were promised, stays."""

import json
import sqlite3
from datetime import datetime, timedelta
from pathlib import Path
from uuid import UUID

import pytest

from hall.messages import Channel, Priority, TicketState, VisitClass
from hub.core import commands, snapshot
from hub.core.events import Record
from hub.core.plan import HallPlan
from hub.core.register import TicketNow
from hub.core.state import State, apply
from hub.engine import Engine
from hub.recovery import Recovery
from hub.store import Snapshots, Store
from tests.unit.hub_fakes import NOON, Clock, busy_plan, hall_tables
from tests.unit.hub_hall import Hall

LATER = timedelta(minutes=30)


def edited_plan() -> HallPlan:
    """The same hall after its manager has changed all that events could have depended on."""
    tables = hall_tables()
    for service in tables["services"]:
        service |= {"appointments": 2, "minutes": 37}
    tables["windows"][1] |= {"secondary": ["papers"], "cash": True}
    tables |= {
        "policy": {"secondary_slowdown": 3, "name": "fcfs"},
        "tickets": {"second_chance": False, "returns_after": 1, "held_days": 9},
        "appointments": {"virtual_min": 25, "misses_allowed": 9, "slot_min": 45},
    }
    return HallPlan.model_validate(tables)


def eventful() -> Hall:
    """Bookings early, late and missed, a second chance, a service that taught a clerk's pace."""
    hall = Hall(busy_plan(appointments={"misses_allowed": 1, "virtual_min": 10}))
    hall.open("w1", "w2")
    for service in ("papers", "taxes"):
        hall.do(commands.BookAppointment(hall.ids(), service, NOON + LATER, "p1"))
    hall.wait(24 * 60)
    slot = hall.now + 2 * LATER
    booked = commands.BookAppointment(hall.ids(), "cards", slot)
    hall.do(booked)
    hall.do(commands.BookAppointment(hall.ids(), "taxes", slot + LATER, "p2"))
    hall.wait(35)
    ticket = hall.ids()
    hall.do(
        commands.CheckIn(booked.appointment, ticket, "token", Priority.NONE, Channel.KIOSK),
    )
    hall.take("papers", Priority.ELDERLY)
    hall.serve("w1", minutes=12)
    first, *_ = [hall.take("taxes") for _ in range(5)]
    hall.do(commands.CallNext("w2", first, "called first"))
    hall.do(commands.MarkNoShow("w2"))
    return hall


def led_to(plan: HallPlan, records: list[Record], state: State | None = None) -> State:
    state = state or State()
    for record in records:
        state = apply(plan, state, Record.model_validate_json(record.model_dump_json()))
    return state


def slot_of(ticket: TicketNow) -> datetime:
    assert ticket.slot is not None
    return ticket.slot


def test_a_replay_with_the_edited_file_leads_to_what_was_true_at_every_moment() -> None:
    hall, edited = eventful(), edited_plan()
    for cut in range(len(hall.records) + 1):
        before = snapshot.load(snapshot.dump(led_to(hall.plan, hall.records[:cut])))
        assert led_to(edited, hall.records[cut:], before) == hall.state
    assert len(hall.state.misses["p1"]) == 2
    assert hall.state.pace.cells["li"]["papers"].visits == 1


def test_a_hub_that_starts_with_the_edited_file_keeps_what_visitors_were_promised(
    tmp_path: Path,
) -> None:
    hall, edited = eventful(), edited_plan()
    store = Store.open(tmp_path)
    store.journal.commit(hall.records[:-8], [])
    snapshots = Snapshots(tmp_path, hall.plan.timezone)
    begun = Recovery(hall.plan, store.journal, snapshots)
    begun.close(begun.state())
    store.journal.commit(hall.records[-8:], [])

    def started(snapshots: Snapshots | None) -> Engine:
        return Engine(
            edited,
            store,
            clock=Clock(hall.now),
            new_id=hall.ids,
            recovery=Recovery(edited, store.journal, snapshots),
        )

    fast, slow = started(snapshots).state, started(None).state
    store.close()
    assert snapshot.dump(fast) == snapshot.dump(slow) == snapshot.dump(hall.state)
    booked = next(each for each in fast.appointments.values() if each.person == "p2")
    came = next(t for t in fast.tickets.values() if t.slot is not None)
    again = next(t for t in fast.tickets.values() if t.missed)
    assert booked.slot == hall.state.appointments[booked.id].slot
    assert came.visit is VisitClass.APPOINTMENT
    assert came.place[0] == slot_of(came) - timedelta(minutes=10)
    assert again.state is TicketState.WAITING
    assert [t.id for t in fast.tickets.line("taxes")].index(again.id) == 3


@pytest.mark.parametrize("slot", ["2026-03-02T05:00:00.000Z", None])
def test_a_booking_that_an_earlier_release_wrote_keeps_its_place(
    tmp_path: Path, slot: str | None
) -> None:
    Store.open(tmp_path).close()
    event = {
        "kind": "ticket_issued",
        "ticket": str(UUID(int=1)),
        "number": "A001",
        "service": "cards",
        "priority": "none",
        "channel": "kiosk",
        "token": "secret",
        "slot": slot,
    }
    row = {"id": str(UUID(int=2)), "at": "2026-03-02T04:00:00.000Z", "actor": "k", "event": event}
    with sqlite3.connect(tmp_path / "hub.db") as connection:
        connection.execute(
            "INSERT INTO journal (seq, id, kind, body, v) VALUES (1, ?, ?, ?, 1)",
            (row["id"], event["kind"], json.dumps(row)),
        )
    connection.close()
    store = Store.open(tmp_path)
    state = led_to(edited_plan(), list(store.journal.records()))
    store.close()
    (ticket,) = state.tickets.values()
    waits_from = NOON + timedelta(minutes=55) if slot else NOON
    assert ticket.place[0] == waits_from
    assert state.day.isoformat() == "2026-03-02"
