"""What HTTP tells of windows needed, shifts and "what if", as frozen models."""

from collections.abc import Mapping
from typing import Literal

from hall.messages import Advice, ConfiguredId, Message, Moment, Seconds


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
