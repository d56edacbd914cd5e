"""The tickets that the hall knows and the indexes that decisions need, as a persistent mapping."""

from bisect import bisect_left
from collections.abc import Iterable, Iterator, Mapping
from dataclasses import dataclass, field, replace
from datetime import datetime
from itertools import chain
from typing import Final
from uuid import UUID

from immutables import Map
from pydantic import GetCoreSchemaHandler
from pydantic_core import core_schema

from hall.messages import Channel, Priority, TicketState

FINAL: Final = frozenset({TicketState.DONE, TicketState.NO_SHOW, TicketState.CANCELLED})

Line = tuple["TicketNow", ...]


@dataclass(frozen=True, slots=True)
class TicketNow:
    """A ticket as it stands. `place` orders all tickets of all days: lower came earlier."""

    id: UUID
    number: str
    service: str
    priority: Priority
    channel: Channel
    token: str
    issued_at: datetime
    place: int
    state: TicketState = TicketState.WAITING
    window: str | None = None
    called_at: datetime | None = None
    started_at: datetime | None = None
    ended_at: datetime | None = None


@dataclass(frozen=True, slots=True)
class Register(Mapping[UUID, TicketNow]):
    """Tickets by id. Iteration is by `place`; a change makes a new register and leaves this one.

    `by_token`: every ticket's id by its secret token. `held`: the id of the living ticket with a
    number. `lines`: those who wait, per service, by `place`. `counts`: how many tickets a service
    has in a state. A change costs O(log n) in the maps (hash array mapped tries, Bagwell 2001),
    and in its line a copy of pointers, which for 2,000 who wait takes less time than one map.
    """

    by_id: Map[UUID, TicketNow] = field(default_factory=Map)
    by_token: Map[str, UUID] = field(default_factory=Map)
    held: Map[str, UUID] = field(default_factory=Map)
    lines: Map[str, Line] = field(default_factory=Map)
    counts: Map[tuple[str, TicketState], int] = field(default_factory=Map)

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
        changed = self if before is None else self._without(before)
        living = ticket.state not in FINAL
        return replace(
            changed,
            by_id=self.by_id.set(ticket.id, ticket),
            by_token=self.by_token if before else self.by_token.set(ticket.token, ticket.id),
            held=changed.held.set(ticket.number, ticket.id) if living else changed.held,
            lines=_joined(changed.lines, ticket),
            counts=_counted(changed.counts, ticket, 1),
        )

    def count(self, service: str, *states: TicketState) -> int:
        """How many tickets of a service are in one of these states."""
        return sum(self.counts.get((service, state), 0) for state in states)

    def line(self, service: str) -> Line:
        """Those who wait for a service, by `place`."""
        return self.lines.get(service, ())

    def ahead(self, service: str, place: int) -> int:
        """How many wait for a service who came before `place`."""
        return _at(self.line(service), place)

    def waiting(self) -> list[TicketNow]:
        """All who wait, by `place`."""
        return sorted(chain.from_iterable(self.lines.values()), key=_place)

    def living(self) -> "Register":
        """Without the tickets that have ended."""
        return Register.of(ticket for ticket in self.values() if ticket.state not in FINAL)

    def _without(self, ticket: TicketNow) -> "Register":
        """Without what the indexes, other than by id and token, say of `ticket`."""
        living = ticket.state not in FINAL
        return replace(
            self,
            held=self.held.delete(ticket.number) if living else self.held,
            lines=_left(self.lines, ticket),
            counts=_counted(self.counts, ticket, -1),
        )


def _place(ticket: TicketNow) -> int:
    return ticket.place


def _at(line: Line, place: int) -> int:
    """Where `place` is in a line, or would be; most often it is the end."""
    if not line or line[-1].place < place:
        return len(line)
    return bisect_left(line, place, key=_place)


def _joined(lines: Map[str, Line], ticket: TicketNow) -> Map[str, Line]:
    if ticket.state is not TicketState.WAITING:
        return lines
    line = lines.get(ticket.service, ())
    at = _at(line, ticket.place)
    return lines.set(ticket.service, (*line[:at], ticket, *line[at:]))


def _left(lines: Map[str, Line], ticket: TicketNow) -> Map[str, Line]:
    if ticket.state is not TicketState.WAITING:
        return lines
    line = lines[ticket.service]
    at = _at(line, ticket.place)
    rest = line[:at] + line[at + 1 :]
    return lines.set(ticket.service, rest) if rest else lines.delete(ticket.service)


def _counted(
    counts: Map[tuple[str, TicketState], int], ticket: TicketNow, by: int
) -> Map[tuple[str, TicketState], int]:
    key = (ticket.service, ticket.state)
    count = counts.get(key, 0) + by
    return counts.set(key, count) if count else counts.delete(key)
