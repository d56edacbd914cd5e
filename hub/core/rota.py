"""A day's shifts to plan as a problem in numbers, and how many clerks its solution has where."""

from collections.abc import Sequence
from dataclasses import dataclass

from hub.core.shifts import Duty


@dataclass(frozen=True, slots=True)
class Team:
    """So many clerks of the same skills, and what each of them may work."""

    id: str
    groups: tuple[str, ...]
    count: int
    duties: tuple[Duty, ...]


@dataclass(frozen=True, slots=True)
class Problem:
    """A day to plan. `needs`: windows by group for each step, in the order of `groups`.

    `steps`: when quarters of an hour begin, in minutes since midnight. `windows`: how many there
    are that serve exactly these groups.
    """

    groups: tuple[str, ...]
    steps: tuple[int, ...]
    needs: tuple[tuple[int, ...], ...]
    teams: tuple[Team, ...]
    windows: tuple[tuple[frozenset[str], int], ...]


@dataclass(frozen=True, slots=True)
class Solution:
    """How many of each team work each duty: `staffed[team][duty]`.

    `optimal`: nothing better exists; without, `gap` is the share of the cost that might be saved.
    None for `staffed`: nothing was found in time.
    """

    staffed: tuple[tuple[int, ...], ...] | None
    optimal: bool = False
    gap: float = 0.0


def on_duty(problem: Problem, solution: Solution, step_min: int) -> tuple[int, ...]:
    """Clerks of each team who are at windows for a whole step."""
    return tuple(
        sum(count for duty, count in zip(team.duties, counts, strict=True) if duty.covers(step_min))
        for team, counts in zip(problem.teams, solution.staffed or (), strict=True)
    )


def covered(problem: Problem, present: Sequence[int], needs: Sequence[int]) -> tuple[int, ...]:
    """Windows of each group that so many clerks of each team can staff, as many as possible.

    Every clerk sits at one window, which must serve a group that they know: a flow from teams
    through groups to windows, made greatest by augmenting paths (Ford & Fulkerson 1956).
    """
    room = _network(problem, present, needs)
    met = dict.fromkeys(problem.groups, 0)
    while path := _path(room):
        for start, end in path:
            room[start, end] -= 1
            room[end, start] = room.get((end, start), 0) + 1
    for group in problem.groups:
        met[group] = room.get((("met", group), ("group", group)), 0)
    return tuple(met.values())


_Node = tuple[str, object]
_START: _Node = ("start", None)
_END: _Node = ("end", None)


def _network(
    problem: Problem, present: Sequence[int], needs: Sequence[int]
) -> dict[tuple[_Node, _Node], int]:
    room: dict[tuple[_Node, _Node], int] = {}
    for number, (team, count) in enumerate(zip(problem.teams, present, strict=True)):
        room[_START, ("team", number)] = count
        for group in team.groups:
            room[("team", number), ("group", group)] = count
    for group, need in zip(problem.groups, needs, strict=True):
        room[("group", group), ("met", group)] = need
    for served, count in problem.windows:
        room[("windows", served), _END] = count
        for group in served:
            room[("met", group), ("windows", served)] = count
    return room


def _path(room: dict[tuple[_Node, _Node], int]) -> list[tuple[_Node, _Node]]:
    """A shortest way from start to end on which there is room; empty if there is none."""
    came: dict[_Node, _Node] = {}
    reached = [_START]
    for node in reached:
        for (start, end), left in room.items():
            if start == node and left > 0 and end not in came and end != _START:
                came[end] = start
                reached.append(end)
    path, node = [], _END
    while node in came:
        path.append((came[node], node))
        node = came[node]
    return path
