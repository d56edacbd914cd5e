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
from hub.store.schema import OBSERVATIONS, migrate

PATIENCE_S: Final = 5
TICKETS_RESERVE_BYTES: Final = 64 * 1024 * 1024  # readings leave so much of the disk to tickets
# The advisory lock of PostgreSQL that the writing hub holds: two numbers, "hu" and "b" in ASCII.
LOCK: Final = (0x6875, 0x62)


class Database:
    """Where the hub keeps everything; `engine` connects to it from any thread.

    `observations` connects to where readings of cameras are kept: the same PostgreSQL, or a file of
    their own beside hub.db, for which no ticket has to wait.
    """

    def __init__(
        self, engine: Engine, observations: Engine, folder: Path, lock: int, name: str
    ) -> None:
        self.engine, self.observations, self.name = engine, observations, name
        self._folder, self._folder_lock = folder, lock

    @classmethod
    def open(cls, folder: Path, url: str | None = None) -> Self:
        """The database at `url`, or else hub.db in `folder`, which is locked in either case.

        Raises StoreInUse when another hub holds the folder, StoreFailed when it cannot be used.
        """
        lock, path = _hold(folder), folder / "hub.db"
        try:
            if url is not None:
                name = make_url(url).render_as_string(hide_password=True)
                server = _postgresql(url)
                return cls(server, server, folder=folder, lock=lock, name=name)
            _private(path)
            beside = _sqlite(folder / "observations.db", synchronous="NORMAL")
            return cls(_sqlite(path), beside, folder=folder, lock=lock, name=str(path))
        except OSError as error:
            os.close(lock)
            raise StoreFailed(f"{path}: {error.strerror}") from error
        except (ArgumentError, ValueError) as error:
            os.close(lock)
            raise StoreFailed("store.url: not postgresql://user:password@host/name") from error

    def close(self) -> None:
        """Give the folder back."""
        self.engine.dispose()
        self.observations.dispose()
        os.close(self._folder_lock)

    def prepare_observations(self) -> None:
        """Make or update the tables of observations. Raises StoreFailed."""
        file = self.observations.url.database if self._observed_apart else None
        try:
            if file:
                _private(Path(file))
            with failing("observations"), self.observations.connect() as connection:
                migrate(connection, OBSERVATIONS)
        except OSError as error:
            raise StoreFailed(f"observations: {error.strerror}") from error

    def room_for_observations(self) -> bool:
        """Whether the disk has room for more than tickets. Raises StoreFailed."""
        if not self._observed_apart:
            return True  # the server's disk is not ours to see
        try:
            disk = os.statvfs(self._folder)
        except OSError as error:
            raise StoreFailed(f"observations: {error.strerror}") from error
        return disk.f_bavail * disk.f_frsize >= TICKETS_RESERVE_BYTES

    @property
    def _observed_apart(self) -> bool:
        return self.observations is not self.engine

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


def _private(path: Path) -> None:
    """Raises OSError when the file cannot be made."""
    path.touch(mode=0o600)  # SQLite gives its log and index the database's own mode
    path.chmod(0o600)


def _sqlite(path: Path, *, synchronous: str = "FULL") -> Engine:
    """Write-ahead log, synced at each commit: an acknowledged ticket survives a power cut.

    With `synchronous` "NORMAL" it is synced now and then, and survives the end of the process.
    """

    def connected(connection: Any, record: object) -> None:  # noqa: ANN401 the driver's own type
        connection.isolation_level = None  # the driver begins nothing by itself: see _begin
        for pragma in ("journal_mode=WAL", f"synchronous={synchronous}", "foreign_keys=ON"):
            connection.execute(f"PRAGMA {pragma}")

    engine = create_engine(f"sqlite:///{path}", connect_args={"timeout": PATIENCE_S})
    event.listen(engine, "connect", connected)
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


def _begin(connection: Connection) -> None:
    """Transactions hold changes of tables, too, which the driver's own would not."""
    connection.exec_driver_sql("BEGIN")
