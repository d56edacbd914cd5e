"""Reports over HTTP: for whom, in which forms, and safe to open in a spreadsheet program."""

import csv
import io
from collections.abc import Iterator
from pathlib import Path

import pytest
from openpyxl import load_workbook
from pypdf import PdfReader

from hall.messages import Role
from hub.core import commands
from hub.core.commands import Actor
from hub.web.pdf import width, wrapped
from hub.web.spreadsheet import FORMULA
from tests.unit.hub_web import Web, problem_of, running_web

DAY = "/reports/day/2026-03-02"
FORMULAS = ('=HYPERLINK("http://evil.example")', "+1+1", "-2+3", "@SUM(A1)", "\t=1", "\r=1")
CLERK = Actor(FORMULAS[0], Role.CLERK)


@pytest.fixture
def web(tmp_path: Path) -> Iterator[Web]:
    """A hall whose clerk and whose reasons would like to be formulas."""
    with running_web(tmp_path) as running:
        running.do(commands.OpenWindow("w1"), CLERK)
        for reason in FORMULAS:
            running.do(commands.PauseWindow("w1", reason), CLERK)
            running.clock.forward(60)
        running.do(commands.OpenWindow("w1"), CLERK)
        running.take_ticket()
        running.clock.forward(120)
        running.do(commands.CallNext("w1"), CLERK)
        running.do(commands.StartService("w1"), CLERK)
        running.clock.forward(300)
        running.do(commands.FinishService("w1"), CLERK)
        yield running


def test_a_manager_sees_the_day_and_an_administrator_no_clerks(web: Web) -> None:
    manager = web.ask("GET", DAY, Role.MANAGER).json()
    assert manager["figures"]["arrivals"] == 1
    assert manager["figures"]["waits"]["mean_s"] == 120
    assert [each["clerk"] for each in manager["clerks"]] == [CLERK.name]
    assert web.ask("GET", DAY, Role.ADMIN).json()["clerks"] is None
    for form in ("json", "tables", "csv"):
        told = web.ask("GET", f"{DAY}?format={form}", Role.ADMIN).text
        assert f'"clerk":"{CLERK.name}"' not in told
        assert "\n人员\n" not in told.replace("\r", "")


@pytest.mark.parametrize(
    ("path", "refused"),
    [
        ("/reports/day/2026-03-03", (422, "report_ahead")),
        ("/reports/week/2026-03-09", (422, "report_ahead")),
        ("/reports/month/2026-04", (422, "report_ahead")),
        ("/reports/day/9999-12-31", (422, "report_ahead")),
        ("/reports/month/2999-12", (422, "report_ahead")),
        ("/reports/day/2026-02-30", (422, "invalid_request")),
        ("/reports/day/yesterday", (422, "invalid_request")),
        ("/reports/day/0001-01-01", (422, "invalid_request")),
        ("/reports/month/2026-13", (422, "invalid_request")),
        ("/reports/month/2026-3", (422, "invalid_request")),
        (f"{DAY}?format=doc", (422, "invalid_request")),
    ],
)
def test_what_is_no_day_or_still_to_come_is_refused(
    web: Web, path: str, refused: tuple[int, str]
) -> None:
    assert problem_of(web.ask("GET", path, Role.MANAGER)) == refused


def test_a_day_without_data_says_so_in_every_form(web: Web) -> None:
    path = "/reports/day/2026-02-01"
    assert web.ask("GET", path, Role.MANAGER).json()["state"] == "none"
    for form in ("csv", "xlsx", "pdf"):
        assert web.ask("GET", f"{path}?format={form}", Role.MANAGER).status_code == 200
    told = PdfReader(
        io.BytesIO(web.ask("GET", f"{path}?format=pdf&lang=en", Role.MANAGER).content)
    ).pages[0]
    assert "no data" in told.extract_text()


def test_a_report_that_has_not_changed_is_not_sent_again(web: Web) -> None:
    path = "/reports/day/2026-02-01?format=pdf"
    first = web.ask("GET", path, Role.MANAGER)
    tag = {"If-None-Match": first.headers["etag"]}
    again = web.ask("GET", path, Role.MANAGER, headers=tag)
    assert (again.status_code, again.content) == (304, b"")
    assert web.ask("GET", f"{path}&lang=en", Role.MANAGER, headers=tag).status_code == 200
    assert "private" in first.headers["cache-control"]


def test_no_cell_of_a_csv_begins_as_a_formula(web: Web) -> None:
    answer = web.ask("GET", f"{DAY}?format=csv", Role.MANAGER)
    assert answer.headers["content-disposition"] == 'attachment; filename="day-2026-03-02.csv"'
    rows = list(csv.reader(io.StringIO(answer.content.decode("utf-8-sig"), newline="")))
    cells = [cell for row in rows for cell in row]
    assert not [cell for cell in cells if cell.startswith(FORMULA)]
    for formula in FORMULAS:
        assert f"'{formula}" in cells


def test_a_workbook_holds_figures_as_figures_and_formulas_as_texts(web: Web) -> None:
    answer = web.ask("GET", f"{DAY}?format=xlsx&lang=en", Role.MANAGER)
    book = load_workbook(io.BytesIO(answer.content))
    figures = {row[0].value: row[1].value for row in book["Summary"].iter_rows()}
    assert figures["Arrivals"] == 1
    assert figures["Mean wait (min)"] == 2.0
    pauses = {row[1].value: row[1] for row in book["Pauses"].iter_rows(min_row=2)}
    for formula in FORMULAS[:5]:
        assert pauses[formula].data_type == "s"
    assert not [
        cell for sheet in book for row in sheet.iter_rows() for cell in row if cell.data_type == "f"
    ]


def test_a_pdf_tells_the_report_in_either_language(web: Web) -> None:
    for language, words in (
        ("zh", ("日报", "取号人数", "平均等候（分）", "1 页")),
        ("en", ("Day report", "Arrivals", "Mean wait (min)", "page 1 of")),
    ):
        answer = web.ask("GET", f"{DAY}?format=pdf&lang={language}", Role.MANAGER)
        reader = PdfReader(io.BytesIO(answer.content))
        text = "".join(page.extract_text() for page in reader.pages)
        for word in words:
            assert word in text, text[:400]
        assert reader.metadata is not None
        assert "2026-03-02" in str(reader.metadata.title)
        assert len(answer.content) < 30_000


def test_the_page_gets_the_tables_that_the_files_hold(web: Web) -> None:
    told = web.ask("GET", f"{DAY}?format=tables&lang=en", Role.MANAGER).json()
    names = [each["name"] for each in told["tables"]]
    assert names[0] == "summary"
    assert "clerks" in names
    for table in told["tables"]:
        assert all(len(row) == len(table["columns"]) for row in table["rows"])


def test_a_manager_has_a_day_counted_anew(web: Web) -> None:
    answer = web.ask("POST", DAY, Role.MANAGER)
    assert answer.json()["figures"]["arrivals"] == 1
    assert problem_of(web.ask("POST", "/reports/day/2026-03-05", Role.MANAGER)) == (
        422,
        "report_ahead",
    )


def test_lines_of_a_pdf_are_broken_within_their_room() -> None:
    for text in (
        "九成等候不超过（分）",
        "Share of no-shows",
        "averyveryverylongword",
        "增值税(小规模)申报",
    ):
        lines = wrapped(text, 8, 40)
        assert "".join(lines).replace(" ", "") == text.replace(" ", "")
        assert all(width(line, 8) <= 40 for line in lines)
        assert not [line for line in lines if line[0] in "）。，"]
