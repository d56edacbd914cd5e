"""Runs benchmarks by name, prints their figures and writes them down; it asserts nothing."""

import argparse
import json
import os
import sys
from collections.abc import Callable
from pathlib import Path
from typing import Final

import bench_counting
import bench_demo

Benchmark = Callable[[argparse.Namespace], dict[str, float]]
BENCHMARKS: Final[dict[str, Benchmark]] = {
    "counting": bench_counting.measure,
    "demo": lambda options: bench_demo.measure(),
}
OPTIONS: Final = (bench_counting.add_options,)


def main() -> int:
    """Measure what the command line names."""
    parser = argparse.ArgumentParser(
        prog="scripts/bench", description="Measure Huiting on this machine."
    )
    parser.add_argument("name", nargs="+", choices=sorted(BENCHMARKS))
    parser.add_argument("--json", type=Path, metavar="FILE", help="write the figures as one object")
    for add_options in OPTIONS:
        add_options(parser)
    options = parser.parse_args()
    figures: dict[str, float] = {}
    for name in options.name:
        load = os.getloadavg()[0]
        measured = BENCHMARKS[name](options)
        print(f"{name} (load before: {load:.1f}, {os.cpu_count()} cores)")
        for figure, value in measured.items():
            print(f"  {figure:<28} {value:>10.2f}")
        figures |= measured
    if options.json:
        options.json.write_text(json.dumps(figures, indent=2) + "\n")
    return 0


if __name__ == "__main__":
    sys.exit(main())
