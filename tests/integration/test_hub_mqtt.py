"""The hub on a broker: what it tells there, what it hears, and a broker that dies."""

import json
from collections.abc import Callable, Iterator
from datetime import UTC, datetime, timedelta
from functools import partial
from pathlib import Path
from typing import Any
from uuid import uuid4

import paho.mqtt.client as mqtt
import pytest
from paho.mqtt.enums import CallbackAPIVersion

from hall.messages import Alert, Call, Queues, wire_time
from tests.integration.brokers import RunningBroker, until
from tests.integration.hub_process import RunningHub

ROOT = "huiting/v1/demo"
CAMERA = f"{ROOT}/edge/demo-test/crowd"


class Listener:
    """A client of the broker that remembers the newest payload of each topic, and all calls."""

    def __init__(self, broker: RunningBroker, identity: str) -> None:
        settings = broker.settings(identity)
        self.newest: dict[str, bytes] = {}
        self.calls: list[Call] = []
        self._subscribed, self.subscriptions = False, 0
        self._client = mqtt.Client(CallbackAPIVersion.VERSION2, client_id=f"test-{identity}")
        self._client.username_pw_set(identity, settings.password.get_secret_value())
        self._client.reconnect_delay_set(1, 1)
        self._client.on_connect = lambda client, *_: client.subscribe(f"{ROOT}/#", 1)
        self._client.on_subscribe = self._on_subscribe
        self._client.on_message = self._on_message
        self._client.connect(settings.host, settings.port)
        self._client.loop_start()
        until(lambda: self._subscribed, what="the subscription")

    def _on_subscribe(self, *_: object) -> None:
        self._subscribed = True
        self.subscriptions += 1

    def _on_message(self, client: mqtt.Client, _: object, message: mqtt.MQTTMessage) -> None:
        self.newest[message.topic.removeprefix(f"{ROOT}/")] = bytes(message.payload)
        if message.topic.endswith("hub/call"):
            self.calls.append(Call.model_validate_json(message.payload))

    def queue(self, service: str) -> int | None:
        """Tickets waiting as the broker says, if it says so."""
        payload = self.newest.get("hub/queue")
        return Queues.model_validate_json(payload).services[service].waiting if payload else None

    def alert(self) -> Alert | None:
        """The demo hall's alert as the broker says."""
        payload = self.newest.get("hub/alert/waiting-crowded/waiting")
        return Alert.model_validate_json(payload) if payload else None

    def publish(self, payload: bytes, topic: str = CAMERA) -> None:
        """Send, and wait until the broker has it."""
        self._client.publish(topic, payload, 1, retain=True).wait_for_publish(30)

    def close(self) -> None:
        """Leave."""
        self._client.disconnect()
        self._client.loop_stop()


def reading(people: float, ahead_s: float = 0, **changes: object) -> bytes:
    """A crowd message of the camera demo-test, seen `ahead_s` from now."""
    at = datetime.now(UTC) + timedelta(seconds=ahead_s)  # noqa: TID251 the hub's clock is this one
    zone = {"zone": "waiting", "count": people, "density_per_m2": 0.1, "level": "A"}
    body: dict[str, Any] = {
        "id": str(uuid4()),
        "seq": 1,
        "at": wire_time(at),
        "camera": "demo-test",
        "count": people,
        "count_low": people,
        "count_high": people,
        "quality": "ok",
        "latency_ms": 5,
        "model": "test",
        "zones": [zone],
    }
    return json.dumps({**body, **changes}).encode()


Hall = Callable[[RunningBroker], tuple[RunningHub, Listener]]


@pytest.fixture
def on(tmp_path: Path) -> Iterator[Hall]:
    """Puts a hub and a listener on a broker."""
    opened: list[RunningHub | Listener] = []

    def put(broker: RunningBroker) -> tuple[RunningHub, Listener]:
        hub = RunningHub(tmp_path / "data", broker)
        opened.append(hub)
        hub.start()
        until(lambda: hub.client.get("/readyz").status_code == 200, what="the hub's broker")
        listener = Listener(broker, "demo-test")
        opened.append(listener)
        return hub, listener

    yield put
    for each in reversed(opened):
        each.close()


def crowd_at(hub: RunningHub, token: str) -> dict[str, Any]:
    """What the hub shows of the camera demo-test."""
    hall: dict[str, Any] = hub.get("/hall", Authorization=f"Bearer {token}").json()
    found: dict[str, Any] = hall["crowd"].get("demo-test", {})
    return found


def shows(hub: RunningHub, token: str, at: str) -> bool:
    """Whether the hub shows the reading of that time."""
    return crowd_at(hub, token).get("at") == at


def test_queues_and_calls_arrive_as_the_contract_says(
    embedded_broker: RunningBroker, on: Hall
) -> None:
    hub, listener = on(embedded_broker)
    ticket, boss = hub.take_ticket(), hub.sign_in()
    until(lambda: listener.queue("tax-certificate") == 1, what="hub/queue")
    hub.post("/windows/w8/open", boss)
    hub.post("/windows/w8/call-next", boss)
    until(lambda: listener.calls, what="hub/call")
    (call,) = listener.calls
    assert (call.number, call.window) == (ticket["number"], "w8")
    assert call.speech.zh == f"请{ticket['number']}号到8号窗口(综合)办理"
    assert call.speech.en.startswith(f"Number {ticket['number']}, please go to Window 8")
    until(lambda: listener.queue("tax-certificate") == 0, what="hub/queue")
    token = ticket["url"].rsplit("/", 1)[1]
    assert not [topic for topic, body in listener.newest.items() if token.encode() in body]


def test_a_call_committed_before_a_kill_is_published_after_it_and_only_once_known(
    mosquitto: RunningBroker, on: Hall
) -> None:
    hub, listener = on(mosquitto)
    boss, ticket = hub.sign_in(), hub.take_ticket()
    hub.post("/windows/w8/open", boss)
    mosquitto.kill()
    until(lambda: hub.client.get("/readyz").status_code == 503, what="the loss of the broker")
    assert hub.post("/windows/w8/call-next", boss).json()["number"] == ticket["number"]
    hub.end(9)
    mosquitto.start()
    until(lambda: listener.subscriptions == 2, what="the listener")
    assert not listener.calls
    hub.start()
    until(lambda: listener.calls, what="hub/call")
    hub.post("/windows/w8/recall", boss)
    until(lambda: len({call.id for call in listener.calls}) == 2, what="the recall")
    first, *_ = listener.calls
    assert (first.number, first.window) == (ticket["number"], "w8")
    told = hub.get("/hall", Authorization=f"Bearer {boss}").json()["calls"]
    assert [call["id"] for call in reversed(told)] == [
        str(each) for each in dict.fromkeys(call.id for call in listener.calls)
    ]


def test_a_crowd_raises_an_alert_and_applying_it_opens_a_window(
    embedded_broker: RunningBroker, on: Hall
) -> None:
    hub, listener = on(embedded_broker)
    boss = hub.sign_in()
    for ahead_s in (-3.0, 2.5):  # five seconds apart, both within what clocks may differ
        listener.publish(sent := reading(9, ahead_s))
        at = json.loads(sent)["at"]
        until(partial(shows, hub, boss, at), what="the crowd")
    until(lambda: listener.alert() is not None, what="hub/alert")
    raised = listener.alert()
    assert raised is not None
    assert (raised.state, raised.value, raised.threshold) == ("raised", 9, 4)
    hub.post(f"/alerts/{raised.id}/apply", boss)
    until(lambda: (alert := listener.alert()) is not None and alert.applied, what="hub/alert")
    assert b"boss" not in listener.newest["hub/alert/waiting-crowded/waiting"]

    def calm() -> bool:
        listener.publish(reading(0, 4.5))
        alert = listener.alert()
        return alert is not None and alert.state == "cleared"

    until(calm, what="the end of the alert")


def test_nonsense_is_refused_and_a_real_crowd_is_shown_as_it_is(
    embedded_broker: RunningBroker, on: Hall
) -> None:
    hub, listener = on(embedded_broker)
    boss = hub.sign_in()
    for nonsense in (
        b"",
        b"{",
        b"\xff\xfe",
        b"[" * 30_000,
        b"x" * 70_000,
        reading(-1),
        reading(1, count=float("nan")),
        reading(1, seq=0),
        reading(1, at="0001-01-01T00:00:00+14:00"),
        reading(1, at="9999-12-31T23:59:59-01:00"),
        reading(1, at="2026-01-01T00:00:00"),
        reading(1, at="yesterday"),
        reading(7, ahead_s=3600),
    ):
        listener.publish(nonsense)
        listener.publish(b'{"state":"online"}', f"{ROOT}/edge/demo-test/status")
    listener.publish(reading(10_000, quality="of-the-future"))
    until(lambda: crowd_at(hub, boss), what="the crowd")
    assert crowd_at(hub, boss)["count"] == 10_000
    assert crowd_at(hub, boss)["quality"] == "of-the-future"
    assert hub.take_ticket()
    assert "huiting_readings_refused 1.0" in hub.client.get("/metrics").text


def test_a_broker_that_dies_is_found_again_and_told_everything_anew(
    mosquitto: RunningBroker, on: Hall
) -> None:
    hub, listener = on(mosquitto)
    hub.take_ticket()
    until(lambda: listener.queue("tax-certificate") == 1, what="hub/queue")
    mosquitto.kill()
    until(lambda: hub.client.get("/readyz").status_code == 503, what="the loss of the broker")
    assert hub.take_ticket()["number"] == "D002"
    assert hub.client.get("/readyz").json() == {"engine": True, "broker": False}
    listener.newest.clear()
    mosquitto.start()
    until(lambda: listener.queue("tax-certificate") == 2, what="hub/queue again")
    until(lambda: hub.client.get("/readyz").status_code == 200, what="readiness")
    boss = hub.sign_in()
    listener.publish(reading(3))
    until(lambda: crowd_at(hub, boss).get("count") == 3, what="the crowd again")


def test_a_stopped_hub_says_goodbye_and_a_killed_one_is_reported_by_the_broker(
    mosquitto: RunningBroker, on: Hall
) -> None:
    hub, listener = on(mosquitto)

    def state() -> object:
        return json.loads(listener.newest.get("hub/hub/status", b"{}")).get("state")

    for number in (15, 9):
        until(lambda: state() == "online", what="the hub's birth")
        hub.end(number)
        until(lambda: state() == "offline", what="the hub's end")
        hub.start()
