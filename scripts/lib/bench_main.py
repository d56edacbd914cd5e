"""Runs benchmarks by name, prints their figures and writes them down; it asserts nothing."""

import argparse
import json
import os
import sys
from collections.abc import Callable
from pathlib import Path
from typing import Final

import bench_demo
import bench_start
import bench_tickets
import soak_kills

BENCHMARKS: Final[dict[str, Callable[[], dict[str, float]]]] = {
    "demo": bench_demo.measure,
    "start": bench_start.measure,
    "tickets": bench_tickets.measure,
}
SOAKS: Final[dict[str, Callable[[], dict[str, float]]]] = {"kills": soak_kills.measure}


def main() -> int:
    """Measure what the command line names."""
    parser = argparse.ArgumentParser(
        prog="scripts/bench", description="Measure Huiting on this machine."
    )
    parser.add_argument(
        "name",
        nargs="+",
        choices=["soak", *sorted({*BENCHMARKS, *SOAKS})],
        help=f"benchmarks ({', '.join(sorted(BENCHMARKS))}), or soak and what to soak"
        f" ({', '.join(sorted(SOAKS))})",
    )
    parser.add_argument("--json", type=Path, metavar="FILE", help="write the figures as one object")
    options = parser.parse_args()
    table, names = BENCHMARKS, options.name
    if names[0] == "soak":
        table, names = SOAKS, names[1:]
    if not names or not table.keys() >= {*names}:
        parser.error(f"choose from: {', '.join(sorted(table))}")
    figures: dict[str, float] = {}
    for name in names:
        load = os.getloadavg()[0]
        measured = table[name]()
        print(f"{name} (load before: {load:.1f}, {os.cpu_count()} cores)")
        for figure, value in measured.items():
            print(f"  {figure:<28} {value:>10.{1 if value >= 1 else 3}f}")
        figures |= measured
    if options.json:
        options.json.write_text(json.dumps(figures, indent=2) + "\n")
    return 0


if __name__ == "__main__":
    sys.exit(main())
