"""The typed bus against both brokers: a real mosquitto and the embedded one."""

import subprocess
import sys
from collections.abc import Callable, Iterator
from contextlib import contextmanager
from datetime import UTC, datetime
from typing import Any, Generic, TypeVar
from uuid import UUID

import paho.mqtt.client as paho
import pytest
from paho.mqtt.enums import CallbackAPIVersion
from structlog.testing import capture_logs

from hall.bus import MAX_PAYLOAD_BYTES, OFFLINE_BUFFER, Bus
from hall.messages import Call, Crowd, Message, NodeStatus, Queues, Text
from hall.topics import CALL, CROWD, QUEUE, STATUS, Topic
from tests.integration.brokers import ROOT, RunningBroker, until

NOON = datetime(2026, 11, 24, 4, 0, tzinfo=UTC)
HALL = "demo"
M = TypeVar("M", bound=Message)
NOBODY = UUID(int=0)
EDGE = {"program": "edge", "id": "hall"}
DYING_EDGE = """
import sys, threading
from datetime import UTC, datetime
from pydantic import SecretStr
from hall.bus import Bus, BusSettings
noon = datetime(2026, 11, 24, 4, 0, tzinfo=UTC)
settings = BusSettings(
    port=int(sys.argv[1]), username="edge-hall", password=SecretStr("secret-of-edge-hall")
)
Bus(settings, hall="demo", program="edge", node="hall", version="1", clock=lambda: noon).start()
threading.Event().wait()
"""


def crowd(count: float, *, camera: str = "demo-test") -> Crowd:
    return Crowd(
        id=NOBODY,
        seq=1,
        at=NOON,
        camera=camera,
        count=count,
        count_low=count,
        count_high=count,
        quality="ok",
        latency_ms=1,
        model="m",
    )


def call(number: str) -> Call:
    return Call(id=NOBODY, at=NOON, number=number, window="w1", speech=Text(zh="请", en="come"))


# The identity of the tests speaks as a camera's node.
PROGRAMS = {
    "hub": ("hub", "1"),
    "edge-hall": ("edge", "hall"),
    "kiosk-1": ("kiosk", "1"),
    "demo-test": ("edge", "demo-test"),
}


class Heard(Generic[M]):
    """Collects what a subscription delivers."""

    def __init__(self) -> None:
        self.messages: list[tuple[dict[str, str], M]] = []

    def __call__(self, levels: dict[str, str], message: M) -> None:
        self.messages.append((levels, message))

    @property
    def newest(self) -> M | None:
        return self.messages[-1][1] if self.messages else None


def bus_of(broker: RunningBroker, program: str, node: str, identity: str) -> Bus:
    settings = broker.settings(identity)
    return Bus(settings, hall=HALL, program=program, node=node, version="1", clock=lambda: NOON)


Connect = Callable[..., Bus]


@pytest.fixture
def connect(broker: RunningBroker) -> Iterator[Connect]:
    """Start a bus as an identity, with subscriptions, and close it after the test."""
    open_buses: list[Bus] = []

    def start(identity: str, *subscriptions: tuple[Topic[Any], Heard[Any]]) -> Bus:
        program, node = PROGRAMS[identity]
        bus = bus_of(broker, program, node, identity)
        for topic, heard in subscriptions:
            bus.subscribe(topic, heard)
        open_buses.append(bus)
        bus.start()
        until(lambda: bus.connected, what=f"{identity} to connect")
        return bus

    yield start
    for bus in open_buses:
        bus.close()


@contextmanager
def foreign_client(broker: RunningBroker, identity: str) -> Iterator[paho.Client]:
    """A client that is not ours and may send anything."""
    client = paho.Client(CallbackAPIVersion.VERSION2, client_id="foreign")
    client.username_pw_set(identity, f"secret-of-{identity}")
    client.connect("127.0.0.1", broker.port)
    client.loop_start()
    until(client.is_connected, what="the foreign client")
    yield client
    client.disconnect()
    client.loop_stop()


def test_birth_and_goodbye_are_told_and_kept_for_whoever_comes_later(connect: Connect) -> None:
    early, late = Heard[NodeStatus](), Heard[NodeStatus]()
    connect("hub", (STATUS, early))
    edge = connect("edge-hall")
    until(lambda: (EDGE, online()) in early.messages, what="birth")
    connect("demo-test", (STATUS, late))
    until(lambda: (EDGE, online()) in late.messages, what="kept birth")
    edge.close()
    until(lambda: (EDGE, online("offline")) in early.messages, what="goodbye")


def online(state: str = "online") -> NodeStatus:
    return NodeStatus.model_validate({"state": state, "at": NOON, "version": "1"})


def test_a_program_that_is_killed_is_reported_offline_by_its_last_will(
    broker: RunningBroker, connect: Connect
) -> None:
    heard = Heard[NodeStatus]()
    connect("hub", (STATUS, heard))
    edge = subprocess.Popen([sys.executable, "-c", DYING_EDGE, str(broker.port)], cwd=ROOT)
    until(lambda: (EDGE, online()) in heard.messages, what="birth")
    edge.kill()
    edge.wait()
    until(lambda: (EDGE, online("offline")) in heard.messages, what="the last will")


def test_messages_arrive_typed_with_their_levels(connect: Connect) -> None:
    heard = Heard[Crowd]()
    connect("hub", (CROWD, heard))
    connect("demo-test").publish(CROWD, crowd(7), camera="demo-test")
    until(lambda: heard.messages, what="the crowd")
    assert heard.messages == [({"camera": "demo-test"}, crowd(7))]


def test_retained_state_comes_back_after_the_broker_lost_everything(
    broker: RunningBroker, connect: Connect
) -> None:
    first, heard = Heard[Crowd](), Heard[Crowd]()
    connect("hub", (CROWD, first))
    edge = connect("demo-test")
    for count in (1, 2, 3):
        edge.publish(CROWD, crowd(count), camera="demo-test")
    until(lambda: first.newest == crowd(3), what="the third crowd")
    broker.kill()
    until(lambda: not edge.connected, what="the edge to notice")
    broker.start()
    until(lambda: edge.connected, what="the edge to come back")
    connect("kiosk-1")
    late = connect("hub", (CROWD, heard))
    until(lambda: heard.newest == crowd(3), what="the crowd after the restart")
    assert late.refused == 0


def test_what_is_said_before_the_broker_answers_arrives_once_it_does(
    broker: RunningBroker, connect: Connect
) -> None:
    calls, queues = Heard[Call](), Heard[Queues]()
    connect("demo-test", (CALL, calls), (QUEUE, queues))
    hub = bus_of(broker, "hub", "1", "hub")
    numbers = [f"A{n:03}" for n in range(1, 21)]
    for number in numbers:
        hub.publish(CALL, call(number))
    for minute in range(5):
        hub.publish(QUEUE, Queues(at=NOON.replace(minute=minute), services={}))
    hub.start()
    until(lambda: len(calls.messages) == len(numbers) and queues.messages, what="all of it")
    hub.close()
    assert [message.number for _, message in calls.messages] == numbers
    assert [message.at.minute for _, message in queues.messages] == [4]


def test_a_bus_forgets_the_last_messages_above_its_offline_buffer(
    broker: RunningBroker, connect: Connect
) -> None:
    calls = Heard[Call]()
    connect("demo-test", (CALL, calls))
    hub = bus_of(broker, "hub", "1", "hub")
    for n in range(OFFLINE_BUFFER + 50):
        hub.publish(CALL, call(str(n)))
    hub.start()
    until(lambda: hub.connected, what="the hub")
    until(lambda: len(calls.messages) >= OFFLINE_BUFFER, what="the buffer")
    hub.publish(CALL, call("the end"))
    until(lambda: calls.newest == call("the end"), what="the end")
    hub.close()
    heard = [message.number for _, message in calls.messages]
    assert heard == [*(str(n) for n in range(OFFLINE_BUFFER)), "the end"]


@pytest.mark.parametrize(
    "payload",
    [
        b"not json",
        b"",
        b"[]",
        b'{"seq": "many"}',
        crowd(1).model_dump_json().replace('"count":1.0', '"count":-1').encode(),
        b"\xff\xfe",
    ],
    ids=["no JSON", "empty", "a list", "fields amiss", "a negative count", "no UTF-8"],
)
def test_a_message_that_is_not_the_topics_is_refused_counted_and_logged_once(
    broker: RunningBroker, connect: Connect, payload: bytes
) -> None:
    heard = Heard[Crowd]()
    with capture_logs() as logs:
        hub = connect("hub", (CROWD, heard))
        with foreign_client(broker, "demo-test") as foreign:
            topic = CROWD.name(HALL, camera="demo-test")
            for _ in range(3):
                foreign.publish(topic, payload, qos=1)
            foreign.publish(topic, crowd(5).model_dump_json(), qos=1)
            until(lambda: heard.messages, what="the good message")
    assert heard.messages == [({"camera": "demo-test"}, crowd(5))]
    assert hub.refused == 3
    refusals = [line for line in logs if line["event"] == "message_refused"]
    assert [line["topic"] for line in refusals] == [topic]


def test_fields_of_a_newer_version_are_ignored(broker: RunningBroker, connect: Connect) -> None:
    heard = Heard[Crowd]()
    hub = connect("hub", (CROWD, heard))
    payload = crowd(5).model_dump_json()[:-1] + ',"invented_later":{"a":[1]}}'
    with foreign_client(broker, "demo-test") as foreign:
        foreign.publish(CROWD.name(HALL, camera="demo-test"), payload, qos=1)
        until(lambda: heard.messages, what="the message")
    assert heard.newest == crowd(5)
    assert hub.refused == 0


def test_a_message_too_large_never_reaches_a_handler(
    broker: RunningBroker, connect: Connect
) -> None:
    heard = Heard[Crowd]()
    connect("hub", (CROWD, heard))
    large = crowd(5).model_dump_json() + " " * MAX_PAYLOAD_BYTES
    with foreign_client(broker, "demo-test") as foreign:
        foreign.publish(CROWD.name(HALL, camera="demo-test"), large, qos=1)
    with foreign_client(broker, "demo-test") as foreign:
        foreign.publish(CROWD.name(HALL, camera="demo-test"), crowd(6).model_dump_json(), qos=1)
        until(lambda: heard.messages, what="the message after it")
    assert [message for _, message in heard.messages] == [crowd(6)]


def test_topics_that_nobody_asked_for_are_dropped(broker: RunningBroker, connect: Connect) -> None:
    heard = Heard[Crowd]()
    hub = connect("hub", (CROWD, heard))
    with foreign_client(broker, "demo-test") as foreign:
        foreign.publish(f"huiting/v1/{HALL}/edge/demo-test/invented", b"{}", qos=1)
        foreign.publish(
            CROWD.name("elsewhere", camera="demo-test"), crowd(1).model_dump_json(), qos=1
        )
        foreign.publish(CROWD.name(HALL, camera="demo-test"), crowd(2).model_dump_json(), qos=1)
        until(lambda: heard.messages, what="the crowd")
    assert heard.messages == [({"camera": "demo-test"}, crowd(2))]
    assert hub.refused == 0


def test_a_wrong_password_is_told_once_and_tried_again(broker: RunningBroker) -> None:
    settings = broker.settings("hub").model_copy(
        update={"password": broker.settings("kiosk-1").password}
    )
    with capture_logs() as logs:
        bus = Bus(settings, hall=HALL, program="hub", node="1", version="1", clock=lambda: NOON)
        bus.start()
        until(lambda: logs, what="the refusal")
        assert not bus.connected
        bus.close()
    assert {line["event"] for line in logs} <= {"broker_refused", "broker_lost"}


def test_each_loss_of_the_broker_and_each_return_is_told_once(
    broker: RunningBroker, connect: Connect
) -> None:
    with capture_logs() as logs:
        bus = connect("hub")
        for _ in range(2):
            broker.kill()
            until(
                lambda: any(line["event"] == "broker_unreachable" for line in logs),
                what="a vain attempt",
            )
            broker.start()
            until(lambda: bus.connected, what="the return")
            until(lambda: logs[-1]["event"] == "broker_connected", what="the return in the log")
            told = [line["event"] for line in logs]
            logs.clear()
            assert told[-3:] == ["broker_lost", "broker_unreachable", "broker_connected"]
