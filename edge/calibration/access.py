"""Who may use the page: whoever read the one-time code where the command was typed."""

import hashlib
import hmac
import secrets
from collections.abc import Callable
from dataclasses import dataclass
from datetime import datetime, timedelta
from typing import Final

DIGITS: Final = 8
TRIES: Final = 5
PAUSE: Final = timedelta(seconds=30)
LASTS: Final = timedelta(hours=12)
SESSIONS_MOST: Final = 8


@dataclass(frozen=True)
class Session:
    """An open session: the cookie's value, and what writes must carry."""

    token: str
    csrf: str


class WrongCode(Exception):
    """The code is not the one that was printed last."""


class TooManyTries(Exception):
    """Guessing: nothing is listened to for a while, then only to a new code."""


class Door:
    """Codes and sessions of one run, in memory only. For one thread, the server's."""

    def __init__(
        self,
        *,
        clock: Callable[[], datetime],
        announce: Callable[[str], None],
        new_code: Callable[[], str] = lambda: f"{secrets.randbelow(10**DIGITS):0{DIGITS}d}",
    ) -> None:
        self._clock, self._announce, self._new_code = clock, announce, new_code
        self._sessions: dict[bytes, datetime] = {}
        self._closed_until: datetime | None = None
        self._change_code()

    def enter(self, code: str) -> Session:
        """Begin a session, which uses the code up. Raises WrongCode or TooManyTries."""
        now = self._clock()
        if self._closed_until and now < self._closed_until:
            raise TooManyTries
        digits = "".join(each for each in code if each not in " -")
        if not hmac.compare_digest(digits.encode(), self._code.encode()):
            self._tries_left -= 1
            if self._tries_left:
                raise WrongCode
            self._closed_until = now + PAUSE
            self._change_code()
            raise TooManyTries
        self._change_code()
        return self._begin(now)

    def session(self, token: str) -> Session | None:
        """The session that a cookie belongs to, while it lasts."""
        ends = self._sessions.get(_digest(token))
        return Session(token, csrf_of(token)) if ends and self._clock() < ends else None

    def leave(self, token: str) -> None:
        """End a session."""
        self._sessions.pop(_digest(token), None)

    def _begin(self, now: datetime) -> Session:
        live = [(key, ends) for key, ends in self._sessions.items() if now < ends]
        token = secrets.token_urlsafe(32)
        self._sessions = dict(live[1 - SESSIONS_MOST :])
        self._sessions[_digest(token)] = now + LASTS
        return Session(token, csrf_of(token))

    def _change_code(self) -> None:
        self._code, self._tries_left = self._new_code(), TRIES
        half = len(self._code) // 2
        self._announce(f"{self._code[:half]} {self._code[half:]}")


def csrf_of(token: str) -> str:
    """What a write of this session must carry; only our page can know it."""
    return hmac.new(token.encode(), b"csrf", hashlib.sha256).hexdigest()


def _digest(token: str) -> bytes:
    return hashlib.sha256(token.encode()).digest()
