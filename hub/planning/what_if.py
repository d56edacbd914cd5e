"""Plays the rest of a day many times with two sets of windows, until sure enough or out of time."""

import gc
from collections.abc import Callable
from random import Random
from time import monotonic
from typing import Final

from hub.core.refusals import Refused
from hub.simulation.rest import Question, Rest, changed, expected_demand, run_pair

RUNS: Final = 40
FEWEST: Final = 8  # below so many intervals say nothing, however long it takes

Pair = tuple[Rest, Rest]


def compare(
    question: Question,
    time_limit_s: float,
    runs: int = RUNS,
    clock: Callable[[], float] = monotonic,
) -> tuple[Pair, ...] | Refused:
    """Each run as the windows are and as they would be, on the same people (common random numbers).

    The same question has the same answer, but for how many runs there was time for.
    """
    otherwise = changed(question)
    if isinstance(otherwise, Refused):
        return otherwise
    gc.disable()  # states hold no cycles, and looking for some takes a tenth of the time
    demand = expected_demand(question.plan, question.state, question.patterns, question.now)
    ends = clock() + time_limit_s
    pairs: list[Pair] = []
    while len(pairs) < runs and (len(pairs) < FEWEST or clock() < ends):
        chance = Random(f"what if:{len(pairs)}")  # noqa: S311 chance, no secret
        pairs.append(run_pair(question, otherwise, demand, chance))
    gc.enable()
    return tuple(pairs)
