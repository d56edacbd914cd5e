"""The people of a simulated day, drawn before it begins: every policy meets the same ones."""

from collections.abc import Iterator, Mapping, Sequence
from dataclasses import dataclass
from datetime import UTC, date, datetime, time, timedelta
from math import exp, log, log1p, sqrt
from typing import Final, Protocol, TypeVar
from uuid import UUID
from zoneinfo import ZoneInfo

from hall.messages import Priority
from hub.core.appointments import check_in_window, slots
from hub.core.plan import HallPlan
from hub.simulation.assumptions import HALF_HOUR_MIN, Demand, Habits, minute_of

SHORTEST_VISIT_MIN: Final = 0.7
PRIORITIES: Final = (Priority.ELDERLY, Priority.DISABLED, Priority.PREGNANT)


T = TypeVar("T")


class Chance(Protocol):
    """A source of chance; `random.Random(seed)` is one."""

    def random(self) -> float:
        """Uniform on [0, 1)."""

    def gauss(self, mu: float, sigma: float, /) -> float:
        """Normal."""

    def expovariate(self, lambd: float, /) -> float:
        """Exponential with this rate."""

    def gammavariate(self, alpha: float, beta: float, /) -> float:
        """Gamma with this shape and scale."""

    def choices(self, population: Sequence[T], weights: Sequence[float], /) -> list[T]:
        """One, in proportion to the weights."""


@dataclass(frozen=True, slots=True)
class Visitor:
    """Someone who comes, with all that is by chance about them; times in minutes since midnight.

    `work_min`: what they take at a window for whose services it is, with a clerk of average speed.
    `kiosk_taste`, `expert_taste`: uniform; they go there if it is less than the habit's share, and
    never if it is 1. `appointment`: what they booked, for `slot`. `gives_back`: whether they would
    cancel the number if they lost patience.
    """

    arrives_min: float
    service: str
    work_min: float
    patience_min: float
    priority: Priority = Priority.NONE
    kiosk_taste: float = 1.0
    kiosk_min: float = 0.0
    kiosk_fails: bool = False
    expert_taste: float = 1.0
    gives_back: bool = False
    appointment: UUID | None = None
    slot: datetime | None = None
    comes: bool = True


@dataclass(frozen=True, slots=True)
class Day:
    """Who comes on a date, in the order of their arrival, and how fast each window's clerk is.

    `pace`: time taken, as a multiple of the service's own, by window.
    """

    date: date
    visitors: tuple[Visitor, ...]
    pace: Mapping[str, float]


def midnight_of(plan: HallPlan, day: date) -> datetime:
    """When a day begins on the hall's clock."""
    return datetime.combine(day, time.min, ZoneInfo(plan.timezone))


def lognormal(chance: Chance, mean: float, cv: float) -> float:
    """A positive time of this mean and coefficient of variation."""
    variance = log1p(cv * cv)
    return exp(log(mean) - variance / 2 + sqrt(variance) * chance.gauss(0, 1))


@dataclass(frozen=True, slots=True)
class People:
    """Draws people who come to a hall, from what is assumed of them."""

    plan: HallPlan
    demand: Demand
    habits: Habits
    chance: Chance

    def day(self, day: date) -> Day:
        """Everyone of a day: a doubly stochastic Poisson process of arrivals, and appointments."""
        visitors = [*self._walk_ins(day), *self._booked(day)]
        visitors.sort(key=lambda visitor: visitor.arrives_min)
        return Day(day, tuple(visitors), self.pace())

    def pace(self) -> dict[str, float]:
        """How fast the clerk of each window is."""
        sigma = self.habits.clerk_sigma
        return {window.id: exp(self.chance.gauss(0, sigma)) for window in self.plan.windows}

    def visitor(self, arrives_min: float, service: str, **known: object) -> Visitor:
        """A visitor for `service`; whatever is not `known` about them is by chance."""
        habits, chance = self.habits, self.chance
        item, wants = self.plan.service_by_id[service], self.demand.services[service]
        patience = exp(chance.gauss(0, habits.patience_sigma))
        drawn = {
            "work_min": max(SHORTEST_VISIT_MIN, lognormal(chance, item.minutes, wants.cv)),
            "patience_min": habits.patience_median_min * patience,
            "kiosk_taste": self._taste(wants.kiosk),
            "kiosk_min": lognormal(chance, self.plan.diversion.kiosk_minutes, habits.kiosk_cv),
            "kiosk_fails": chance.random() < habits.kiosk_fails,
            "expert_taste": self._taste(wants.expert),
            "gives_back": chance.random() < habits.gives_back,
            "priority": self._priority(),
        }
        return Visitor(arrives_min, service, **{**drawn, **known})  # type: ignore[arg-type]

    def _taste(self, able: float) -> float:
        """Uniform for those whom it could help; 1, which no habit reaches, for the others."""
        helped, taste = self.chance.random() < able, self.chance.random()
        return taste if helped else 1.0

    def _priority(self) -> Priority:
        share, which = self.demand.priority, self.chance.random()
        return PRIORITIES[int(which / share * len(PRIORITIES))] if which < share else Priority.NONE

    def _walk_ins(self, day: date) -> Iterator[Visitor]:
        """Those who just come, half hour by half hour."""
        demand, chance = self.demand, self.chance
        total = sum(demand.arrivals.values())
        coming = demand.visitors * (1 - demand.booked) * self._day_factor()
        last = doors_shut_min(self.plan, day)
        for clock, weight in demand.arrivals.items():
            start = minute_of(clock)
            length = min(HALF_HOUR_MIN, last - start)
            expected = coming * weight / total * self._half_hour_factor()
            if length <= 0 or expected <= 0:
                continue
            at = start + chance.expovariate(expected / length)
            while at < start + length:
                yield self.visitor(at, self._service())
                at += chance.expovariate(expected / length)

    def _booked(self, day: date) -> Iterator[Visitor]:
        """Those who have an appointment, among them who will not come."""
        demand, chance, plan = self.demand, self.chance, self.plan
        if not demand.booked:
            return
        midnight = midnight_of(plan, day)
        grid = {_minutes(midnight, slot): slot.astimezone(UTC) for slot in slots(plan, day)}
        weights = [demand.slots.get(_half_hour(minute), 0.0) for minute in grid]
        opens, last = opening_min(plan, day)[0], doors_shut_min(plan, day)
        at, number = chance.expovariate(1.0), 0
        while at < demand.visitors * demand.booked:
            number += 1
            minute, slot = chance.choices(tuple(grid.items()), weights)[0]
            early = chance.gauss(self.habits.early_mean_min, self.habits.early_sd_min)
            first = _minutes(midnight, check_in_window(plan, slot)[0])
            yield self.visitor(
                min(max(minute - early, first, opens), last - 1),
                self._service(),
                priority=Priority.NONE,
                appointment=UUID(int=number),
                slot=slot,
                comes=chance.random() >= demand.no_shows,
            )
            at += chance.expovariate(1.0)

    def _service(self) -> str:
        services = self.demand.services
        return self.chance.choices(tuple(services), [each.share for each in services.values()])[0]

    def _day_factor(self) -> float:
        variance = self.demand.day_cv**2
        return self.chance.gammavariate(1 / variance, variance) if variance else 1.0

    def _half_hour_factor(self) -> float:
        cv = self.demand.half_hour_cv
        return lognormal(self.chance, 1.0, cv) if cv else 1.0


def opening_min(plan: HallPlan, day: date) -> tuple[int, int]:
    """When the hall opens first and closes last on a day, in minutes since midnight."""
    spans = plan.spans(day)
    return spans[0][0], spans[-1][1]


def doors_shut_min(plan: HallPlan, day: date) -> float:
    """Until when numbers are given, in minutes since midnight."""
    return opening_min(plan, day)[1] - plan.tickets.last_before_close_min


def _half_hour(minute: float) -> str:
    hours, minutes = divmod(int(minute), 60)
    return f"{hours:02d}:{minutes // HALF_HOUR_MIN * HALF_HOUR_MIN:02d}"


def _minutes(midnight: datetime, at: datetime) -> float:
    return (at - midnight) / timedelta(minutes=1)
