"""Plays many days under several policies, all of which meet the same people."""

import gc
from collections.abc import Iterator, Mapping, Sequence
from concurrent.futures import ProcessPoolExecutor
from dataclasses import dataclass
from functools import partial
from multiprocessing import get_context
from random import Random
from typing import Protocol

import numpy as np
from numpy.typing import NDArray
from simulation_policies import POLICIES

from hall.messages import VisitClass
from hub.core.plan import HallPlan
from hub.simulation.assumptions import Habits, Staff
from hub.simulation.crew import Crew, Expect
from hub.simulation.decisions import booked
from hub.simulation.play import play
from hub.simulation.visitors import Day
from hub.simulation.visits import Outcome, Visit

CLASSES: tuple[VisitClass, ...] = tuple(VisitClass)


class Simulated(Protocol):
    """What can be played: a scenario, or a hall's own day."""

    @property
    def plan(self) -> HallPlan:
        """The hall."""

    @property
    def habits(self) -> Habits:
        """What people do."""

    @property
    def staff(self) -> Staff:
        """Who is there."""

    def day(self, chance: Random) -> Day:
        """The people of one day."""

    def expect(self, *, offered: bool) -> Expect:
        """What the hall expects of the next minutes."""


@dataclass(frozen=True)
class DayPlayed:
    """One day under one policy. Arrays have an element for each visitor who got a number.

    `waits_min`; `classes`: places in CLASSES. `sums`: what is counted once a day, by name.
    """

    waits_min: NDArray[np.float64]
    classes: NDArray[np.int8]
    sums: Mapping[str, float]


def play_days(
    simulated: Simulated, policies: Sequence[str], days: int, seed: int, jobs: int
) -> Iterator[dict[str, DayPlayed]]:
    """Day after day, by policy. The outcome depends on the seed, never on `jobs`."""
    one_day = partial(_play_day, simulated, policies, seed)
    if jobs == 1:
        yield from map(one_day, range(days))
        return
    # Fresh processes: a fork would copy whatever threads and locks the caller holds.
    with ProcessPoolExecutor(jobs, mp_context=get_context("spawn")) as pool:
        yield from pool.map(one_day, range(days), chunksize=max(1, days // (jobs * 8)))


def _play_day(
    simulated: Simulated, policies: Sequence[str], seed: int, number: int
) -> dict[str, DayPlayed]:
    gc.disable()  # states hold no cycles, and looking for some takes a tenth of the time
    day = simulated.day(Random(f"{seed}:{number}"))  # noqa: S311 chance, no secret
    morning = booked(simulated.plan, day)
    played = {}
    for name in policies:
        policy = POLICIES[name]
        expect = simulated.expect(offered=policy.offering) if policy.elastic else None
        played[name] = _counted(
            play(
                policy.changed(simulated.plan),
                morning,
                day,
                simulated.habits,
                Crew(simulated.staff, expect),
                offering=policy.offering,
            )
        )
    gc.enable()
    return played


def _counted(outcome: Outcome) -> DayPlayed:
    visits = [visit for visit in outcome.visits if visit.ended != "turned_away"]
    ends = [visit.ended for visit in visits]
    return DayPlayed(
        waits_min=np.array([visit.wait_min for visit in visits], float),
        classes=np.array([CLASSES.index(visit.visit) for visit in visits], np.int8),
        sums={
            "days": 1,
            "visitors": len(visits),
            "turned_away": len(outcome.visits) - len(visits),
            "left": ends.count("left"),
            "kiosk": ends.count("kiosk"),
            "expert": ends.count("expert"),
            "window_hours": outcome.window_min / 60,
            "busy_hours": outcome.busy_min / 60,
            **_overtaken(visits),
        },
    )


def _overtaken(visits: Sequence[Visit]) -> dict[str, float]:
    """How often walk-ins at windows saw another walk-in served who had come later."""
    began = np.array(
        [
            visit.began_min
            for visit in visits  # in the order of their arrival
            if visit.ended == "window" and visit.visit is VisitClass.WALK_IN
        ],
        float,
    )
    overtaken = np.triu(began[None, :] < began[:, None], 1).sum() if began.size else 0
    return {"walk_ins_at_windows": float(began.size), "overtaken": float(overtaken)}
