"""What is put into the engine's inbox: commands with their askers, and what programs tell."""

from collections.abc import Mapping
from concurrent.futures import Future
from dataclasses import dataclass
from hashlib import sha256
from typing import Literal

from hall.messages import Fault, Node
from hub.core.commands import Actor, Command
from hub.core.curve import Curve
from hub.core.refusals import Refused

Outcome = str | Refused | None
Reply = Future[Outcome]


@dataclass(frozen=True, slots=True)
class Idempotency:
    """A request that may be repeated: same key and content, same first answer."""

    key: str
    content: bytes

    @property
    def fingerprint(self) -> bytes:
        """What tells one content from another."""
        return sha256(self.content).digest()


@dataclass(frozen=True, slots=True)
class Asked:
    """A command, by whom, and where the answer goes."""

    command: Command
    actor: Actor
    idempotency: Idempotency | None
    reply: Reply


@dataclass(frozen=True, slots=True)
class Lesson:
    """What was learned of how long waits really are, by service."""

    curves: Mapping[str, Curve]


@dataclass(frozen=True, slots=True)
class Unreadable:
    """A message of a camera that could not be read."""

    camera: str


Item = Asked | Node | tuple[str, Fault] | Lesson | Unreadable | Literal["readings", "stop"]
