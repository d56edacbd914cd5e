"""Takes the pictures of the pages in docs/screenshots, from the demo as it really runs."""

import sys
import tempfile
from itertools import cycle
from pathlib import Path
from typing import Any, Final

import httpx
import screenshots_kiosk
from browser import launched
from demo_process import Demo, running_demo
from playwright.sync_api import Browser, Page
from run_options import ROOT

TO: Final = ROOT / "docs" / "screenshots"
WALL: Final = (1920, 1080)
PHONE: Final = (390, 844)
TAKEN: Final = (
    ("refund", 2),
    ("vat-small", 3),
    ("social-insurance", 2),
    ("invoice-pickup", 3),
    ("tax-certificate", 2),
    ("new-business", 2),
)
# Tomorrow from nine to six: how many of these are booked in four slots running.
DAYTIME: Final = slice(18, 36)
VISITS: Final = ("deed-tax", "vat-small", "refund", "refund")
VISITS_BY_SLOT: Final = (2, 4, 3, 0)
BOOKED: Final = "refund"
BOOKED_AT: Final = "10:30"
STAFFED: Final = ("w1", "w3", "w5", "w7", "w8")
ALERT_WITHIN_MS: Final = 120_000
CURVE_MS: Final = 60_000


def main() -> int:
    """Fill a hall, wait for the crowd, and photograph pages and kiosk in both languages."""
    TO.mkdir(parents=True, exist_ok=True)
    with (
        tempfile.TemporaryDirectory() as folder,
        running_demo(Path(folder), "--headless") as demo,
        launched() as browser,
    ):
        tickets = fill(demo)
        for language in ("zh", "en"):
            photograph(demo, browser, language, tickets[-1]["url"])
        screenshots_kiosk.photograph(demo.url, demo.access["kiosk_token"], TO)
    return 0


def fill(demo: Demo) -> list[dict[str, Any]]:
    """Visitors take numbers and clerks call some of them; all tickets."""
    token = {"Authorization": f"Bearer {demo.access['kiosk_token']}"}
    with httpx.Client(base_url=f"{demo.url}/api/v1", trust_env=False) as client:
        tickets = [
            client.post("/tickets", json={"service": service}, headers=token).json()
            for service, count in TAKEN
            for _ in range(count)
        ]
        reserve(client, token)
        session = client.post("/session", json=demo.access["logins"]["clerk"]).json()
        client.cookies.clear()
        client.headers["Authorization"] = f"Bearer {session['token']}"
        for window in STAFFED:
            client.post(f"/windows/{window}/open")
            client.post(f"/windows/{window}/call-next").raise_for_status()
        for window in STAFFED[:3]:
            client.post(f"/windows/{window}/start").raise_for_status()
    return tickets


def reserve(client: httpx.Client, token: dict[str, str]) -> None:
    """Kiosks book visits for tomorrow, so that some times are full and some are quiet."""
    tomorrow = client.get("/bookings/services").json()["days"][1]
    asked = {"service": BOOKED, "day": tomorrow}
    slots = client.get("/bookings/slots", params=asked).json()["slots"]
    for slot, visits in zip(slots[DAYTIME], cycle(VISITS_BY_SLOT), strict=False):
        for service in VISITS[:visits]:
            visit = {"service": service, "slot": slot["at"]}
            client.post("/appointments", json=visit, headers=token).raise_for_status()


def photograph(demo: Demo, browser: Browser, language: str, ticket: str) -> None:
    """Every page in one language, light, and the dashboard dark as well."""
    context = browser.new_context(base_url=demo.url, color_scheme="light")
    page = context.new_page()
    page.request.post("/api/v1/session", data=demo.access["logins"]["manager"])
    page.set_viewport_size({"width": WALL[0], "height": WALL[1]})
    page.goto(f"/?lang={language}")
    page.wait_for_timeout(CURVE_MS)  # a curve of some length
    page.get_by_role("region", name="预警" if language == "zh" else "Alerts").get_by_role(
        "button"
    ).first.wait_for(timeout=ALERT_WITHIN_MS)
    shoot(page, f"dashboard-{language}")
    page.emulate_media(color_scheme="dark")
    shoot(page, f"dashboard-{language}-dark")
    page.emulate_media(color_scheme="light")
    for name, path in (("window", "/window/w7"), ("display", "/display"), ("design", "/design")):
        page.goto(f"{path}?lang={language}")
        shoot(page, f"{name}-{language}")
    page.set_viewport_size({"width": PHONE[0], "height": PHONE[1]})
    page.goto(f"{ticket}?lang={language}")
    shoot(page, f"phone-{language}")
    book(page, language)
    context.close()


def book(page: Page, language: str) -> None:
    """The way to a booking, and the page of the visit that is booked then."""
    page.goto(f"/book?lang={language}")
    shoot(page, f"book-{language}")
    page.goto(f"/book?lang={language}#{BOOKED}")
    page.get_by_role("radio").nth(1).check(force=True)
    shoot(page, f"book-time-{language}")
    page.get_by_role("button", name=BOOKED_AT).click()
    page.get_by_role("button", name="预约" if language == "zh" else "Book", exact=True).click()
    page.wait_for_url("**/b/*")
    shoot(page, f"booked-{language}")


def shoot(page: Page, name: str) -> None:
    """One picture, once the page has settled."""
    page.wait_for_timeout(1500)
    page.screenshot(path=TO / f"{name}.png")


if __name__ == "__main__":
    sys.exit(main())
