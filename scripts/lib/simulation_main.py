"""The command `scripts/simulate`: days of a hall under several policies, compared."""

import argparse
import json
import os
import sys
import time
from collections.abc import Mapping
from pathlib import Path
from typing import Any, Final, NoReturn

import simulation_own_day
import simulation_scenario
from simulation_days import play_days
from simulation_figures import Days, figures
from simulation_own_day import OwnDay
from simulation_plot import svg
from simulation_policies import BASELINE, POLICIES
from simulation_scenario import SCENARIOS, Scenario
from simulation_table import assumptions, changes, said, table

from hall.settings import Mistake

USAGE: Final = 2


class _Parser(argparse.ArgumentParser):
    def error(self, message: str) -> NoReturn:
        """One line, not the whole usage."""
        self.exit(USAGE, f"{self.prog}: {message}\n")


def read_options(arguments: list[str]) -> argparse.Namespace:
    """The command line. Whatever is unknown ends the program with one line."""
    known = sorted(path.stem for path in SCENARIOS.glob("*.toml") if "hall-" not in path.stem)
    parser = _parser(known)
    options = parser.parse_args(arguments)
    if (options.hall is None) != (options.day is None):
        parser.error("--hall and --day go together")
    if options.scenario in known:
        options.scenario = f"{SCENARIOS / options.scenario}.toml"
    elif not options.scenario.endswith(".toml"):
        parser.error(f"no scenario {options.scenario!r}; there are {', '.join(known)}")
    return options


def _parser(known: list[str]) -> _Parser:
    policies = "\n".join(f"  {name:<20}{policy.said}" for name, policy in POLICIES.items())
    parser = _Parser(
        prog="scripts/simulate",
        description="Play days of a hall on the hub's own decisions and compare policies: every\n"
        f"policy meets the same people.\n\npolicies:\n{policies}",
        formatter_class=argparse.RawDescriptionHelpFormatter,
    )
    add = parser.add_argument
    add("--scenario", default="normal", help=f"{', '.join(known)}, or a scenario file")
    add("--days", type=_positive, default=20, metavar="N", help="default: 20")
    both = (BASELINE, "default")
    add(
        "--policies", type=_policies, default=both, metavar="A,B", help=f"default: {','.join(both)}"
    )
    add("--seed", type=int, default=1, metavar="S", help="default: 1")
    add("--json", type=Path, metavar="FILE", help="write all figures as one object")
    add("--plot", type=Path, metavar="FILE", help="draw the figures, as SVG")
    cores = os.cpu_count() or 1
    add("--jobs", type=_positive, default=cores, metavar="K", help="processes; default: one a core")
    add("--hall", type=Path, metavar="FILE", help="hall file of --day")
    add(
        "--day",
        type=Path,
        metavar="EXPORT",
        help="a day as the hub exports it (GET /api/v1/tickets), JSON or CSV: who came when and"
        " for what, and how long it took; each of --days draws anew what it does not tell, from"
        " the habits of --scenario",
    )
    return parser


def _positive(text: str) -> int:
    number = int(text)
    if number < 1:
        raise argparse.ArgumentTypeError(f"{text} is not above zero")
    return number


def _policies(text: str) -> tuple[str, ...]:
    names = tuple(dict.fromkeys(text.split(",")))
    for name in names:
        if name not in POLICIES:
            raise argparse.ArgumentTypeError(f"no policy {name!r}; there are {', '.join(POLICIES)}")
    return names


def simulate(simulated: Scenario | OwnDay, options: argparse.Namespace) -> None:
    """Play, tell, and write down."""
    print(f"{simulated.name}, {options.days} days, seed {options.seed}. Assumptions:")
    for line in said(simulated.plan, simulated.demand, simulated.habits, simulated.staff):
        print(f"  {line}")
    began = time.monotonic()
    days = {name: Days() for name in options.policies}
    for day in play_days(simulated, options.policies, options.days, options.seed, options.jobs):
        for name, played in day.items():
            days[name].add(played)
    found = figures(days, options.seed)
    took_s = time.monotonic() - began
    print(f"\nWaits of all visitors in minutes, 95 % intervals below ({took_s:.0f} s):")
    for line in table(found):
        print(line)
    for line in changes(found, BASELINE if BASELINE in found else options.policies[0]):
        print(line)
    _write(simulated, options, found)


def _write(
    simulated: Scenario | OwnDay,
    options: argparse.Namespace,
    found: Mapping[str, Mapping[str, Any]],
) -> None:
    if options.json:
        it = simulated
        told = {
            "scenario": it.name,
            "days": options.days,
            "seed": options.seed,
            "assumptions": assumptions(it.plan, it.demand, it.habits, it.staff),
            "policies": found,
        }
        options.json.write_text(json.dumps(told, indent=2, ensure_ascii=False) + "\n")
    if options.plot:
        options.plot.write_text(svg(f"{simulated.name}, {options.days} days", found))


def main() -> int:
    """Simulate what the command line names."""
    options = read_options(sys.argv[1:])
    try:
        scenario = simulation_scenario.read(Path(options.scenario))
        simulated: Scenario | OwnDay = scenario
        if options.day:
            simulated = simulation_own_day.read(
                options.hall, options.day, scenario.habits, scenario.staff
            )
        simulate(simulated, options)
    except Mistake as mistake:
        print(mistake, file=sys.stderr)
        return USAGE
    except OSError as error:
        print(f"{error.filename}: {error.strerror}", file=sys.stderr)
        return USAGE
    return 0


if __name__ == "__main__":
    sys.exit(main())
