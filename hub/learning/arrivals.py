"""Learns from the journal what arrivals a hall is used to: the trainer `arrivals`."""

from collections import Counter
from collections.abc import Iterable, Iterator, Mapping, Sequence
from dataclasses import dataclass, field
from datetime import date, datetime, timedelta
from statistics import median
from typing import Final

from hub.core.arrivals import STEPS, Counts, Dynamics, Pattern
from hub.core.dates import Dates
from hub.core.events import AppointmentMissed, Record, TicketIssued
from hub.core.expected import ARRIVALS_FILE, Patterns, position
from hub.core.plan import HallPlan
from hub.learning.dynamics import fitted
from hub.learning.patterns import Came, Usual, rolled
from hub.learning.trained import Trained

LATELY: Final = timedelta(days=400)
OUTAGE_STEPS: Final = 4  # an hour in which nobody at all came ...
OUTAGE_MISSED: Final = 8  # ... though on other days so many did
SHOWS: Final = 0.85  # of booked visits, to begin with ...
SHOWS_WORTH: Final = 20  # ... as if so many had been seen
HALL: Final = None
Series = dict[str | None, Came]


def train_arrivals(journal: Iterator[Record], plan: HallPlan, now: datetime) -> Trained:
    """The patterns of the hall and its services, from the whole days before today."""
    book = read(journal, plan, now)
    days = known_days(book, plan)
    if not days:
        return Trained("no day with visitors is over yet", {ARRIVALS_FILE: None})
    learned = learn(days, plan, book.shows)
    visitors = sum(count or 0 for series in days.values() for count in series[HALL].total)
    return Trained(
        f"{visitors:.0f} visitors on {len(days)} days up to {learned.through}",
        {ARRIVALS_FILE: learned.model_dump_json().encode()},
    )


@dataclass(slots=True)
class Book:
    """Arrivals by day, service (HALL: all) and whether booked, each by step; and who kept a slot.

    `first`: the very first arrival.
    """

    came: dict[date, dict[tuple[str | None, bool], Counter[int]]] = field(default_factory=dict)
    first: tuple[date, int] | None = None
    arrived: int = 0
    missed: int = 0

    @property
    def shows(self) -> float:
        """The share of booked visits that come, drawn to what is usual elsewhere."""
        kept = SHOWS * SHOWS_WORTH + self.arrived
        return kept / (SHOWS_WORTH + self.arrived + self.missed)


def read(journal: Iterable[Record], plan: HallPlan, now: datetime) -> Book:
    """What the journal says of the days before today, of the last 400."""
    book = Book()
    today = plan.local(now).date()
    for record in journal:
        event = record.event
        if isinstance(event, AppointmentMissed):
            book.missed += 1
        if not isinstance(event, TicketIssued):
            continue
        book.arrived += event.appointment is not None
        local = plan.local(event.arrived_at or record.at)
        day, step = local.date(), int(position(local))
        book.first = min(book.first or (day, step), (day, step))
        if not today - LATELY <= day < today:
            continue
        counts = book.came.setdefault(day, {})
        for service in (HALL, event.service, *event.also):
            counts.setdefault((service, event.appointment is not None), Counter())[step] += 1
    return book


def known_days(book: Book, plan: HallPlan) -> dict[date, Series]:
    """Each day on which visitors came, with None for hours of which nobody knows.

    Those are hours before the very first visitor, and whole hours in which nobody came though many
    should have: an outage, when numbers were given on paper and never entered.
    """
    totals = {day: _steps(counts, HALL) for day, counts in sorted(book.came.items())}
    services = (HALL, *plan.service_by_id)
    known = {}
    for day, counts in sorted(book.came.items()):
        dark = outages(totals[day], [each for other, each in totals.items() if other != day])
        if book.first is not None and book.first[0] == day:
            dark |= set(range(book.first[1]))
        known[day] = {
            service: Came(
                _masked(counts.get((service, False), Counter()), dark),
                _masked(counts.get((service, True), Counter()), dark),
            )
            for service in services
        }
    return known


def outages(total: Sequence[int], others: Sequence[Sequence[int]]) -> set[int]:
    """Steps of runs without anybody in which as many as OUTAGE_MISSED came on half of `others`."""
    dark: set[int] = set()
    start = 0
    for step in range(STEPS + 1):
        if step < STEPS and total[step] == 0:
            continue
        if step - start >= OUTAGE_STEPS and others:
            usual = median(sum(other[start:step]) for other in others)
            if usual >= OUTAGE_MISSED:
                dark |= set(range(start, step))
        start = step + 1
    return dark


def learn(days: Mapping[date, Series], plan: HallPlan, shows: float) -> Patterns:
    """What was usual on these days, of which there is at least one."""
    dates = plan.dates
    hall = _pattern(days, HALL, dates, None, None)
    rates = [sum(week[step] for week in hall.rates) for step in range(STEPS)]
    total = sum(rates) or 1.0
    shape = [rate / total for rate in rates]
    services = {
        service: _pattern(days, service, dates, shape, hall.dynamics)
        for service in plan.service_by_id
    }
    kept = {"shows": round(shows, 4)}
    return Patterns(
        through=max(days),
        hall=hall.model_copy(update=kept),
        services={name: each.model_copy(update=kept) for name, each in services.items()},
    )


def _pattern(
    days: Mapping[date, Series],
    service: str | None,
    dates: Dates,
    shape: Sequence[float] | None,
    start: Dynamics | None,
) -> Pattern:
    total = {day: series[service].total for day, series in days.items()}
    judged = [each for _, each in rolled(total, dates, shape) if each is not None]
    walked, booked = Usual(shape), Usual()
    for day, series in days.items():
        walked.learn(day, dates, series[service].walked)
        booked.learn(day, dates, series[service].booked)
    return walked.pattern(dates, fitted(judged, start), booked)


def _steps(
    counts: Mapping[tuple[str | None, bool], Counter[int]], service: str | None
) -> list[int]:
    """All who came, by step."""
    both = [counts.get((service, booked), Counter()) for booked in (False, True)]
    return [sum(each[step] for each in both) for step in range(STEPS)]


def _masked(counts: Counter[int], dark: set[int]) -> Counts:
    return [None if step in dark else counts[step] for step in range(STEPS)]
