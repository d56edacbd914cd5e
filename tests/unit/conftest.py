"""Fixtures of unit tests."""

from collections.abc import Iterator
from pathlib import Path

import pytest

from tests.unit.hub_web import Web, running_web


@pytest.fixture
def web(tmp_path: Path) -> Iterator[Web]:
    """The hub's web application, with all roles signed in."""
    with running_web(tmp_path) as running:
        yield running
