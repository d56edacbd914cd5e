"""What the store has taken it keeps, and what it cannot do it says in one sentence."""

import sqlite3
from collections.abc import Iterator
from datetime import timedelta
from pathlib import Path
from uuid import UUID

import pytest

from hall.messages import Role
from hub import accounts
from hub.core.commands import Actor
from hub.core.events import Record, WindowOpened
from hub.store import ANSWERS_KEPT, Answer, Store, StoreFailed, StoreInUse
from tests.unit.full_disk import Disk
from tests.unit.hub_fakes import NOON

HOURS = timedelta(hours=1)


@pytest.fixture
def store(tmp_path: Path) -> Iterator[Store]:
    opened = Store.open(tmp_path / "data")
    yield opened
    opened.close()


def opened(number: int, clerk: str = "li") -> Record:
    return Record(
        id=UUID(int=number), at=NOON, actor="li", event=WindowOpened(window="w1", clerk=clerk)
    )


def answer(key: str = "key") -> Answer:
    return Answer("device:k", key, b"f" * 32, "{}", NOON)


def test_what_was_committed_is_there_after_reopening(tmp_path: Path) -> None:
    store = Store.open(tmp_path)
    store.journal.commit([opened(1), opened(2)], [answer()])
    store.close()
    store = Store.open(tmp_path)
    assert list(store.journal.records()) == [opened(1), opened(2)]
    keys = [(actor, "key") for actor in ("device:k", "device:other")]
    assert store.answers.given(keys) == {keys[0]: answer()}
    store.close()


def test_a_commit_is_kept_whole_or_not_at_all(store: Store) -> None:
    store.journal.commit([opened(1)], [answer("taken")])
    with pytest.raises(StoreFailed):
        store.journal.commit([opened(2), opened(3)], [answer("new"), answer("taken")])
    assert list(store.journal.records()) == [opened(1)]
    assert not store.answers.given([("device:k", "new")])


def test_a_second_hub_on_the_same_folder_is_refused(store: Store, tmp_path: Path) -> None:
    with pytest.raises(StoreInUse, match="is used by another hub; stop it first"):
        Store.open(tmp_path / "data")


def test_the_folder_is_free_again_once_closed(tmp_path: Path) -> None:
    for _ in range(2):
        Store.open(tmp_path).close()


@pytest.mark.parametrize("content", [b"not a database", b"SQLite format 3\0" + b"\xff" * 4096])
def test_a_file_that_is_no_database_is_named(tmp_path: Path, content: bytes) -> None:
    (tmp_path / "hub.db").write_bytes(content)
    with pytest.raises(StoreFailed, match=r"hub\.db: ") as failed:
        Store.open(tmp_path)
    assert "\n" not in str(failed.value)
    (tmp_path / "hub.db").unlink()
    Store.open(tmp_path).close()


def test_a_folder_that_cannot_be_made_is_named(tmp_path: Path) -> None:
    (tmp_path / "file").touch()
    with pytest.raises(StoreFailed, match="file/data: Not a directory"):
        Store.open(tmp_path / "file" / "data")


def test_a_row_that_cannot_be_read_is_named(store: Store, tmp_path: Path) -> None:
    store.journal.commit([opened(1), opened(2)], [])
    with sqlite3.connect(tmp_path / "data" / "hub.db") as connection:
        connection.execute("UPDATE journal SET body = '{}' WHERE seq = 2")
    connection.close()
    rows = store.journal.records()
    assert next(rows) == opened(1)
    with pytest.raises(StoreFailed, match="row 2 of the journal cannot be read"):
        next(rows)


def test_a_full_disk_loses_nothing_and_the_store_recovers(store: Store) -> None:
    store.journal.commit([opened(1)], [])
    disk = Disk(store)
    disk.fill()
    with pytest.raises(StoreFailed, match="full"):
        store.journal.commit([opened(number, "x" * 500) for number in range(2, 200)], [answer()])
    assert list(store.journal.records()) == [opened(1)]
    disk.make_room()
    store.journal.commit([opened(2)], [answer()])
    assert len(list(store.journal.records())) == 2


def test_only_the_owner_may_read_the_data_also_while_it_is_written(tmp_path: Path) -> None:
    folder = tmp_path / "data"
    folder.mkdir(mode=0o755)
    store = Store.open(folder)
    store.journal.commit([opened(1)], [])
    modes = {path.name: path.stat().st_mode & 0o777 for path in folder.iterdir()}
    store.close()
    assert modes == dict.fromkeys(("hub.db", "hub.db-wal", "hub.db-shm", "hub.lock"), 0o600)


def test_answers_and_sessions_are_forgotten_when_their_time_is_over(store: Store) -> None:
    store.journal.commit([], [answer()])
    accounts.add_staff(store, "li", "secret", Role.CLERK)
    store.credentials.put_session(b"t" * 32, "li", NOON + HOURS)
    store.forget(NOON + ANSWERS_KEPT - HOURS)
    key = ("device:k", "key")
    assert key in store.answers.given([key])
    store.forget(NOON + ANSWERS_KEPT + HOURS)
    assert not store.answers.given([key])
    assert store.credentials.session_account(b"t" * 32, NOON) is None


def test_a_session_lasts_its_time_and_no_longer(store: Store) -> None:
    accounts.add_staff(store, "li", "secret", Role.CLERK)
    signed = accounts.sign_in(store, "li", "secret", NOON)
    assert signed
    assert accounts.who(store, signed.token, NOON + accounts.SESSION_LASTS - HOURS) == signed.actor
    assert accounts.who(store, signed.token, NOON + accounts.SESSION_LASTS) is None


def test_a_new_password_ends_the_old_one_and_its_sessions(store: Store) -> None:
    accounts.add_staff(store, "li", "secret", Role.CLERK)
    signed = accounts.sign_in(store, "li", "secret", NOON)
    assert signed
    accounts.add_staff(store, "li", "secret", Role.CLERK)
    assert accounts.who(store, signed.token, NOON)
    accounts.add_staff(store, "li", "new", Role.CLERK)
    assert accounts.who(store, signed.token, NOON) is None
    assert accounts.sign_in(store, "li", "secret", NOON) is None
    assert accounts.sign_in(store, "li", "new", NOON)


def test_no_secret_is_kept_as_it_is(store: Store, tmp_path: Path) -> None:
    accounts.add_staff(store, "li", "secret-password", Role.CLERK)
    signed = accounts.sign_in(store, "li", "secret-password", NOON)
    token = accounts.add_device(store, "kiosk-1")
    assert signed
    kept = b"".join(path.read_bytes() for path in (tmp_path / "data").iterdir())
    for secret in ("secret-password", signed.token, token, signed.csrf):
        assert secret.encode() not in kept


def test_a_device_has_one_token_the_newest(store: Store) -> None:
    old, new = (accounts.add_device(store, "kiosk-1") for _ in range(2))
    assert accounts.which_device(store, old) is None
    assert accounts.which_device(store, new) == Actor("device:kiosk-1")
