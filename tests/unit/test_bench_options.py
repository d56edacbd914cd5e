"""Each benchmark has the options of its own, and only when it is named."""

from pathlib import Path

import pytest
from bench_main import BENCHMARKS, read_options


def test_a_benchmark_takes_its_own_options_beside_the_shared_ones() -> None:
    options = read_options(["vision", "--data", "somewhere", "--json", "figures.json"])
    assert options.name == ["vision"]
    assert (options.data, options.json) == (Path("somewhere"), Path("figures.json"))


def test_options_may_come_before_the_name() -> None:
    assert read_options(["--data", "somewhere", "vision"]).name == ["vision"]


@pytest.mark.parametrize("name", sorted(BENCHMARKS.keys() - {"vision"}))
def test_an_option_of_another_benchmark_is_refused(
    name: str, capsys: pytest.CaptureFixture[str]
) -> None:
    with pytest.raises(SystemExit):
        read_options([name, "--data", "somewhere"])
    assert "unrecognized arguments: --data" in capsys.readouterr().err


def test_an_unknown_benchmark_is_refused_and_the_known_ones_are_named(
    capsys: pytest.CaptureFixture[str],
) -> None:
    with pytest.raises(SystemExit):
        read_options(["sorcery"])
    said = capsys.readouterr().err
    assert all(name in said for name in BENCHMARKS)
