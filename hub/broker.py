"""Embedded MQTT broker for a hall on one machine, as its own process; the only home of amqtt.

Loopback only. amqtt delivers retained topics to any identity that logs in and acknowledges a
publish that it then drops, so nothing secret may pass here; real access control is Mosquitto's.
"""

import argparse
import asyncio
import errno
import logging
import re
from collections.abc import Iterable, Mapping
from pathlib import Path
from typing import Final, NamedTuple

import structlog
from amqtt.broker import Broker
from amqtt.contexts import Action, BaseContext
from amqtt.errors import BrokerError
from amqtt.plugins.authentication import FileAuthPlugin
from amqtt.plugins.base import BaseTopicPlugin
from amqtt.session import Session
from argon2 import PasswordHasher

from hall.process import configure_logging, fail, notify, on_stop
from hall.topics import ROOT

log = structlog.get_logger()

# Passwords here are long and random, made at each start: a slow hash would protect nothing.
_HASHER: Final = PasswordHasher(time_cost=1, memory_cost=8, parallelism=1)


class Grant(NamedTuple):
    """What one kind of identity may do: all ("#"), or topics below `huiting/v1/{hall}/`.

    `{id}` is what its name ends with. What is denied is so whatever else is allowed.
    """

    identity: str
    read: tuple[str, ...]
    write: tuple[str, ...]
    denied: tuple[str, ...] = ()


ALL: Final = ("#",)
GRANTS: Final = (
    Grant("hub", ALL, ALL),
    Grant(
        "edge-{id}",
        ("hub/thumbnail/{id}",),
        ("edge/+/crowd", "edge/{id}/status", "edge/{id}/thumbnail"),
    ),
    Grant("kiosk-{id}", ("hub/queue", "hub/call"), ("kiosk/{id}/status", "kiosk/{id}/fault")),
    Grant("demo-test", ALL, ("edge/demo-test/#",), denied=("edge/+/thumbnail",)),
)


def may(username: str | None, topic: str, *, write: bool) -> bool:
    """Whether an identity may publish to a topic or subscribe to a filter."""
    for grant in GRANTS:
        name = re.fullmatch(grant.identity.replace("{id}", "(?P<id>[a-z0-9-]+)"), username or "")
        if name:
            allowed = grant.write if write else grant.read
            below = f"{ROOT}/+/"
            if any(_covers(below + each, topic) for each in grant.denied):
                return False
            return allowed == ALL or any(
                _covers(below + each.format(**name.groupdict()), topic) for each in allowed
            )
    return False


def _covers(allowed: str, asked: str) -> bool:
    """Whether every topic that `asked` matches is matched by `allowed` too."""
    have, want = allowed.split("/"), asked.split("/")
    for index, level in enumerate(have):
        if level == "#":
            return len(want) >= index
        if index >= len(want) or want[index] == "#" or level not in ("+", want[index]):
            return False
    return len(have) == len(want)


class Accounts(FileAuthPlugin):
    """Log-in by password file; amqtt checks no last will against the grants, so this does."""

    async def authenticate(self, *, session: Session) -> bool | None:
        """Whether the connection may be used."""
        known = await super().authenticate(session=session) or False
        will = session.will_topic
        if known and (will is None or may(session.username, will, write=True)):
            return True
        reason = f"last will on {will}" if known else "unknown account or wrong password"
        log.warning("login_refused", username=session.username, reason=reason)
        return False


class Grants(BaseTopicPlugin):
    """Subscriptions and publishes by the table of grants, each refusal logged once."""

    def __init__(self, context: BaseContext) -> None:
        super().__init__(context)
        self._refused: set[tuple[str | None, str | None]] = set()

    async def topic_filtering(
        self,
        *,
        session: Session | None = None,
        topic: str | None = None,
        action: Action | None = None,
    ) -> bool:
        """Whether the session may do this with the topic."""
        username = session.username if session else None
        if may(username, topic or "", write=action == Action.PUBLISH):
            return True
        if (username, topic) not in self._refused:
            self._refused.add((username, topic))
            log.warning("topic_refused", username=username, topic=topic, action=str(action))
        return False


def write_accounts(path: Path, passwords: Mapping[str, str]) -> None:
    """Write the accounts file (mode 0600) for identities and their long random passwords."""
    path.unlink(missing_ok=True)
    path.touch(mode=0o600)
    path.write_text(
        "".join(f"{username}:{_HASHER.hash(word)}\n" for username, word in passwords.items())
    )


def account_mistakes(path: Path) -> Iterable[str]:
    """What is wrong with an accounts file, one line per mistake."""
    try:
        if path.stat().st_mode & 0o077:
            yield f"{path}: others may read the accounts: chmod 600 {path}"
        lines = path.read_text(encoding="utf-8").splitlines()
    except (OSError, UnicodeDecodeError) as error:
        yield f"{path}: cannot read the accounts: {getattr(error, 'strerror', None) or error}"
        return
    for number, line in enumerate(lines, start=1):
        if not re.fullmatch(r"[a-z0-9-]+:\$argon2id\$\S+", line):
            yield f"{path}: line {number} is not username:argon2-hash"


async def serve(host: str, port: int, accounts: Path) -> None:
    """Serve until SIGTERM or Ctrl-C; exit 2 when the port cannot be had."""
    stop, loop = asyncio.Event(), asyncio.get_running_loop()

    def request_stop() -> None:
        loop.call_soon_threadsafe(stop.set)

    on_stop(request_stop)
    broker = Broker(
        {
            "listeners": {"default": {"type": "tcp", "bind": f"{host}:{port}"}},
            "plugins": {
                "hub.broker.Accounts": {"password_file": str(accounts)},
                "hub.broker.Grants": {},
            },
        }
    )
    quiet = logging.getLogger("amqtt")
    quiet.setLevel(logging.CRITICAL)  # a port in use is said below, in one line
    try:
        await broker.start()
    except BrokerError as error:
        cause = error.__cause__
        taken = isinstance(cause, OSError) and cause.errno == errno.EADDRINUSE
        why = "is in use: choose another --port" if taken else f"cannot be listened on: {cause}"
        fail([f"{host}:{port} {why}"])
    quiet.setLevel(logging.ERROR)
    log.info("broker_ready", host=host, port=port)
    notify("READY=1")
    await stop.wait()
    await broker.shutdown()
    log.info("broker_stopped")


def main() -> None:
    """Run the broker from its command line."""
    parser = argparse.ArgumentParser(prog="python -m hub.broker", description=__doc__)
    parser.add_argument("--host", default="127.0.0.1", help="address to listen on")
    parser.add_argument("--port", type=int, required=True, help="port to listen on")
    parser.add_argument("--accounts", type=Path, required=True, help="username:argon2-hash lines")
    options = parser.parse_args()
    configure_logging()
    if mistakes := list(account_mistakes(options.accounts)):
        fail(mistakes)
    asyncio.run(serve(options.host, options.port, options.accounts))


if __name__ == "__main__":
    main()
