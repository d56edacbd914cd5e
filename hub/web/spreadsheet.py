"""Tables as CSV and as a workbook for spreadsheet programs. The only home of xlsxwriter."""

import csv
import io
from collections.abc import Sequence
from typing import Final

import xlsxwriter

from hall.reports import Cell, Table

# A spreadsheet takes a text that begins with one of these for a formula (OWASP, CSV injection).
FORMULA: Final = ("=", "+", "-", "@", "\t", "\r")
FORMATS: Final = {"text": "@", "count": "0", "decimal": "0.0", "share": "0.0%"}
WIDEST: Final = 40
CHARTED: Final = {"hours": "column", "days": "line"}


def harmless(cell: Cell) -> Cell:
    """A cell as no program takes it for a formula: such text gets an apostrophe in front."""
    return f"'{cell}" if isinstance(cell, str) and cell.startswith(FORMULA) else cell


def as_csv(tables: Sequence[Table]) -> bytes:
    """All tables below one another, in UTF-8 with the mark by which Excel knows it."""
    out = io.StringIO()
    writer = csv.writer(out)
    for table in tables:
        writer.writerow([harmless(table.title)])
        writer.writerow([harmless(column.title) for column in table.columns])
        writer.writerows([harmless(cell) for cell in row] for row in table.rows)
        writer.writerow([])
    return out.getvalue().encode("utf-8-sig")


def as_workbook(title: str, tables: Sequence[Table]) -> bytes:
    """A sheet for each table; figures are figures, texts are never formulas."""
    out = io.BytesIO()
    book = xlsxwriter.Workbook(out, {"in_memory": True})
    book.set_properties({"title": title})
    head = book.add_format({"bold": True, "text_wrap": True, "bottom": 1, "valign": "top"})
    formats = {kind: book.add_format({"num_format": code}) for kind, code in FORMATS.items()}
    guarded = book.add_format({"num_format": "@", "quote_prefix": True})
    for table in tables:
        sheet = book.add_worksheet(table.title[:31].translate(_SHEET))
        sheet.freeze_panes(1, 1)
        for n, column in enumerate(table.columns):
            sheet.write_string(0, n, column.title, head)
            sheet.set_column(n, n, _wide(table, n))
        for row, cells in enumerate(table.rows):
            for n, cell in enumerate(cells):
                if isinstance(cell, str):
                    risky = cell.startswith(FORMULA)
                    sheet.write_string(row + 1, n, cell, guarded if risky else formats["text"])
                elif cell is not None:
                    sheet.write_number(row + 1, n, cell, formats[table.kind(row, n)])
        if table.name in CHARTED:
            _chart(book, sheet, table)
    if not tables:
        book.add_worksheet().write_string(0, 0, title)
    book.close()
    return out.getvalue()


_SHEET: Final = str.maketrans(dict.fromkeys("[]:*?/\\", "·"))


def _wide(table: Table, n: int) -> int:
    cells = [table.columns[n].title, *(str(row[n]) for row in table.rows)]
    return min(WIDEST, 2 + max(sum(1 if each.isascii() else 2 for each in cell) for cell in cells))


def _chart(book: xlsxwriter.Workbook, sheet: xlsxwriter.worksheet.Worksheet, table: Table) -> None:
    """The second column over the first."""
    name, last = sheet.get_name(), len(table.rows)
    chart = book.add_chart({"type": CHARTED[table.name]})
    chart.add_series(
        {
            "name": [name, 0, 1],
            "categories": [name, 1, 0, last, 0],
            "values": [name, 1, 1, last, 1],
            "fill": {"color": "#0B6E6E"},
            "line": {"color": "#0B6E6E"},
        }
    )
    chart.set_legend({"none": True})
    chart.set_title({"name": table.columns[1].title})
    sheet.insert_chart(1, len(table.columns) + 1, chart)
