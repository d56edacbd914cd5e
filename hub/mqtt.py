"""The hub on the hall's broker: topics become observations, changes become topics.

Calls, of which none may be lost, are handed over by the outbox instead.
"""

from functools import partial

from hall import topics
from hall.bus import Bus
from hall.messages import Alert, Call, Crowd, Node, NodeStatus, Queues
from hall.thumbnails import ThumbnailRequest
from hub.bulletin import Change
from hub.engine import Engine
from hub.thumbnails import Thumbnails


def connect(bus: Bus, engine: Engine) -> None:
    """Wire the engine to the bus, before either is started."""
    bus.subscribe(
        topics.CROWD,
        partial(_crowd, engine),
        lambda levels: engine.blame(levels["camera"]),
        qos=0,  # the next reading is a second away
    )
    bus.subscribe(topics.STATUS, partial(_status, engine))
    engine.subscribe(partial(_publish, bus))


def deliver(bus: Bus, call: Call) -> bool:
    """Publish a call and say whether the broker has it."""
    return bus.deliver(topics.CALL, call)


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
        case Alert():
            bus.publish(topics.ALERT, change, rule=change.rule, subject=change.subject)
        case _:
            pass
