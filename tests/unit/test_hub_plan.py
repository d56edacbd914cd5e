"""Each mistake in a hall file is named, and every refusal can be read in both languages."""

import re
from collections.abc import Callable
from datetime import UTC, datetime
from pathlib import Path
from typing import Any

import pytest

from hall.settings import Mistake, check
from hub.core.plan import WEEKDAYS, HallPlan
from hub.core.refusals import REFUSALS
from tests.unit.hub_fakes import NOON, hall_plan, hall_tables

ROOT = Path(__file__).resolve().parents[2]
FILE = Path("hall.toml")
# Codes that count readings of cameras and never reach a person.
SILENT = {"old_reading", "future_reading"}


def changed(change: Callable[[dict[str, Any]], object]) -> str:
    """What a person reads about the hall file after a change."""
    tables = hall_tables()
    change(tables)
    with pytest.raises(Mistake) as mistake:
        check(HallPlan, tables, FILE)
    assert len(mistake.value.lines) == 1
    return mistake.value.lines[0]


@pytest.mark.parametrize(
    ("change", "why"),
    [
        (lambda t: t.update(colour="red"), "hall.toml: colour: Extra inputs"),
        (lambda t: t.update(id="No Spaces"), "hall.toml: id: "),
        (lambda t: t.update(timezone="Moon/Base"), "unknown time zone Moon/Base"),
        (lambda t: t["hours"].update(mon=["9-5"]), "hall.toml: hours.mon.0: "),
        (lambda t: t["hours"].update(mon=["18:00-09:00"]), "ends before it begins"),
        (lambda t: t["hours"].update(mon=["09:00-24:30"]), "hall.toml: hours.mon.0: "),
        (lambda t: t["groups"][1].update(id="people"), "group people is defined twice"),
        (lambda t: t["groups"][1].update(prefix="A"), "group prefix A is defined twice"),
        (lambda t: t["services"][1].update(id="cards"), "service cards is defined twice"),
        (lambda t: t["windows"][1].update(id="w1"), "window w1 is defined twice"),
        (lambda t: t["zones"][1].update(id="waiting"), "zone waiting is defined twice"),
        (lambda t: t["rules"].append(t["rules"][0]), "rule crowded is defined twice"),
        (lambda t: t["services"][0].update(group="x"), "service cards names the unknown group x"),
        (lambda t: t["windows"][0].update(services=["x"]), "window w1 names the unknown service x"),
        (lambda t: t["rules"][0].update(zone="x"), "rule crowded names the unknown zone x"),
        (lambda t: t["rules"][0].update(clear_below=5), "clear_below may not exceed raise_above"),
        (lambda t: t["services"][0].update(minutes=0), "hall.toml: services.0.minutes: "),
        (lambda t: t["windows"][0].update(services=[]), "hall.toml: windows.0.services: "),
        (lambda t: t.update(windows=t["windows"][:1]), "service taxes is served at no window"),
        (lambda t: t.update(policy={"name": "lottery"}), "hall.toml: policy.name: "),
        (lambda t: t.update(policy={"guard": 45}), "hall.toml: policy.guard: Extra inputs"),
        (
            lambda t: t.update(
                policy={"target_min": {"walk_in": 0, "priority": 4, "appointment": 4}}
            ),
            "hall.toml: policy.target_min.walk_in: ",
        ),
        (
            lambda t: t.update(staffing={"cash_windows": 1}),
            "staffing.cash_windows exceeds the windows that take cash",
        ),
        (
            lambda t: t["windows"][0].update(secondary=["cards"]),
            "skill of window w1 cards is defined twice",
        ),
        (
            lambda t: t["windows"][0].update(secondary=["x"]),
            "window w1 names the unknown service x",
        ),
    ],
)
def test_each_mistake_is_named(change: Callable[[dict[str, Any]], object], why: str) -> None:
    assert why in changed(change)


@pytest.mark.parametrize(
    ("utc", "is_open"),
    [
        (datetime(2026, 3, 2, 0, 59, tzinfo=UTC), False),
        (datetime(2026, 3, 2, 1, 0, tzinfo=UTC), True),
        (datetime(2026, 3, 2, 3, 59, tzinfo=UTC), True),
        (datetime(2026, 3, 2, 4, 0, tzinfo=UTC), False),
        (datetime(2026, 3, 3, 1, 0, tzinfo=UTC), False),
    ],
)
def test_hours_are_the_hall_s_own(utc: datetime, *, is_open: bool) -> None:
    assert hall_plan(hours={"mon": ["09:00-12:00"]}).is_open(utc) is is_open


@pytest.mark.parametrize(
    ("hours", "closes"),
    [
        ({"mon": ["09:00-12:30"]}, "03-02 12:30"),
        ({"mon": ["09:00-24:00"]}, "03-03 00:00"),
        ({"mon": ["09:00-24:00"], "tue": ["00:00-06:00"]}, "03-03 06:00"),
        ({"mon": ["09:00-12:30", "12:15-17:00"]}, "03-02 17:00"),
        ({"tue": ["09:00-12:30"]}, None),
        ({day: ["00:00-13:00", "12:00-24:00"] for day in WEEKDAYS}, None),
    ],
)
def test_closing_time_is_the_end_of_hours_that_go_on(
    hours: dict[str, list[str]], closes: str | None
) -> None:
    at = hall_plan(hours=hours).closes_at(NOON)
    assert (at and f"{at:%m-%d %H:%M}") == closes


def test_a_hall_open_round_the_clock_never_closes() -> None:
    assert hall_plan().closes_at(NOON) is None


def test_a_hall_open_round_the_clock_is_open_at_its_midnight() -> None:
    assert hall_plan().is_open(NOON.replace(hour=16))


def test_every_refusal_used_has_its_row_and_every_row_its_use() -> None:
    sources = "".join(path.read_text(encoding="utf-8") for path in (ROOT / "hub").rglob("*.py"))
    used = set(re.findall(r"Refus(?:ed|al)\(\s*\"([a-z_]+)\"", sources))
    used |= set(re.findall(r"problem\([^)]*?\"([a-z_]+)\"", sources))
    by_status = re.search(r"_BY_STATUS = {(.*?)}", sources)
    assert by_status
    used |= set(re.findall(r"\"([a-z_]+)\"", by_status[1]))
    assert used - SILENT == set(REFUSALS)


@pytest.mark.parametrize("code", REFUSALS)
def test_every_refusal_is_a_sentence_in_both_languages(code: str) -> None:
    row = REFUSALS[code]
    assert 400 <= row.status < 600
    assert row.text.zh.endswith("。")
    assert row.text.en.endswith(".")
    assert re.search(r"[\u4e00-\u9fff]", row.text.zh)
    assert not re.search(r"[\u4e00-\u9fff]", row.text.en)
