"""The main job, end to end: real clip → count → alert → changed queue; ticket → call → display."""

import re
from typing import Any

import httpx
from demo_process import Demo
from playwright.sync_api import Browser, Page, expect

# A loop of the clip takes 80 s: in each, the crowd gathers once and leaves once.
WITHIN_A_LOOP_MS = 120_000


def sign_in(page: Page, demo: Demo, who: str) -> None:
    """Through the form, as a person would."""
    login = demo.access["logins"][who]
    page.get_by_label("用户名").fill(login["username"])
    page.get_by_label("密码").fill(login["password"])
    page.get_by_role("button", name="登录").click()


def take_ticket(kiosk: httpx.Client, service: str) -> dict[str, Any]:
    """A ticket as the kiosk takes it."""
    answer = kiosk.post("/tickets", json={"service": service})
    assert answer.status_code == httpx.codes.CREATED, answer.text
    ticket: dict[str, Any] = answer.json()
    return ticket


def test_a_crowd_raises_an_alert_whose_advice_opens_a_window_and_it_clears_again(
    demo: Demo, page: Page, kiosk: httpx.Client
) -> None:
    take_ticket(kiosk, "deregistration")
    page.goto("/")
    sign_in(page, demo, "manager")
    alerts = page.get_by_role("region", name="预警")
    alert = alerts.get_by_role("listitem").filter(has_text=re.compile(r"等候区现有 \d+ 人"))
    adopt = alert.get_by_role("button", name=re.compile(r"^采纳"))
    adopt.wait_for(timeout=WITHIN_A_LOOP_MS)
    advised = re.search(r"开(\d+)号窗口", adopt.inner_text())
    assert advised, adopt.inner_text()
    adopt.click()
    windows = page.get_by_role("region", name="窗口")
    opened = windows.get_by_role("listitem").filter(has_text=f"{advised[1]}号窗口")
    expect(opened).to_contain_text("开放")
    expect(alert).to_contain_text("已采纳")
    expect(alert).to_have_count(0, timeout=WITHIN_A_LOOP_MS)


def test_a_ticket_is_called_at_a_window_shown_on_the_display_and_told_on_the_phone(
    demo: Demo, page: Page, browser: Browser, kiosk: httpx.Client
) -> None:
    ticket = take_ticket(kiosk, "deed-tax")
    with browser.new_context(base_url=demo.url, locale="zh-CN") as visitors:
        phone, display = visitors.new_page(), visitors.new_page()
        phone.goto(ticket["url"])
        expect(phone.get_by_text(ticket["number"])).to_be_visible()
        display.goto("/display")

        page.goto("/window/w6")
        sign_in(page, demo, "clerk")
        page.get_by_role("button", name="开窗").click()
        page.get_by_role("button", name="呼叫下一位").click()
        expect(page.get_by_text(ticket["number"], exact=True)).to_be_visible()

        expect(display.get_by_role("main")).to_contain_text(ticket["number"])
        expect(display.get_by_role("main")).to_contain_text("6号窗口")
        expect(phone.get_by_text("6号窗口")).to_be_visible()
        staffs_own_display = page.context.new_page()
        staffs_own_display.goto("/display")
        expect(staffs_own_display.get_by_role("main")).to_contain_text("6号窗口")

        page.get_by_role("button", name="开始办理").click()
        expect(page.get_by_text("办理中").first).to_be_visible()
        page.get_by_role("button", name="办结", exact=False).first.click()
        expect(phone.get_by_role("main")).to_contain_text("办结")


def test_a_visitor_leaves_the_queue_from_the_phone(
    demo: Demo, page: Page, kiosk: httpx.Client
) -> None:
    ticket = take_ticket(kiosk, "invoice-quota")
    page.goto(ticket["url"])
    page.get_by_role("button", name=re.compile("退出排队")).click()
    page.get_by_role("button", name=re.compile("退出|离开")).first.click()
    expect(page.get_by_role("main")).to_contain_text("已退出")


def test_the_pages_speak_english_to_those_who_ask(
    demo: Demo, page: Page, kiosk: httpx.Client
) -> None:
    ticket = take_ticket(kiosk, "tax-certificate")
    page.goto(f"{ticket['url']}?lang=en")
    expect(page.get_by_text("Tax payment certificate")).to_be_visible()
    page.goto("/display?lang=en")
    expect(page.get_by_text("Huiting Demo Hall")).to_be_visible()


def test_a_wrong_password_is_refused_in_words(demo: Demo, page: Page) -> None:
    page.goto("/")
    page.get_by_label("用户名").fill("manager")
    page.get_by_label("密码").fill("guess")
    page.get_by_role("button", name="登录").click()
    expect(page.get_by_text("用户名或密码不对")).to_be_visible()
