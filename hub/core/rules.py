"""What a hall decided about its queues: whom it calls first, when it refuses or forgives."""

from functools import cached_property
from typing import Annotated, Literal, Self

from pydantic import BaseModel, ConfigDict, Field, model_validator

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
    (held) lapses after `held_days` days, one that nobody called after `waiting_days`. Who rates a
    visit badly is called back within `callback_days` days.
    """

    grace_s: NotNegative = 0
    second_chance: bool = True
    returns_after: Annotated[int, Field(ge=1)] = 3
    last_before_close_min: NotNegative = 0
    held_days: Annotated[int, Field(ge=0)] = 1
    waiting_days: Annotated[int, Field(ge=1)] = 3
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
    windows that take cash, at least `cash_windows` stay open while the hall is. `service_cv`: how
    far one visitor's time strays from the service's (coefficient of variation).

    `acts`: what the hall does about it by itself. It only advises managers, or may `request`
    windows that have been short for `request_after_min` (whoever is there opens them), or may also
    close those that have been spare for `close_after_min`. A window that someone declines to open
    is not asked for again within `declined_min`.
    """

    horizon_min: Positive = 20
    beta: NotNegative = 0.8
    service_cv: NotNegative = 0.8
    cash_windows: Annotated[int, Field(ge=0)] = 0
    acts: Literal["advise", "request", "request_and_close"] = "advise"
    request_after_min: NotNegative = 3
    close_after_min: NotNegative = 15
    declined_min: NotNegative = 30


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


class PerTicket(Part):
    """People before the cameras for each living ticket, and bounds that hold nine times in ten.

    Below one where holders wait outside, above where people bring others along.
    """

    low: NotNegative = 0.7
    mean: NotNegative = 1.2
    high: NotNegative = 1.8

    @model_validator(mode="after")
    def _in_order(self) -> Self:
        if not self.low <= self.mean <= self.high:
            raise ValueError("people_per_ticket: write low <= mean <= high")
        return self


class OccupancyRules(Part):
    """How the hall's people are counted.

    No camera that reports more than `capacity` people is believed. `sees_all`: the cameras see all
    of the visitors' side; only then can people without tickets be told from `people_per_ticket`,
    whose defaults are assumptions until a hall counts its own.
    """

    capacity: Annotated[int, Field(ge=1)] = 2000
    sees_all: bool = True
    people_per_ticket: PerTicket = PerTicket()
