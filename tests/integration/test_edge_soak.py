"""The short form of `scripts/bench soak edge`."""

import os

import soak_edge

GROWTH_MIB = 8.0  # allocators breathe; a kept picture would be 1.3 MiB each time


def test_hours_of_work_and_many_openings_leave_nothing_in_memory() -> None:
    figures = soak_edge.measure(days=0.1, openings=100, analyses=40, stall_s=1)
    grown = {name: value for name, value in figures.items() if name.endswith("growth_mib")}
    assert len(grown) == 5
    assert all(value < GROWTH_MIB for value in grown.values()), grown
    assert figures["readings"] == 0.1 * soak_edge.DAY_S


def test_a_leak_would_be_seen() -> None:
    kept: list[bytes] = []
    assert soak_edge.growth_mib(lambda: kept.append(os.urandom(200_000)), 100) > GROWTH_MIB
