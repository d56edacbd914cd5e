"""The calendar knows holidays, make-up days and how near a deadline is."""

from datetime import date, timedelta
from pathlib import Path

import pytest
from pydantic import ValidationError

from hall.settings import Mistake, load
from hub.core.dates import Dated, Dates
from hub.settings import read
from tests.unit.hub_fakes import named

ROOT = Path(__file__).resolve().parents[2]
CALENDAR = load(Dates, ROOT / "config" / "calendar-2026.toml")


def holiday(day: date, until: date | None = None) -> Dated:
    return Dated.model_validate(
        {"day": day, "until": until, "kind": "holiday", "name": named("Holiday")}
    )


def deadline(day: date) -> Dated:
    return Dated.model_validate({"day": day, "kind": "deadline", "name": named("Due")})


@pytest.mark.parametrize(
    ("day", "works", "kind"),
    [
        (date(2026, 2, 14), True, "eve"),  # a Saturday; the next day worked is the last one
        (date(2026, 2, 17), False, "holiday"),
        (date(2026, 2, 24), True, "last"),
        (date(2026, 3, 16), True, "last"),
        (date(2026, 3, 13), True, "eve"),  # the Friday before: one working day is left
        (date(2026, 3, 12), True, "eve"),
        (date(2026, 3, 11), True, "near"),
        (date(2026, 3, 2), True, "filing"),
        (date(2026, 7, 20), True, "plain"),
        (date(2026, 10, 8), True, "filing"),
        (date(2026, 5, 25), True, "near"),  # of the yearly return of companies
    ],
)
def test_days_of_2026_are_what_the_notices_say(day: date, *, works: bool, kind: str) -> None:
    assert (CALENDAR.works(day), CALENDAR.kind(day)) == (works, kind)


def test_make_up_days_are_worked_and_are_weekends() -> None:
    made_up = [
        day for n in range(365) if CALENDAR.is_make_up(day := date(2026, 1, 1) + timedelta(days=n))
    ]
    assert [day.isoformat()[5:] for day in made_up] == [
        "01-04",
        "02-14",
        "02-28",
        "05-09",
        "09-20",
        "10-10",
    ]


def test_every_day_says_where_it_stands_and_deadlines_are_worked() -> None:
    for each in CALENDAR.dates:
        assert each.source
        if each.kind == "deadline":
            assert CALENDAR.works(each.day), each
        assert each.day.year == 2026 or each.assumed, "2027 is not announced yet"


def test_the_first_day_after_three_off_is_after_a_break() -> None:
    monday = date(2026, 8, 3)
    assert Dates().kind(monday) == "plain"
    longer = Dates(dates=(holiday(date(2026, 7, 31)),))
    assert longer.kind(monday) == "after_break"
    assert longer.kind(date(2026, 8, 4)) == "plain"


def test_a_halls_own_day_goes_before_the_calendars() -> None:
    whole = Dates(dates=(holiday(date(2026, 8, 3)), *_worked(date(2026, 8, 3))))
    assert whole.works(date(2026, 8, 3))


def _worked(day: date) -> tuple[Dated, ...]:
    return (Dated.model_validate({"day": day, "kind": "workday", "name": named("Open")}),)


@pytest.mark.parametrize(
    "wrong",
    [
        {"day": "2026-02-03", "until": "2026-02-01", "kind": "holiday"},
        {"day": "2026-02-03", "until": "2026-02-04", "kind": "deadline"},
        {"day": "2026-02-03", "opens": "2026-02-04", "kind": "deadline"},
        {"day": "2026-02-03", "opens": "2026-02-01", "kind": "holiday"},
        {"day": "2026-02-30", "kind": "holiday"},
        {"day": "2026-02-03", "kind": "fair"},
    ],
)
def test_nonsense_in_a_calendar_is_refused(wrong: dict[str, str]) -> None:
    with pytest.raises(ValidationError):
        Dated.model_validate({**wrong, "name": named("x")})


def test_the_hall_file_names_its_calendar_and_may_overrule_it(tmp_path: Path) -> None:
    hall = (ROOT / "config" / "demo" / "hall.toml").read_text()
    own = (
        '\n[[special_days]]\nkind = "holiday"\nday = 2026-03-02\n'
        'name = { zh = "停电检修", en = "Power works" }\n'
    )
    body = hall.replace('"../calendar-2026.toml"', '"days.toml"')
    (tmp_path / "hall.toml").write_text(body + own)
    (tmp_path / "days.toml").write_text((ROOT / "config" / "calendar-2026.toml").read_text())
    (tmp_path / "hub.toml").write_text(
        'hall_file = "hall.toml"\ndata = "data"\n[mqtt]\nhost = "127.0.0.1"\nport = 1883\n'
    )
    _, plan = read(tmp_path / "hub.toml")
    assert plan.dates.kind(date(2026, 3, 2)) == "holiday"
    assert plan.dates.kind(date(2026, 3, 3)) == "filing"
    (tmp_path / "days.toml").write_text('[[dates]]\nday = "soon"\n')
    with pytest.raises(Mistake, match=r"days\.toml"):
        read(tmp_path / "hub.toml")
