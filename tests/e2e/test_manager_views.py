"""What a manager sees to on the dashboard: windows advised, call-backs, and who waits for what."""

import re
from collections.abc import Iterator
from typing import Any

import httpx
import pytest
from demo_process import Demo
from playwright.sync_api import Page, expect


@pytest.fixture
def clerk(demo: Demo) -> Iterator[httpx.Client]:
    """A clerk's program, in a hall that is empty before and afterwards: all tests share it."""
    with httpx.Client(base_url=f"{demo.url}/api/v1", trust_env=False) as client:
        session = client.post("/session", json=demo.access["logins"]["clerk"]).json()
        client.cookies.clear()
        client.headers["Authorization"] = f"Bearer {session['token']}"
        empty(client)
        yield client
        empty(client)


def empty(clerk: httpx.Client) -> None:
    """Serve everyone and close all windows."""
    for desk in (f"w{number}" for number in range(1, 9)):
        assert clerk.post(f"/windows/{desk}/open").status_code == httpx.codes.OK
        while (called := clerk.post(f"/windows/{desk}/call-next")).status_code == httpx.codes.OK:
            assert clerk.post(f"/windows/{desk}/start").status_code == httpx.codes.OK, called.text
        assert clerk.post(f"/windows/{desk}/close").status_code == httpx.codes.OK


def take(kiosk: httpx.Client, service: str, **more: str) -> dict[str, Any]:
    answer = kiosk.post("/tickets", json={"service": service, **more})
    assert answer.status_code == httpx.codes.CREATED, answer.text
    ticket: dict[str, Any] = answer.json()
    return ticket


def as_manager(page: Page, demo: Demo, path: str = "/") -> None:
    page.request.post("/api/v1/session", data=demo.access["logins"]["manager"])
    page.goto(path)


def test_a_window_that_is_advised_opens_once_the_manager_confirms(
    demo: Demo, page: Page, kiosk: httpx.Client, clerk: httpx.Client
) -> None:
    for _ in range(3):
        take(kiosk, "deed-tax")
    as_manager(page, demo)
    advice = page.get_by_role("region", name="窗口安排")
    offered = advice.get_by_role("button", name=re.compile(r"^开\d号窗口")).first
    name = offered.inner_text().removeprefix("开")
    windows = page.get_by_role("region", name=re.compile("^窗口$"))
    window = windows.get_by_role("listitem").filter(has_text=name)
    expect(window).to_contain_text("关闭")

    offered.click()
    expect(advice.get_by_text(f"现在开{name}吗")).to_be_visible()
    advice.get_by_role("button", name="先不动").click()
    expect(window).to_contain_text("关闭")

    offered.click()
    expect(advice.get_by_role("button", name=f"开{name}")).to_be_focused()
    page.keyboard.press("Enter")
    expect(window).to_contain_text("开放")
    expect(advice.get_by_role("button", name=f"开{name}")).to_have_count(0)


def test_a_bad_rating_is_called_back_with_a_note(
    demo: Demo, page: Page, kiosk: httpx.Client, clerk: httpx.Client
) -> None:
    ticket = take(kiosk, "refund", priority="elderly")
    clerk.post("/windows/w7/open")
    picked = {"ticket": ticket["id"], "reason": "test"}
    assert clerk.post("/windows/w7/call-next", json=picked).json()["id"] == ticket["id"]
    clerk.post("/windows/w7/start")
    clerk.post("/windows/w7/finish")
    said = {"level": 1, "comment": "<b>白跑一趟</b>"}
    path = ticket["url"].removeprefix(demo.url)
    assert clerk.post(f"{path}/rate", json=said).status_code == httpx.codes.OK

    as_manager(page, demo)
    region = page.get_by_role("region", name="回访")
    row = region.get_by_role("listitem").filter(has_text=ticket["number"])
    expect(row).to_contain_text("非常不满意")
    expect(row).to_contain_text("<b>白跑一趟</b>")  # hostile words stay words
    expect(row).to_contain_text("前回访")
    row.get_by_role("button", name=f"记下对 {ticket['number']} 的回访").click()
    note = row.get_by_role("textbox")
    expect(note).to_be_focused()
    expect(row.get_by_role("button", name="回访完了")).to_be_disabled()
    note.fill("已道歉，材料可网上补")
    row.get_by_role("button", name="回访完了").click()
    expect(row).to_have_count(0)
    expect(region).to_contain_text("今天已回访 1 个")
    kept = page.request.get("/api/v1/callbacks").json()["callbacks"]
    noted = next(each for each in kept if each["ticket"] == ticket["id"])
    assert noted["note"] == "已道歉，材料可网上补"


def test_a_call_back_past_its_day_is_marked_overdue(demo: Demo, page: Page) -> None:
    overdue = {
        "ticket": "019a0000-0000-7000-8000-000000000001",
        "number": "C009",
        "level": 2,
        "comment": "",
        "due": "2026-01-01T00:00:00.000Z",
        "done_at": None,
        "note": "",
    }
    page.route("**/api/v1/callbacks", lambda route: route.fulfill(json={"callbacks": [overdue]}))
    as_manager(page, demo)
    row = page.get_by_role("region", name="回访").get_by_role("listitem")
    expect(row).to_contain_text("已逾期")
    expect(row).to_contain_text("不满意")


def test_a_manager_sees_who_waits_for_a_service_and_who_is_next(
    demo: Demo, page: Page, kiosk: httpx.Client, clerk: httpx.Client
) -> None:
    walk_in = take(kiosk, "new-business")
    first = take(kiosk, "new-business", priority="elderly")
    as_manager(page, demo)
    queues = page.get_by_role("region", name="排队情况")
    expect(queues).to_contain_text("不超过 20 分钟")
    service = queues.get_by_role("button", name="看谁在等：新办套餐")
    service.click()
    line = page.get_by_role("dialog", name="新办套餐：谁在等")
    rows = line.get_by_role("listitem")
    expect(rows.filter(has_text=walk_in["number"])).to_contain_text("现场")
    elderly = rows.filter(has_text=first["number"])
    expect(elderly).to_contain_text("老年人")
    expect(elderly).to_contain_text("目标 4 分钟")
    expect(rows.filter(has_text="下一位")).to_have_count(1)
    page.keyboard.press("Escape")
    expect(line).to_have_count(0)
    expect(service).to_be_focused()


def test_a_clerk_is_shown_neither_advice_nor_call_backs(demo: Demo, page: Page) -> None:
    page.request.post("/api/v1/session", data=demo.access["logins"]["clerk"])
    page.goto("/")
    expect(page.get_by_role("region", name="排队情况")).to_be_visible()
    expect(page.get_by_role("region", name="回访")).to_have_count(0)
    expect(page.get_by_role("region", name="窗口安排")).to_have_count(0)
