"""The table of MQTT topics: which model each carries, how it is sent and when it is stale."""

import re
from dataclasses import dataclass
from datetime import timedelta
from functools import lru_cache
from typing import Final, Generic, Literal, TypeVar

from hall.messages import Alert, Call, Crowd, Fault, Message, NodeStatus, Queues
from hall.thumbnails import Thumbnail, ThumbnailRequest

ROOT: Final = "huiting/v1"
LEVEL: Final = "[a-z0-9][a-z0-9-]{0,31}"

M = TypeVar("M", bound=Message)


@dataclass(frozen=True, slots=True)
class Topic(Generic[M]):
    """One row: `pattern` below `huiting/v1/{hall}/`, with `{name}` for each variable level."""

    pattern: str
    model: type[M]
    qos: Literal[0, 1]
    retain: bool
    about: str
    max_age: timedelta | None = None

    def name(self, hall: str, **levels: str) -> str:
        """The full topic to publish to."""
        return f"{ROOT}/{hall}/{self.pattern.format(**levels)}"

    def filter(self, hall: str, **levels: str) -> str:
        """The subscription that covers every value of the variable levels that are not given."""
        pattern = re.sub(r"{([a-z]+)}", lambda level: levels.get(level[1], "+"), self.pattern)
        return f"{ROOT}/{hall}/{pattern}"

    def match(self, hall: str, name: str) -> dict[str, str] | None:
        """The variable levels of a received topic, or None if it is another topic.

        Levels are configured ids: a topic with anything else is none of ours.
        """
        found = _expression(self.pattern, hall).fullmatch(name)
        return found.groupdict() if found else None


@lru_cache
def _expression(pattern: str, hall: str) -> re.Pattern[str]:
    levels = re.sub(r"{([a-z]+)}", rf"(?P<\1>{LEVEL})", pattern)
    return re.compile(f"{ROOT}/{re.escape(hall)}/{levels}")


STATUS: Final = Topic(
    "{program}/{id}/status", NodeStatus, 1, retain=True, about="Birth and last will of a program."
)
CROWD: Final = Topic(
    "edge/{camera}/crowd",
    Crowd,
    1,
    retain=True,
    about="People seen by one camera, at most once a second.",
    max_age=timedelta(seconds=5),
)
THUMBNAIL_REQUEST: Final = Topic(
    "hub/thumbnail/{id}",
    ThumbnailRequest,
    1,
    retain=False,
    about="A node is asked to show a camera in blocks; only it may read this.",
    max_age=timedelta(seconds=5),
)
THUMBNAIL: Final = Topic(
    "edge/{id}/thumbnail",
    Thumbnail,
    1,
    retain=False,
    about="A node's answer to such a request; only the hub may read this.",
)
FAULT: Final = Topic(
    "kiosk/{id}/fault", Fault, 1, retain=True, about="What is wrong with a device."
)
QUEUE: Final = Topic(
    "hub/queue", Queues, 1, retain=True, about="How every service stands, with expected waits."
)
ALERT: Final = Topic(
    "hub/alert/{rule}/{subject}", Alert, 1, retain=True, about="A rule that fired, until cleared."
)
CALL: Final = Topic(
    "hub/call",
    Call,
    1,
    retain=False,
    about="A ticket called to a window.",
    max_age=timedelta(minutes=2),
)

TOPICS: Final = (STATUS, CROWD, THUMBNAIL_REQUEST, THUMBNAIL, FAULT, QUEUE, ALERT, CALL)
