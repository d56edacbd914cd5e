"""Fixtures of running brokers, each with an account for every identity, and of PostgreSQL."""

from collections.abc import Iterator
from pathlib import Path

import pytest
from postgres_server import PostgresServer, postgres_server

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


@pytest.fixture(scope="module")
def postgresql() -> Iterator[PostgresServer]:
    """A PostgreSQL server without databases of ours."""
    with postgres_server() as server:
        yield server
