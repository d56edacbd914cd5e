"""The benchmark of waits: columns as they come, outcomes from when they were known."""

import csv
import gzip
from datetime import date
from pathlib import Path
from random import Random

import bench_waits
import pytest
import warsaw_waits
from bench_main import read_options
from warsaw_waits import Row

Line = dict[str, object]
COLUMNS = ("office", "queue", "day", "t", "w", "ow", "est", "les", "rate", "arr", "served", "y")


def rows(days: range, seed: int) -> list[Line]:
    """Queues in which each person takes four minutes, more or less."""
    chance = Random(seed)
    found: list[Line] = []
    for day in days:
        for queue in ("1", "2", "3"):
            for step in range(60):
                waiting = 1 + chance.randrange(8)
                day_text, wait = f"2020-01-{day:02d}", 4 * waiting + chance.uniform(-2, 2)
                place = ("office", queue, day_text, 480 + 5 * step, waiting, 2, 9)
                figures = (20, 0.25, 0.25, 1 + step, wait)
                found.append(dict(zip(COLUMNS, (*place, *figures), strict=True)))
    return found


def write(path: Path, lines: list[Line]) -> Path:
    opened = gzip.open if path.suffix == ".gz" else open
    with opened(path, "wt", encoding="utf-8", newline="") as file:
        writer = csv.DictWriter(file, COLUMNS)
        writer.writeheader()
        writer.writerows(lines)
    return path


def test_it_measures_errors_and_coverage_of_later_days(tmp_path: Path) -> None:
    train = write(tmp_path / "train.csv.gz", rows(range(1, 6), seed=1))
    test = write(tmp_path / "test.csv", rows(range(6, 8), seed=2))
    figures = bench_waits.measure(
        read_options(["waits", "--train", str(train), "--test", str(test)])
    )
    assert figures["mae_min"] < 2
    assert figures["baseline_queue_length"] < 2
    assert figures["baseline_office_estimate"] == pytest.approx(2.5, abs=1.0)
    assert 0.8 <= figures["p90_coverage"] <= 1
    assert (figures["waits"], figures["days"]) == (360, 2)


def test_days_to_learn_from_come_before_those_to_judge_by(tmp_path: Path) -> None:
    path = write(tmp_path / "same.csv", rows(range(1, 3), seed=1))
    with pytest.raises(SystemExit, match="must come after"):
        bench_waits.measure(read_options(["waits", "--train", str(path), "--test", str(path)]))


def test_another_file_is_told(tmp_path: Path) -> None:
    path = tmp_path / "other.csv"
    path.write_text("a,b\n1,2\n")
    with pytest.raises(SystemExit, match="not the columns of waits"):
        warsaw_waits.read(path)


def row(t: float, w: float, y: float, served: float = 1) -> Row:
    return Row("office", "1", date(2020, 1, 7), t, w, 1, 9, 20, 0.2, 0.2, served, y)


def test_a_wait_is_known_to_those_only_who_come_after_its_end() -> None:
    seen = warsaw_waits.samples([row(500, 2, 12), row(505, 3, 30), row(510, 4, 8), row(515, 4, 9)])
    assert [sample.sight.known for sample in seen] == [0, 0, 0, 1]
    assert seen[3].sight.pace_day == 6


def test_percentiles_follow_only_outcomes_known_by_then() -> None:
    late = [row(500, 2, 40), row(505, 2, 40), row(545, 2, 40)]
    told = bench_waits.adapted(late, [10, 10, 10])
    assert told[:2] == [10, 10]
    assert told[2] > 10
