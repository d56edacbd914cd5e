"""Typed MQTT client: publishes and receives the topic table with birth, last will and reconnection.

The only home of paho. Handlers run on the network thread and must only enqueue.
"""

import ssl
from collections.abc import Callable
from datetime import datetime
from pathlib import Path
from threading import Lock
from typing import Any, NamedTuple, TypeVar

import paho.mqtt.client as mqtt
import structlog
from paho.mqtt.enums import CallbackAPIVersion, MQTTErrorCode
from paho.mqtt.properties import Properties
from paho.mqtt.reasoncodes import ReasonCode
from pydantic import Field, SecretStr, ValidationError

from hall.messages import Message, NodeStatus
from hall.settings import Section
from hall.topics import STATUS, Topic

M = TypeVar("M", bound=Message)

KEEPALIVE_S = 15
RECONNECT_MIN_S, RECONNECT_MAX_S = 1, 8
MAX_PAYLOAD_BYTES = 64 * 1024
OFFLINE_BUFFER = 1000
RECEIVE_BYTES = 64 * 1024
DELIVERED_WITHIN_S = 5.0

log = structlog.get_logger()


class BusSettings(Section):
    """Where the broker is and who we are there."""

    host: str = "127.0.0.1"
    port: int = Field(default=1883, ge=1, le=65535)
    username: str = Field(default="", description="the identity that the broker's ACL names")
    password: SecretStr = SecretStr("")
    ca_file: Path | None = Field(default=None, description="PEM of the hall's authority: uses TLS")


class _Subscription(NamedTuple):
    topic: Topic[Any]
    levels: dict[str, str]
    handler: Callable[[dict[str, str], Any], None]
    unreadable: Callable[[dict[str, str]], None]
    qos: int


class _Buffered:
    """A socket read in large pieces, where paho asks for each packet in four small ones.

    Each system call lets another thread have the interpreter, for up to five milliseconds.
    """

    def __init__(self, inner: Any) -> None:  # noqa: ANN401 a socket, plain or of TLS
        self._inner, self._held, self._at = inner, b"", 0

    def __getattr__(self, name: str) -> Any:  # noqa: ANN401 whatever the socket has
        return getattr(self._inner, name)

    def recv(self, size: int) -> bytes:
        """Up to `size` bytes; raises as the socket does when there are none."""
        if not self.pending():
            self._held, self._at = self._inner.recv(RECEIVE_BYTES), 0
        start, self._at = self._at, min(self._at + size, len(self._held))
        return self._held[start : self._at]

    def pending(self) -> int:
        """How many bytes can be had without waiting."""
        return len(self._held) - self._at


class _Client(mqtt.Client):
    """paho's client, which deals with all that one piece brought before it waits again."""

    def _create_socket(self) -> Any:  # noqa: ANN401 paho's own type
        return _Buffered(super()._create_socket())

    def loop_read(self, max_packets: int = 1) -> MQTTErrorCode:
        """Read what is there."""
        result = super().loop_read(max_packets)
        while result == MQTTErrorCode.MQTT_ERR_SUCCESS:
            held = self.socket()
            if not isinstance(held, _Buffered) or not held.pending():
                break
            result = super().loop_read(max_packets)
        return result


class Bus:
    """One program's connection to the hall's broker; it reconnects by itself until closed.

    `program` and `node` name the status topic, whose birth is published at each connection and
    whose last will the broker publishes when the connection is lost. Retained messages are
    published again after each reconnection, since a restarted broker may have forgotten them.
    """

    def __init__(
        self,
        settings: BusSettings,
        *,
        hall: str,
        program: str,
        node: str,
        version: str,
        clock: Callable[[], datetime],
    ) -> None:
        self._hall, self._program, self._node = hall, program, node
        self._settings, self._version, self._clock = settings, version, clock
        self._subscriptions: list[_Subscription] = []
        self._retained: dict[str, tuple[bytes, int]] = {}
        self._lock = Lock()
        self._refused: set[str] = set()
        self.refused = 0
        self._client = _Client(
            CallbackAPIVersion.VERSION2, client_id=f"{program}-{node}", clean_session=True
        )
        self._client.username_pw_set(settings.username, settings.password.get_secret_value())
        if settings.ca_file:
            self._client.tls_set_context(ssl.create_default_context(cafile=str(settings.ca_file)))
        self._client.max_queued_messages_set(OFFLINE_BUFFER)
        self._client.reconnect_delay_set(RECONNECT_MIN_S, RECONNECT_MAX_S)
        self._client.on_connect = self._on_connect
        self._client.on_connect_fail = self._on_connect_fail
        self._client.on_disconnect = self._on_disconnect
        self._client.on_message = self._on_message

    @property
    def connected(self) -> bool:
        """Whether the broker answers now."""
        return self._client.is_connected()

    def subscribe(
        self,
        topic: Topic[M],
        handler: Callable[[dict[str, str], M], None],
        unreadable: Callable[[dict[str, str]], None] = lambda levels: None,
        *,
        qos: int = 1,
        **levels: str,
    ) -> None:
        """Call `handler(levels, message)` for each valid message; call before `start`.

        Only messages with the given `levels` are asked for. `unreadable(levels)` is called for each
        one that is refused. With `qos` 0 the broker does not wait for our word on each message;
        what is on its way when the connection breaks is lost with either, for no session is kept.
        """
        qos = min(qos, topic.qos)
        self._subscriptions.append(_Subscription(topic, levels, handler, unreadable, qos))

    def start(self) -> None:
        """Connect in the background and keep at it."""
        name = STATUS.name(self._hall, program=self._program, id=self._node)
        self._client.will_set(name, self._status("offline"), STATUS.qos, STATUS.retain)
        self._client.connect_async(self._settings.host, self._settings.port, KEEPALIVE_S)
        self._client.loop_start()

    def publish(self, topic: Topic[M], message: M, **levels: str) -> None:
        """Send now, or after the next connection.

        A retained message waits as the newest of its topic, others in a buffer of
        OFFLINE_BUFFER messages.
        """
        name = topic.name(self._hall, **levels)
        payload = message.model_dump_json(exclude_none=True).encode()
        if topic.retain:
            with self._lock:
                self._retained[name] = payload, topic.qos
            if not self._client.is_connected():
                return
        self._client.publish(name, payload, topic.qos, topic.retain)

    def deliver(self, topic: Topic[M], message: M, **levels: str) -> bool:
        """Send and wait for the broker's word; False when it is away or silent.

        After False the message may still arrive: nothing of quality of service 1 is taken back.
        """
        if not self._client.is_connected():
            return False
        payload = message.model_dump_json(exclude_none=True).encode()
        name = topic.name(self._hall, **levels)
        sent = self._client.publish(name, payload, topic.qos, topic.retain)
        try:
            sent.wait_for_publish(DELIVERED_WITHIN_S)
        except (RuntimeError, ValueError):  # the connection went, or paho's queue is full
            return False
        return sent.is_published()

    def close(self) -> None:
        """Say goodbye with an "offline" status and stop."""
        if self._client.is_connected():
            name = STATUS.name(self._hall, program=self._program, id=self._node)
            self._client.publish(
                name, self._status("offline"), STATUS.qos, STATUS.retain
            ).wait_for_publish(timeout=1)
        self._client.disconnect()
        self._client.loop_stop()
        # paho forgets a connection that it was just making.
        if leftover := self._client.socket():
            leftover.close()
        # Each holds the other until its callbacks go; then paho's own sockets close with it.
        self._client.on_connect = self._client.on_connect_fail = None
        self._client.on_disconnect = self._client.on_message = None

    def _status(self, state: str) -> bytes:
        status = NodeStatus.model_validate(
            {"state": state, "at": self._clock(), "version": self._version}
        )
        return status.model_dump_json().encode()

    def _on_connect(
        self,
        client: mqtt.Client,
        userdata: object,
        flags: mqtt.ConnectFlags,
        reason: ReasonCode,
        properties: Properties | None,
    ) -> None:
        if reason.is_failure:
            self._log_once("broker_refused", reason=str(reason))
            return
        self._refused -= {"broker_refused", "broker_unreachable", "broker_lost"}
        log.info("broker_connected", host=self._settings.host, port=self._settings.port)
        if self._subscriptions:
            filters: list[tuple[str, int]] = [
                (each.topic.filter(self._hall, **each.levels), each.qos)
                for each in self._subscriptions
            ]
            client.subscribe(filters)
        name = STATUS.name(self._hall, program=self._program, id=self._node)
        client.publish(name, self._status("online"), STATUS.qos, STATUS.retain)
        with self._lock:
            retained = list(self._retained.items())
        for topic, (payload, qos) in retained:
            client.publish(topic, payload, qos, retain=True)

    def _on_connect_fail(self, client: mqtt.Client, userdata: object) -> None:
        self._log_once("broker_unreachable", host=self._settings.host)

    def _on_disconnect(
        self,
        client: mqtt.Client,
        userdata: object,
        flags: mqtt.DisconnectFlags,
        reason: ReasonCode,
        properties: Properties | None,
    ) -> None:
        if reason.is_failure:
            self._log_once("broker_lost", reason=str(reason))

    def _on_message(self, client: mqtt.Client, userdata: object, message: mqtt.MQTTMessage) -> None:
        for topic, wanted, handler, unreadable, _ in self._subscriptions:
            levels = topic.match(self._hall, message.topic)
            if levels is None or not wanted.items() <= levels.items():
                continue
            parsed = self._read(topic, message)
            if parsed is None:
                unreadable(levels)
            else:
                handler(levels, parsed)
            return

    def _read(self, topic: Topic[M], message: mqtt.MQTTMessage) -> M | None:
        if len(message.payload) > MAX_PAYLOAD_BYTES:
            self._refuse(message.topic, "too_large")
            return None
        try:
            return topic.model.model_validate_json(message.payload)
        except ValidationError as error:
            self._refuse(message.topic, f"{error.error_count()} invalid fields")
            return None

    def _refuse(self, topic: str, reason: str) -> None:
        self.refused += 1
        self._log_once(f"message_refused:{topic}", reason=reason)

    def _log_once(self, event: str, **fields: str) -> None:
        """A repeating fault is one line per sender, not one per message."""
        if event not in self._refused:
            self._refused.add(event)
            kind, _, topic = event.partition(":")
            log.warning(kind, topic=topic, **fields)
