"""Shifts, lunches and who may work them: what the hall file says of its clerks' hours."""

from collections.abc import Mapping, Sequence
from dataclasses import dataclass
from typing import Annotated, Final

from pydantic import Field

from hall.messages import ConfiguredId, Text
from hub.core.alert_rules import Span
from hub.core.arrivals import STEP_MIN
from hub.core.rules import Part, Positive

Name = Annotated[str, Field(min_length=1, max_length=64)]
MOST_LUNCH_MIN: Final = 180


class RosterRules(Part):
    """Hours that nobody exceeds: in a day without lunch, and in one stretch without a break."""

    longest_day_min: Positive = 480
    longest_stretch_min: Positive = 270
    lunch_min: Annotated[int, Field(ge=STEP_MIN, le=MOST_LUNCH_MIN, multiple_of=STEP_MIN)] = 60


class Shift(Part):
    """From when to when someone is in the hall, and within which time they have lunch, if any."""

    id: ConfiguredId
    name: Text
    hours: Span
    lunch: Span | None = None


class Clerks(Part):
    """People who know the same groups of services. `shifts`: which they may work; all if none."""

    id: ConfiguredId
    groups: Annotated[tuple[ConfiguredId, ...], Field(min_length=1)]
    people: Annotated[tuple[Name, ...], Field(min_length=1)]
    shifts: tuple[ConfiguredId, ...] = ()


@dataclass(frozen=True, slots=True)
class Duty:
    """A shift with its lunch; times in minutes since midnight."""

    shift: str
    start_min: int
    end_min: int
    lunch_min: tuple[int, int] | None = None

    @property
    def stretches(self) -> tuple[tuple[int, int], ...]:
        """From when to when one is at a window without a break."""
        if self.lunch_min is None:
            return ((self.start_min, self.end_min),)
        return (self.start_min, self.lunch_min[0]), (self.lunch_min[1], self.end_min)

    @property
    def worked_min(self) -> int:
        """Minutes at a window."""
        return sum(end - start for start, end in self.stretches)

    def covers(self, step_min: int) -> bool:
        """Whether one is at a window for the whole quarter of an hour that begins then."""
        return any(
            start <= step_min and step_min + STEP_MIN <= end for start, end in self.stretches
        )


def duties(shift: Shift, rules: RosterRules) -> tuple[Duty, ...]:
    """Every way to work a shift that keeps the rules: lunch may begin each quarter of an hour."""
    start, end = minutes_of(shift.hours)
    lunches: list[tuple[int, int] | None] = [None]
    if shift.lunch is not None:
        first, last = minutes_of(shift.lunch)
        lunches = [
            (at, at + rules.lunch_min)
            for at in range(first, last - rules.lunch_min + 1, STEP_MIN)
            if start < at and at + rules.lunch_min < end
        ]
    ways = (Duty(shift.id, start, end, lunch) for lunch in lunches)
    return tuple(way for way in ways if _keeps(way, rules))


def _keeps(duty: Duty, rules: RosterRules) -> bool:
    longest = max(end - start for start, end in duty.stretches)
    return longest <= rules.longest_stretch_min and duty.worked_min <= rules.longest_day_min


def mistakes(
    shifts: Sequence[Shift],
    clerks: Sequence[Clerks],
    rules: RosterRules,
    groups: Mapping[str, object],
) -> list[str]:
    """What does not fit together, a sentence each."""
    known = {shift.id for shift in shifts}
    found = [
        f"shift {shift.id}: no lunch keeps to {rules.longest_stretch_min:g} minutes in one stretch"
        f" and {rules.longest_day_min:g} in a day"
        for shift in shifts
        if not duties(shift, rules)
    ]
    for each in clerks:
        found += [
            f"clerks {each.id} name the unknown group {g}" for g in each.groups if g not in groups
        ]
        found += [
            f"clerks {each.id} name the unknown shift {s}" for s in each.shifts if s not in known
        ]
    if clerks and not shifts:
        found.append("there are clerks, but no shifts")
    people = [(each.id, name) for each in clerks for name in each.people]
    found += [
        f"{name} stands among clerks {first} and {second}"
        for number, (first, name) in enumerate(people)
        for second, other in people[number + 1 :]
        if name == other
    ]
    return found


def minutes_of(span: Span) -> tuple[int, int]:
    """Minutes since midnight of "HH:MM-HH:MM"."""
    start, end = (clock.split(":") for clock in span.split("-"))
    return int(start[0]) * 60 + int(start[1]), int(end[0]) * 60 + int(end[1])
