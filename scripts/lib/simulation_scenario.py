"""Reads what is to be simulated: a scenario file with the hall file that it names."""

from collections.abc import Iterable
from dataclasses import dataclass
from datetime import date, timedelta
from pathlib import Path
from random import Random
from typing import Final

from hall.settings import Mistake, load
from hub.core.plan import HallPlan
from hub.core.rules import Part
from hub.simulation.assumptions import Demand, Habits, Staff, minute_of
from hub.simulation.crew import Expect, Profile
from hub.simulation.visitors import Day, People, doors_shut_min, opening_min

SCENARIOS: Final = Path(__file__).resolve().parents[2] / "config/scenarios"
MONDAY: Final = date(2026, 3, 2)  # on or after which the simulated day lies; which, plays no part


class ScenarioFile(Part):
    """`config/scenarios/NAME.toml`; `hall` names the hall file beside it."""

    hall: str
    demand: Demand
    habits: Habits
    staff: Staff


@dataclass(frozen=True)
class Scenario:
    """A hall, who comes, what they do, and who is there to serve them."""

    name: str
    plan: HallPlan
    demand: Demand
    habits: Habits
    staff: Staff
    date: date

    def day(self, chance: Random) -> Day:
        """The people of one day."""
        return People(self.plan, self.demand, self.habits, chance).day(self.date)

    def expect(self, *, offered: bool) -> Expect:
        """What the hall expects of the next minutes: its usual day, corrected by what came."""
        return Profile.of(self.demand, self.habits, offered=offered)


def named(name: str) -> Scenario:
    """A scenario of `config/scenarios`. Raises Mistake for each mistake in its files."""
    return read(SCENARIOS / f"{name}.toml")


def read(path: Path) -> Scenario:
    """The scenario file at `path`. Raises Mistake with a line for each mistake in its files."""
    file = load(ScenarioFile, path)
    plan = load(HallPlan, path.parent / file.hall)
    day = next((day for day in _week() if plan.spans(day)), None)
    if day is None:
        raise Mistake(f"{path.parent / file.hall}: hours: the hall never opens")
    if wrong := [*_unfit(file, plan, day)]:
        raise Mistake(*(f"{path}: {line}" for line in wrong))
    return Scenario(path.stem, plan, file.demand, file.habits, file.staff, day)


def _week() -> Iterable[date]:
    return (MONDAY + timedelta(days=number) for number in range(7))


def _unfit(file: ScenarioFile, plan: HallPlan, day: date) -> Iterable[str]:
    """What of a scenario its hall cannot be."""
    for service in file.demand.services.keys() - plan.service_by_id.keys():
        yield f"demand.services.{service}: the hall has no such service"
    opens, shut = opening_min(plan, day)[0], doors_shut_min(plan, day)
    for key, clocks in (("arrivals", file.demand.arrivals), ("slots", file.demand.slots)):
        for clock in clocks:
            if not opens <= minute_of(clock) < shut:
                yield f"demand.{key}.{clock}: the hall gives no numbers then"
    for key, steps in (("roster", file.staff.roster.steps), ("most", file.staff.most.steps)):
        for clock, number in steps.items():
            if number > len(plan.windows):
                yield f"staff.{key}.{clock}: the hall has only {len(plan.windows)} windows"
