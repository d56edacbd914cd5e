"""Calls reach the broker at least once and in order, whatever fails in between."""

from dataclasses import dataclass, field
from threading import Event
from uuid import UUID

from hypothesis import given
from hypothesis import strategies as st

from hall.messages import Call, Text
from hub.outbox import Outbox, calls
from hub.store import StoreFailed
from tests.unit.hub_fakes import DEADLINE_S, NOON

AT_ONCE = 3


def call(number: int) -> Call:
    name = f"A{number:03d}"
    return Call(
        id=UUID(int=number), at=NOON, number=name, window="w1", speech=Text(zh=name, en=name)
    )


@dataclass
class FakeJournal:
    """A journal in which some rows are calls."""

    calls: dict[int, Call] = field(default_factory=dict)
    last: int = 0
    at: int = 0
    failing: bool = False
    advanced: Event = field(default_factory=Event)

    def calls_after(self, seq: int) -> list[tuple[int, Call]]:
        if self.failing:
            raise StoreFailed("gone")
        return sorted((k, each) for k, each in self.calls.items() if k > seq)[:AT_ONCE]

    def cursor(self, name: str) -> int:
        return self.at

    def advance(self, name: str, seq: int) -> None:
        if self.failing:
            raise StoreFailed("gone")
        self.at = seq
        self.advanced.set()


@given(st.sets(st.integers(1, 30)), st.lists(st.booleans(), max_size=40))
def test_each_call_is_delivered_in_order_and_the_cursor_never_runs_ahead(
    rows: set[int], answers: list[bool]
) -> None:
    journal = FakeJournal({row: call(row) for row in rows}, last=30)
    delivered: list[int] = []
    broker = iter(answers)

    def deliver(sent: Call) -> bool:
        taken = next(broker, True)
        if taken:
            delivered.append(sent.id.int)
        return taken

    outbox = Outbox(journal, calls(journal), deliver)
    while not outbox.hand_on():
        assert all(row in delivered for row in rows if row <= journal.at)
    assert delivered == sorted(rows)
    assert journal.at == 30


def test_a_store_that_fails_leaves_the_cursor_and_the_call_comes_again() -> None:
    journal, delivered = FakeJournal({1: call(1)}, last=1), list[Call]()

    def deliver(sent: Call) -> bool:
        delivered.append(sent)
        journal.failing = len(delivered) == 1
        return True

    outbox = Outbox(journal, calls(journal), deliver)
    assert not outbox.hand_on()
    journal.failing = False
    assert outbox.hand_on()
    assert delivered == [call(1), call(1)]


def test_what_an_earlier_process_left_is_handed_on_and_news_wakes_it() -> None:
    journal, delivered = FakeJournal({1: call(1)}, last=1), list[Call]()

    def deliver(sent: Call) -> bool:
        delivered.append(sent)
        return True

    outbox = Outbox(journal, calls(journal), deliver)
    outbox.start()
    assert journal.advanced.wait(DEADLINE_S)
    journal.advanced.clear()
    journal.calls[2], journal.last = call(2), 2
    outbox.hear(call(2))
    assert journal.advanced.wait(DEADLINE_S)
    outbox.stop()
    assert delivered == [call(1), call(2)]
