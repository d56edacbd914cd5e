"""Alerts as people meet them: one tap opens a window and is measured; help is called in silence."""

import re

from demo_process import Demo
from playwright.sync_api import Browser, Page, expect

from tests.e2e.test_main_job import WITHIN_A_LOOP_MS, sign_in


def test_what_became_of_an_advice_is_told_in_the_history(demo: Demo, page: Page) -> None:
    page.goto("/")
    sign_in(page, demo, "manager")
    alerts = page.get_by_role("region", name="预警")
    alert = alerts.get_by_role("listitem").filter(has_text=re.compile(r"等候区现有 \d+ 人"))
    guide = alert.get_by_role("button", name="请导税员")
    guide.wait_for(timeout=WITHIN_A_LOOP_MS)
    guide.click()
    expect(alert).to_contain_text("manager 已采纳")
    alerts.get_by_role("link", name="历史").click()
    row = page.get_by_role("row").filter(has_text="请导税员到等候区分流").first
    expect(row).to_contain_text("manager 已采纳")
    expect(row).to_contain_text(re.compile(r"当时 .+，之后 .+人"), timeout=WITHIN_A_LOOP_MS)
    page.get_by_label("级别").select_option("提示")
    expect(row).to_have_count(0)


def test_a_clerk_calls_for_help_unseen_and_the_manager_sees_it_at_once(
    demo: Demo, page: Page, browser: Browser
) -> None:
    page.goto("/")
    sign_in(page, demo, "manager")
    alerts = page.get_by_role("region", name="预警")
    alerts.wait_for()
    with browser.new_context(base_url=demo.url, locale="zh-CN") as others:
        display, window = others.new_page(), others.new_page()
        display.goto("/display")
        window.goto("/window/w2")
        sign_in(window, demo, "clerk")
        work = window.get_by_role("main")
        expect(work).to_contain_text("窗口未开")
        before = re.sub(r"\d", "", work.inner_text())
        window.keyboard.press("F11")
        alert = alerts.get_by_role("listitem").filter(has_text="2号窗口的工作人员按下了求助按钮")
        expect(alert).to_contain_text("紧急")
        assert re.sub(r"\d", "", work.inner_text()).replace("··", "·") == before
        assert "求助" not in work.inner_text()
        expect(display.get_by_role("main")).not_to_contain_text("求助")
    alert.get_by_role("button", name="已处理完").click()
    expect(alert).to_have_count(0)


def test_the_sound_is_off_until_it_is_switched_on_and_stays_as_chosen(
    demo: Demo, page: Page
) -> None:
    page.goto("/")
    sign_in(page, demo, "manager")
    switch = page.get_by_role("switch", name="响铃")
    expect(switch).not_to_be_checked()
    switch.press("Space")
    expect(switch).to_be_checked()
    page.reload()
    expect(switch).to_be_checked()
