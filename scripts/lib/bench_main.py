"""Runs benchmarks by name, prints their figures and writes them down; it asserts nothing."""

import argparse
import json
import os
import sys
from collections.abc import Callable
from pathlib import Path
from typing import Final, NamedTuple

import bench_alerting
import bench_alerts
import bench_arrivals
import bench_counting
import bench_demo
import bench_ingest
import bench_staffing
import bench_start
import bench_tickets
import bench_vision
import bench_waits
import soak_edge
import soak_kills


class Benchmark(NamedTuple):
    """What measures, and what its own options are."""

    measure: Callable[[argparse.Namespace], dict[str, float]]
    add_options: Callable[[argparse.ArgumentParser], None] = lambda parser: None


BENCHMARKS: Final = {
    "alerts": Benchmark(bench_alerts.measure, bench_alerts.add_options),
    "arrivals": Benchmark(bench_arrivals.measure, bench_arrivals.add_options),
    "alerting": Benchmark(lambda options: bench_alerting.measure()),
    "counting": Benchmark(bench_counting.measure, bench_counting.add_options),
    "demo": Benchmark(lambda options: bench_demo.measure()),
    "ingest": Benchmark(bench_ingest.measure, bench_ingest.add_options),
    "staffing": Benchmark(lambda options: bench_staffing.measure()),
    "start": Benchmark(lambda options: bench_start.measure()),
    "tickets": Benchmark(lambda options: bench_tickets.measure()),
    "vision": Benchmark(bench_vision.measure, bench_vision.add_options),
    "waits": Benchmark(bench_waits.measure, bench_waits.add_options),
}
SOAKS: Final = {
    "edge": Benchmark(lambda options: soak_edge.measure()),
    "kills": Benchmark(lambda options: soak_kills.measure()),
}


def read_options(arguments: list[str]) -> argparse.Namespace:
    """The command line: names of benchmarks, then the options of those that are named."""
    table, first = (SOAKS, 1) if arguments[:1] == ["soak"] else (BENCHMARKS, 0)
    parser = argparse.ArgumentParser(
        prog="scripts/bench soak" if first else "scripts/bench",
        description="Measure Huiting on this machine. Each benchmark may have options of its own:"
        " scripts/bench NAME --help. Long proofs: scripts/bench soak NAME"
        f" ({', '.join(sorted(SOAKS))}).",
    )
    parser.add_argument("name", nargs="+", choices=sorted(table))
    parser.add_argument("--json", type=Path, metavar="FILE", help="write the figures as one object")
    for name in table.keys() & {*arguments[first:]}:
        table[name].add_options(parser)
    options = parser.parse_args(arguments[first:])
    options.chosen = {name: table[name] for name in options.name}
    return options


def main() -> int:
    """Measure what the command line names."""
    options = read_options(sys.argv[1:])
    figures: dict[str, float] = {}
    for name, benchmark in options.chosen.items():
        load = os.getloadavg()[0]
        measured = benchmark.measure(options)
        print(f"{name} (load before: {load:.1f}, {os.cpu_count()} cores)")
        for figure, value in measured.items():
            print(f"  {figure:<32} {value:>10.2f}")
        figures |= measured
    if options.json:
        options.json.write_text(json.dumps(figures, indent=2) + "\n")
    return 0


if __name__ == "__main__":
    sys.exit(main())
