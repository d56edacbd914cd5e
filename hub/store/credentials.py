"""Staff, sessions and devices, kept in memory too: who sends a request is known without I/O."""

from dataclasses import dataclass
from datetime import UTC, datetime
from threading import Lock
from typing import Any

from sqlalchemy import delete, insert, select

from hub.store.database import Database
from hub.store.failures import failing
from hub.store.tables import DEVICES, SESSIONS, STAFF, naive


@dataclass(frozen=True, slots=True)
class Account:
    """A member of staff."""

    username: str
    role: str
    password_hash: str


class Credentials:
    """The tables of who may sign in, which this hub alone writes. Any thread may ask."""

    def __init__(self, database: Database) -> None:
        """Raises StoreFailed when they cannot be read."""
        self._database, self._writing = database, Lock()
        with failing(database.name), database.engine.connect() as connection:
            staff = connection.execute(select(STAFF)).all()
            sessions = connection.execute(select(SESSIONS)).all()
            devices = connection.execute(select(DEVICES)).all()
        self._staff = {row.username: Account(*row) for row in staff}
        self._sessions = {
            row.token_hash: (row.username, row.expires_at.replace(tzinfo=UTC)) for row in sessions
        }
        self._devices = {row.token_hash: row.id for row in devices}

    def put_account(self, account: Account) -> None:
        """Add a member of staff, or replace role and password."""
        row = {"role": account.role, "password_hash": account.password_hash}
        with self._writing:
            self._write(
                delete(STAFF).where(STAFF.c.username == account.username),
                insert(STAFF).values(username=account.username, **row),
            )
            self._staff[account.username] = account

    def account(self, username: str) -> Account | None:
        """The member of staff of that name."""
        return self._staff.get(username)

    def put_session(self, token_hash: bytes, username: str, expires_at: datetime) -> None:
        """Remember a signed-in session by the hash of its token."""
        row = {"username": username, "expires_at": naive(expires_at)}
        with self._writing:
            self._write(insert(SESSIONS).values(token_hash=token_hash, **row))
            self._sessions[token_hash] = username, expires_at

    def session_account(self, token_hash: bytes, now: datetime) -> Account | None:
        """Whose session this is, unless it has expired."""
        username, expires_at = self._sessions.get(token_hash, ("", now))
        return self._staff.get(username) if expires_at > now else None

    def drop_session(self, token_hash: bytes) -> None:
        """Sign out."""
        with self._writing:
            self._write(delete(SESSIONS).where(SESSIONS.c.token_hash == token_hash))
            self._sessions.pop(token_hash, None)

    def drop_sessions(self, username: str) -> None:
        """Sign someone out everywhere."""
        with self._writing:
            self._write(delete(SESSIONS).where(SESSIONS.c.username == username))
            self._sessions = {k: v for k, v in self._sessions.items() if v[0] != username}

    def forget_sessions(self, now: datetime) -> None:
        """Drop sessions that have expired."""
        with self._writing:
            self._write(delete(SESSIONS).where(SESSIONS.c.expires_at < naive(now)))
            self._sessions = {k: v for k, v in self._sessions.items() if v[1] >= now}

    def put_device(self, device: str, token_hash: bytes) -> None:
        """Add a device, or replace its token."""
        with self._writing:
            self._write(
                delete(DEVICES).where(DEVICES.c.id == device),
                insert(DEVICES).values(id=device, token_hash=token_hash),
            )
            self._devices = {k: v for k, v in self._devices.items() if v != device}
            self._devices[token_hash] = device

    def device(self, token_hash: bytes) -> str | None:
        """The device that holds this token."""
        return self._devices.get(token_hash)

    def _write(self, *statements: Any) -> None:  # noqa: ANN401 any insert or delete
        with self._database.transaction() as connection:
            for statement in statements:
                connection.execute(statement)
