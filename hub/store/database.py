"""A database held by one hub at a time: SQLite in the data folder, or PostgreSQL at an address."""

import fcntl
import os
from collections.abc import Iterator
from contextlib import contextmanager
from pathlib import Path
from typing import Any, Final, Self

from sqlalchemy import Connection, Engine, create_engine, event, make_url, text
from sqlalchemy.exc import ArgumentError, OperationalError, SQLAlchemyError

from hub.store.failures import StoreFailed, StoreInUse, failing, reason
from hub.store.schema import migrate

PATIENCE_S: Final = 5
# The advisory lock of PostgreSQL that the writing hub holds: two numbers, "hu" and "b" in ASCII.
LOCK: Final = (0x6875, 0x62)


class Database:
    """Where the hub keeps everything; `engine` connects to it from any thread."""

    def __init__(self, engine: Engine, folder_lock: int, name: str) -> None:
        self.engine, self.name = engine, name
        self._folder_lock = folder_lock

    @classmethod
    def open(cls, folder: Path, url: str | None = None) -> Self:
        """The database at `url`, or else hub.db in `folder`, which is locked in either case.

        Raises StoreInUse when another hub holds the folder, StoreFailed when it cannot be used.
        """
        lock, path = _hold(folder), folder / "hub.db"
        try:
            if url is not None:
                name = make_url(url).render_as_string(hide_password=True)
                return cls(_postgresql(url), lock, name)
            return cls(_sqlite(path), lock, str(path))
        except OSError as error:
            os.close(lock)
            raise StoreFailed(f"{path}: {error.strerror}") from error
        except (ArgumentError, ValueError) as error:
            os.close(lock)
            raise StoreFailed("store.url: not postgresql://user:password@host/name") from error

    def close(self) -> None:
        """Give the folder back."""
        self.engine.dispose()
        os.close(self._folder_lock)

    def connect_to_write(self) -> Connection:
        """The connection of the one who writes the journal; its tables are as they should be.

        Raises StoreInUse while another hub has it, StoreFailed when there is none to be had.
        """
        try:
            connection = self.engine.connect()
        except SQLAlchemyError as error:
            raise StoreFailed(f"{self.name}: {reason(error)}") from error
        try:
            with failing(self.name):
                if connection.dialect.name == "postgresql":
                    self._lock(connection)
                migrate(connection)
        except BaseException:
            connection.invalidate()
            connection.close()
            raise
        return connection

    @contextmanager
    def transaction(self) -> Iterator[Connection]:
        """A transaction of its own; raises StoreFailed, having changed nothing, if it fails."""
        with failing(), self.engine.begin() as connection:
            yield connection

    def _lock(self, connection: Connection) -> None:
        """Be the only writer as long as this connection lasts."""
        with connection.begin():
            if connection.execute(text("SHOW server_encoding")).scalar_one() != "UTF8":
                raise StoreFailed(f"{self.name}: the database must be made with ENCODING 'UTF8'")
            try:
                connection.execute(text(f"SET LOCAL lock_timeout = '{PATIENCE_S}s'"))
                connection.execute(text("SELECT pg_advisory_lock(:one, :two)"), _lock_key())
            except OperationalError as error:
                if getattr(error.orig, "sqlstate", "") != "55P03":  # lock_not_available
                    raise
                raise StoreInUse(f"{self.name} is used by another hub; stop it first") from error


def _lock_key() -> dict[str, int]:
    return {"one": LOCK[0], "two": LOCK[1]}


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


def _sqlite(path: Path) -> Engine:
    """Raises OSError when the file cannot be made."""
    path.touch(mode=0o600)  # SQLite gives its log and index the database's own mode
    path.chmod(0o600)
    engine = create_engine(f"sqlite:///{path}", connect_args={"timeout": PATIENCE_S})
    event.listen(engine, "connect", _durable)
    event.listen(engine, "begin", _begin)
    return engine


def _postgresql(url: str) -> Engine:
    return create_engine(
        make_url(url).set(drivername="postgresql+psycopg"),
        pool_pre_ping=True,
        connect_args={
            "client_encoding": "utf8",
            "connect_timeout": PATIENCE_S,
            "tcp_user_timeout": PATIENCE_S * 1000,
            "options": "-c synchronous_commit=on -c timezone=UTC",
        },
    )


def _durable(connection: Any, record: object) -> None:  # noqa: ANN401 the driver's own type
    """An acknowledged ticket survives a power cut: write-ahead log, synced at each commit."""
    connection.isolation_level = None  # the driver begins nothing by itself: see _begin
    for pragma in ("journal_mode=WAL", "synchronous=FULL", "foreign_keys=ON"):
        connection.execute(f"PRAGMA {pragma}")


def _begin(connection: Connection) -> None:
    """Transactions hold changes of tables, too, which the driver's own would not."""
    connection.exec_driver_sql("BEGIN")
