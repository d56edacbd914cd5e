"""What a hall decided about its queues: whom it calls first, when it refuses or forgives."""

from functools import cached_property
from typing import Annotated, Literal

from pydantic import BaseModel, ConfigDict, Field

from hall.messages import VisitClass

Positive = Annotated[float, Field(gt=0)]
NotNegative = Annotated[float, Field(ge=0)]


class Part(BaseModel):
    """A table of the hall file: unknown keys are refused."""

    model_config = ConfigDict(frozen=True, extra="forbid")


class PerClass(Part):
    """One figure for each class of visitors."""

    walk_in: Positive
    priority: Positive
    appointment: Positive

    def of(self, visit: VisitClass) -> float:
        """The figure of one class."""
        return self.by_class[visit]

    @cached_property
    def by_class(self) -> dict[VisitClass, float]:
        """The figures of all classes."""
        return {visit: getattr(self, visit) for visit in VisitClass}


class Policy(Part):
    """Who is called next; `hub.core.allocation` holds one function for each `name`.

    `gcmu` weighs how long someone has waited against the target of their class, and short services
    against long ones: ((wait + head start) / target)^beta / minutes^alpha. `accumulating` lets
    priority grow as weight times wait, `weighted` calls the heavier class first, `fcfs` whoever
    came first. Whoever has waited beyond `guard_min` is called before all others, first come first
    served, under every name but `fcfs`, which needs no guard; `inf` switches the guard off.
    `secondary_slowdown`: how much longer a window takes for services that it only helps out with.
    """

    name: Literal["gcmu", "fcfs", "weighted", "accumulating"] = "gcmu"
    target_min: PerClass = PerClass(walk_in=20, priority=4, appointment=4)
    head_start_min: PerClass = PerClass(walk_in=0.5, priority=4, appointment=4)
    weight: PerClass = PerClass(walk_in=1, priority=5, appointment=5)
    alpha: NotNegative = 0.5
    beta: Positive = 2.0
    guard_min: Positive = 45.0
    secondary_slowdown: Annotated[float, Field(ge=1)] = 1.1


class TicketRules(Part):
    """How forgiving the hall is with numbers.

    A called visitor has `grace_s` seconds before a no-show may be marked. With `second_chance` the
    first no-show puts them `returns_after` places back in their line instead of out of it. Numbers
    end `last_before_close_min` minutes before closing. A number kept for someone who was sent away
    (held) lapses after `held_days` days. Who rates a visit badly is called back within
    `callback_days` days.
    """

    grace_s: NotNegative = 0
    second_chance: bool = True
    returns_after: Annotated[int, Field(ge=1)] = 3
    last_before_close_min: NotNegative = 0
    held_days: Annotated[int, Field(ge=0)] = 1
    callback_days: Annotated[int, Field(ge=1)] = 3


class AppointmentRules(Part):
    """How visits are booked; a service that may be booked has an `appointments` of its own.

    Slots are `slot_min` long, on up to `days_ahead` days from today. One checks in from `early_min`
    before the slot begins to `late_min` after it; who comes later is served as a walk-in. The wait
    of an appointment counts from `virtual_min` before its slot, however early its holder is. Who
    missed `misses_allowed` appointments within `misses_days` days books none for as long. The
    public books at most `online_share` of a slot's places by itself, rounded up; staff book all.
    """

    slot_min: Annotated[int, Field(ge=5, le=240)] = 30
    days_ahead: Annotated[int, Field(ge=0, le=60)] = 7
    early_min: NotNegative = 30
    late_min: NotNegative = 15
    virtual_min: NotNegative = 5
    misses_allowed: Annotated[int, Field(ge=1)] = 3
    misses_days: Annotated[int, Field(ge=1)] = 30
    online_share: Annotated[float, Field(ge=0, le=1)] = 0.75


class StaffingRules(Part):
    """How many windows the hall wants open.

    Windows needed over the next `horizon_min` minutes: load + `beta` times its square root. Of the
    windows that take cash, at least `cash_windows` stay open while the hall is.
    """

    horizon_min: Positive = 20
    beta: NotNegative = 0.8
    cash_windows: Annotated[int, Field(ge=0)] = 0


class DiversionRules(Part):
    """When someone is offered a kiosk or a remote expert instead of a window.

    The hall has `kiosks` kiosks and `experts` experts, at which a visitor takes `kiosk_minutes` and
    `expert_minutes`; an offer must save `kiosk_gain_min` or `expert_gain_min`.
    """

    kiosks: Annotated[int, Field(ge=0)] = 0
    kiosk_minutes: Positive = 4
    kiosk_gain_min: NotNegative = 5
    experts: Annotated[int, Field(ge=0)] = 0
    expert_minutes: Positive = 15
    expert_gain_min: NotNegative = 8
