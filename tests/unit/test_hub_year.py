"""A year of people who never come back does not make the hub's state grow."""

from datetime import timedelta

from hall.messages import RatingLevel, Role, TicketState
from hub.core import commands, snapshot
from hub.core.commands import Actor
from hub.core.state import State, apply
from tests.unit.hub_fakes import NOON, busy_plan
from tests.unit.hub_hall import VISITOR, Hall


def untidy_day(hall: Hall, number: int) -> None:
    """A new clerk, a visitor who rates badly, others who go without a word, a missed booking."""
    clerk = Actor(f"clerk-{number}", Role.CLERK)
    slot = hall.now + timedelta(minutes=60)
    hall.do(commands.BookAppointment(hall.ids(), "cards", slot, f"person-{number}"))
    served, kept, tried = (hall.take("cards") for _ in range(3))
    hall.take("taxes")
    hall.do(commands.HoldTicket(kept), VISITOR)
    hall.do(commands.DivertTicket(tried, "kiosk"), VISITOR)
    hall.do(commands.OpenWindow("w1"), clerk)
    hall.do(commands.CallNext("w1", served, "the day's one"), clerk)
    hall.do(commands.StartService("w1"), clerk)
    hall.now += timedelta(minutes=7)
    hall.do(commands.FinishService("w1"), clerk)
    hall.do(commands.RateTicket(served, RatingLevel.DISSATISFIED), VISITOR)
    hall.do(commands.CloseWindow("w1"), clerk)
    hall.now = NOON + timedelta(days=number + 1)
    hall.wait(0)


def test_a_year_does_not_make_the_state_grow_and_a_replay_is_the_same() -> None:
    hall = Hall(busy_plan())
    sizes = []
    for number in range(365):
        untidy_day(hall, number)
        sizes.append(len(snapshot.dump(hall.state)))
    half, whole = max(sizes[190:210]), max(sizes[345:])
    assert whole < half * 1.01
    assert len(hall.state.misses) <= hall.plan.appointments.misses_days
    assert len(hall.state.callbacks) < 100
    assert len(hall.state.pace.cells) <= 181
    state = State()
    for record in hall.records:
        state = apply(hall.plan, state, record)
    assert snapshot.dump(state) == snapshot.dump(hall.state)


def test_a_number_that_nobody_called_for_days_lapses_and_one_of_yesterday_does_not() -> None:
    hall = Hall()
    ticket = hall.take()
    for _ in range(hall.plan.tickets.waiting_days):
        hall.wait(24 * 60)
        assert hall[ticket].state is TicketState.WAITING
    hall.wait(24 * 60)
    assert ticket not in hall.state.tickets
    assert "waited too long" in str(hall.records)
