"""Plans shifts as a mixed-integer program, solved by HiGHS (Huangfu & Hall 2018) through SciPy.

People are not told apart: one whole number for each team and duty. A model of single persons has
as many equal solutions as there are ways to swap them, and is not proven best in any useful time.
"""

from collections.abc import Iterable
from typing import Final

import numpy as np
from scipy.optimize import Bounds, LinearConstraint, milp
from scipy.sparse import coo_array

from hub.core.rota import Problem, Solution

FURTHER: Final = 2.0  # what each further missing window of a group weighs against the first
UNATTENDED: Final = 2.0  # what it weighs that nobody is there who knows a group


class _Program:
    """Columns with their cost and bounds, and rows of sums that stay within bounds."""

    def __init__(self) -> None:
        self.cost: list[float] = []
        self.most: list[float] = []
        self.whole: list[bool] = []
        self.low: list[float] = []
        self.high: list[float] = []
        self._cells: list[tuple[int, int, float]] = []

    def column(self, cost: float = 0.0, most: float = np.inf, *, whole: bool = False) -> int:
        """A number from 0 to `most`."""
        self.cost.append(cost)
        self.most.append(most)
        self.whole.append(whole)
        return len(self.cost) - 1

    def row(self, low: float, high: float, cells: Iterable[tuple[int, float]]) -> None:
        """The sum of columns times factors lies from `low` to `high`."""
        self._cells += [(len(self.low), column, factor) for column, factor in cells]
        self.low.append(low)
        self.high.append(high)

    @property
    def rows(self) -> LinearConstraint:
        """All rows."""
        places = np.array([cell[:2] for cell in self._cells], int).reshape(-1, 2).T
        factors = np.array([cell[2] for cell in self._cells], float)
        matrix = coo_array((factors, (places[0], places[1])), (len(self.low), len(self.cost)))
        return LinearConstraint(matrix.tocsr(), self.low, self.high)


def solve(problem: Problem, time_limit_s: float) -> Solution:
    """Fewest missing windows, and of these plans one with the fewest hours."""
    program = _Program()
    hours = [[duty.worked_min / 15 for duty in team.duties] for team in problem.teams]
    missing = 1 + sum(
        team.count * max(each) for team, each in zip(problem.teams, hours, strict=True) if each
    )
    staffed = [
        [program.column(cost, team.count, whole=True) for cost in each]
        for team, each in zip(problem.teams, hours, strict=True)
    ]
    for team, columns in zip(problem.teams, staffed, strict=True):
        program.row(0, team.count, ((column, 1) for column in columns))
    for step, needs in zip(problem.steps, problem.needs, strict=True):
        _step(program, problem, staffed, missing, (step, needs))
    found = milp(
        program.cost,
        integrality=np.array(program.whole, int),
        bounds=Bounds(0, program.most),
        constraints=program.rows,
        options={"time_limit": time_limit_s, "mip_rel_gap": 0.0},
    )
    if found.x is None:
        return Solution(None)
    return Solution(
        staffed=tuple(tuple(round(found.x[column]) for column in each) for each in staffed),
        optimal=found.status == 0,
        gap=0.0 if found.status == 0 else float(found.mip_gap or 0.0),
    )


def _step(
    program: _Program,
    problem: Problem,
    staffed: list[list[int]],
    missing: float,
    what: tuple[int, tuple[int, ...]],
) -> None:
    """Whom those on duty serve at which windows, and what is missing then."""
    step, needs = what
    there = [
        [column for duty, column in zip(team.duties, columns, strict=True) if duty.covers(step)]
        for team, columns in zip(problem.teams, staffed, strict=True)
    ]
    by_team = [{group: program.column() for group in team.groups} for team in problem.teams]
    by_windows = [
        {group: program.column() for group in problem.groups if group in served}
        for served, _ in problem.windows
    ]
    for present, shared in zip(there, by_team, strict=True):
        ones = ((column, 1.0) for column in shared.values())
        program.row(-np.inf, 0, (*ones, *((column, -1.0) for column in present)))
    for (_, count), shared in zip(problem.windows, by_windows, strict=True):
        program.row(0, count, ((column, 1.0) for column in shared.values()))
    for group, need in zip(problem.groups, needs, strict=True):
        clerks = [shared[group] for shared in by_team if group in shared]
        windows = [shared[group] for shared in by_windows if group in shared]
        first, further = program.column(missing, 1), program.column(FURTHER * missing)
        for places in (clerks, windows):
            cells = (*((column, 1.0) for column in places), (first, 1.0), (further, 1.0))
            program.row(need, np.inf, cells)
        know = [
            column
            for team, present in zip(problem.teams, there, strict=True)
            if group in team.groups
            for column in present
        ]
        nobody = program.column(UNATTENDED * missing, 1)
        program.row(1, np.inf, (*((column, 1.0) for column in know), (nobody, 1.0)))
