"""The demo as a newcomer starts it, and a browser to look at it with."""

from collections.abc import Iterator

import httpx
import pytest
from browser import launched
from demo_process import Demo, running_demo
from playwright.sync_api import Browser, Page


@pytest.fixture(scope="session")
def demo(tmp_path_factory: pytest.TempPathFactory) -> Iterator[Demo]:
    """The whole hall, running on the demo clip."""
    with running_demo(tmp_path_factory.mktemp("hall"), "--headless") as running:
        yield running


@pytest.fixture(scope="module")
def browser() -> Iterator[Browser]:
    """A real browser, gone after its module: while it is there, no other event loop can run."""
    with launched() as running:
        yield running


@pytest.fixture
def page(demo: Demo, browser: Browser) -> Iterator[Page]:
    """A Chinese visitor's or member of staff's page; it must not complain on its console."""
    context = browser.new_context(base_url=demo.url, locale="zh-CN")
    complaints: list[str] = []
    opened = context.new_page()
    opened.on("pageerror", lambda error: complaints.append(str(error)))
    yield opened
    context.close()
    assert not complaints


@pytest.fixture
def kiosk(demo: Demo) -> Iterator[httpx.Client]:
    """What a kiosk may ask of the hub."""
    headers = {"Authorization": f"Bearer {demo.access['kiosk_token']}"}
    with httpx.Client(base_url=f"{demo.url}/api/v1", headers=headers, trust_env=False) as client:
        yield client
