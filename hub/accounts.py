"""Who may sign in: staff with argon2id passwords and sessions, devices with tokens."""

import hmac
import secrets
from dataclasses import dataclass
from datetime import datetime, timedelta
from hashlib import sha256
from typing import Final

from argon2 import PasswordHasher
from argon2.exceptions import InvalidHashError, VerificationError

from hall.messages import Role
from hub.core.commands import Actor
from hub.store import Account, Store

SESSION_LASTS: Final = timedelta(hours=12)

_hasher: Final = PasswordHasher()
_NOBODY: Final = _hasher.hash(secrets.token_urlsafe(16))


@dataclass(frozen=True, slots=True)
class SignedIn:
    """A session just begun. `csrf` belongs to the token and proves that a page sent a write."""

    token: str
    csrf: str
    actor: Actor


def add_staff(store: Store, username: str, password: str, role: Role) -> None:
    """Add a member of staff or replace their password and role; a new password ends sessions."""
    account = store.credentials.account(username)
    if account is not None and not _matches(account, password):
        store.credentials.drop_sessions(username)
    store.credentials.put_account(Account(username, role, _hasher.hash(password)))


def add_device(store: Store, device: str, token: str | None = None) -> str:
    """Add a device or replace its token, which is returned and kept only as a hash."""
    token = token or secrets.token_urlsafe(24)
    store.credentials.put_device(device, _digest(token))
    return token


def sign_in(store: Store, username: str, password: str, now: datetime) -> SignedIn | None:
    """Begin a session, or None when name or password is wrong (both take the same time)."""
    account = store.credentials.account(username)
    if not _matches(account, password) or account is None:
        return None
    token = secrets.token_urlsafe(32)
    store.credentials.put_session(_digest(token), username, now + SESSION_LASTS)
    return SignedIn(token, csrf_of(token), Actor(username, Role(account.role)))


def _matches(account: Account | None, password: str) -> bool:
    try:
        return _hasher.verify(account.password_hash if account else _NOBODY, password)
    except (VerificationError, InvalidHashError):
        return False


def who(store: Store, token: str, now: datetime) -> Actor | None:
    """The member of staff whose session this is."""
    account = store.credentials.session_account(_digest(token), now)
    return None if account is None else Actor(account.username, Role(account.role))


def sign_out(store: Store, token: str) -> None:
    """End a session."""
    store.credentials.drop_session(_digest(token))


def which_device(store: Store, token: str) -> Actor | None:
    """The device that holds this token."""
    device = store.credentials.device(_digest(token))
    return None if device is None else Actor(f"device:{device}")


def csrf_of(token: str) -> str:
    """The value that pages send with writes, derived from the session's secret token."""
    return hmac.digest(token.encode(), b"csrf", "sha256").hex()


def same(one: str, other: str) -> bool:
    """Compare two secrets without telling by time how much of them agrees."""
    return hmac.compare_digest(one.encode(), other.encode())


def _digest(token: str) -> bytes:
    return sha256(token.encode()).digest()
