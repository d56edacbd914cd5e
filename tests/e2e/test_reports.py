"""A manager looks at the day's report, at the week's, and takes them along as files."""

import io
import re

import httpx
from demo_process import Demo
from openpyxl import load_workbook
from playwright.sync_api import Page, expect
from pypdf import PdfReader

from tests.e2e.test_main_job import sign_in, take_ticket


def test_a_manager_reads_the_day_changes_to_the_week_and_takes_files_along(
    demo: Demo, page: Page, kiosk: httpx.Client
) -> None:
    take_ticket(kiosk, "tax-certificate")
    page.goto("/")
    sign_in(page, demo, "manager")
    page.get_by_role("link", name="报告").click()
    expect(page.get_by_role("heading", name="日报")).to_be_visible()
    came = page.locator("dl > div").filter(has_text="人取号").locator("dd").first
    expect(came).to_have_text(re.compile(r"^[1-9]\d*$"))
    services = page.get_by_role("region", name="业务", exact=True)
    expect(services.get_by_role("row").filter(has_text="完税证明")).to_contain_text(
        re.compile(r"[1-9]")
    )
    expect(page.get_by_role("region", name="人流高峰")).to_contain_text("等候区")

    with page.expect_download() as sent:
        page.get_by_role("link", name="XLSX").click()
    book = load_workbook(io.BytesIO(sent.value.path().read_bytes()))
    assert book["总览"]["A2"].value == "取号人数"
    with page.expect_download() as sent:
        page.get_by_role("link", name="PDF").click()
    assert "日报" in PdfReader(io.BytesIO(sent.value.path().read_bytes())).pages[0].extract_text()

    page.get_by_role("button", name="周", exact=True).press("Enter")
    expect(page.get_by_role("heading", name="周报")).to_be_visible()
    expect(page).to_have_url(re.compile("kind=week"))
    expect(page.get_by_role("button", name="后一周")).to_be_disabled()
    page.get_by_role("button", name="前一周").press("Enter")
    expect(page.get_by_text("这段时间没有数据")).to_be_visible()

    page.get_by_text("EN", exact=True).click()
    expect(page.get_by_role("heading", name="Week report")).to_be_visible()


def test_charts_can_be_read_as_tables(demo: Demo, page: Page, kiosk: httpx.Client) -> None:
    take_ticket(kiosk, "tax-certificate")
    page.goto("/reports")
    sign_in(page, demo, "manager")
    tables = page.get_by_text("看表格")
    expect(tables).to_have_count(2)
    tables.nth(1).press("Enter")
    expect(page.get_by_role("table", name="分时")).to_be_visible()


def test_a_clerk_is_told_for_whom_reports_are(demo: Demo, page: Page) -> None:
    page.goto("/reports")
    sign_in(page, demo, "clerk")
    expect(page.get_by_text("报告只给大厅主管看")).to_be_visible()
