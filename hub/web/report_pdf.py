"""A report as a PDF to print or to file: key figures, two charts, and the tables."""

from collections.abc import Sequence
from dataclasses import dataclass
from typing import Final
from zoneinfo import ZoneInfo

from hall.reports import Cell, CellKind, Report, Table
from hub.web.pdf import (
    ACCENT,
    HEIGHT,
    INK,
    MARGIN,
    PALE,
    QUIET,
    WIDTH,
    Colour,
    Sheets,
    width,
    wrapped,
)
from hub.web.report_tables import minutes, tables
from hub.web.report_words import say

ROOM: Final = WIDTH - 2 * MARGIN
FOOT: Final = HEIGHT - MARGIN - 16
SIZE: Final = 8.0
LEADING: Final = 11.0
NOT_PRINTED: Final = {"quarters"}  # too wide for paper; the spreadsheet has it
CHART: Final = 92.0
CAPTION: Final = 6.5


def pdf(report: Report, language: str) -> bytes:
    """The file."""
    words = title(report, language)
    paper = _Paper(Sheets(words, language), language)
    paper.head(report, words)
    if report.days:
        paper.key_figures(report)
        paper.charts(report)
        for table in tables(report, language):
            if table.name not in NOT_PRINTED:
                paper.table(table)
    paper.number(words)
    return paper.sheets.bytes()


def title(report: Report, language: str) -> str:
    """What a report is called: hall, kind and time."""
    hall = report.hall.en if language == "en" else report.hall.zh
    when = {
        "day": f"{report.first}",
        "week": f"{report.first} – {report.last}",
        "month": f"{report.first:%Y-%m}",
    }[report.kind]
    return f"{hall} · {say(report.kind, language)} · {when}"


def shown(cell: Cell, kind: CellKind) -> str:
    """A cell as people read it."""
    if cell is None:
        return "–"
    if isinstance(cell, str):
        return cell
    if kind == "share":
        return f"{cell:.1%}"
    return f"{cell:.1f}" if kind == "decimal" else f"{cell:.0f}"


@dataclass(slots=True)
class _Paper:
    """The pages, and how far down the last one is written."""

    sheets: Sheets
    language: str
    y: float = 0.0

    def _say(self, word: str, **figures: object) -> str:
        return say(word, self.language, **figures)

    def _need(self, high: float) -> bool:
        """Begin a page where there is no room; whether one was begun."""
        if self.sheets.pages and self.y + high <= FOOT:
            return False
        self.sheets.page()
        self.y = MARGIN
        return True

    def head(self, report: Report, words: str) -> None:
        self._need(HEIGHT)
        self.y += 10
        self.sheets.text(MARGIN, self.y, words, size=15, bold=True)
        self.y += 18
        local = report.until.astimezone(ZoneInfo(report.timezone)) if report.until else None
        state = self._say(report.state, at=f"{local:%Y-%m-%d %H:%M}" if local else "")
        self.sheets.text(MARGIN, self.y, state, colour=QUIET)
        self.y += 14

    def key_figures(self, report: Report) -> None:
        key = report.figures
        figures: Sequence[tuple[str, Cell, CellKind]] = (
            ("arrivals", key.arrivals, "count"),
            ("served", key.served, "count"),
            ("wait_p50", minutes(key.waits.p50_s), "decimal"),
            ("wait_p90", minutes(key.waits.p90_s), "decimal"),
            ("left_share", key.left_share, "share"),
            ("satisfied", key.ratings.satisfied, "share"),
        )
        self.sheets.line(MARGIN, self.y, WIDTH - MARGIN, self.y)
        step = ROOM / len(figures)
        for n, (word, cell, kind) in enumerate(figures):
            x = MARGIN + n * step
            self.sheets.text(x, self.y + 27, shown(cell, kind), size=18, bold=True)
            self.sheets.text(x, self.y + 41, self._say(word), size=SIZE, colour=QUIET)
        self.y += 54

    def charts(self, report: Report) -> None:
        labels = [f"{each.hour}" for each in report.hours]
        came = [each.arrivals for each in report.hours]
        forecast = report.forecast.expected if report.forecast else None
        expected = [forecast[each.hour] for each in report.hours] if forecast else None
        waits = [minutes(each.waits.p90_s) for each in report.hours]
        means = [minutes(each.waits.mean_s) for each in report.hours]
        half = (ROOM - 24) / 2
        title = self._say("arrivals")
        if expected is not None:
            title += f" · {self._say('expected')} —"
        self._bars(MARGIN, half, title, labels, came, lines=expected)
        title = f"{self._say('wait_p90')} · {self._say('wait_mean')} —"
        self._bars(MARGIN + half + 24, half, title, labels, waits, lines=means)
        self.y += CHART + 46

    def _bars(
        self,
        x: float,
        across: float,
        title: str,
        labels: Sequence[str],
        values: Sequence[float | None],
        *,
        lines: Sequence[float | None] | None,
    ) -> None:
        """Bars over the hours, with a short line across each for a second figure."""
        self.sheets.text(x, self.y + 12, title, size=SIZE, colour=QUIET)
        foot, most = self.y + 22 + CHART, max(1.0, *map(_known, [*values, *(lines or ())]))
        self.sheets.line(x, foot, x + across, foot)
        step = across / max(1, len(values))
        for n, value in enumerate(values):
            left = x + n * step + step * 0.15
            self._caption(left + step * 0.35, foot + 9, labels[n], step, QUIET)
            if value is None:
                continue
            high = CHART * 0.88 * value / most
            self.sheets.box(left, foot, step * 0.7, high, PALE)
            self._caption(left + step * 0.35, foot - high - 2, f"{value:.0f}", step, INK)
            if lines is not None:
                level = foot - CHART * 0.88 * _known(lines[n]) / most
                self.sheets.line(left, level, left + step * 0.7, level, ACCENT)

    def _caption(self, middle: float, y: float, text: str, room: float, colour: Colour) -> None:
        """A small text, left out where it would touch its neighbours."""
        wide = width(text, CAPTION)
        if wide < room:
            self.sheets.text(middle - wide / 2, y, text, size=CAPTION, colour=colour)

    def table(self, table: Table) -> None:
        widths = _widths(table)
        headings = [
            wrapped(column.title, SIZE, room - 6)
            for column, room in zip(table.columns, widths, strict=True)
        ]
        self._need(28 + LEADING * (max(map(len, headings)) + 2))
        self.y += 26
        self.sheets.text(MARGIN, self.y, table.title, size=11, bold=True)
        self.y += 4
        self._headings(table, headings, widths)
        for row, cells in enumerate(table.rows):
            texts = [
                wrapped(shown(cell, table.kind(row, n)), SIZE, widths[n] - 8)
                for n, cell in enumerate(cells)
            ]
            high = LEADING * max(map(len, texts)) + 3
            if self._need(high):
                self._headings(table, headings, widths)
            self._row(table, texts, widths, bold=False)
            self.y += high
            self.sheets.line(MARGIN, self.y, MARGIN + sum(widths), self.y)

    def _headings(self, table: Table, headings: list[list[str]], widths: list[float]) -> None:
        self._row(table, headings, widths, bold=True)
        self.y += LEADING * max(map(len, headings)) + 4
        self.sheets.line(MARGIN, self.y, MARGIN + sum(widths), self.y, QUIET)

    def _row(
        self, table: Table, texts: list[list[str]], widths: list[float], *, bold: bool
    ) -> None:
        x = MARGIN
        for column, lines, room in zip(table.columns, texts, widths, strict=True):
            right = column.kind != "text"
            left = x if x == MARGIN else x + 8
            for n, line in enumerate(lines):
                self.sheets.text(
                    x + room - 3 if right else left,
                    self.y + LEADING * (n + 1) - 1,
                    line,
                    size=SIZE,
                    colour=QUIET if bold else INK,
                    right=right,
                )
            x += room

    def number(self, words: str) -> None:
        count = len(self.sheets.pages)
        for page in range(count):
            foot = HEIGHT - MARGIN + 12
            self.sheets.text(MARGIN, foot, words, size=7, colour=QUIET, page=page)
            n = self._say("page", n=page + 1, all=count)
            self.sheets.text(WIDTH - MARGIN, foot, n, size=7, colour=QUIET, right=True, page=page)


def _known(figure: float | None) -> float:
    return figure or 0.0


def _widths(table: Table) -> list[float]:
    """Text columns get what their texts want, up to a third of the page each; figures the rest."""
    texts = [
        min(ROOM / 3, max(width(str(row[n] or ""), SIZE) for row in table.rows) + 18)
        if column.kind == "text"
        else 0.0
        for n, column in enumerate(table.columns)
    ]
    figures = sum(not room for room in texts)
    each = (ROOM - sum(texts)) / figures if figures else 0.0
    spare = (ROOM - sum(texts)) / len(texts) if not figures else 0.0
    return [room + spare if room else min(each, 86.0) for room in texts]
