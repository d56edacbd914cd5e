"""A report as tables in one language: what spreadsheet, CSV and PDF have in common."""

from collections.abc import Callable, Iterable, Iterator
from dataclasses import dataclass
from typing import Final
from zoneinfo import ZoneInfo

from hall.messages import Text
from hall.reports import (
    Cell,
    CellKind,
    Column,
    Compared,
    Desk,
    KeyFigures,
    Ratings,
    Report,
    Table,
)
from hub.web.report_words import WORDS, say

_KEY: Final[tuple[tuple[str, Callable[[KeyFigures], Cell]], ...]] = (
    ("arrivals", lambda key: key.arrivals),
    ("served", lambda key: key.served),
    ("wait_mean", lambda key: minutes(key.waits.mean_s)),
    ("wait_p50", lambda key: minutes(key.waits.p50_s)),
    ("wait_p90", lambda key: minutes(key.waits.p90_s)),
    ("wait_p95", lambda key: minutes(key.waits.p95_s)),
    ("wait_max", lambda key: minutes(key.waits.max_s)),
    ("over_target", lambda key: key.waits.over_target),
    ("over_30", lambda key: key.waits.over_30_min),
    ("over_60", lambda key: key.waits.over_60_min),
    ("service_mean", lambda key: minutes(key.service.mean_s)),
    ("service_p90", lambda key: minutes(key.service.p90_s)),
    ("left", lambda key: key.left),
    ("left_share", lambda key: key.left_share),
    ("no_show", lambda key: key.no_show),
    ("no_show_share", lambda key: key.no_show_share),
    ("lapsed", lambda key: key.lapsed),
    ("after_hours", lambda key: key.after_hours),
    ("answered", lambda key: key.ratings.answered),
    ("satisfied", lambda key: key.ratings.satisfied),
)
_LINE: Final = "arrivals served wait_mean wait_p90 over_target left no_show"
_DESK: Final = "open_h utilisation served service_mean service_p90 answered satisfied"
_LEVELS: Final = "level_5 level_4 level_3 level_2 level_1"
_OUTCOMES: Final = "raised acknowledged applied dismissed measured helped cleared"


def minutes(seconds: float | None) -> float | None:
    """To a tenth."""
    return None if seconds is None else round(seconds / 60, 1)


def compared_word(report: Report, compared: Compared) -> str:
    """What a period to compare with is called."""
    same_weekday = report.kind == "day" and (report.first - compared.first).days > 1
    return "same_day" if same_weekday else f"before_{compared.kind}"


def tables(report: Report, language: str) -> Iterator[Table]:
    """All that have any rows, the summary first."""
    for made in (
        _summary,
        _days,
        _hours,
        _services,
        _quarters,
        _classes,
        _windows,
        _pauses,
        _clerks,
        _ratings,
        _picks,
        _others,
        _diversions,
        _alerts,
        _crowding,
    ):
        table = made(report, _Language(language))
        if table.rows:
            yield table


@dataclass(frozen=True, slots=True)
class _Language:
    language: str

    def __call__(self, word: str) -> str:
        return say(word, self.language)

    def name(self, text: Text) -> str:
        return text.en if self.language == "en" else text.zh

    def table(self, name: str, columns: str, rows: Iterable[tuple[Cell, ...]]) -> Table:
        headed = (Column(title=self(word), kind=_kind(word)) for word in columns.split())
        return Table(name=name, title=self(name), columns=tuple(headed), rows=tuple(rows))


def _kind(word: str) -> CellKind:
    return WORDS[word].kind


def _summary(report: Report, say: _Language) -> Table:
    of = (report.figures, *(each.figures for each in report.compared))
    named = ("value", *(compared_word(report, each) for each in report.compared))
    return Table(
        name="summary",
        title=say("summary"),
        columns=(
            Column(title=say("figure"), kind="text"),
            *(Column(title=say(word), kind="figure") for word in named),
        ),
        rows=tuple((say(word), *(value(each) for each in of)) for word, value in _KEY),
        kinds=tuple(_kind(word) for word, _ in _KEY),
    )


def _line(key: KeyFigures) -> tuple[Cell, ...]:
    values = dict(_KEY)
    return tuple(values[word](key) for word in _LINE.split())


def _days(report: Report, say: _Language) -> Table:
    rows = ((str(each.day), *_line(each.figures)) for each in report.days if report.kind != "day")
    return say.table("days", f"date {_LINE}", rows)


def _hours(report: Report, say: _Language) -> Table:
    expected = report.forecast.expected if report.forecast else None
    rows = (
        (
            f"{each.hour:02d}:00",
            each.arrivals,
            *((expected[each.hour],) if expected else ()),
            minutes(each.waits.mean_s),
            minutes(each.waits.p90_s),
        )
        for each in report.hours
    )
    return say.table(
        "hours", f"hour arrivals {'expected' if expected else ''} wait_mean wait_p90", rows
    )


def _services(report: Report, say: _Language) -> Table:
    rows = (
        (
            say.name(each.name),
            *_line(each.figures),
            minutes(each.figures.service.mean_s),
            each.second_chances,
            each.transferred_away,
        )
        for each in report.services
    )
    return say.table("services", f"service {_LINE} service_mean second_chances transferred", rows)


def _quarters(report: Report, say: _Language) -> Table:
    came = [
        (quarter, [each.arrivals[quarter] for each in report.services])
        for quarter in range(len(report.services[0].arrivals) if report.services else 0)
    ]
    return Table(
        name="quarters",
        title=say("quarters"),
        columns=(
            Column(title=say("quarter"), kind="text"),
            Column(title=say("total"), kind="count"),
            *(Column(title=say.name(each.name), kind="count") for each in report.services),
        ),
        rows=tuple(
            (f"{quarter // 4:02d}:{quarter % 4 * 15:02d}", sum(counts), *counts)
            for quarter, counts in came
            if any(counts)
        ),
    )


def _classes(report: Report, say: _Language) -> Table:
    rows = (
        (
            say(each.visit),
            each.arrivals,
            minutes(each.waits.mean_s),
            minutes(each.waits.p90_s),
            minutes(each.waits.p95_s),
        )
        for each in report.classes
    )
    return say.table("classes", "class arrivals wait_mean wait_p90 wait_p95", rows)


def _desk(desk: Desk) -> tuple[Cell, ...]:
    return (
        round(desk.open_s / 3600, 1),
        desk.utilisation,
        desk.served,
        minutes(desk.service.mean_s),
        minutes(desk.service.p90_s),
        desk.ratings.answered,
        desk.ratings.satisfied,
    )


def _windows(report: Report, say: _Language) -> Table:
    rows = ((say.name(each.name), *_desk(each)) for each in report.windows)
    return say.table("windows", f"window {_DESK}", rows)


def _clerks(report: Report, say: _Language) -> Table:
    rows = ((each.clerk, *_desk(each)) for each in report.clerks or ())
    return say.table("clerks", f"clerk {_DESK}", rows)


def _pauses(report: Report, say: _Language) -> Table:
    rows = (
        (
            say.name(each.name),
            pause.reason or say("no_reason"),
            pause.times,
            minutes(pause.total_s),
        )
        for each in report.windows
        for pause in each.pauses
    )
    return say.table("pauses", "window reason times minutes", rows)


def _ratings(report: Report, say: _Language) -> Table:
    of: list[tuple[str, Ratings]] = [
        (say("hall"), report.figures.ratings),
        *((say.name(each.name), each.figures.ratings) for each in report.services),
        *((say.name(each.name), each.ratings) for each in report.windows),
        *((each.clerk, each.ratings) for each in report.clerks or ()),
    ]
    rows = (
        (
            name,
            each.asked,
            each.answered,
            *(each.levels or (None,) * 5),
            each.satisfied,
            say("few")
            if each.satisfied_low is None or each.satisfied_high is None
            else f"{each.satisfied_low:.0%}–{each.satisfied_high:.0%}",
        )
        for name, each in of
        if each.answered
    )
    return say.table("ratings", f"of asked answered {_LEVELS} satisfied satisfied_range", rows)


def _picks(report: Report, say: _Language) -> Table:
    names = {each.window: say.name(each.name) for each in report.windows}
    rows = (
        (names.get(each.window, each.window), each.reason, each.times, each.overtaken)
        for each in report.picks
    )
    return say.table("picks", "window reason times overtaken", rows)


def _others(report: Report, say: _Language) -> Table:
    booked = report.appointments
    figures: dict[str, Cell] = {
        "booked": booked.booked,
        "cancelled": booked.cancelled,
        "came": booked.came,
        "late": booked.late,
        "missed": booked.no_show,
        "to_come": booked.to_come,
        "transferred": report.transferred,
        "further_wait": minutes(report.further_waits.mean_s),
        "second_chances": report.second_chances,
        "second_chances_served": report.second_chances_served,
        "held": report.held,
        "returned": report.returned,
        "callbacks_opened": report.callbacks_opened,
        "callbacks_done": report.callbacks_done,
    }
    return Table(
        name="others",
        title=say("others"),
        columns=(
            Column(title=say("figure"), kind="text"),
            Column(title=say("value"), kind="figure"),
        ),
        rows=tuple((say(word), value) for word, value in figures.items()) if report.days else (),
        kinds=tuple(map(_kind, figures)),
    )


def _diversions(report: Report, say: _Language) -> Table:
    rows = ((say(each.to), each.taken, each.succeeded, each.returned) for each in report.diversions)
    return say.table("diversions", "to taken succeeded back", rows)


def _alerts(report: Report, say: _Language) -> Table:
    rows = (
        (
            each.rule,
            say.name(each.name),
            *(getattr(each, outcome) for outcome in _OUTCOMES.split()),
            minutes(each.answered.mean_s),
            minutes(each.lasted.mean_s),
        )
        for each in report.alerts
    )
    return say.table("alerts", f"rule subject {_OUTCOMES} answered_after lasted", rows)


def _crowding(report: Report, say: _Language) -> Table:
    zone = ZoneInfo(report.timezone)
    rows: Iterator[tuple[Cell, ...]] = (
        (
            say.name(each.name),
            f"{each.at.astimezone(zone):%Y-%m-%d %H:%M}",
            round(each.people),
            each.density_per_m2,
        )
        for each in report.crowding or ()
    )
    if report.days and report.crowding is None:
        rows = iter([(say("no_cameras"), None, None, None)])
    return say.table("crowding", "zone at people density", rows)
