"""Readings over a real broker: believed, counted against their camera, kept through a kill."""

from typing import Any

from tests.integration.brokers import RunningBroker, until
from tests.integration.hub_process import RunningHub
from tests.integration.test_hub_mqtt import Hall, on, reading

__all__ = ["on"]


def people(hub: RunningHub, token: str) -> dict[str, Any]:
    """What the hub says of the people in the hall."""
    told: dict[str, Any] = hub.get("/hall", Authorization=f"Bearer {token}").json()["people"]
    return told


def kept(hub: RunningHub, token: str) -> list[dict[str, Any]]:
    """The last hour of the waiting area."""
    answer = hub.get("/observations?zone=waiting", Authorization=f"Bearer {token}")
    steps: list[dict[str, Any]] = answer.json()["observations"]
    return steps


def test_bad_readings_are_counted_against_their_camera_and_not_believed(
    embedded_broker: RunningBroker, on: Hall
) -> None:
    hub, listener = on(embedded_broker)
    boss = hub.sign_in()
    listener.publish(reading(5))
    until(lambda: people(hub, boss)["present"], what="the reading")
    assert people(hub, boss)["present"]["value"] == 5
    for bad in (reading(-3), b"{}", reading(7, ahead_s=3600), reading(10_000, seq=2)):
        listener.publish(bad)

    def refused() -> bool:
        return bool(people(hub, boss)["cameras"]["demo-test"]["refused"] == 4)

    until(refused, what="four refusals")
    told = people(hub, boss)
    assert told["cameras"]["demo-test"] == {"used": False, "why": "impossible", "refused": 4}
    assert told["present"] is None


def test_readings_that_were_kept_are_there_after_a_kill(
    embedded_broker: RunningBroker, on: Hall
) -> None:
    hub, listener = on(embedded_broker)
    boss = hub.sign_in()
    listener.publish(reading(5))
    until(lambda: kept(hub, boss), what="the reading in the store")
    hub.end(9)
    hub.start()
    assert [step["mean"] for step in kept(hub, boss)] == [5]
