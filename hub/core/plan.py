"""The hall as configured: groups, services, windows with skills, zones, hours and alert rules."""

from collections import Counter
from collections.abc import Iterable
from datetime import date, datetime, time, timedelta
from functools import cached_property
from typing import Annotated, Literal, Self
from zoneinfo import ZoneInfo

from pydantic import AfterValidator, Field, StringConstraints, model_validator

from hall.messages import ConfiguredId, Text
from hub.core.alert_rules import DURESS, Rule, Span
from hub.core.dates import Dated, Dates
from hub.core.rules import (
    AppointmentRules,
    DiversionRules,
    OccupancyRules,
    Part,
    Policy,
    StaffingRules,
    TicketRules,
)
from hub.core.shifts import Clerks, RosterRules, Shift, mistakes

Weekday = Literal["mon", "tue", "wed", "thu", "fri", "sat", "sun"]
WEEKDAYS: tuple[Weekday, ...] = ("mon", "tue", "wed", "thu", "fri", "sat", "sun")


def _known_zone(name: str) -> str:
    try:
        ZoneInfo(name)
    except (KeyError, ValueError) as error:
        raise ValueError(f"unknown time zone {name}") from error
    return name


class Group(Part):
    """A business group. Its `prefix` starts the ticket numbers of its services."""

    id: ConfiguredId
    name: Text
    prefix: Annotated[str, StringConstraints(pattern=r"^[A-Z]$")]


class Service(Part):
    """A business item. `minutes` is the mean time one visitor takes at a window.

    `quota`: numbers a day. `appointments`: how many may be booked in one slot; none if absent.
    `kiosk`, `expert`: whether it can be done at a self-service kiosk or with a remote expert.
    `bring`: what a visitor brings along, one thing each.
    """

    id: ConfiguredId
    name: Text
    group: ConfiguredId
    minutes: Annotated[float, Field(gt=0, le=240)]
    quota: Annotated[int, Field(ge=0)] | None = None
    appointments: Annotated[int, Field(ge=0)] = 0
    kiosk: bool = False
    expert: bool = False
    bring: tuple[Text, ...] = ()


class Window(Part):
    """A window, the services that it is for, and those that it helps out with (`secondary`)."""

    id: ConfiguredId
    name: Text
    services: Annotated[tuple[ConfiguredId, ...], Field(min_length=1)]
    secondary: tuple[ConfiguredId, ...] = ()
    cash: bool = False

    @cached_property
    def skills(self) -> tuple[str, ...]:
        """All that it can serve."""
        return self.services + self.secondary


class Zone(Part):
    """A part of the hall that cameras report on."""

    id: ConfiguredId
    name: Text


class HallPlan(Part):
    """Everything the hall file says.

    `calendar` names a file of holidays and deadlines beside it; `special_days` are the hall's own
    and hold where the two differ. What both say stands in `dates` once the file is read.
    """

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
    calendar: str | None = None
    special_days: tuple[Dated, ...] = ()
    policy: Policy = Policy()
    tickets: TicketRules = TicketRules()
    appointments: AppointmentRules = AppointmentRules()
    staffing: StaffingRules = StaffingRules()
    diversion: DiversionRules = DiversionRules()
    occupancy: OccupancyRules = OccupancyRules()
    shifts: tuple[Shift, ...] = ()
    clerks: tuple[Clerks, ...] = ()
    rostering: RosterRules = RosterRules()

    @model_validator(mode="after")
    def _consistent(self) -> Self:
        for what, ids in (
            ("group", [group.id for group in self.groups]),
            ("group prefix", [group.prefix for group in self.groups]),
            ("service", [service.id for service in self.services]),
            ("window", [window.id for window in self.windows]),
            ("zone", [zone.id for zone in self.zones]),
            ("rule", [rule.id for rule in self.rules]),
            ("shift", [shift.id for shift in self.shifts]),
            ("clerks", [each.id for each in self.clerks]),
        ):
            _no_repeats(what, ids)
        served = {service for window in self.windows for service in window.skills}
        for service in self.services:
            if service.id not in served:
                raise ValueError(f"service {service.id} is served at no window")
            _must_exist(f"service {service.id}", "group", service.group, self.group_by_id)
        for window in self.windows:
            _no_repeats(f"skill of window {window.id}", list(window.skills))
            for skill in window.skills:
                _must_exist(f"window {window.id}", "service", skill, self.service_by_id)
        if self.staffing.cash_windows > sum(window.cash for window in self.windows):
            raise ValueError("staffing.cash_windows exceeds the windows that take cash")
        for rule in self.rules:
            self._watches_what_exists(rule)
        for mistake in mistakes(self.shifts, self.clerks, self.rostering, self.group_by_id):
            raise ValueError(mistake)
        return self

    def _watches_what_exists(self, rule: Rule) -> None:
        where = f"rule {rule.id}"
        if rule.zone is not None:
            _must_exist(where, "zone", rule.zone, self.zone_ids)
        for service in rule.services:
            _must_exist(where, "service", service, self.service_by_id)
        for group in rule.groups:
            _must_exist(where, "group", group, self.group_by_id)

    @cached_property
    def watched(self) -> tuple[Rule, ...]:
        """The rules, with one for the duress buttons of clerks where the file has none."""
        has = any(rule.kind == "duress" for rule in self.rules)
        return self.rules if has else (*self.rules, DURESS)

    @cached_property
    def zone_by_id(self) -> dict[str, Zone]:
        """Zones by their id."""
        return {zone.id: zone for zone in self.zones}

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

    @cached_property
    def minutes_by_window(self) -> dict[str, dict[str, float]]:
        """Mean time that each service takes at each window that can serve it."""
        return {window.id: self.minutes_of(window) for window in self.windows}

    def minutes_of(self, window: Window) -> dict[str, float]:
        """Mean time that each of a window's services takes there."""
        return {
            skill: self.minutes_at(window, self.service_by_id[skill]) for skill in window.skills
        }

    @cached_property
    def group_by_window(self) -> dict[str, str]:
        """The group that most of a window's own services belong to; of equals the first."""
        groups = {
            window.id: Counter(self.service_by_id[service].group for service in window.services)
            for window in self.windows
        }
        return {window: counts.most_common(1)[0][0] for window, counts in groups.items()}

    @cached_property
    def zone_ids(self) -> frozenset[str]:
        """The zones that cameras may report on."""
        return frozenset(zone.id for zone in self.zones)

    def minutes_at(self, window: Window, service: Service) -> float:
        """Mean time that a service takes at a window that can serve it."""
        helps_out = service.id in window.secondary
        return service.minutes * (self.policy.secondary_slowdown if helps_out else 1.0)

    def within(self, spans: Iterable[Span], at: datetime) -> bool:
        """Whether `at` is, on the hall's clock, in one of these spans of every day."""
        local = self.local(at)
        minute = local.hour * 60 + local.minute
        return any(
            _minute(start) <= minute < _minute(end)
            for start, end in (span.split("-") for span in spans)
        )

    def local(self, at: datetime) -> datetime:
        """`at` on the hall's clock: numbers, quotas and hours follow the hall's day."""
        return at.astimezone(self.zone)

    def is_open(self, at: datetime) -> bool:
        """Whether the hall receives visitors at `at`."""
        return self._closing_minute(self.local(at)) is not None

    def closes_at(self, at: datetime) -> datetime | None:
        """When the present opening hours end; None while closed or open round the clock."""
        if self._never_closes:
            return None
        end = self._open_until(self.local(at))
        for _ in range(sum(map(len, self._spans))):
            further = None if end is None else self._open_until(end)
            if further is None:
                return end
            end = further
        return None  # a whole week without a break

    @cached_property
    def _never_closes(self) -> bool:
        """Whether every day is one span from midnight to midnight: known without looking ahead."""
        return all(day == ((0, _minute("24:00")),) for day in self._spans)

    def _open_until(self, local: datetime) -> datetime | None:
        end = self._closing_minute(local)
        if end is None:
            return None
        midnight = local.replace(hour=0, minute=0, second=0, microsecond=0)
        return midnight + timedelta(minutes=end)

    def _closing_minute(self, local: datetime) -> int | None:
        minute = local.hour * 60 + local.minute
        return next(
            (end for start, end in self._spans[local.weekday()] if start <= minute < end), None
        )

    def spans(self, day: date) -> tuple[tuple[int, int], ...]:
        """Opening hours of a day, each from and to in minutes since midnight."""
        return self._spans[day.weekday()]

    @cached_property
    def _spans(self) -> tuple[tuple[tuple[int, int], ...], ...]:
        """Opening hours by weekday."""
        return tuple(
            tuple(
                (_minute(start), _minute(end))
                for start, end in (span.split("-") for span in self.hours.get(weekday, ()))
            )
            for weekday in WEEKDAYS
        )

    @cached_property
    def zone(self) -> ZoneInfo:
        """The hall's time zone."""
        return ZoneInfo(self.timezone)

    @cached_property
    def dates(self) -> Dates:
        """Its special days."""
        return Dates(dates=self.special_days)

    def told_of(self, calendar: Dates) -> Self:
        """The plan with the days of its calendar file beneath its own."""
        return self.model_copy(update={"special_days": calendar.dates + self.special_days})


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
