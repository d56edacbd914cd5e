"""The embedded broker as a process: log-in, grants, delivery, and what it refuses to start with."""

import socket
import subprocess
import sys
import threading
from collections.abc import Callable, Iterator
from pathlib import Path

import paho.mqtt.client as paho
import pytest
from hypothesis import given
from hypothesis import strategies as st
from paho.mqtt.enums import CallbackAPIVersion

from hall.topics import CALL, CROWD, FAULT, QUEUE, STATUS, THUMBNAIL, THUMBNAIL_REQUEST, TOPICS
from hub.broker import GRANTS, account_mistakes, may, write_accounts
from tests.integration.brokers import DEADLINE_S, ROOT, RunningBroker, free_port, until

HALL = "demo"
CAMERA = CROWD.name(HALL, camera="demo-test")
Client = Callable[..., "Peer"]


class Peer:
    """A raw MQTT client that keeps what it hears."""

    def __init__(
        self, broker: RunningBroker, identity: str, password: str | None, will: str | None
    ) -> None:
        self.heard: list[tuple[str, bytes, bool]] = []
        self.refusal = threading.Event()
        self.granted: list[int] = []
        self.client = paho.Client(
            CallbackAPIVersion.VERSION2, client_id=f"peer-{identity}", reconnect_on_failure=False
        )
        self.client.username_pw_set(identity, password or f"secret-of-{identity}")
        if will:
            self.client.will_set(will, b"gone", qos=1, retain=True)
        self.client.on_message = lambda client, data, message: self.heard.append(
            (message.topic, bytes(message.payload), message.retain)
        )
        self.client.on_subscribe = lambda client, data, mid, codes, properties: self.granted.extend(
            code.value for code in codes
        )
        self.client.on_connect = lambda client, data, flags, code, properties: (
            self.refusal.set() if code.is_failure else None
        )
        self.client.connect("127.0.0.1", broker.port, keepalive=10)
        self.client.loop_start()

    def subscribe(self, topic: str) -> int:
        """What the broker grants: a QoS, or 128 for a refusal."""
        before = len(self.granted)
        self.client.subscribe(topic, qos=1)
        until(lambda: len(self.granted) > before, what="the broker's answer")
        return self.granted[-1]

    def publish(self, topic: str, payload: bytes, *, retain: bool = False) -> None:
        """Send and wait for the acknowledgement."""
        self.client.publish(topic, payload, qos=1, retain=retain).wait_for_publish(DEADLINE_S)

    def close(self) -> None:
        """End the connection, also one that is only being made."""
        self.client.disconnect()
        self.client.loop_stop()
        if leftover := self.client.socket():
            leftover.close()
        self.client.on_connect = self.client.on_message = self.client.on_subscribe = None

    def vanish(self) -> None:
        """Lose the connection without a goodbye."""
        connection = self.client.socket()
        assert isinstance(connection, socket.socket)
        connection.shutdown(socket.SHUT_RDWR)


@pytest.fixture
def client(embedded_broker: RunningBroker) -> Iterator[Client]:
    """Connects raw clients; `refused=True` expects the broker to say no."""
    peers: list[Peer] = []

    def connect(
        identity: str,
        *,
        password: str | None = None,
        will: str | None = None,
        refused: bool = False,
    ) -> Peer:
        peer = Peer(embedded_broker, identity, password, will)
        peers.append(peer)
        if refused:
            assert peer.refusal.wait(DEADLINE_S)
        else:
            until(peer.client.is_connected, what=f"{identity} to connect")
        return peer

    yield connect
    for peer in peers:
        peer.close()


def test_messages_of_qos_1_arrive_once_and_in_order(client: Client) -> None:
    hub, camera = client("hub"), client("demo-test")
    assert hub.subscribe("huiting/v1/#") == 1
    for n in range(50):
        camera.publish(CAMERA, str(n).encode())
    until(lambda: len(hub.heard) >= 50, what="all messages")
    assert hub.heard == [(CAMERA, str(n).encode(), False) for n in range(50)]


def test_the_newest_retained_message_waits_for_late_subscribers_and_an_empty_one_clears_it(
    client: Client,
) -> None:
    hub, camera = client("hub"), client("demo-test")
    camera.subscribe(CAMERA)
    camera.publish(CAMERA, b"old", retain=True)
    camera.publish(CAMERA, b"new", retain=True)
    # amqtt acknowledges first and hands out later: whoever subscribes in between is sent both.
    until(lambda: camera.heard[-1:] == [(CAMERA, b"new", False)], what="the handing out")
    hub.subscribe(CAMERA)
    until(lambda: hub.heard, what="the retained message")
    assert hub.heard == [(CAMERA, b"new", True)]
    camera.publish(CAMERA, b"", retain=True)
    until(lambda: hub.heard[-1] == (CAMERA, b"", False), what="the clearing")
    late = client("demo-test")
    late.subscribe("huiting/v1/#")
    hub.publish(QUEUE.name(HALL), b"after")
    until(lambda: late.heard, what="a later message")
    assert late.heard == [(QUEUE.name(HALL), b"after", False)]


def test_a_client_that_vanishes_leaves_its_last_will_also_for_later(client: Client) -> None:
    status = STATUS.name(HALL, program="edge", id="hall")
    hub = client("hub")
    hub.subscribe("huiting/v1/#")
    client("edge-hall", will=status).vanish()
    until(lambda: hub.heard == [(status, b"gone", False)], what="the last will")
    late = client("demo-test")
    late.subscribe(status)
    until(lambda: (status, b"gone", True) in late.heard, what="the retained last will")


def test_wrong_passwords_and_unknown_identities_do_not_get_in(client: Client) -> None:
    client("hub", password="wrong", refused=True)
    client("stranger", refused=True)
    client("hub")


def test_a_last_will_on_anothers_topic_is_refused_at_log_in(client: Client) -> None:
    client("edge-hall", will=QUEUE.name(HALL), refused=True)


def test_what_an_identity_may_not_say_reaches_nobody(client: Client) -> None:
    hub, edge = client("hub"), client("edge-hall")
    hub.subscribe("huiting/v1/#")
    edge.publish(QUEUE.name(HALL), b"forged", retain=True)
    edge.publish(CAMERA, b"seen")
    until(lambda: hub.heard, what="the allowed message")
    assert hub.heard == [(CAMERA, b"seen", False)]


def test_what_an_identity_may_not_hear_is_not_granted(client: Client) -> None:
    kiosk = client("kiosk-1")
    refused = 0x80
    assert kiosk.subscribe("huiting/v1/#") == refused
    assert kiosk.subscribe(CROWD.filter(HALL)) == refused
    assert kiosk.subscribe(CALL.name(HALL)) == 1


def test_it_ends_cleanly_on_request_while_clients_are_connected(
    embedded_broker: RunningBroker, client: Client
) -> None:
    client("hub").subscribe("huiting/v1/#")
    embedded_broker.stop()
    assert embedded_broker.process
    assert embedded_broker.process.returncode == 0
    assert "Traceback" not in (embedded_broker.folder / "broker.log").read_text()


def start_badly(port: int, accounts: Path) -> list[str]:
    """Lines that a broker which cannot start prints before it exits with 2."""
    command = [sys.executable, "-m", "hub.broker", "--port", str(port), "--accounts", str(accounts)]
    ended = subprocess.run(
        command, cwd=ROOT, capture_output=True, text=True, timeout=DEADLINE_S, check=False
    )
    assert ended.returncode == 2
    assert not ended.stdout
    return ended.stderr.splitlines()


def test_a_port_in_use_is_told_in_one_line(embedded_broker: RunningBroker) -> None:
    lines = start_badly(embedded_broker.port, embedded_broker.folder / "accounts")
    assert lines == [f"127.0.0.1:{embedded_broker.port} is in use: choose another --port"]


def test_accounts_that_cannot_be_read_are_told_in_one_line(tmp_path: Path) -> None:
    (line,) = start_badly(free_port(), tmp_path / "missing")
    assert "cannot read the accounts" in line


def test_accounts_are_written_for_their_owner_alone_and_hold_no_password(tmp_path: Path) -> None:
    path = tmp_path / "accounts"
    write_accounts(path, {"hub": "the-secret"})
    write_accounts(path, {"hub": "the-secret", "kiosk-1": "another"})
    assert path.stat().st_mode & 0o777 == 0o600
    assert "the-secret" not in path.read_text()
    assert list(account_mistakes(path)) == []


def test_accounts_that_others_may_read_or_that_are_no_hashes_are_refused(tmp_path: Path) -> None:
    path = tmp_path / "accounts"
    path.write_text("hub:plain\n")
    path.chmod(0o644)
    readable, not_a_hash = account_mistakes(path)
    assert "chmod 600" in readable
    assert "line 1" in not_a_hash


@given(st.text(alphabet="abc/+#", max_size=8))
def test_nobody_without_a_grant_may_anything(topic: str) -> None:
    for name in (None, "", "hubx", "edge-", "demo-testx", "Hub"):
        assert not may(name, topic, write=True)
        assert not may(name, topic, write=False)


def test_the_hub_may_say_and_hear_every_topic_and_devices_only_their_own() -> None:
    levels = {"program": "edge", "id": "9", "camera": "9", "rule": "r", "subject": "s"}
    for topic in TOPICS:
        name = topic.name(HALL, **levels)
        assert may("hub", name, write=True)
        assert may("hub", topic.filter(HALL), write=False)
        assert may("demo-test", topic.filter(HALL), write=False) == (topic is not THUMBNAIL)
        assert may("edge-9", name, write=True) == (topic in (STATUS, CROWD, THUMBNAIL))
        assert may("edge-9", name, write=False) == (topic is THUMBNAIL_REQUEST)
        assert may("kiosk-9", name, write=True) == (topic == FAULT) or topic == STATUS
    assert not may("demo-test", THUMBNAIL.name(HALL, id="demo-test"), write=False)
    for write in (True, False):
        assert not may("edge-8", THUMBNAIL.name(HALL, id="9"), write=write)
        assert not may("edge-8", THUMBNAIL_REQUEST.name(HALL, id="9"), write=write)
        assert not may("kiosk-9", THUMBNAIL_REQUEST.name(HALL, id="9"), write=write)
    assert not may("edge-8", STATUS.name(HALL, program="edge", id="9"), write=True)
    assert not may("kiosk-8", FAULT.name(HALL, id="9"), write=True)
    assert not may("demo-test", CROWD.name(HALL, camera="9"), write=True)


def test_the_example_acl_of_mosquitto_says_the_same_as_the_table() -> None:
    text = (ROOT / "config" / "mosquitto" / "acl").read_text()
    blocks = dict(block.split("\n", 1) for block in text.split("user ")[1:])
    identities = {
        grant.identity: name for grant in GRANTS for name in blocks if may_be(grant.identity, name)
    }
    assert len(identities) == len(blocks) == len(GRANTS)
    for grant in GRANTS:
        lines = [line.split() for line in blocks[identities[grant.identity]].splitlines() if line]
        mine = identities[grant.identity].partition("-")[2]
        kinds = {"read": grant.read, "write": grant.write, "deny": grant.denied}
        for kind, filters in kinds.items():
            said = {
                name.removeprefix("huiting/v1/+/")
                for _, access, name in lines
                if access == kind or (access == "readwrite" and kind != "deny")
            }
            assert said == {each.format(id=mine) for each in filters}


def may_be(pattern: str, name: str) -> bool:
    kind, variable, _ = pattern.partition("{id}")
    return name.startswith(kind) if variable else name == pattern
