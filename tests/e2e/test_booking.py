"""Booking as the public does it: choose, book, lose a race, move, give back, check in."""

import re
from collections.abc import Iterator
from datetime import date
from typing import Any
from urllib.parse import urlsplit

import httpx
import pytest
from demo_process import Demo
from playwright.sync_api import Page, expect

OPEN_DAY = 1  # tomorrow: no slot of it can pass while a test runs


@pytest.fixture
def public(demo: Demo) -> Iterator[httpx.Client]:
    """Anyone, without a page."""
    with httpx.Client(base_url=f"{demo.url}/api/v1", trust_env=False) as client:
        yield client


def day(public: httpx.Client, which: int = OPEN_DAY) -> date:
    return date.fromisoformat(public.get("/bookings/services").json()["days"][which])


def free_slots(public: httpx.Client, service: str, on: date) -> list[dict[str, Any]]:
    asked = {"service": service, "day": on.isoformat()}
    slots = public.get("/bookings/slots", params=asked).json()["slots"]
    return [slot for slot in slots if slot["free"]]


def choose(page: Page, service: str, on: date) -> None:
    """From the start to the times of a day."""
    page.goto("/book")
    page.get_by_role("searchbox", name="找业务").fill(service[1:])
    page.get_by_role("button", name=service).click()
    expect(page.get_by_role("heading", name="什么时候来")).to_be_focused()
    page.get_by_role("radio", name=re.compile(rf"{on.month}月{on.day}日")).check(force=True)


def book(page: Page, service: str, on: date, clock: str) -> None:
    choose(page, service, on)
    page.get_by_role("button", name=re.compile(rf"^{clock}")).click()
    page.get_by_role("button", name="预约", exact=True).click()
    expect(page.get_by_role("heading", name="已预约")).to_be_visible()


def test_a_visitor_books_moves_and_gives_back_without_saying_who(
    page: Page, public: httpx.Client
) -> None:
    on = day(public)
    choose(page, "契税/存量房", on)
    page.get_by_role("button", name=re.compile("^10:00")).click()
    expect(page.get_by_text("买卖合同和购房发票")).to_be_visible()
    expect(page.get_by_role("textbox")).to_have_count(0)
    page.get_by_role("button", name="预约", exact=True).click()

    expect(page).to_have_url(re.compile(r"/b/[\w-]{22}"))
    expect(page.get_by_role("main")).to_contain_text("10:00")
    expect(page.get_by_text(re.compile("^[0-9A-F]{6}$"))).to_be_visible()
    picture = page.get_by_role("img", name=re.compile("二维码"))
    expect(picture).to_have_js_property("complete", value=True)
    assert picture.evaluate("image => image.naturalWidth") > 0

    page.get_by_role("button", name="改时间").click()
    page.get_by_role("radio", name=re.compile(rf"{on.month}月{on.day}日")).check(force=True)
    expect(page.get_by_role("button", name=re.compile("10:00.*现在约的"))).to_be_disabled()
    page.get_by_role("button", name=re.compile("^15:30")).click()
    expect(page.get_by_role("heading", name="改到什么时候")).to_have_count(0)
    expect(page.get_by_role("main")).to_contain_text("15:30")

    page.get_by_role("button", name="取消预约").click()
    page.get_by_role("button", name="取消预约").click()
    expect(page.get_by_role("heading", name="已取消")).to_be_visible()
    page.reload()
    expect(page.get_by_role("heading", name="已取消")).to_be_visible()


def test_who_loses_the_last_place_is_told_kindly_and_shown_the_next(
    page: Page, public: httpx.Client, kiosk: httpx.Client
) -> None:
    on = day(public)
    choose(page, "额度调整", on)
    page.get_by_role("button", name=re.compile("^09:30")).click()
    expect(page.get_by_role("heading", name="看一看")).to_be_visible()
    wanted = next(
        slot["at"]
        for slot in free_slots(public, "invoice-quota", on)
        if page.evaluate("at => location.hash.endsWith(at)", slot["at"])
    )
    for _ in range(2):
        taken = kiosk.post("/appointments", json={"service": "invoice-quota", "slot": wanted})
        assert taken.status_code == httpx.codes.CREATED
    page.get_by_role("button", name="预约", exact=True).click()
    expect(page.get_by_role("alert").filter(has_text="刚刚被约满")).to_be_visible()
    page.get_by_role("button", name=re.compile("10:00")).click()
    page.get_by_role("button", name="预约", exact=True).click()
    expect(page.get_by_role("heading", name="已预约")).to_be_visible()
    expect(page.get_by_role("main")).to_contain_text("10:00")

    choose(page, "额度调整", on)
    expect(page.get_by_role("button", name=re.compile("09:30.*已约满"))).to_be_disabled()


def test_a_booking_is_made_with_the_keyboard_alone(page: Page, public: httpx.Client) -> None:
    on = day(public)
    page.goto("/book")
    page.get_by_role("searchbox", name="找业务").focus()
    page.keyboard.type("完税")
    expect(page.get_by_role("button", name="完税证明")).to_be_visible()
    expect(page.get_by_role("button", name="发票领用")).to_have_count(0)
    page.keyboard.press("Tab")
    page.keyboard.press("Enter")
    page.keyboard.press("Tab")  # 换业务
    page.keyboard.press("Tab")  # the days, of which arrow keys choose
    page.keyboard.press("ArrowRight")
    chosen = page.get_by_role("radio", name=re.compile(rf"{on.month}月{on.day}日"))
    expect(chosen).to_be_checked()
    first = page.get_by_role("button", name=re.compile("^00:00"))
    expect(first).to_be_enabled()
    page.keyboard.press("Tab")
    expect(first).to_be_focused()
    page.keyboard.press("Enter")
    expect(page.get_by_role("heading", name="看一看")).to_be_focused()
    page.keyboard.press("Tab")
    page.keyboard.press("Enter")
    expect(page.get_by_role("heading", name="已预约")).to_be_visible()


def test_the_phone_s_own_back_leads_to_the_step_before(page: Page, public: httpx.Client) -> None:
    choose(page, "社保费", day(public))
    page.get_by_role("button", name=re.compile("^14:00")).click()
    expect(page.get_by_role("heading", name="看一看")).to_be_visible()
    page.go_back()
    expect(page.get_by_role("heading", name="什么时候来")).to_be_visible()
    page.go_back()
    expect(page.get_by_role("heading", name="预约办什么")).to_be_visible()


def test_who_has_come_checks_in_and_follows_their_number(page: Page, public: httpx.Client) -> None:
    # The hall never closes and slots are as long as one may come early: the next is open already.
    soon = free_slots(public, "personal-income", day(public, 0))[0]
    visit = {"service": "personal-income", "slot": soon["at"]}
    page.goto(public.post("/bookings", json=visit).json()["url"])
    page.get_by_role("button", name="我到了").click()
    expect(page.get_by_role("heading", name="已签到")).to_be_visible()
    page.get_by_role("link", name="看我的号码").click()
    expect(page).to_have_url(re.compile("/t/"))
    expect(page.get_by_role("main")).to_contain_text("个人所得税")
    left = public.post(f"{urlsplit(page.url).path}/cancel")  # the hall is shared by all tests
    assert left.json()["state"] == "cancelled"


def test_an_address_that_opens_nothing_says_so_in_the_reader_s_language(page: Page) -> None:
    page.goto("/b/guessed?lang=en")
    expect(page.get_by_text("This booking cannot be found")).to_be_visible()
    page.get_by_role("link", name="Book again").click()
    expect(page.get_by_role("heading", name="What is your visit for?")).to_be_visible()


def test_large_type_is_large_and_stays(page: Page) -> None:
    page.goto("/book")
    button = page.get_by_role("button", name="新办套餐")
    size = "element => parseFloat(getComputedStyle(element).fontSize)"
    usual = button.evaluate(size)
    page.get_by_role("button", name="大字").click()
    assert button.evaluate(size) == pytest.approx(1.3 * usual)
    page.reload()
    assert button.evaluate(size) == pytest.approx(1.3 * usual)
    assert button.bounding_box()["height"] >= 60  # type: ignore[index]
