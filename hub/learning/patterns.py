"""Learns what arrivals are usual for a service from its days so far."""

from collections.abc import Iterator, Mapping, Sequence
from dataclasses import dataclass, field
from datetime import date
from typing import Final

from hub.core.arrivals import STEPS, Counts, Dynamics, Pattern, day_forecast
from hub.core.dates import Dates, DayKind

POOL_GAIN: Final = 0.15  # per day, of the mean over days alike
WEEKDAY_GAIN: Final = 0.4  # per week, of the mean over one weekday
WEEKDAY_SHARE: Final = 0.6  # of the weekday's own mean in what is expected
SHAPE_WORTH: Final = 60.0  # visitors that the hall's shape of a day counts for in a service's
EFFECT_WORTH: Final = 2  # days that "like a plain day" counts for, of a kind of day
LARGEST_EFFECT: Final = 5.0
FIRST_DAYS: Final = 5


@dataclass(frozen=True, slots=True)
class Came:
    """Who came on one day, by step; None where nobody knows. `booked`: with an appointment."""

    walked: Counts
    booked: Counts = (0,) * STEPS

    @property
    def total(self) -> Counts:
        """All who came."""
        return [
            None if walk is None else walk + (book or 0)
            for walk, book in zip(self.walked, self.booked, strict=True)
        ]


@dataclass(slots=True)
class _Mean:
    """A mean per step in which earlier days fade."""

    sums: list[float] = field(default_factory=lambda: [0.0] * STEPS)
    weights: list[float] = field(default_factory=lambda: [0.0] * STEPS)

    def add(self, came: Counts, gain: float, effect: float) -> None:
        for step, count in enumerate(came):
            if count is not None:
                self.sums[step] += gain * (count / effect - self.sums[step])
                self.weights[step] += gain * (1 - self.weights[step])

    @property
    def known(self) -> bool:
        return any(self.weights)

    @property
    def values(self) -> list[float]:
        pairs = zip(self.sums, self.weights, strict=True)
        return [total / weight if weight else 0.0 for total, weight in pairs]


@dataclass(slots=True)
class Usual:
    """What was learned so far, day by day. `shape`: how the hall's visitors share out over a day.

    Of days alike (worked, or not) and of each weekday a fading mean; both together are usual.
    """

    shape: Sequence[float] | None = None
    days: int = 0
    seen: dict[DayKind, int] = field(default_factory=dict)
    ratios: dict[DayKind, float] = field(default_factory=dict)
    pools: dict[bool, _Mean] = field(default_factory=lambda: {True: _Mean(), False: _Mean()})
    weekdays: dict[int, _Mean] = field(default_factory=lambda: {n: _Mean() for n in range(7)})
    visitors: float = 0.0

    def rates(self, weekday: int | None, *, works: bool) -> list[float]:
        """Visitors per step of a plain day; no `weekday`: of any that is alike."""
        pool = self.pools[works if self.pools[works].known else not works].values
        own = None if weekday is None else self.weekdays[weekday]
        if own is not None and own.known:
            share = WEEKDAY_SHARE if self.pools[works].known else 1.0
            pairs = zip(own.values, pool, strict=True)
            pool = [share * mine + (1 - share) * theirs for mine, theirs in pairs]
        return self._shaped(pool)

    def _shaped(self, rates: list[float]) -> list[float]:
        """A service with few visitors borrows the hall's shape."""
        if self.shape is None:
            return rates
        total = sum(rates) + 1 / (self.days + 1)  # who never came may come yet
        trust = self.visitors / (self.visitors + SHAPE_WORTH)
        pairs = zip(rates, self.shape, strict=True)
        return [trust * rate + (1 - trust) * share * total for rate, share in pairs]

    def effect(self, kind: DayKind) -> float:
        """How many times a plain day's visitors come on a day of a kind."""
        if kind == "plain":
            return 1.0
        like_plain = 0.0 if kind == "holiday" else float(EFFECT_WORTH)
        said = self.ratios.get(kind, 0.0)
        return (like_plain + said) / (EFFECT_WORTH + self.seen.get(kind, 0))

    def learn(self, day: date, dates: Dates, came: Counts) -> None:
        """Take in one more day."""
        kind, works = dates.kind(day), dates.works(day)
        weekday = None if dates.is_make_up(day) else day.weekday()
        known = [step for step, count in enumerate(came) if count is not None]
        total = sum(came[step] or 0 for step in known)
        if kind != "plain":
            rates = self.rates(weekday, works=works or kind == "holiday")
            usual = sum(rates[step] for step in known)
            if usual > 1:
                ratio = min(LARGEST_EFFECT, total / usual)
                self.ratios[kind] = self.ratios.get(kind, 0.0) + ratio
                self.seen[kind] = self.seen.get(kind, 0) + 1
        self.days += 1
        self.visitors += total
        if kind == "holiday":
            return
        effect = self.effect(kind)
        self.pools[works].add(came, POOL_GAIN, effect)
        if weekday is not None:
            self.weekdays[weekday].add(came, WEEKDAY_GAIN, effect)

    def pattern(self, dates: Dates, dynamics: Dynamics, booked: "Usual | None" = None) -> Pattern:
        """As the hub keeps it."""
        nobody = ((0.0,) * STEPS,) * 7
        return Pattern(
            days=max(1, self.days),
            rates=_week(self),
            make_up=_rounded(self.rates(None, works=True)),
            booked=nobody if booked is None else _week(booked),
            effects={kind: round(self.effect(kind), 4) for kind in self.seen},
            seen=dict(self.seen),
            dynamics=dynamics,
        )


def _week(usual: Usual) -> tuple[tuple[float, ...], ...]:
    return tuple(_rounded(usual.rates(n, works=n < 5)) for n in range(7))  # noqa: PLR2004 Saturday


def _rounded(rates: Sequence[float]) -> tuple[float, ...]:
    return tuple(round(rate, 4) for rate in rates)


@dataclass(frozen=True, slots=True)
class Judged:
    """A day as it was expected before it began, and as it came."""

    usual: tuple[float, ...]
    came: Counts


def rolled(
    days: Mapping[date, Counts], dates: Dates, shape: Sequence[float] | None = None
) -> Iterator[tuple[Usual, Judged | None]]:
    """Learn day by day: after each day what is known, and that day as it was expected."""
    usual = Usual(shape)
    for day in sorted(days):
        judged = None
        if usual.days >= FIRST_DAYS and dates.kind(day) != "holiday":
            before = day_forecast(usual.pattern(dates, Dynamics()), dates, day)
            judged = Judged(before.usual, days[day])
        usual.learn(day, dates, days[day])
        yield usual, judged
