"""What queues looked like and how long people then waited, read off the journal."""

from collections.abc import Iterator
from dataclasses import dataclass, replace
from datetime import date, datetime, timedelta
from itertools import chain, islice
from typing import Final
from uuid import UUID

from hall.messages import TicketState, VisitClass
from hub.core.events import Record, TicketCalled, TicketIssued
from hub.core.outlook import Outlook
from hub.core.plan import HallPlan
from hub.core.predictor import sights
from hub.core.register import TicketNow
from hub.core.sight import Ledger
from hub.core.state import State, apply
from hub.learning.usual import Sample

LATELY: Final = timedelta(days=90)


@dataclass(frozen=True, slots=True)
class _Seen:
    """A sample whose outcome is not known yet, and when it was taken."""

    at: datetime
    sample: Sample


def samples(journal: Iterator[Record], plan: HallPlan, now: datetime) -> Iterator[Sample]:
    """Two for each visitor of the last 90 days: as they came, and of someone amid the line.

    The outcome is the time until the call. Left out are appointments, whose wait is for their slot,
    and whoever left, was sent away or was put behind others meanwhile: their wait says nothing of
    the queue.
    """
    replay = _Replay(plan, now - LATELY)
    for record in journal:
        yield from replay.after(record)


class _Replay:
    """The hall as it was, record by record."""

    def __init__(self, plan: HallPlan, since: datetime) -> None:
        self._plan, self._since = plan, since
        self._state = State()
        self._outlook = Outlook(plan, self._state)
        self._ledger = Ledger(plan, date.min)
        self._day = date.min
        self._seen: dict[UUID, list[_Seen]] = {}

    def after(self, record: Record) -> list[Sample]:
        """The samples whose outcome the record tells."""
        event = record.event
        self._state = apply(self._plan, self._state, record)
        if record.at < self._since:
            return []
        self._outlook = self._outlook.after(self._state, event, record.at)
        day = self._plan.local(record.at).date()
        if day != self._day:
            self._day, self._seen = day, {}
            self._ledger = Ledger(self._plan, day)
            self._outlook = Outlook(self._plan, self._state)
        ticket = getattr(event, "ticket", None)
        if ticket is None or ticket not in self._state.tickets:
            return []
        known = self._outcome(ticket, record)
        if isinstance(event, TicketIssued):
            self._look(self._state.tickets[ticket], record.at)
        elif isinstance(event, TicketCalled) and (other := self._someone(record.id)):
            self._look(other, record.at)
        return known

    def _outcome(self, ticket: UUID, record: Record) -> list[Sample]:
        """What became of a ticket, and what is known by that."""
        standing = self._state.tickets[ticket]
        self._ledger.note(ticket, standing.history[-1])
        if standing.state is TicketState.WAITING and not isinstance(record.event, TicketIssued):
            self._seen.pop(ticket, None)
            return []
        if standing.state is TicketState.WAITING:
            return []
        seen = self._seen.pop(ticket, ())
        if not isinstance(record.event, TicketCalled):
            return []
        return [
            replace(each.sample, wait_min=(record.at - each.at).total_seconds() / 60)
            for each in seen
        ]

    def _someone(self, chance: UUID) -> TicketNow | None:
        """One of those who wait, by the chance that lies in an id: each as likely as any other."""
        lines = [line for _, line in sorted(self._state.tickets.lines.items(), key=str)]
        count = sum(map(len, lines))
        return next(islice(chain.from_iterable(lines), chance.int % count, None)) if count else None

    def _look(self, ticket: TicketNow, at: datetime) -> None:
        if ticket.visit is VisitClass.APPOINTMENT or ticket.state is not TicketState.WAITING:
            return
        sight = sights(self._ledger, self._state, self._outlook, at)[ticket.service]
        sample = Sample(ticket.service, self._day, sight, self._outlook.by_formula(ticket))
        self._seen.setdefault(ticket.id, []).append(_Seen(at, sample))
