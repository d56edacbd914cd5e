"""Days of arrivals at a small hall, drawn by chance from what is usual there."""

from collections.abc import Iterator
from datetime import UTC, date, datetime, timedelta
from random import Random
from uuid import UUID

from hall.messages import Channel, Priority
from hub.core.arrivals import STEPS
from hub.core.dates import Dates
from hub.core.events import Record, TicketIssued
from hub.core.plan import HallPlan

MONDAY = date(2026, 6, 29)
OPENS, CLOSES = 9 * 4, 17 * 4
SHARES = {"cards": 0.6, "papers": 0.3, "taxes": 0.1}


def usual(step: int, a_day: float) -> float:
    """Visitors of a quarter of an hour: a peak in the morning, a smaller one after lunch."""
    if not OPENS <= step < CLOSES:
        return 0.0
    weights = [3 if 4 <= at < 12 else 2 if 18 <= at < 24 else 1 for at in range(CLOSES - OPENS)]
    return a_day * weights[step - OPENS] / sum(weights)


def workdays(number: int, first: date = MONDAY) -> Iterator[date]:
    day = first
    for _ in range(number):
        yield day
        day += timedelta(days=1)
        while not Dates().works(day):
            day += timedelta(days=1)


def one_day(chance: Random, a_day: float, level: float | None = None) -> list[int]:
    """Arrivals by step; a day is some fifth more or less busy than usual."""
    level = chance.lognormvariate(0, 0.15) if level is None else level
    return [poisson(chance, level * usual(step, a_day)) for step in range(STEPS)]


def poisson(chance: Random, mean: float) -> int:
    """Arrivals in one unit of time at a rate."""
    count, at = 0, chance.expovariate(1.0)
    while at < mean:
        count, at = count + 1, at + chance.expovariate(1.0)
    return count


def journal_of(plan: HallPlan, days: dict[date, list[int]], seed: int = 5) -> list[Record]:
    """The tickets of these arrivals, their services by chance."""
    chance = Random(seed)
    records = []
    for day, came in days.items():
        for step, count in enumerate(came):
            for _ in range(count):
                minute = 15 * step + chance.random() * 14.9
                local = datetime(day.year, day.month, day.day, tzinfo=plan.zone)
                at = (local + timedelta(minutes=minute)).astimezone(UTC)
                service = chance.choices(list(SHARES), list(SHARES.values()))[0]
                records.append(issued(at, service, UUID(int=chance.getrandbits(128))))
    return sorted(records, key=lambda record: record.at)


def issued(at: datetime, service: str, ticket: UUID, appointment: UUID | None = None) -> Record:
    return Record(
        id=ticket,
        at=at,
        actor="kiosk",
        event=TicketIssued(
            ticket=ticket,
            number="A001",
            service=service,
            priority=Priority.NONE,
            channel=Channel.KIOSK,
            token=str(ticket),
            appointment=appointment,
        ),
    )
