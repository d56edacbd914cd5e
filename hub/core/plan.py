"""The hall as configured: groups, services, windows with skills, zones, hours and alert rules."""

from collections.abc import Iterable
from datetime import datetime, time
from functools import cached_property
from typing import Annotated, Literal, Self
from zoneinfo import ZoneInfo

from pydantic import (
    AfterValidator,
    BaseModel,
    ConfigDict,
    Field,
    StringConstraints,
    model_validator,
)

from hall.messages import ConfiguredId, Text

Weekday = Literal["mon", "tue", "wed", "thu", "fri", "sat", "sun"]
WEEKDAYS: tuple[Weekday, ...] = ("mon", "tue", "wed", "thu", "fri", "sat", "sun")


def _in_order(span: str) -> str:
    start, end = span.split("-")
    if start >= end:
        raise ValueError(f"{span} ends before it begins; write 22:00-24:00 and 00:00-06:00")
    return span


Span = Annotated[
    str,
    StringConstraints(pattern=r"^([01]\d|2[0-3]):[0-5]\d-(([01]\d|2[0-3]):[0-5]\d|24:00)$"),
    AfterValidator(_in_order),
]


def _known_zone(name: str) -> str:
    try:
        ZoneInfo(name)
    except (KeyError, ValueError) as error:
        raise ValueError(f"unknown time zone {name}") from error
    return name


class Part(BaseModel):
    """A table of the hall file: unknown keys are refused."""

    model_config = ConfigDict(frozen=True, extra="forbid")


class Group(Part):
    """A business group. Its `prefix` starts the ticket numbers of its services."""

    id: ConfiguredId
    name: Text
    prefix: Annotated[str, StringConstraints(pattern=r"^[A-Z]$")]


class Service(Part):
    """A business item. `minutes` is the mean time one visitor takes at a window."""

    id: ConfiguredId
    name: Text
    group: ConfiguredId
    minutes: Annotated[float, Field(gt=0, le=240)]


class Window(Part):
    """A window and the services that it can serve."""

    id: ConfiguredId
    name: Text
    services: Annotated[tuple[ConfiguredId, ...], Field(min_length=1)]


class Zone(Part):
    """A part of the hall that cameras report on."""

    id: ConfiguredId
    name: Text


class Rule(Part):
    """Raises an alert when a zone holds more than `raise_above` people for `raise_for_s` seconds.

    It clears when fewer than `clear_below` people were there for `clear_for_s` seconds.
    """

    id: ConfiguredId
    zone: ConfiguredId
    raise_above: Annotated[float, Field(ge=0)]
    raise_for_s: Annotated[float, Field(ge=0)]
    clear_below: Annotated[float, Field(gt=0)]
    clear_for_s: Annotated[float, Field(ge=0)]

    @model_validator(mode="after")
    def _levels_apart(self) -> Self:
        if self.clear_below > self.raise_above:
            raise ValueError("clear_below may not exceed raise_above, or the alert would flutter")
        return self


class HallPlan(Part):
    """Everything the hall file says."""

    id: ConfiguredId
    name: Text
    timezone: Annotated[str, AfterValidator(_known_zone)] = "Asia/Shanghai"
    hours: dict[Weekday, tuple[Span, ...]]
    groups: tuple[Group, ...]
    services: tuple[Service, ...]
    windows: tuple[Window, ...]
    zones: tuple[Zone, ...] = ()
    rules: tuple[Rule, ...] = ()
    announcements: tuple[Text, ...] = ()

    @model_validator(mode="after")
    def _consistent(self) -> Self:
        for what, ids in (
            ("group", [group.id for group in self.groups]),
            ("group prefix", [group.prefix for group in self.groups]),
            ("service", [service.id for service in self.services]),
            ("window", [window.id for window in self.windows]),
            ("zone", [zone.id for zone in self.zones]),
            ("rule", [rule.id for rule in self.rules]),
        ):
            _no_repeats(what, ids)
        served = {service for window in self.windows for service in window.services}
        for service in self.services:
            if service.id not in served:
                raise ValueError(f"service {service.id} is served at no window")
            _must_exist(f"service {service.id}", "group", service.group, self.group_by_id)
        for window in self.windows:
            for skill in window.services:
                _must_exist(f"window {window.id}", "service", skill, self.service_by_id)
        for rule in self.rules:
            _must_exist(f"rule {rule.id}", "zone", rule.zone, {zone.id for zone in self.zones})
        return self

    @cached_property
    def group_by_id(self) -> dict[str, Group]:
        """Groups by their id."""
        return {group.id: group for group in self.groups}

    @cached_property
    def service_by_id(self) -> dict[str, Service]:
        """Services by their id."""
        return {service.id: service for service in self.services}

    @cached_property
    def window_by_id(self) -> dict[str, Window]:
        """Windows by their id."""
        return {window.id: window for window in self.windows}

    def local(self, at: datetime) -> datetime:
        """`at` on the hall's clock: numbers, quotas and hours follow the hall's day."""
        return at.astimezone(ZoneInfo(self.timezone))

    def is_open(self, at: datetime) -> bool:
        """Whether the hall receives visitors at `at`."""
        local = self.local(at)
        minute = local.hour * 60 + local.minute
        return any(
            _minute(start) <= minute < _minute(end)
            for start, end in (
                span.split("-") for span in self.hours.get(WEEKDAYS[local.weekday()], ())
            )
        )


def _minute(clock: str) -> int:
    """Minutes since midnight of "HH:MM"; "24:00" is the end of the day."""
    if clock == "24:00":
        return 24 * 60
    at = time.fromisoformat(clock)
    return at.hour * 60 + at.minute


def _no_repeats(what: str, ids: list[str]) -> None:
    for each in ids:
        if ids.count(each) > 1:
            raise ValueError(f"{what} {each} is defined twice")


def _must_exist(where: str, what: str, wanted: str, known: Iterable[str]) -> None:
    if wanted not in known:
        raise ValueError(f"{where} names the unknown {what} {wanted}")
