"""The register's indexes say what its tickets say, however it came about."""

from collections import Counter
from dataclasses import replace
from uuid import UUID

from hypothesis import given
from hypothesis import strategies as st

from hall.messages import Channel, Priority, TicketState
from hub.core.register import FINAL, Register, TicketNow
from tests.unit.hub_fakes import NOON

SERVICES = ("cards", "papers", "taxes")
CHANGES = st.lists(
    st.tuples(st.integers(0, 12), st.sampled_from(SERVICES), st.sampled_from(TicketState))
)


def ticket(number: int, service: str, state: TicketState) -> TicketNow:
    """A ticket whose place is not the order in which it comes."""
    return TicketNow(
        id=UUID(int=number),
        number=f"A{number:03d}",
        service=service,
        priority=Priority.NONE,
        channel=Channel.KIOSK,
        token=f"token-{number}",
        issued_at=NOON,
        place=(NOON, number * 7 % 13, 0),
        state=state,
    )


def built(changes: list[tuple[int, str, TicketState]]) -> Register:
    register = Register()
    for change in changes:
        register = register.put(ticket(*change))
    return register


@given(CHANGES)
def test_indexes_are_what_the_tickets_say(changes: list[tuple[int, str, TicketState]]) -> None:
    register = built(changes)
    tickets = sorted(
        {change[0]: ticket(*change) for change in changes}.values(),
        key=lambda each: each.place,
    )
    waiting = [each for each in tickets if each.state is TicketState.WAITING]
    assert list(register.values()) == tickets
    assert register.waiting() == waiting
    assert set(register.lines) == {each.queue for each in waiting}
    for service in SERVICES:
        assert list(register.line(service)) == [t for t in waiting if t.service == service]
    assert dict(register.by_token) == {each.token: each.id for each in tickets}
    assert dict(register.held) == {t.number: t.id for t in tickets if t.state not in FINAL}
    assert dict(register.counts) == Counter((each.service, each.state) for each in tickets)
    assert Register.of(tickets) == register


@given(CHANGES, CHANGES)
def test_a_register_stays_as_it_was_when_another_is_made_from_it(
    first: list[tuple[int, str, TicketState]], then: list[tuple[int, str, TicketState]]
) -> None:
    register = built(first)
    for change in then:
        register.put(ticket(*change))
    assert register == built(first)


def test_a_ticket_that_comes_back_stands_where_it_stood() -> None:
    register = Register.of(ticket(n, "cards", TicketState.WAITING) for n in range(5))
    middle = register.line("cards")[2]
    called = register.put(replace(middle, state=TicketState.CALLED))
    assert middle not in called.line("cards")
    assert called.put(middle) == register
