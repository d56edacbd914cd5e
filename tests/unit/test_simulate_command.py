"""`scripts/simulate`: what it prints and writes, what it refuses, and a hall's own day."""

import csv
import json
from collections.abc import Sequence
from dataclasses import replace
from pathlib import Path
from random import Random
from xml.etree import ElementTree as ET

import numpy as np
import pytest
import simulation_main
from simulation_days import DayPlayed
from simulation_figures import Days, figures
from simulation_own_day import read as read_own_day
from simulation_scenario import SCENARIOS, named

from hall.http import TicketRow
from hub.core import booklet
from hub.simulation.crew import Crew
from hub.simulation.decisions import booked
from hub.simulation.play import Play

CONTRACT = (
    "mean_wait_min",
    "p95_wait_min",
    "p95_priority_min",
    "abandoned",
    "over_60_min",
    "window_hours",
)


def simulate(monkeypatch: pytest.MonkeyPatch, *arguments: str | Path) -> int:
    monkeypatch.setattr("sys.argv", ["simulate", *map(str, arguments)])
    try:
        return simulation_main.main()
    except SystemExit as ended:
        return int(str(ended.code))


def test_three_days_are_told_drawn_and_written_down_with_their_assumptions(
    tmp_path: Path, monkeypatch: pytest.MonkeyPatch, capsys: pytest.CaptureFixture[str]
) -> None:
    told, drawn = tmp_path / "figures.json", tmp_path / "figures.svg"
    options = ("--scenario", "filing", "--days", "3", "--jobs", "1", "--seed", "9")
    files = ("--json", told, "--plot", drawn)
    assert simulate(monkeypatch, *options, "--policies", "fcfs-separate,default", *files) == 0
    printed = capsys.readouterr().out
    assert printed.index("kiosk 0.30 -> 0.60") < printed.index("mean wait, min")
    assert printed.index("20 from 08:30, 13 from 12:00") < printed.index("mean wait, min")
    policies = json.loads(told.read_text())["policies"]
    assert list(policies) == ["fcfs-separate", "default"]
    for figures_of in policies.values():
        for key in CONTRACT:
            low, high = figures_of["ci95"][key]
            assert low - 0.1 <= figures_of[key] <= high + 0.1
    change = policies["default"]["p95_wait_min"] / policies["fcfs-separate"]["p95_wait_min"] - 1
    assert policies["default"]["change"]["p95_wait_min"] == pytest.approx(change)
    assert "default" in "".join(ET.parse(drawn).getroot().itertext())  # noqa: S314 our own


@pytest.mark.parametrize(
    ("arguments", "said"),
    [
        (("--policies", "fcfs,sooner"), "no policy 'sooner'"),
        (("--scenario", "holiday"), "no scenario 'holiday'; there are filing, lastday, normal"),
        (("--scenario", "nowhere.toml"), "nowhere.toml: No such file"),
        (("--days", "0"), "0 is not above zero"),
        (("--day", "day.csv"), "--hall and --day go together"),
    ],
)
def test_what_it_does_not_know_it_refuses_in_one_line(
    arguments: Sequence[str],
    said: str,
    monkeypatch: pytest.MonkeyPatch,
    capsys: pytest.CaptureFixture[str],
) -> None:
    assert simulate(monkeypatch, *arguments) == 2
    (line,) = capsys.readouterr().err.splitlines()
    assert said in line


@pytest.mark.parametrize(
    ("written", "said"),
    [
        (("day_cv = 0.12", "dya_cv = 0.12"), "demand.dya_cv: Extra inputs are not permitted"),
        (("share = 0.10", "share = 0.90"), "the shares of the services add up to"),
        (("payment = {", "payments = {"), "demand.services.payments: the hall has no such service"),
        (('"08:30" = 18', '"08:30" = 21'), "staff.roster.08:30: the hall has only 20 windows"),
        (('"16:30" = 0.35', '"18:30" = 0.35'), "demand.arrivals.18:30: the hall gives no numbers"),
        (("kiosk_fails = 0.10", "kiosk_fails = 2"), "habits.kiosk_fails: Input should be less"),
    ],
)
def test_a_mistake_in_a_scenario_is_told_with_file_and_key(
    written: tuple[str, str],
    said: str,
    tmp_path: Path,
    monkeypatch: pytest.MonkeyPatch,
    capsys: pytest.CaptureFixture[str],
) -> None:
    for path in SCENARIOS.glob("*normal.toml"):
        text = path.read_text(encoding="utf-8")
        (tmp_path / path.name).write_text(text.replace(*written, 1), encoding="utf-8")
    assert simulate(monkeypatch, "--scenario", tmp_path / "normal.toml") == 2
    (line,) = capsys.readouterr().err.splitlines()
    assert "normal.toml: " in line
    assert said in line


# A hall's own day --------------------------------------------------------------------------


@pytest.fixture(scope="module")
def own_day() -> Play:
    """A quiet day of the simulated hall, taken for a real one."""
    normal = named("normal")
    quiet = replace(normal, demand=normal.demand.model_copy(update={"visitors": 200}))
    day = quiet.day(Random(1))
    played = Play(
        quiet.plan, booked(quiet.plan, day), day, quiet.habits, Crew(quiet.staff), offering=False
    ).begin()
    played.run()
    return played


@pytest.fixture(params=["json", "csv"])
def export(request: pytest.FixtureRequest, own_day: Play, tmp_path: Path) -> Path:
    tickets = booklet.tickets(own_day.hall.state)
    path = tmp_path / f"tickets.{request.param}"
    if request.param == "json":
        path.write_text(tickets.model_dump_json())
        return path
    with path.open("w", newline="") as file:
        writer = csv.DictWriter(file, list(TicketRow.model_fields))
        writer.writeheader()
        writer.writerows(row.model_dump(mode="json") for row in tickets.tickets)
    return path


def test_a_halls_own_day_brings_who_came_and_how_long_they_took(
    export: Path, own_day: Play
) -> None:
    normal = named("normal")
    read = read_own_day(SCENARIOS / "hall-normal.toml", export, normal.habits, normal.staff)
    came = read.day(Random(5)).visitors
    real = [visit for visit in own_day.visits if visit.ended != "turned_away"]
    assert [v.arrives_min for v in came] == pytest.approx(
        [visit.visitor.arrives_min for visit in real], abs=1e-3
    )
    assert [v.service for v in came] == [visit.visitor.service for visit in real]
    assert [v.priority for v in came] == [visit.visitor.priority for visit in real]
    again = read.day(Random(6)).visitors
    served = [number for number, visit in enumerate(real) if visit.ended == "window"]
    assert all(came[number].work_min == again[number].work_min for number in served)
    assert {visit.ended for visit in real if visit.ended == "kiosk"}
    for number, visit in enumerate(real):
        if visit.ended == "kiosk":
            assert came[number].kiosk_taste == 0


def test_policies_are_compared_on_a_halls_own_day(
    export: Path, monkeypatch: pytest.MonkeyPatch, capsys: pytest.CaptureFixture[str]
) -> None:
    hall = SCENARIOS / "hall-normal.toml"
    assert simulate(monkeypatch, "--hall", hall, "--day", export, "--days", "2", "--jobs", "1") == 0
    assert "default against fcfs-separate" in capsys.readouterr().out


@pytest.mark.parametrize(
    ("text", "said"),
    [
        ("", "no tickets in it"),
        ("number,service\nA1,x\n", "not an export of tickets"),
        ("{", "not an export of tickets"),
    ],
)
def test_what_is_no_export_is_refused_in_one_line(
    text: str,
    said: str,
    tmp_path: Path,
    monkeypatch: pytest.MonkeyPatch,
    capsys: pytest.CaptureFixture[str],
) -> None:
    export = tmp_path / "day.csv"
    export.write_text(text)
    hall = SCENARIOS / "hall-normal.toml"
    assert simulate(monkeypatch, "--hall", hall, "--day", export) == 2
    (line,) = capsys.readouterr().err.splitlines()
    assert said in line


# Figures -----------------------------------------------------------------------------------


def days_of(*waits_min: Sequence[float]) -> Days:
    days = Days()
    for waits in waits_min:
        sums = dict.fromkeys(
            ("turned_away", "left", "kiosk", "expert", "overtaken", "walk_ins_at_windows"), 0.0
        )
        sums |= {"days": 1, "visitors": len(waits), "window_hours": 8, "busy_hours": 4}
        days.add(DayPlayed(np.array(waits, float), np.zeros(len(waits), np.int8), sums))
    return days


def test_waits_are_pooled_over_all_visitors_and_intervals_are_over_days() -> None:
    told = figures({"a": days_of([10] * 90, [70] * 10), "b": days_of([5] * 90, [35] * 10)}, 1)
    assert told["a"]["mean_wait_min"] == pytest.approx(16)
    assert told["a"]["over_60_min"] == pytest.approx(0.1)
    assert told["a"]["ci95"]["mean_wait_min"] == [10, 70]
    assert told["a"]["p95_wait_min"] == pytest.approx(70)
    assert told["b"]["change"]["mean_wait_min"] == pytest.approx(-0.5)
    assert told["b"]["change_ci95"]["mean_wait_min"] == pytest.approx([-0.5, -0.5])
    assert told["a"]["p95_priority_min"] is None


def test_intervals_of_a_quantile_hold_it() -> None:
    chance = Random(3)
    days = days_of(*([chance.expovariate(0.1) for _ in range(200)] for _ in range(40)))
    told = figures({"a": days}, 1)["a"]
    low, high = told["ci95"]["p95_wait_min"]
    assert low < 29.96 < high  # -10 ln 0.05
    assert high - low < 4
    assert low < told["p95_wait_min"] < high
