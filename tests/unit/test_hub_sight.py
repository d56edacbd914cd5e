"""What a queue looked like lately, worked out at once or kept up event by event."""

from datetime import timedelta

from hypothesis import given, settings
from hypothesis import strategies as st

from hub.core import commands
from hub.core.sight import Ledger
from tests.unit.hub_fakes import NOON
from tests.unit.hub_hall import Hall

NAMES = ("cards", "papers", "taxes")


def noted(hall: Hall, ledger: Ledger, since: int) -> int:
    """Tell the ledger what happened since that record; how many records there are now."""
    steps: dict[object, int] = {}
    for record in reversed(hall.records[since:]):
        ticket = getattr(record.event, "ticket", None)
        if ticket is not None:
            steps[ticket] = steps.get(ticket, 0) + 1
    for record in hall.records[since:]:
        ticket = getattr(record.event, "ticket", None)
        if ticket is not None:
            history = hall.state.tickets[ticket].history
            ledger.note(ticket, history[-steps[ticket]])
            steps[ticket] -= 1
    return len(hall.records)


def test_a_queue_is_told_by_who_came_and_who_was_called() -> None:
    hall = Hall()
    hall.open("w1")
    for _ in range(4):
        hall.take()
        hall.wait(1)
    hall.wait(6)  # ten minutes after the first came
    hall.serve("w1", minutes=5)
    hall.serve("w1", minutes=5)
    sight = Ledger.of(hall.plan, hall.state).sights(hall.state, hall.now)["cards"]
    assert sight.minute == 12 * 60 + 20
    assert (sight.waiting, sight.windows) == (2, 1)
    assert (sight.wait_before, sight.last_wait) == (10, 14)
    assert sight.called_15 == 2 / 15
    assert sight.called_day == 2 / 20
    assert sight.stalled == 5
    assert sight.pace_day == (10 + 14) / (1 + 2)
    assert sight.known == 2
    assert sight.growth == 2


def test_who_left_or_is_kept_waits_no_more_and_who_comes_back_does() -> None:
    hall = Hall()
    hall.open("w1")
    gone, kept = hall.take(), hall.take()
    hall.do(commands.CancelTicket(gone))
    hall.do(commands.HoldTicket(kept, "lunch"))

    def waiting(service: str) -> float:
        ledger = Ledger.of(hall.plan, hall.state)
        return ledger.sights(hall.state, hall.now)[service].waiting

    assert waiting("cards") == 0
    hall.do(commands.TransferTicket(kept, "papers"))
    assert waiting("papers") == 0  # kept numbers stay kept elsewhere
    hall.do(commands.ResumeTicket(kept))
    assert waiting("papers") == 1


def test_yesterday_is_not_seen_in_the_queue_of_today() -> None:
    hall = Hall()
    hall.open("w1")
    hall.take()
    hall.serve("w1", minutes=3)
    hall.wait(24 * 60)
    sight = Ledger.of(hall.plan, hall.state).sights(hall.state, hall.now)["cards"]
    assert (sight.known, sight.called_day, sight.last_wait) == (0, 0, None)


STEP = st.one_of(
    st.sampled_from(NAMES),
    st.sampled_from(("call", "finish", "miss", "hold", "resume", "cancel", "transfer")),
)


@given(st.lists(st.tuples(STEP, st.integers(0, 15)), max_size=40))
@settings(deadline=None)
def test_a_ledger_kept_up_is_the_one_made_at_once(steps: list[tuple[str, int]]) -> None:
    hall, done = Hall(), 0
    hall.wait(0)
    hall.open("w1", "w3")
    ledger = Ledger(hall.plan, NOON.date())
    for step, minutes in steps:
        hall.now += timedelta(minutes=minutes, seconds=1)  # no two at once: they have no order
        carry_out(hall, step)
        if hall.state.day == NOON.date():
            done = noted(hall, ledger, done)
            fresh = Ledger.of(hall.plan, hall.state).sights(hall.state, hall.now)
            assert ledger.sights(hall.state, hall.now) == fresh
            for service in NAMES:
                assert fresh[service].waiting == hall.state.tickets.waiting_for(service)


def carry_out(hall: Hall, step: str) -> None:
    """What can be done of a step; nothing if it cannot."""
    waiting, window = hall.state.waiting(), hall.state.window("w1")
    held = [t.id for t in hall.state.tickets.values() if t.state == "held"]
    if step in NAMES:
        hall.take(step)
    elif step == "call" and window.ticket is None:
        hall.call("w1")
    elif step == "finish" and window.ticket is not None:
        if hall.state.tickets[window.ticket].state == "called":
            hall.do(commands.StartService("w1"))
        hall.do(commands.FinishService("w1"))
    elif (
        step == "miss"
        and window.ticket is not None
        and hall.state.tickets[window.ticket].state == "called"
    ):
        hall.do(commands.MarkNoShow("w1"))
    elif step == "hold" and waiting:
        hall.do(commands.HoldTicket(waiting[0].id, "out"))
    elif step == "resume" and held:
        hall.do(commands.ResumeTicket(held[0]))
    elif step == "cancel" and waiting:
        hall.do(commands.CancelTicket(waiting[-1].id))
    elif step == "transfer" and waiting:
        other = next(name for name in NAMES if name != waiting[0].service)
        hall.do(commands.TransferTicket(waiting[0].id, other))
