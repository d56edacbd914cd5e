"""A database of an earlier release is understood, and one of a later release is left alone."""

import sqlite3
from collections.abc import Iterator
from pathlib import Path

import pytest
from alembic.autogenerate import compare_metadata
from alembic.config import Config
from alembic.migration import MigrationContext
from alembic.script import ScriptDirectory

from hall.messages import TicketState
from hub.core.register import FINAL
from hub.core.state import State, apply
from hub.core.upcasting import Fields, upcast, version
from hub.store import Store, StoreFailed, journal
from hub.store.schema import HEAD, STEPS
from hub.store.tables import TABLES
from tests.unit import release_0_1
from tests.unit.hub_fakes import NOON, hall_plan


@pytest.fixture
def old(tmp_path: Path) -> Iterator[Store]:
    """A store on what release 0.1 left."""
    release_0_1.write(tmp_path / "hub.db")
    store = Store.open(tmp_path)
    yield store
    store.close()


def test_the_steps_lead_to_the_tables_that_the_code_knows(tmp_path: Path) -> None:
    store = Store.open(tmp_path)
    with store._database.engine.connect() as connection:
        found = MigrationContext.configure(connection, opts={"compare_type": True})
        assert compare_metadata(found, TABLES) == []
    store.close()
    config = Config()
    config.set_main_option("script_location", str(STEPS))
    assert ScriptDirectory.from_config(config).get_heads() == [HEAD]


def test_what_release_0_1_wrote_is_all_there(old: Store) -> None:
    state = State()
    for record in old.journal.records():
        state = apply(hall_plan(), state, record)
    (ticket,) = state.tickets.values()
    assert ticket.state in FINAL
    assert ticket.state is TicketState.DONE
    (alert,) = state.alerts.values()
    assert alert.state == "cleared"
    assert len(state.calls) == 2
    assert old.answers.given([("device:k", "key")])
    assert old.credentials.device(b"d" * 32) == "kiosk-1"
    account = old.credentials.session_account(b"s" * 32, NOON)
    assert account is not None
    assert account.username == "li"


def test_what_release_0_1_told_is_not_told_again(old: Store) -> None:
    assert old.journal.cursor("mqtt") == len(release_0_1.EVENTS)
    assert not list(old.journal.calls_after(old.journal.cursor("mqtt")))


def test_a_database_of_a_later_release_is_refused_and_left_as_it_is(tmp_path: Path) -> None:
    Store.open(tmp_path).close()
    with sqlite3.connect(tmp_path / "hub.db") as connection:
        connection.execute("UPDATE alembic_version SET version_num = '9999'")
    connection.close()
    before = (tmp_path / "hub.db").read_bytes()
    with pytest.raises(StoreFailed, match="a newer Huiting has changed the tables") as refused:
        Store.open(tmp_path)
    assert "\n" not in str(refused.value)
    assert (tmp_path / "hub.db").read_bytes() == before


def test_an_event_of_a_later_release_is_refused(old: Store, tmp_path: Path) -> None:
    with sqlite3.connect(tmp_path / "hub.db") as connection:
        connection.execute("UPDATE journal SET v = 2 WHERE seq = 3")
    connection.close()
    with pytest.raises(StoreFailed, match="row 3 of the journal was written by a newer Huiting"):
        list(old.journal.records())


def test_an_event_in_an_earlier_form_is_brought_to_the_present_one(
    old: Store, monkeypatch: pytest.MonkeyPatch
) -> None:
    def louder(event: Fields) -> Fields:
        return {**event, "clerk": event["clerk"].upper()}

    monkeypatch.setattr(journal, "version", lambda kind: 2 if kind == "window_opened" else 1)
    monkeypatch.setattr(
        journal, "upcast", lambda kind, v, event: upcast(kind, v, event, {kind: (louder,)})
    )
    records = list(old.journal.records())
    assert [r.event.clerk for r in records if r.event.kind == "window_opened"] == ["LI"]
    assert len(records) == len(release_0_1.EVENTS)


def test_steps_follow_one_another_from_the_version_of_the_row() -> None:
    steps = {
        "x": (lambda e: {**e, "path": e["path"] + "a"}, lambda e: {**e, "path": e["path"] + "b"})
    }
    assert version("x", steps) == 3
    assert version("y", steps) == 1
    assert [upcast("x", v, {"path": ""}, steps)["path"] for v in (1, 2, 3)] == ["ab", "b", ""]
