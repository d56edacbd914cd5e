"""Runs benchmarks by name, prints their figures and writes them down; it asserts nothing."""

import argparse
import json
import os
import sys
from collections.abc import Callable
from pathlib import Path
from typing import Final

import bench_demo
import bench_tickets

BENCHMARKS: Final[dict[str, Callable[[], dict[str, float]]]] = {
    "demo": bench_demo.measure,
    "tickets": bench_tickets.measure,
}


def main() -> int:
    """Measure what the command line names."""
    parser = argparse.ArgumentParser(
        prog="scripts/bench", description="Measure Huiting on this machine."
    )
    parser.add_argument("name", nargs="+", choices=sorted(BENCHMARKS))
    parser.add_argument("--json", type=Path, metavar="FILE", help="write the figures as one object")
    options = parser.parse_args()
    figures: dict[str, float] = {}
    for name in options.name:
        load = os.getloadavg()[0]
        measured = BENCHMARKS[name]()
        print(f"{name} (load before: {load:.1f}, {os.cpu_count()} cores)")
        for figure, value in measured.items():
            print(f"  {figure:<28} {value:>10.1f}")
        figures |= measured
    if options.json:
        options.json.write_text(json.dumps(figures, indent=2) + "\n")
    return 0


if __name__ == "__main__":
    sys.exit(main())
