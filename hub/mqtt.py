"""The hub on the hall's broker: topics become observations, changes become topics.

Calls, of which none may be lost, are handed over by the outbox instead.
"""

from collections.abc import Callable
from datetime import datetime, timedelta
from functools import partial
from typing import Final, Protocol

import structlog

from hall import topics
from hall.bus import Bus
from hall.messages import Alert, Call, Crowd, Node, NodeStatus, Queues, wire_time
from hall.thumbnails import ThumbnailRequest
from hub.bulletin import Change
from hub.engine import Engine
from hub.thumbnails import Thumbnails

MAX_AGE: Final = topics.CALL.max_age or timedelta.max

log = structlog.get_logger()


class Delivering(Protocol):
    """What an announcer needs of the bus."""

    def deliver(self, topic: topics.Topic[Call], message: Call) -> bool:
        """Publish and say whether the broker has it."""


def connect(bus: Bus, engine: Engine) -> None:
    """Wire the engine to the bus, before either is started."""
    bus.subscribe(
        topics.CROWD,
        partial(_crowd, engine),
        lambda levels: engine.blame(levels["camera"]),
        qos=0,  # the next reading is a second away
    )
    bus.subscribe(topics.STATUS, partial(_status, engine))
    bus.subscribe(topics.FAULT, lambda levels, fault: engine.hear_fault(levels["id"], fault))
    engine.broker_answers = lambda: bus.connected
    engine.subscribe(partial(_publish, bus))


class Announcer:
    """Hands calls to the broker, but none that nobody would come for any more.

    After a long outage of the broker displays must not announce people who were served meanwhile:
    calls older than their topic allows are passed over, counted in `passed_over`.
    """

    def __init__(self, bus: Delivering, clock: Callable[[], datetime]) -> None:
        self._bus, self._clock = bus, clock
        self.passed_over = 0
        self._passing_over = False

    def __call__(self, call: Call) -> bool:
        """Whether the call needs no further attempt: the broker has it, or it is too old."""
        if self._clock() - call.at <= MAX_AGE:
            self._passing_over = False
            return self._bus.deliver(topics.CALL, call)
        if not self._passing_over:
            log.warning("old_calls_passed_over", first=call.number, called_at=wire_time(call.at))
        self._passing_over = True
        self.passed_over += 1
        return True


def thumbnails(bus: Bus) -> Thumbnails:
    """What asks edge boxes through the bus; to be called before it is started."""

    def send(node: str, request: ThumbnailRequest) -> None:
        bus.publish(topics.THUMBNAIL_REQUEST, request, id=node)

    asking = Thumbnails(send)
    bus.subscribe(topics.THUMBNAIL, lambda levels, answer: asking.take(levels["id"], answer))
    return asking


def _crowd(engine: Engine, levels: dict[str, str], crowd: Crowd) -> None:
    """The topic, which the broker's ACL guards, says which camera speaks."""
    camera = levels["camera"]
    engine.observe(crowd if crowd.camera == camera else crowd.model_copy(update=levels))


def _status(engine: Engine, levels: dict[str, str], status: NodeStatus) -> None:
    node = {"program": levels["program"], "id": levels["id"], **status.model_dump()}
    engine.hear(Node.model_validate(node))


def _publish(bus: Bus, change: Change) -> None:
    match change:
        case Queues():
            bus.publish(topics.QUEUE, change)
        case Alert() if "mqtt" in change.told:
            alert = change.nameless()
            bus.publish(topics.ALERT, alert, rule=alert.rule, subject=alert.subject)
        case _:
            pass
