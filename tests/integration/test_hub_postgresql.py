"""PostgreSQL holds what SQLite holds, for one hub at a time, and a server that goes comes back."""

from collections.abc import Callable, Iterator
from datetime import timedelta
from itertools import count
from pathlib import Path
from typing import Final
from uuid import UUID

import psycopg
import pytest
from postgres_server import PostgresServer

from hall.messages import Role
from hub import accounts
from hub.core.events import DayBegun, Record, WindowOpened
from hub.store import (
    Answer,
    Observations,
    Past,
    Store,
    StoreFailed,
    StoreInUse,
    database,
)
from hub.store.journal import JournalMoved
from tests.integration.hub_process import run_hub
from tests.unit.hub_fakes import NOON
from tests.unit.hub_observing import BEHAVIOURS, SECOND, curve, walk

NUMBERS: Final = count(1)


def opened(number: int) -> Record:
    return Record(
        id=UUID(int=number), at=NOON, actor="李", event=WindowOpened(window="w1", clerk="李")
    )


@pytest.fixture
def url(postgresql: PostgresServer) -> str:
    """A new database."""
    return postgresql.create(f"hall{next(NUMBERS)}")


@pytest.fixture
def store(tmp_path: Path, url: str) -> Iterator[Store]:
    opened = Store.open(tmp_path / "data", url)
    yield opened
    opened.close()


def test_what_was_committed_is_there_after_reopening(tmp_path: Path, url: str) -> None:
    answer = Answer("device:k", "key", b"f" * 32, "{}", NOON)
    store = Store.open(tmp_path, url)
    store.journal.commit([opened(1), opened(2)], [answer])
    accounts.add_staff(store, "李", "secret", Role.CLERK)
    signed = accounts.sign_in(store, "李", "secret", NOON)
    assert signed
    store.close()
    store = Store.open(tmp_path, url)
    assert list(store.journal.records()) == [opened(1), opened(2)]
    assert store.answers.given([("device:k", "key")]) == {("device:k", "key"): answer}
    assert accounts.who(store, signed.token, NOON) == signed.actor
    store.close()
    assert not (tmp_path / "hub.db").exists()


def test_a_commit_is_kept_whole_or_not_at_all(store: Store) -> None:
    store.journal.commit([opened(1)], [])
    with pytest.raises(StoreFailed):
        store.journal.commit([opened(2), opened(1)], [])
    store.journal.commit([opened(3)], [])
    assert list(store.journal.records()) == [opened(1), opened(3)]


def test_a_second_hub_on_the_same_database_is_refused(
    url: str, tmp_path: Path, monkeypatch: pytest.MonkeyPatch
) -> None:
    store = Store.open(tmp_path / "one", url)
    monkeypatch.setattr(database, "PATIENCE_S", 1)
    with pytest.raises(StoreInUse, match="is used by another hub; stop it first"):
        Store.open(tmp_path / "other", url)
    store.close()
    Store.open(tmp_path / "other", url).close()


def test_a_server_that_restarts_costs_refusals_and_no_more(
    tmp_path: Path, postgresql: PostgresServer, store: Store
) -> None:
    store.journal.commit([opened(1)], [])
    postgresql.stop("immediate")
    with pytest.raises(StoreFailed):
        store.journal.commit([opened(2)], [])
    postgresql.start()
    store.journal.commit([opened(3)], [])
    assert list(store.journal.records()) == [opened(1), opened(3)]


@pytest.mark.parametrize("behaviour", BEHAVIOURS, ids=lambda each: each.__name__)
def test_observations_are_the_same_as_on_sqlite(
    store: Store, behaviour: Callable[[Observations], None]
) -> None:
    behaviour(store.observations)


def test_observations_go_on_after_the_server_was_away(
    postgresql: PostgresServer, store: Store
) -> None:
    store.observations.add(walk(60, SECOND), NOON)
    postgresql.stop("immediate")
    with pytest.raises(StoreFailed):
        store.observations.add(walk(120, SECOND), NOON)
    postgresql.start()
    store.observations.add(walk(120, SECOND), NOON)
    assert [seen.readings for seen in curve(store.observations, 60)] == [60, 60]


def test_a_hub_whose_journal_another_has_written_gives_up(store: Store, url: str) -> None:
    store.journal.commit([opened(1)], [])
    with psycopg.connect(url) as other:
        other.execute("INSERT INTO journal (seq, id, kind, body) VALUES (2, 'x', 'x', '{}')")
    with pytest.raises(StoreFailed):
        store.journal.commit([opened(2)], [])
    with pytest.raises(JournalMoved):
        store.journal.commit([opened(2)], [])


def test_a_database_that_cannot_hold_chinese_is_refused(
    postgresql: PostgresServer, tmp_path: Path
) -> None:
    url = postgresql.create("latin", "-E", "SQL_ASCII", "-T", "template0", "--locale=C")
    with pytest.raises(StoreFailed, match="must be made with ENCODING 'UTF8'"):
        Store.open(tmp_path, url)


def test_a_server_that_is_not_there_is_told_in_one_line_without_the_password(
    tmp_path: Path,
) -> None:
    ended = run_hub(
        "--config",
        "config/demo/hub.toml",
        HUITING_HUB__DATA=str(tmp_path / "data"),
        HUITING_HUB__STORE__URL="postgresql://hub:secret@127.0.0.1:1/hall",
    )
    assert ended.returncode == 2, ended.stderr
    (line,) = ended.stderr.splitlines()
    assert line.startswith("postgresql://hub:***@127.0.0.1:1/hall: ")
    assert "secret" not in line


@pytest.mark.parametrize("wrong", ["mysql://x/y", "postgresql://host:port/hall"])
def test_an_address_that_is_none_is_told_in_one_line(tmp_path: Path, wrong: str) -> None:
    ended = run_hub(
        "--config",
        "config/demo/hub.toml",
        HUITING_HUB__DATA=str(tmp_path / "data"),
        HUITING_HUB__STORE__URL=wrong,
    )
    assert ended.returncode == 2, ended.stderr
    (line,) = ended.stderr.splitlines()
    assert "store.url" in line


def test_an_earlier_day_is_read_beside_the_writer(store: Store) -> None:
    days = [NOON.date() + timedelta(days=number) for number in range(3)]
    records = [
        Record(id=UUID(int=number), at=NOON, actor="hub", event=event)
        for number, event in enumerate(
            event
            for day in days
            for event in (DayBegun(day=day), WindowOpened(window="w1", clerk=""))
        )
    ]
    store.journal.commit(records, [])
    begun = store.past.beginning_of(days[1])
    assert begun == 3
    assert store.past.beginning_of(NOON.date() - timedelta(days=1)) is None
    past = Past(store._database, rows_at_once=1)
    reading = past.records(begun, ("day_begun",))
    first = next(reading)
    store.journal.commit([opened(9)], [])
    assert [first, *reading] == [records[2], records[4]]
