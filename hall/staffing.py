"""What HTTP tells of windows needed, shifts and "what if", as frozen models."""

from collections.abc import Mapping
from datetime import date
from typing import Annotated, Literal

from pydantic import Field

from hall.messages import Advice, ConfiguredId, Message, Moment, Seconds, Text


class GroupStaffing(Message):
    """Windows of one group: open, and needed for its load (windows kept busy on average)."""

    open: int
    needed: int
    load: float


class StaffingStep(Message):
    """A quarter of an hour from `at` on: windows needed, in all and by group.

    `planned`: clerks whom the shift plan has at windows; None without a plan. `open`: windows that
    are open now, as if they stayed so; None on other days than today.
    """

    at: Moment
    needed: int
    load: float
    groups: Mapping[str, int]
    planned: int | None = None
    open: int | None = None


class StaffingAdvice(Message):
    """Answer of `GET /api/v1/advice/staffing`: windows to open or close, and what it would change.

    `wait_p50_s` and `wait_if_followed_p50_s` are means over services of a newcomer's wait. `steps`:
    the rest of today, and tomorrow where something was learned; `basis`: whether today's are by
    learned arrivals or as if they went on as of late.
    """

    at: Moment
    horizon_min: float
    groups: Mapping[ConfiguredId, GroupStaffing]
    advice: tuple[Advice, ...]
    wait_p50_s: Seconds
    wait_if_followed_p50_s: Seconds
    basis: Literal["learned", "recent"] = "recent"
    steps: tuple[StaffingStep, ...] = ()


class PlannedStep(Message):
    """A quarter of an hour of a shift plan.

    `planned`: clerks at windows. `covered`: of the windows `needed`, those that they can staff;
    `missing`: the others by group. `unattended`: groups that nobody there knows.
    """

    at: Moment
    needed: int
    planned: int
    covered: int
    missing: Mapping[str, int]
    unattended: tuple[str, ...] = ()


class PlannedDuty(Message):
    """What someone works on a day; `worked_min` is without lunch."""

    person: str
    clerks: ConfiguredId
    shift: ConfiguredId
    shift_name: Text
    start: Moment
    end: Moment
    lunch_start: Moment | None
    lunch_end: Moment | None
    worked_min: int


class Shortage(Message):
    """A span in which clerks are missing: at `most` so many at once, at most so many by group.

    `most` 0: nobody needed is missing, but nobody there knows these groups.
    """

    start: Moment
    end: Moment
    most: int
    groups: Mapping[str, int]
    text: Text


class ShiftPlan(Message):
    """Answer of `GET /api/v1/plan/shifts`: a day's shifts by what was expected before it began.

    `status`: nothing better exists; or it was not proven in time, and `gap` is the share that might
    be saved; or nothing was found in time; or there is nothing to plan by: no clerks in the hall
    file, no learned arrivals, or the hall is shut. `spare`: who is not needed.
    """

    at: Moment
    day: date
    timezone: str
    status: Literal["optimal", "not_proven", "too_slow", "no_clerks", "no_forecast", "shut"]
    gap: float = 0.0
    steps: tuple[PlannedStep, ...] = ()
    duties: tuple[PlannedDuty, ...] = ()
    spare: tuple[str, ...] = ()
    shortages: tuple[Shortage, ...] = ()


class WhatIfRequest(Message):
    """Body of `POST /api/v1/what-if`: windows that would open and close now."""

    open: Annotated[tuple[ConfiguredId, ...], Field(max_length=100)] = ()
    close: Annotated[tuple[ConfiguredId, ...], Field(max_length=100)] = ()


class Simulated(Message):
    """A mean over runs, and from where to where it lies with 95 % confidence."""

    mean: float
    low: float
    high: float


class RestOfDay(Message):
    """How the rest of the day goes, or how two differ: waits that have not ended by now.

    `left`: visitors who lose patience. `visitors`: who waits now or comes still and gets a number.
    """

    p50_wait_min: Simulated
    p90_wait_min: Simulated
    p95_wait_min: Simulated
    left: Simulated
    visitors: Simulated
    window_hours: Simulated


class WhatIf(Message):
    """Answer of `POST /api/v1/what-if`: the rest of the day until `until`, simulated `runs` times.

    `as_is`: with the windows as they are, `changed`: with those asked for; both meet the same
    people, so that `difference` is surer than either.
    """

    at: Moment
    until: Moment
    runs: int
    basis: Literal["learned", "recent"]
    as_is: RestOfDay
    changed: RestOfDay
    difference: RestOfDay
