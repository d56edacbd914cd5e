"""Fixtures: brokers with an account for every identity, simulated cameras, PostgreSQL."""

from collections.abc import Callable, Iterator
from itertools import islice
from pathlib import Path

import pytest
from postgres_server import PostgresServer, postgres_server
from simulated_camera import SimulatedCamera, raw_pictures

from tests.clips.faulty import frames
from tests.integration.brokers import RunningBroker, embedded, real


def started(broker: RunningBroker) -> Iterator[RunningBroker]:
    """Run a broker for the time of a test."""
    broker.start()
    yield broker
    broker.stop()


@pytest.fixture
def mosquitto(tmp_path: Path) -> Iterator[RunningBroker]:
    """A real mosquitto with the shipped configuration and ACL, without its TLS listener."""
    yield from started(real(tmp_path))


@pytest.fixture
def embedded_broker(tmp_path: Path) -> Iterator[RunningBroker]:
    """The broker that a hall on one machine uses."""
    yield from started(embedded(tmp_path))


@pytest.fixture(params=[real, embedded], ids=["mosquitto", "embedded"])
def broker(request: pytest.FixtureRequest, tmp_path: Path) -> Iterator[RunningBroker]:
    """Each of the two brokers in turn."""
    yield from started(request.param(tmp_path))


@pytest.fixture(scope="session")
def pictures(tmp_path_factory: pytest.TempPathFactory) -> Path:
    """What simulated cameras see: the beginning of the demo clip."""
    return raw_pictures(tmp_path_factory.mktemp("pictures"), list(islice(frames(), 20)))


@pytest.fixture
def simulate(pictures: Path) -> Iterator[Callable[..., SimulatedCamera]]:
    """Starts simulated RTSP cameras, by codec."""
    cameras: list[SimulatedCamera] = []

    def begin(codec: str = "h264") -> SimulatedCamera:
        cameras.append(SimulatedCamera(pictures, codec))
        cameras[-1].start()
        return cameras[-1]

    yield begin
    for camera in cameras:
        camera.kill()


@pytest.fixture(scope="module")
def postgresql() -> Iterator[PostgresServer]:
    """A PostgreSQL server without databases of ours."""
    with postgres_server() as server:
        yield server
