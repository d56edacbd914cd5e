"""Puts a report together: the figures of a period, beside those of the periods to compare with."""

from collections.abc import Collection, Mapping, Sequence
from dataclasses import dataclass, field
from datetime import date, datetime, timedelta
from typing import Any

from hall.reports import Compared, ForecastFigures, Kind, Report, ZonePeak
from hub.core import report_figures as figures
from hub.core.plan import HallPlan
from hub.core.report_tally import Tally, total


@dataclass(frozen=True, slots=True)
class Period:
    """Days from `first` to `last`, both included."""

    kind: Kind
    first: date
    last: date

    @classmethod
    def day(cls, day: date) -> "Period":
        """One day."""
        return cls("day", day, day)

    @classmethod
    def week(cls, day: date) -> "Period":
        """The week of `day`, from Monday (ISO 8601, GB/T 7408)."""
        monday = day - timedelta(days=day.weekday())
        return cls("week", monday, monday + timedelta(days=6))

    @classmethod
    def month(cls, day: date) -> "Period":
        """The month of `day`."""
        return cls("month", day.replace(day=1), _month_after(day) - timedelta(days=1))

    def earlier(self) -> tuple["Period", ...]:
        """What to compare with: the period before, and for a day the same one a week before too."""
        before = self.first - timedelta(days=1)
        if self.kind == "day":
            return Period.day(before), Period.day(self.first - timedelta(days=7))
        return (Period.week(before),) if self.kind == "week" else (Period.month(before),)

    def dates(self) -> list[date]:
        """All its days."""
        return [self.first + timedelta(days=n) for n in range((self.last - self.first).days + 1)]


def _month_after(day: date) -> date:
    return (day.replace(day=1) + timedelta(days=31)).replace(day=1)


@dataclass(frozen=True, slots=True)
class Beside:
    """What the journal does not hold: `peaks` of zones, if known."""

    peaks: Sequence[ZonePeak] = field(default=())


def report(
    plan: HallPlan,
    period: Period,
    tallies: Mapping[date, Tally],
    *,
    until: datetime | None,
    running: bool,
    beside: Beside,
    with_clerks: bool,
) -> Report:
    """The report of `period`; `tallies` holds the days that have any, also of earlier periods.

    `until`: up to when its newest day is counted. `running`: the period is not over.
    """
    mine = {day: tallies[day] for day in period.dates() if day in tallies}
    tally = total([*mine.values()])
    return Report(
        hall=plan.name,
        timezone=plan.timezone,
        kind=period.kind,
        first=period.first,
        last=period.last,
        state="none" if not mine else "running" if running else "final",
        until=until if mine else None,
        days=tuple(figures.day_line(day, each) for day, each in mine.items()),
        figures=figures.key_figures(tally),
        compared=tuple(
            _compared(each, tallies) for each in period.earlier() if _any(each, tallies)
        ),
        hours=figures.hours(tally),
        services=figures.services(plan, tally),
        classes=figures.classes(tally),
        windows=figures.windows(plan, tally),
        clerks=figures.clerks(tally) if with_clerks else None,
        picks=figures.picks(tally),
        alerts=figures.alerts(plan, tally),
        crowding=tuple(beside.peaks) or None,
        forecast=_forecast(mine.values()),
        **_detours(tally),
    )


def _detours(tally: Tally) -> dict[str, Any]:
    """What happened to visits beside the straight way."""
    return {
        "appointments": figures.appointments(tally),
        "diversions": figures.diversions(tally),
        "further_waits": figures.spread(tally.durations("wait_again")),
        "transferred": tally.count("transferred"),
        "second_chances": tally.count("second_chance"),
        "second_chances_served": tally.count("second_chance_served"),
        "held": tally.count("held"),
        "returned": tally.count("returned"),
        "callbacks_opened": tally.count("callback", "opened"),
        "callbacks_done": tally.count("callback", "done"),
    }


def _any(period: Period, tallies: Mapping[date, Tally]) -> bool:
    return any(day in tallies for day in period.dates())


def _compared(period: Period, tallies: Mapping[date, Tally]) -> Compared:
    tally = total([tallies[day] for day in period.dates() if day in tallies])
    return Compared(
        kind=period.kind,
        first=period.first,
        last=period.last,
        figures=figures.key_figures(tally),
    )


def _forecast(days: Collection[Tally]) -> ForecastFigures | None:
    """Arrivals against those expected, by hour; none if any day with arrivals had no forecast."""
    if not any(day.count("expected") for day in days) or any(
        day.count("arrived") and not day.count("expected") for day in days
    ):
        return None
    off, arrived, expected = 0.0, 0, [0.0] * figures.HOURS
    for day in days:
        for hour, came in enumerate(figures.by_hour(day)):
            mean = day.count("expected", str(hour)) / 10
            off, arrived = off + abs(came - mean), arrived + came
            expected[hour] += mean
    return ForecastFigures(
        expected=tuple(round(mean, 1) for mean in expected),
        off=round(off / arrived, 4) if arrived else None,
    )
