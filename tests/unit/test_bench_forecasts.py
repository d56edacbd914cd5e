"""The benchmarks of forecasts read their series right, and refuse what is not one."""

import argparse
from datetime import date
from pathlib import Path

import bench_alerts
import bench_arrivals
import pytest

HEAD = "office,queue,dt,waiting,open_windows,num\n"


def test_a_series_is_cut_into_weekdays_of_quarters_of_an_hour(tmp_path: Path) -> None:
    path = tmp_path / "calls.csv"
    rows = [f"{n},{n % bench_arrivals.PER_DAY}" for n in range(6 * bench_arrivals.PER_DAY + 5)]
    path.write_text("i,calls\n" + "\n".join(rows) + "\n")
    days = dict(bench_arrivals.weekdays(path))
    assert [day.isoweekday() for day in days] == [1, 2, 3, 4, 5, 1]
    first = days[date(2001, 1, 1)]
    assert first[bench_arrivals.OPENS : bench_arrivals.OPENS + 2] == [0 + 1 + 2, 3 + 4 + 5]
    assert sum(first) == sum(range(bench_arrivals.PER_DAY - 1))  # the odd last five minutes not


def test_a_steady_series_is_forecast_without_error(tmp_path: Path) -> None:
    path = tmp_path / "calls.csv"
    rows = "\n".join(f"{n},20" for n in range(40 * bench_arrivals.PER_DAY))
    path.write_text(f"i,calls\n{rows}\n")
    told = bench_arrivals.measure(argparse.Namespace(series=path, test_days=3))
    assert told["wape"] < 2
    assert told["coverage_90"] == 1.0


@pytest.mark.parametrize("days", [0, 40, 50])
def test_more_days_to_judge_than_there_are_is_refused(tmp_path: Path, days: int) -> None:
    path = tmp_path / "calls.csv"
    path.write_text(
        "i,calls\n" + "\n".join(f"{n},20" for n in range(40 * bench_arrivals.PER_DAY)) + "\n"
    )
    with pytest.raises(SystemExit, match="--test-days"):
        bench_arrivals.measure(argparse.Namespace(series=path, test_days=days))


def test_two_snapshots_in_one_slot_count_twice_or_once_as_asked(tmp_path: Path) -> None:
    path = tmp_path / "offices.csv"
    lines = [f"hall,q,2020-01-07 {8 + n // 12:02}:{n % 12 * 5:02}:30,4,2,{n}" for n in range(40)]
    path.write_text(HEAD + "\n".join([*lines, "hall,q,2020-01-07 08:04:59,5,3,1"]) + "\n")
    read = bench_alerts.snapshots(path)
    twice, once = (
        bench_alerts.places(read, once=each)["hall"][date(2020, 1, 7)] for each in (False, True)
    )
    assert (twice[0].waiting, twice[0].windows) == (9.0, 5.0)
    assert (once[0].waiting, once[0].windows) == (5.0, 3.0)
    assert once[1].waiting == twice[1].waiting == 4.0
    assert once[0].came == 2.0  # two more given: one called, one more waiting
    assert once[2].called == 1.0


def test_files_that_are_not_given_or_too_short_are_refused(tmp_path: Path) -> None:
    path = tmp_path / "offices.csv"
    path.write_text(HEAD + "hall,q,2020-01-07 08:00:30,4,2,1\n")
    with pytest.raises(SystemExit, match="--train"):
        bench_alerts.measure(argparse.Namespace(train=None, test=path))
    with pytest.raises(SystemExit, match="two whole days"):
        bench_alerts.measure(argparse.Namespace(train=path, test=path))
    with pytest.raises(SystemExit, match="--series"):
        bench_arrivals.measure(argparse.Namespace(series=None, test_days=4))
