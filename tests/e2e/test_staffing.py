"""A manager sees the windows that a day needs, who works when, and what other windows would do."""

import re
from datetime import UTC, datetime, timedelta
from pathlib import Path

from demo_process import Demo
from playwright.sync_api import Page, expect

from hub.core.arrivals import STEPS, Pattern
from hub.core.expected import ARRIVALS_FILE, Patterns
from hub.store import Learned
from tests.e2e.test_main_job import sign_in

SERVICES = ("new-business", "invoice-pickup", "vat-small", "personal-income", "refund")
OPENS, CLOSES = 34, 70
TAKEN_UP_WITHIN_MS = 60_000
WORKED_OUT_WITHIN_MS = 120_000


def pattern(a_day: float) -> Pattern:
    """A peak in the morning and a smaller one in the afternoon."""
    shape = [
        (1 + 2 * (38 <= step < 46) + (56 <= step < 62)) if OPENS <= step < CLOSES else 0
        for step in range(STEPS)
    ]
    rates = tuple(a_day * each / sum(shape) for each in shape)
    return Pattern(days=60, rates=(rates,) * 7, make_up=rates, booked=((0.0,) * STEPS,) * 7)


def teach(data: Path) -> None:
    """What a hub has learned after some weeks."""
    one = pattern(45)
    yesterday = (datetime.now(UTC) - timedelta(days=1)).date()  # noqa: TID251 the demo's own day
    learned = Patterns(
        through=yesterday,
        hall=pattern(45 * len(SERVICES)),
        services=dict.fromkeys(SERVICES, one),
    )
    Learned(data, "demo").save(ARRIVALS_FILE, learned.model_dump_json().encode())


def test_a_manager_plans_the_shifts_of_tomorrow_and_tries_another_window(
    demo: Demo, page: Page
) -> None:
    page.goto("/")
    sign_in(page, demo, "manager")
    page.get_by_role("link", name="排班与推演").click()
    shifts = page.get_by_role("region", name="排班")
    expect(shifts).to_contain_text("还不知道这天会来多少人", timeout=WORKED_OUT_WITHIN_MS)
    teach(demo.data / "hub")
    advice = page.request.get("/api/v1/advice/staffing")
    while advice.json()["basis"] != "learned":
        page.wait_for_timeout(1_000)
        advice = page.request.get("/api/v1/advice/staffing")
    page.get_by_label("明天").check()
    expect(shifts.get_by_role("row").first).to_be_visible(timeout=WORKED_OUT_WITHIN_MS)
    expect(shifts.get_by_role("row").nth(1)).to_contain_text(re.compile(r"\d\d:\d\d–\d\d:\d\d"))
    expect(page.get_by_role("img", name=re.compile("最多时需要"))).to_be_visible()
    tried = page.get_by_role("region", name="如果现在开关窗口")
    tried.get_by_role("button", name="开3号窗口").click()
    tried.get_by_role("button", name="推演").click()
    row = tried.get_by_role("row").filter(has_text="九成人等候不超过")
    expect(row).to_contain_text(re.compile(r"之间"), timeout=WORKED_OUT_WITHIN_MS)
    windows = page.request.get("/api/v1/hall").json()["windows"]
    assert next(each for each in windows if each["id"] == "w3")["state"] != "open"
