"""The shipped Mosquitto configuration: access by identity, TLS with the hall's own authority."""

import subprocess
from collections.abc import Iterator
from datetime import UTC, datetime
from pathlib import Path

import pytest

from hall.bus import Bus, BusSettings
from hall.messages import Fault, NodeStatus
from hall.topics import FAULT, STATUS, Topic
from tests.integration.brokers import RunningBroker, find_tool, free_port, real, until

NOON = datetime(2026, 11, 24, 4, 0, tzinfo=UTC)
HALL = "demo"


def bus_as(settings: BusSettings, program: str, node: str) -> Bus:
    return Bus(settings, hall=HALL, program=program, node=node, version="1", clock=lambda: NOON)


def openssl(*words: str, folder: Path) -> None:
    command = [find_tool("openssl"), *words]
    subprocess.run(command, cwd=folder, check=True, capture_output=True)


def make_up_authority(folder: Path) -> None:
    """A certificate authority of a hall that does not exist, and its broker's certificate."""
    curve = ("-newkey", "ec", "-pkeyopt", "ec_paramgen_curve:P-256", "-nodes")
    authority = ("-x509", "-days", "2", "-subj", "/CN=made-up hall")
    signs = ("-addext", "keyUsage=critical,keyCertSign,cRLSign")
    openssl("req", *authority, *signs, *curve, "-keyout", "ca.key", "-out", "ca.crt", folder=folder)
    # Python 3.13 takes RFC 5280 at its word and wants the key identifiers.
    (folder / "names").write_text(
        "subjectAltName=IP:127.0.0.1\nsubjectKeyIdentifier=hash\nauthorityKeyIdentifier=keyid\n"
    )
    request = ("-subj", "/CN=broker", "-keyout", "broker.key", "-out", "broker.csr")
    openssl("req", *curve, *request, folder=folder)
    signing = ("-CA", "ca.crt", "-CAkey", "ca.key", "-CAcreateserial", "-extfile", "names")
    openssl(
        *("x509", "-req", "-in", "broker.csr", "-days", "2", *signing, "-out", "broker.crt"),
        folder=folder,
    )


@pytest.fixture
def over_tls(tmp_path: Path) -> Iterator[tuple[RunningBroker, int]]:
    """The whole shipped configuration and the port of its TLS listener."""
    make_up_authority(tmp_path)
    port = free_port()
    broker = real(tmp_path, port)
    broker.start()
    yield broker, port
    broker.stop()


def test_a_bus_reaches_the_tls_listener_by_the_halls_authority(
    over_tls: tuple[RunningBroker, int],
) -> None:
    broker, port = over_tls
    secure = {"port": port, "ca_file": broker.folder / "ca.crt"}
    bus = bus_as(broker.settings("kiosk-1").model_copy(update=secure), "kiosk", "1")
    bus.start()
    until(lambda: bus.connected, what="the connection over TLS")
    bus.close()


# paho leaves the socket of a failed handshake to the garbage collector.
@pytest.mark.filterwarnings("ignore::pytest.PytestUnraisableExceptionWarning")
def test_a_bus_refuses_a_broker_that_another_authority_vouches_for(
    over_tls: tuple[RunningBroker, int], tmp_path_factory: pytest.TempPathFactory
) -> None:
    broker, port = over_tls
    elsewhere = tmp_path_factory.mktemp("elsewhere")
    make_up_authority(elsewhere)
    secure = {"port": port, "ca_file": elsewhere / "ca.crt"}
    bus = bus_as(broker.settings("kiosk-1").model_copy(update=secure), "kiosk", "1")
    bus.start()
    log = broker.folder / "broker.log"
    until(lambda: "unknown ca" in log.read_text(), what="the broken handshake")
    assert not bus.connected
    bus.close()


def test_a_kiosk_may_tell_of_its_own_faults_only_and_not_hear_of_others(
    mosquitto: RunningBroker,
) -> None:
    heard: list[tuple[Topic[Fault], str]] = []
    overheard: list[NodeStatus] = []
    hub = bus_as(mosquitto.settings("hub"), "hub", "1")
    hub.subscribe(FAULT, lambda levels, message: heard.append((FAULT, levels["id"])))
    kiosk = bus_as(mosquitto.settings("kiosk-1"), "kiosk", "1")
    kiosk.subscribe(STATUS, lambda levels, message: overheard.append(message))
    hub.start()
    until(lambda: hub.connected, what="the hub")
    kiosk.start()
    kiosk.publish(FAULT, Fault(at=NOON, faults=("forged",)), id="2")
    kiosk.publish(FAULT, Fault(at=NOON, faults=("paper",)), id="1")
    until(lambda: heard, what="the kiosk's own fault")
    assert heard == [(FAULT, "1")]
    assert overheard == []
    for bus in (hub, kiosk):
        bus.close()


def test_retained_state_outlives_a_restart(mosquitto: RunningBroker) -> None:
    kiosk = bus_as(mosquitto.settings("kiosk-1"), "kiosk", "1")
    kiosk.start()
    kiosk.publish(FAULT, Fault(at=NOON, faults=("paper",)), id="1")
    hear_a_fault(mosquitto)
    kiosk.close()
    mosquitto.stop()
    mosquitto.start()
    hear_a_fault(mosquitto)


def hear_a_fault(broker: RunningBroker) -> None:
    heard: list[str] = []
    hub = bus_as(broker.settings("hub"), "hub", "1")
    hub.subscribe(FAULT, lambda levels, message: heard.append(levels["id"]))
    hub.start()
    until(lambda: heard == ["1"], what="the fault")
    hub.close()
