"""The tickets that the hall knows and the indexes that decisions need, as a persistent mapping."""

from bisect import bisect_left
from collections.abc import Iterable, Iterator, Mapping
from dataclasses import dataclass, field
from datetime import datetime
from itertools import chain
from typing import Final, Literal, TypeVar
from uuid import UUID

from immutables import Map
from pydantic import GetCoreSchemaHandler
from pydantic_core import core_schema

from hall.messages import Channel, Priority, RatingLevel, Text, TicketState, VisitClass
from hub.core.replacing import replace

FINAL: Final = frozenset({TicketState.DONE, TicketState.NO_SHOW, TicketState.CANCELLED})

# When the wait began; then the order in which places were given; then who was put behind whom.
Place = tuple[datetime, int, int]
Line = tuple["TicketNow", ...]
# Of whom the first can be called before the others: service, class, and the one window allowed.
Queue = tuple[str, VisitClass, str | None]
Holder = tuple[str, str | None]


@dataclass(frozen=True, slots=True)
class Step:
    """One thing that happened to a ticket."""

    at: datetime
    what: str
    by: str
    service: str
    window: str | None = None
    note: str = ""


@dataclass(frozen=True)
class TicketNow:
    """A ticket as it stands. `place` orders all tickets of all days: lower goes first.

    `also`: services still to come. `reserved`: the one window that may call it. `missed`: how often
    nobody came. `trying`: what the visitor tries while the number is held for them.
    """

    id: UUID
    number: str
    service: str
    priority: Priority
    channel: Channel
    token: str
    issued_at: datetime
    place: Place
    state: TicketState = TicketState.WAITING
    window: str | None = None
    called_at: datetime | None = None
    started_at: datetime | None = None
    ended_at: datetime | None = None
    also: tuple[str, ...] = ()
    person: str | None = None
    acting_for: str | None = None
    slot: datetime | None = None
    reserved: str | None = None
    missed: int = 0
    trying: Literal["kiosk", "expert"] | None = None
    reason: Text | None = None
    rating: RatingLevel | None = None
    history: tuple[Step, ...] = ()

    @property
    def visit(self) -> VisitClass:
        """What the policy sees in this visitor."""
        if self.priority is not Priority.NONE:
            return VisitClass.PRIORITY
        return VisitClass.WALK_IN if self.slot is None else VisitClass.APPOINTMENT

    @property
    def queue(self) -> Queue:
        """With whom it waits."""
        return self.service, self.visit, self.reserved

    @property
    def holder(self) -> Holder | None:
        """Who visits and for whom, if they said so."""
        return None if self.person is None else (self.person, self.acting_for)


@dataclass(frozen=True)
class Register(Mapping[UUID, TicketNow]):
    """Tickets by id. Iteration is by `place`; a change makes a new register and leaves this one.

    `by_token`: every ticket's id by its secret token. `held`: the id of the living ticket with a
    number. `held_by`: the living tickets of a person. `lines`: those who wait, per queue, by
    `place`. `counts`: how many tickets a service has in a state; `trying`: how many visitors try
    something else meanwhile. A change costs O(log n) in the maps (hash array mapped tries, Bagwell
    2001), and in its line a copy of pointers, which for 2,000 who wait takes less time than one
    map.
    """

    by_id: Map[UUID, TicketNow] = field(default_factory=Map)
    by_token: Map[str, UUID] = field(default_factory=Map)
    held: Map[str, UUID] = field(default_factory=Map)
    held_by: Map[Holder, frozenset[UUID]] = field(default_factory=Map)
    lines: Map[Queue, Line] = field(default_factory=Map)
    counts: Map[tuple[str, TicketState], int] = field(default_factory=Map)
    trying: Map[str, int] = field(default_factory=Map)

    @classmethod
    def of(cls, tickets: Iterable[TicketNow]) -> "Register":
        """The register that holds these tickets."""
        register = cls()
        for ticket in tickets:
            register = register.put(ticket)
        return register

    @classmethod
    def __get_pydantic_core_schema__(
        cls, source: type, handler: GetCoreSchemaHandler
    ) -> core_schema.CoreSchema:
        """As data it is the list of its tickets; the indexes follow from them."""
        tickets = handler.generate_schema(list[TicketNow])
        return core_schema.no_info_after_validator_function(
            cls.of,
            tickets,
            serialization=core_schema.plain_serializer_function_ser_schema(
                lambda register: list(register.values()), return_schema=tickets
            ),
        )

    def __getitem__(self, ticket: UUID) -> TicketNow:
        return self.by_id[ticket]

    def __iter__(self) -> Iterator[UUID]:
        return (ticket.id for ticket in sorted(self.by_id.values(), key=_place))

    def __len__(self) -> int:
        return len(self.by_id)

    def put(self, ticket: TicketNow) -> "Register":
        """With `ticket` as it now stands: the one way in which a ticket comes or changes."""
        before = self.by_id.get(ticket.id)
        held, held_by, lines = self.held, self.held_by, self.lines
        counts, trying = self.counts, self.trying
        if before is not None:
            lines = _left(lines, before)
            counts = _counted(counts, (before.service, before.state), -1)
            trying = _counted(trying, before.trying, -1)
        lived = before is not None and before.state not in FINAL
        lives = ticket.state not in FINAL
        if lives and not lived:
            held, held_by = held.set(ticket.number, ticket.id), _held(held_by, ticket)
        elif lived and not lives:
            held, held_by = held.delete(ticket.number), _let_go(held_by, ticket)
        return replace(
            self,
            by_id=self.by_id.set(ticket.id, ticket),
            by_token=self.by_token if before else self.by_token.set(ticket.token, ticket.id),
            held=held,
            held_by=held_by,
            lines=_joined(lines, ticket),
            counts=_counted(counts, (ticket.service, ticket.state), 1),
            trying=_counted(trying, ticket.trying, 1),
        )

    def count(self, service: str, *states: TicketState) -> int:
        """How many tickets of a service are in one of these states."""
        return sum(self.counts.get((service, state), 0) for state in states)

    def waiting_for(self, service: str) -> int:
        """How many wait for a service."""
        return self.counts.get((service, TicketState.WAITING), 0)

    def line(self, service: str) -> Line:
        """Those who wait for a service, by `place`."""
        lines = (line for queue, line in self.lines.items() if queue[0] == service)
        return tuple(sorted(chain.from_iterable(lines), key=_place))

    def behind(self, ticket: TicketNow, others: int, order: int) -> Place:
        """The place behind so many others of the ticket's queue, or behind all of fewer.

        `order`: higher than in any place given before. One who would wait alone keeps their own.
        """
        line = self.lines.get(ticket.queue, ())
        if not line:
            return ticket.place
        at, before, _ = line[min(others, len(line)) - 1].place
        return at, before, order

    def before(self, queue: Queue, place: Place) -> int:
        """How many wait in a queue whose place is before `place`."""
        return _at(self.lines.get(queue, ()), place)

    def waiting(self) -> list[TicketNow]:
        """All who wait, by `place`."""
        return sorted(chain.from_iterable(self.lines.values()), key=_place)

    def living(self) -> "Register":
        """Without the tickets that have ended."""
        return Register.of(ticket for ticket in self.values() if ticket.state not in FINAL)


K = TypeVar("K")


def _place(ticket: TicketNow) -> Place:
    return ticket.place


def _at(line: Line, place: Place) -> int:
    """Where `place` is in a line, or would be; most often it is the end."""
    if not line or line[-1].place < place:
        return len(line)
    return bisect_left(line, place, key=_place)


def _joined(lines: Map[Queue, Line], ticket: TicketNow) -> Map[Queue, Line]:
    if ticket.state is not TicketState.WAITING:
        return lines
    queue = ticket.queue
    line = lines.get(queue, ())
    at = _at(line, ticket.place)
    return lines.set(queue, (*line[:at], ticket, *line[at:]))


def _left(lines: Map[Queue, Line], ticket: TicketNow) -> Map[Queue, Line]:
    if ticket.state is not TicketState.WAITING:
        return lines
    queue = ticket.queue
    line = lines[queue]
    at = _at(line, ticket.place)
    rest = line[:at] + line[at + 1 :]
    return lines.set(queue, rest) if rest else lines.delete(queue)


def _held(held_by: Map[Holder, frozenset[UUID]], ticket: TicketNow) -> Map[Holder, frozenset[UUID]]:
    if ticket.holder is None:
        return held_by
    return held_by.set(ticket.holder, held_by.get(ticket.holder, frozenset()) | {ticket.id})


def _let_go(
    held_by: Map[Holder, frozenset[UUID]], ticket: TicketNow
) -> Map[Holder, frozenset[UUID]]:
    if ticket.holder is None:
        return held_by
    rest = held_by[ticket.holder] - {ticket.id}
    return held_by.set(ticket.holder, rest) if rest else held_by.delete(ticket.holder)


def _counted(counts: Map[K, int], key: K | None, by: int) -> Map[K, int]:
    if key is None:
        return counts
    count = counts.get(key, 0) + by
    return counts.set(key, count) if count else counts.delete(key)
