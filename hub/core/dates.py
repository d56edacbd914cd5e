"""What kind of day it is for a hall: holidays, make-up working days, and how near a deadline is."""

from collections.abc import Iterable
from datetime import date, timedelta
from functools import cached_property
from typing import Annotated, Final, Literal, Self

from pydantic import Field, model_validator

from hall.messages import Text
from hub.core.rules import Part

# A day has one kind, the first of these that fits.
DayKind = Literal["holiday", "last", "eve", "near", "filing", "after_break", "plain"]

SATURDAY: Final = 5
EVE_DAYS: Final = 2
NEAR_DAYS: Final = 5
BREAK_DAYS: Final = 3
LONGEST_BREAK: Final = timedelta(days=15)


class Dated(Part):
    """A day, or the days from `day` through `until`, of one kind.

    `holiday`: nobody works. `workday`: worked although it is a Saturday or Sunday. `deadline`: the
    last day to file, and from `opens` on people may. `source`: where it stands; `assumed`: nobody
    has announced it yet.
    """

    day: date
    until: date | None = None
    kind: Literal["holiday", "workday", "deadline"]
    name: Text
    opens: date | None = None
    source: Annotated[str, Field(min_length=1)] = "the hall's own"
    assumed: bool = False

    @model_validator(mode="after")
    def _in_order(self) -> Self:
        if self.until is not None and self.until < self.day:
            raise ValueError("until is before day")
        if self.until is not None and self.kind == "deadline":
            raise ValueError("a deadline is one day")
        if self.opens is not None and (self.kind != "deadline" or self.opens > self.day):
            raise ValueError("opens belongs to a deadline and is not after it")
        return self

    @property
    def days(self) -> Iterable[date]:
        """Each day of it."""
        last = self.until or self.day
        return (self.day + timedelta(days=n) for n in range((last - self.day).days + 1))


class Dates(Part):
    """A calendar file: what is known of special days. Of two that meet the later one holds."""

    dates: tuple[Dated, ...] = ()

    def works(self, day: date) -> bool:
        """Whether people work on a day."""
        told = self._told.get(day)
        return told.kind == "workday" if told else day.weekday() < SATURDAY

    def is_make_up(self, day: date) -> bool:
        """Whether a Saturday or Sunday is worked for a holiday."""
        return self.works(day) and day.weekday() >= SATURDAY

    def kind(self, day: date) -> DayKind:
        """What a day is like, the strongest influence first."""
        told = self._told.get(day)
        if told is not None and told.kind == "holiday":
            return "holiday"
        if near := self._filing(day):
            return near
        return "after_break" if self._after_break(day) else "plain"

    def _filing(self, day: date) -> DayKind | None:
        """How near the next deadline is, in working days; None outside its period."""
        for deadline in self._deadlines:
            if not (deadline.opens or deadline.day.replace(day=1)) <= day <= deadline.day:
                continue
            left = sum(
                self.works(day + timedelta(days=n)) for n in range(1, (deadline.day - day).days + 1)
            )
            if left == 0:
                return "last"
            return "eve" if left <= EVE_DAYS else "near" if left <= NEAR_DAYS else "filing"
        return None

    def _after_break(self, day: date) -> bool:
        """Whether it is the first day worked after three or more that were not."""
        if not self.works(day):
            return False
        off = timedelta(days=1)
        while off < LONGEST_BREAK and not self.works(day - off):
            off += timedelta(days=1)
        return off.days > BREAK_DAYS

    @cached_property
    def _told(self) -> dict[date, Dated]:
        """Holidays and make-up days."""
        spans = (each for each in self.dates if each.kind != "deadline")
        return {day: each for each in spans for day in each.days}

    @cached_property
    def _deadlines(self) -> list[Dated]:
        """Deadlines, earliest first."""
        return sorted((e for e in self.dates if e.kind == "deadline"), key=lambda e: e.day)
