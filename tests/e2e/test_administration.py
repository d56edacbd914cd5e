"""What a manager administers, and that staff pages tell the hall's time wherever they are read."""

from datetime import datetime, timedelta
from pathlib import Path
from zoneinfo import ZoneInfo

import pytest
from demo_process import Demo
from playwright.sync_api import Browser, Page, expect

HALL = ZoneInfo("Asia/Shanghai")


def hub_time(page: Page) -> datetime:
    """The time as the hub has it."""
    told = page.request.get("/api/v1/hall?view=public").json()
    return datetime.fromisoformat(told["at"])


@pytest.mark.parametrize("path", ["/", "/alerts", "/staffing", "/reports", "/admin", "/window/w1"])
def test_staff_pages_tell_the_time_of_the_hall_to_a_reader_elsewhere(
    demo: Demo, browser: Browser, path: str
) -> None:
    with browser.new_context(base_url=demo.url, timezone_id="America/New_York") as far_away:
        page = far_away.new_page()
        page.request.post("/api/v1/session", data=demo.access["logins"]["manager"])
        page.goto(path)
        page.wait_for_function(
            "now => now.includes(document.querySelector('.clock')?.textContent)",
            # Or what it will say if the minute turns meanwhile.
            arg=[
                (hub_time(page) + timedelta(minutes=later)).astimezone(HALL).strftime("%H:%M")
                for later in (0, 1)
            ],
        )


def test_bookings_of_another_system_are_taken_over_from_a_file(
    demo: Demo, page: Page, tmp_path: Path
) -> None:
    slot = hub_time(page).replace(minute=0, second=0, microsecond=0) + timedelta(days=1)
    rows = [f"{each},refund,{slot.isoformat()}" for each in ("F-1", "F-2", "F-3")]
    hostile = f"<img src=x>,nothing,{slot.isoformat()}"
    listed = tmp_path / "bookings.csv"
    listed.write_text("\n".join(["reference,service,slot", *rows, hostile]), encoding="utf-8")
    page.request.post("/api/v1/session", data=demo.access["logins"]["manager"])
    page.goto("/admin#bookings")

    page.get_by_label("选择文件导入").set_input_files(listed)
    expect(page.get_by_role("status")).to_contain_text("接收 2 条，未接收 2 条")
    expect(page.get_by_text("<img src=x>")).to_be_visible()
    expect(page.get_by_role("listitem").filter(has_text="F-3")).to_contain_text("约满")

    day = slot.astimezone(HALL).date().isoformat()
    page.get_by_label("日期").fill(day)
    expect(page.get_by_role("row").filter(has_text="误收多缴退税")).to_have_count(2)


def test_a_clerk_is_shown_no_section_of_the_administration(demo: Demo, page: Page) -> None:
    page.request.post("/api/v1/session", data=demo.access["logins"]["clerk"])
    page.goto("/admin")
    expect(page.get_by_text("这里没有您可用的栏目")).to_be_visible()
    expect(page.get_by_role("link", name="管理")).to_have_count(0)
