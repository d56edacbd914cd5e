"""Every page as those meet it who use a keyboard, a screen reader or much contrast (axe-core)."""

from collections.abc import Iterator
from typing import Any, Final

import httpx
import pytest
from demo_process import Demo
from playwright.sync_api import Browser, BrowserContext, Page, ViewportSize
from run_options import ROOT

AXE: Final = ROOT / "hub" / "web" / "ui" / "node_modules" / "axe-core" / "axe.min.js"
# WCAG 2.2 AA, and what axe knows as good practice: one main landmark, headings in order.
RULES: Final = ["wcag2a", "wcag2aa", "wcag21a", "wcag21aa", "wcag22aa", "best-practice"]
WALL: Final = ViewportSize(width=1440, height=900)
PHONE: Final = ViewportSize(width=390, height=844)

STAFF: Final = (
    "/",
    "/alerts",
    "/staffing",
    "/reports",
    "/admin",
    "/window/w3",
    "/window/nowhere",
)
# What each shows once it has what it was opened for.
PUBLIC: Final = {
    "/display": "h1, h2",
    "/book": "h1:not(.headline)",
    "/book#refund": "h1:not(.headline)",
    "/design": "h1",
    "/t/no-such-token": "h1.headline",
    "/b/no-such": "h1.headline",
}


@pytest.fixture(scope="module")
def ticket(demo: Demo) -> str:
    """The page of a number that waits; another number was called."""
    api = f"{demo.url}/api/v1"
    device = {"Authorization": f"Bearer {demo.access['kiosk_token']}"}
    with httpx.Client(base_url=api, trust_env=False) as client:
        taken = [
            client.post("/tickets", json={"service": "refund"}, headers=device).json()
            for _ in range(2)
        ]
        session = client.post("/session", json=demo.access["logins"]["clerk"]).json()
        client.cookies.clear()
        clerk = {"Authorization": f"Bearer {session['token']}"}
        client.post("/windows/w3/open", headers=clerk).raise_for_status()
        client.post("/windows/w3/call-next", headers=clerk).raise_for_status()
    url: str = taken[-1]["url"]
    return url.removeprefix(demo.url)


@pytest.fixture(params=["zh-light", "en-dark"])
def context(
    demo: Demo, browser: Browser, request: pytest.FixtureRequest
) -> Iterator[BrowserContext]:
    """A browser in one language and theme."""
    language, _, scheme = request.param.partition("-")
    opened = browser.new_context(base_url=demo.url, locale=language, color_scheme=scheme)
    yield opened
    opened.close()


def faults(page: Page, path: str, shown: str = "h1") -> list[str]:
    """What axe finds on the page once that is shown, a line for each element."""
    page.goto(path)
    page.locator(shown).first.wait_for()
    page.wait_for_function("document.getAnimations().every(each => each.playState != 'running')")
    page.evaluate(AXE.read_text(encoding="utf-8"))
    found: dict[str, Any] = page.evaluate(
        "rules => axe.run(document, { runOnly: rules, resultTypes: ['violations'] })", RULES
    )
    return [
        f"{each['id']}: {node['html']} ({node['failureSummary']})"
        for each in found["violations"]
        for node in each["nodes"]
    ]


@pytest.mark.parametrize("path", STAFF)
def test_a_page_for_staff_has_no_barrier(
    demo: Demo, context: BrowserContext, ticket: str, path: str
) -> None:
    page = context.new_page()
    page.set_viewport_size(WALL)
    page.request.post("/api/v1/session", data=demo.access["logins"]["manager"])
    assert not faults(page, path)


@pytest.mark.parametrize(("path", "shown"), PUBLIC.items())
def test_a_page_for_anyone_has_no_barrier(context: BrowserContext, path: str, shown: str) -> None:
    page = context.new_page()
    page.set_viewport_size(PHONE if path[1] in "tb" else WALL)
    assert not faults(page, path, shown)


def test_the_page_of_a_number_has_no_barrier(context: BrowserContext, ticket: str) -> None:
    page = context.new_page()
    page.set_viewport_size(PHONE)
    assert not faults(page, ticket, "h1:not(.headline)")


def test_the_way_in_has_no_barrier(context: BrowserContext) -> None:
    assert not faults(context.new_page(), "/")
