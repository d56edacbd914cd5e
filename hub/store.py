"""The hub's database: journal, answers to repeated requests, staff, sessions and devices.

The only home of SQLAlchemy.
"""

import fcntl
import os
from collections.abc import Iterator, Sequence
from dataclasses import dataclass
from datetime import datetime, timedelta
from pathlib import Path
from typing import Any, Self

from sqlalchemy import (
    Column,
    DateTime,
    Engine,
    Integer,
    LargeBinary,
    MetaData,
    String,
    Table,
    create_engine,
    delete,
    event,
    insert,
    select,
)
from sqlalchemy.dialects.sqlite import insert as upsert
from sqlalchemy.exc import DatabaseError, SQLAlchemyError

from hub.core.events import Record

ANSWERS_KEPT = timedelta(days=2)

_tables = MetaData()
_journal = Table(
    "journal",
    _tables,
    Column("seq", Integer, primary_key=True, autoincrement=True),
    Column("id", String(36), unique=True, nullable=False),
    Column("kind", String(32), nullable=False),
    Column("body", String, nullable=False),
)
_answers = Table(
    "answers",
    _tables,
    Column("actor", String(64), primary_key=True),
    Column("key", String(255), primary_key=True),
    Column("fingerprint", LargeBinary(32), nullable=False),
    Column("body", String, nullable=False),
    Column("at", DateTime, nullable=False, index=True),
)
_staff = Table(
    "staff",
    _tables,
    Column("username", String(64), primary_key=True),
    Column("role", String(16), nullable=False),
    Column("password_hash", String(255), nullable=False),
)
_sessions = Table(
    "sessions",
    _tables,
    Column("token_hash", LargeBinary(32), primary_key=True),
    Column("username", String(64), nullable=False),
    Column("expires_at", DateTime, nullable=False),
)
_devices = Table(
    "devices",
    _tables,
    Column("id", String(32), primary_key=True),
    Column("token_hash", LargeBinary(32), unique=True, nullable=False),
)


class StoreFailed(Exception):
    """The database could not do what was asked: full disk, lost file, corruption."""


class StoreInUse(Exception):
    """Another hub works on the same data folder."""


@dataclass(frozen=True, slots=True)
class Answer:
    """The first answer to a request with an Idempotency-Key; `fingerprint` is of its content."""

    actor: str
    key: str
    fingerprint: bytes
    body: str
    at: datetime


@dataclass(frozen=True, slots=True)
class Account:
    """A member of staff."""

    username: str
    role: str
    password_hash: str


class Store:
    """The database in a data folder, held by one hub at a time. Times in it are naive UTC."""

    def __init__(self, engine: Engine, lock: int) -> None:
        self._engine = engine
        self._lock = lock

    @classmethod
    def open(cls, folder: Path) -> Self:
        """Open or create the database.

        Raises StoreInUse when another hub holds the folder, StoreFailed when it cannot be used.
        """
        try:
            folder.mkdir(parents=True, exist_ok=True, mode=0o700)
            lock = os.open(folder / "hub.lock", os.O_RDWR | os.O_CREAT | os.O_CLOEXEC, 0o600)
        except OSError as error:
            raise StoreFailed(f"{folder}: {error.strerror}") from error
        try:
            fcntl.flock(lock, fcntl.LOCK_EX | fcntl.LOCK_NB)
        except OSError as error:
            os.close(lock)
            raise StoreInUse(f"{folder} is used by another hub; stop it first") from error
        path = folder / "hub.db"
        engine = create_engine(f"sqlite:///{path}", connect_args={"timeout": 5})
        event.listen(engine, "connect", _durable)
        try:
            path.touch(mode=0o600)  # SQLite gives its log and index the database's own mode
            path.chmod(0o600)
            _tables.create_all(engine)
        except (DatabaseError, OSError) as error:
            engine.dispose()
            os.close(lock)
            raise StoreFailed(f"{path}: {_reason(error)}") from error
        return cls(engine, lock)

    def close(self) -> None:
        """Give the folder back."""
        self._engine.dispose()
        os.close(self._lock)

    def journal(self) -> Iterator[Record]:
        """Every record, oldest first. Raises StoreFailed on a row that cannot be read."""
        try:
            with self._engine.connect() as connection:
                rows = select(_journal.c.seq, _journal.c.body).order_by(_journal.c.seq)
                for seq, body in connection.execute(rows):
                    yield _record(seq, body)
        except SQLAlchemyError as error:
            raise StoreFailed(f"journal: {_reason(error)}") from error

    def commit(self, records: Sequence[Record], answers: Sequence[Answer]) -> None:
        """Keep all of it durably, or raise StoreFailed having kept nothing."""
        if not records and not answers:
            return
        rows = [
            {"id": str(r.id), "kind": r.event.kind, "body": r.model_dump_json()} for r in records
        ]
        try:
            with self._engine.begin() as connection:
                if rows:
                    connection.execute(insert(_journal), rows)
                for answer in answers:
                    connection.execute(
                        insert(_answers).values(
                            actor=answer.actor,
                            key=answer.key,
                            fingerprint=answer.fingerprint,
                            body=answer.body,
                            at=_naive(answer.at),
                        )
                    )
        except SQLAlchemyError as error:
            raise StoreFailed(_reason(error)) from error

    def answer(self, actor: str, key: str) -> Answer | None:
        """The answer given to this actor's earlier request with the same key."""
        row = self._one(select(_answers).where(_answers.c.actor == actor, _answers.c.key == key))
        return None if row is None else Answer(actor, key, row.fingerprint, row.body, row.at)

    def forget(self, now: datetime) -> None:
        """Drop answers and sessions that have outlived their use."""
        self._write(delete(_answers).where(_answers.c.at < _naive(now - ANSWERS_KEPT)))
        self._write(delete(_sessions).where(_sessions.c.expires_at < _naive(now)))

    def put_account(self, account: Account) -> None:
        """Add a member of staff, or replace role and password."""
        values = {"role": account.role, "password_hash": account.password_hash}
        row = upsert(_staff).values(username=account.username, **values)
        self._write(row.on_conflict_do_update(index_elements=["username"], set_=values))

    def account(self, username: str) -> Account | None:
        """The member of staff of that name."""
        row = self._one(select(_staff).where(_staff.c.username == username))
        return None if row is None else Account(row.username, row.role, row.password_hash)

    def put_session(self, token_hash: bytes, username: str, expires_at: datetime) -> None:
        """Remember a signed-in session by the hash of its token."""
        self._write(
            insert(_sessions).values(
                token_hash=token_hash, username=username, expires_at=_naive(expires_at)
            )
        )

    def session_account(self, token_hash: bytes, now: datetime) -> Account | None:
        """Whose session this is, unless it has expired."""
        row = self._one(
            select(_staff)
            .join(_sessions, _sessions.c.username == _staff.c.username)
            .where(_sessions.c.token_hash == token_hash, _sessions.c.expires_at > _naive(now))
        )
        return None if row is None else Account(row.username, row.role, row.password_hash)

    def drop_session(self, token_hash: bytes) -> None:
        """Sign out."""
        self._write(delete(_sessions).where(_sessions.c.token_hash == token_hash))

    def drop_sessions(self, username: str) -> None:
        """Sign someone out everywhere."""
        self._write(delete(_sessions).where(_sessions.c.username == username))

    def put_device(self, device: str, token_hash: bytes) -> None:
        """Add a device, or replace its token."""
        row = upsert(_devices).values(id=device, token_hash=token_hash)
        self._write(
            row.on_conflict_do_update(index_elements=["id"], set_={"token_hash": token_hash})
        )

    def device(self, token_hash: bytes) -> str | None:
        """The device that holds this token."""
        row = self._one(select(_devices.c.id).where(_devices.c.token_hash == token_hash))
        return None if row is None else row.id

    def _one(self, query: Any) -> Any:  # noqa: ANN401 a row of any table
        try:
            with self._engine.connect() as connection:
                return connection.execute(query).one_or_none()
        except SQLAlchemyError as error:
            raise StoreFailed(_reason(error)) from error

    def _write(self, statement: Any) -> None:  # noqa: ANN401 any insert or delete
        try:
            with self._engine.begin() as connection:
                connection.execute(statement)
        except SQLAlchemyError as error:
            raise StoreFailed(_reason(error)) from error


def _record(seq: int, body: str) -> Record:
    try:
        return Record.model_validate_json(body)
    except ValueError as error:
        raise StoreFailed(
            f"row {seq} of the journal cannot be read; restore hub.db from a backup"
        ) from error


def _durable(connection: Any, record: object) -> None:  # noqa: ANN401 the driver's own type
    """An acknowledged ticket survives a power cut: write-ahead log, synced at each commit."""
    cursor = connection.cursor()
    for pragma in ("journal_mode=WAL", "synchronous=FULL", "foreign_keys=ON"):
        cursor.execute(f"PRAGMA {pragma}")
    cursor.close()


def _naive(at: datetime) -> datetime:
    return at.replace(tzinfo=None)


def _reason(error: Exception) -> str:
    return str(getattr(error, "orig", error)).splitlines()[0]
