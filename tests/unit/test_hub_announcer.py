"""After a long outage of the broker nobody is announced who was called half an hour ago."""

from dataclasses import dataclass, field
from datetime import datetime, timedelta
from uuid import UUID

from structlog.testing import capture_logs

from hall.messages import Call, Text
from hall.topics import CALL, Topic
from hub.mqtt import MAX_AGE, Announcer
from hub.outbox import Outbox, calls
from tests.unit.hub_fakes import NOON, Clock
from tests.unit.test_hub_outbox import FakeJournal


def call(number: int, at: datetime) -> Call:
    name = f"A{number:03d}"
    return Call(id=UUID(int=number), at=at, number=name, window="w1", speech=Text(zh=name, en=name))


@dataclass
class FakeBus:
    """A broker that is away, or takes what it is given."""

    away: bool = False
    taken: list[str] = field(default_factory=list)

    def deliver(self, topic: Topic[Call], message: Call) -> bool:
        assert topic is CALL
        if not self.away:
            self.taken.append(message.number)
        return not self.away


def test_old_calls_are_passed_over_counted_and_told_in_one_line() -> None:
    clock, bus = Clock(), FakeBus(away=True)
    journal = FakeJournal({row: call(row, NOON + timedelta(minutes=row)) for row in range(1, 31)})
    journal.last = 30
    clock.forward(60)
    announcer = Announcer(bus, clock)
    outbox = Outbox(journal, calls(journal), announcer)
    assert not outbox.hand_on()
    assert journal.at == 0
    clock.now, bus.away = NOON + timedelta(minutes=30), False
    with capture_logs() as logs:
        assert outbox.hand_on()
    assert timedelta(minutes=2) == MAX_AGE
    assert bus.taken == ["A028", "A029", "A030"]
    assert announcer.passed_over == 27
    assert [line["event"] for line in logs] == ["old_calls_passed_over"]
    assert journal.at == 30


def test_an_old_call_needs_no_broker_and_a_clock_set_back_makes_none_old() -> None:
    clock, bus = Clock(), FakeBus(away=True)
    announcer = Announcer(bus, clock)
    assert announcer(call(1, NOON - timedelta(hours=1)))
    bus.away = False
    assert announcer(call(2, NOON + timedelta(hours=1)))
    assert bus.taken == ["A002"]
    assert announcer.passed_over == 1
