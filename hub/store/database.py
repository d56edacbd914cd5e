"""A database held by one hub at a time: opened, locked, and its failures said in one line."""

import fcntl
import os
from collections.abc import Iterator
from contextlib import contextmanager
from datetime import datetime
from pathlib import Path
from typing import Any, Self

from sqlalchemy import Connection, Engine, create_engine, event
from sqlalchemy.exc import DatabaseError, SQLAlchemyError

from hub.store.tables import TABLES


class StoreFailed(Exception):
    """The database could not do what was asked: full disk, lost file, corruption."""


class StoreInUse(Exception):
    """Another hub works on the same data folder."""


class Database:
    """The database in a data folder."""

    def __init__(self, engine: Engine, lock: int) -> None:
        self.engine = engine
        self._lock = lock

    @classmethod
    def open(cls, folder: Path) -> Self:
        """Open or create the database.

        Raises StoreInUse when another hub holds the folder, StoreFailed when it cannot be used.
        """
        lock = _hold(folder)
        path = folder / "hub.db"
        engine = create_engine(f"sqlite:///{path}", connect_args={"timeout": 5})
        event.listen(engine, "connect", _durable)
        event.listen(engine, "begin", _begin)
        try:
            path.touch(mode=0o600)  # SQLite gives its log and index the database's own mode
            path.chmod(0o600)
            TABLES.create_all(engine)
        except (DatabaseError, OSError) as error:
            engine.dispose()
            os.close(lock)
            raise StoreFailed(f"{path}: {reason(error)}") from error
        return cls(engine, lock)

    def close(self) -> None:
        """Give the folder back."""
        self.engine.dispose()
        os.close(self._lock)

    @contextmanager
    def transaction(self) -> Iterator[Connection]:
        """A transaction of its own; raises StoreFailed, having changed nothing, if it fails."""
        try:
            with self.engine.begin() as connection:
                yield connection
        except SQLAlchemyError as error:
            raise StoreFailed(reason(error)) from error


def naive(at: datetime) -> datetime:
    """A time as the tables hold it."""
    return at.replace(tzinfo=None)


def reason(error: Exception) -> str:
    """What the database, or the system, says went wrong, in one line."""
    return str(getattr(error, "orig", error)).splitlines()[0]


def _hold(folder: Path) -> int:
    """A lock on the data folder, as an open file."""
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
    return lock


def _durable(connection: Any, record: object) -> None:  # noqa: ANN401 the driver's own type
    """An acknowledged ticket survives a power cut: write-ahead log, synced at each commit."""
    connection.isolation_level = None  # the driver begins nothing by itself: see _begin
    for pragma in ("journal_mode=WAL", "synchronous=FULL", "foreign_keys=ON"):
        connection.execute(f"PRAGMA {pragma}")


def _begin(connection: Connection) -> None:
    """Transactions hold changes of tables, too, which the driver's own would not."""
    connection.exec_driver_sql("BEGIN")
