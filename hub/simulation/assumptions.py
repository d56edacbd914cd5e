"""What a simulated day assumes of people, of demand and of the staff that there is."""

from collections.abc import Mapping
from functools import cached_property
from math import isclose
from typing import Annotated, Final, Self

from pydantic import Field, StringConstraints, model_validator

from hall.messages import ConfiguredId
from hub.core.rules import NotNegative, Part, Positive

HALF_HOUR_MIN: Final = 30

Share = Annotated[float, Field(ge=0, le=1)]
Clock = Annotated[str, StringConstraints(pattern=r"^([01]\d|2[0-3]):[0-5]\d$")]
HalfHour = Annotated[str, StringConstraints(pattern=r"^([01]\d|2[0-3]):[03]0$")]


def minute_of(clock: str) -> int:
    """Minutes since midnight of "HH:MM"."""
    hours, minutes = clock.split(":")
    return int(hours) * 60 + int(minutes)


class ServiceDemand(Part):
    """Who comes for a service: their share of all visitors, and whom something else could help.

    `cv`: coefficient of variation of the service time. `kiosk`, `expert`: of whom it could be done
    at a kiosk or with a remote expert.
    """

    share: Share
    cv: NotNegative = 0.8
    kiosk: Share = 0
    expert: Share = 0


class Demand(Part):
    """Who comes on a day: `visitors` in the mean, of whom the share `booked` has an appointment.

    Whole days and single half hours stray from the mean by gamma and lognormal factors of these
    coefficients of variation. `no_shows`: of those who booked, who does not come. `priority`: share
    of the others. `arrivals`, `slots`: weights of the half hours in which they come and for which
    they book.
    """

    visitors: Positive
    day_cv: NotNegative = 0
    half_hour_cv: NotNegative = 0
    booked: Share = 0
    no_shows: Share = 0
    priority: Share = 0
    arrivals: Annotated[dict[HalfHour, NotNegative], Field(min_length=1)]
    slots: dict[HalfHour, NotNegative] = Field(default_factory=dict)
    services: Annotated[dict[ConfiguredId, ServiceDemand], Field(min_length=1)]

    @model_validator(mode="after")
    def _adds_up(self) -> Self:
        total = sum(service.share for service in self.services.values())
        if not isclose(total, 1, abs_tol=1e-6):
            raise ValueError(f"the shares of the services add up to {total:g}, not to 1")
        if sum(self.arrivals.values()) <= 0:
            raise ValueError("arrivals has no half hour of any weight")
        if self.booked and sum(self.slots.values()) <= 0:
            raise ValueError("slots has no half hour of any weight, but some visitors book")
        return self


class Habits(Part):
    """What people do, in a hall or elsewhere; the defaults are assumptions, fitted to nothing.

    Patience is lognormal. `kiosk_unasked`, `expert_unasked`: who takes these by themselves, of
    those whom they could help; `*_offered`: when it is offered because it saves them time. Kiosk
    times have a coefficient of variation of `kiosk_cv`; after `kiosk_fails` of them the visitor
    returns to the line. An expert takes `expert_slowdown` as long as a window, and nobody joins
    `expert_queue` others who wait for one. Who booked comes `early_mean_min` before the slot,
    give or take `early_sd_min`. `gives_back`: of those who lose patience, who cancels the number;
    the others are called in vain, which costs `no_show_min`. `clerk_sigma`: how far clerks' speeds
    are apart (sigma of a lognormal).
    """

    patience_median_min: Positive = 60
    patience_sigma: NotNegative = 0.6
    kiosk_unasked: Share = 0.30
    kiosk_offered: Share = 0.60
    kiosk_cv: NotNegative = 0.53
    kiosk_fails: Share = 0.10
    expert_unasked: Share = 0.15
    expert_offered: Share = 0.50
    expert_slowdown: Positive = 1.1
    expert_queue: Annotated[int, Field(ge=0)] = 4
    early_mean_min: float = 5
    early_sd_min: NotNegative = 6
    gives_back: Share = 0
    no_show_min: NotNegative = 0.5
    clerk_sigma: NotNegative = 0.12


class ByClock(Part):
    """A whole number that changes at given times of the day."""

    steps: Annotated[dict[Clock, Annotated[int, Field(ge=0)]], Field(min_length=1)]

    def at(self, minute: float) -> int:
        """The number at a minute since midnight; before the first time it is the first."""
        number = self._steps[0][1]
        for since, each in self._steps:
            if since > minute:
                break
            number = each
        return number

    @cached_property
    def changes(self) -> tuple[int, ...]:
        """Minutes since midnight at which the number is set."""
        return tuple(since for since, _ in self._steps)

    @cached_property
    def _steps(self) -> tuple[tuple[int, int], ...]:
        return tuple(sorted((minute_of(clock), number) for clock, number in self.steps.items()))


class Staff(Part):
    """How many windows are staffed: by `roster`, or by the advice of the rule `elastic`.

    The advice may open up to `most` windows, spare ones among them, and leaves `least` open. The
    manager looks every `look_min` minutes and follows it `confirm_min` later.
    """

    roster: ByClock
    most: ByClock
    least: Annotated[int, Field(ge=0)] = 1
    look_min: Positive = 5
    confirm_min: NotNegative = 5

    @model_validator(mode="before")
    @classmethod
    def _clocks(cls, tables: object) -> object:
        """`{ "08:30" = 18, "12:00" = 11 }` as the hall writes it."""
        if not isinstance(tables, Mapping):
            return tables
        return {key: _stepped(key, value) for key, value in tables.items()}


def _stepped(key: str, value: object) -> object:
    plain = key in {"roster", "most"} and isinstance(value, Mapping) and "steps" not in value
    return {"steps": value} if plain else value
