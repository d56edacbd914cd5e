"""What visitors are told: rising with the queue ahead, never above its 90th percentile, calm."""

from datetime import datetime, timedelta
from uuid import UUID

from hypothesis import given, settings
from hypothesis import strategies as st

from hub.core import commands
from hub.core.calm import FALL, RISE, Since, weight
from hub.core.commands import Command
from hub.core.coverage import SOFTEST, Coverage, Promised
from hub.core.curve import KNOTS_MIN, Curve
from hub.core.decide import decide
from hub.core.events import Record, TicketMissed
from hub.core.forecast import Wait
from hub.core.outlook import Outlook
from hub.core.refusals import Refused
from hub.core.state import State, apply
from tests.unit.hub_fakes import NOON, fresh_ids
from tests.unit.hub_hall import Hall
from tests.unit.test_hub_outlook import BOSS, PLAN, SERVICES, WANTED, command

MINUTES = st.floats(0, 300)
ROWS = st.lists(st.tuples(MINUTES, MINUTES), min_size=len(KNOTS_MIN), max_size=len(KNOTS_MIN)).map(
    lambda rows: [(knot, *row) for knot, row in zip(KNOTS_MIN, rows, strict=True)]
)
CURVES = ROWS.map(Curve.through)
FORMULA = st.builds(Wait, st.integers(0, 20_000))
ROUNDED_S = 1.0


@given(CURVES, FORMULA, FORMULA)
def test_a_longer_wait_by_the_formula_is_never_told_as_a_shorter_one(
    curve: Curve, one: Wait, other: Wait
) -> None:
    shorter, longer = sorted((one, other), key=lambda wait: wait.p50_s)
    assert curve(shorter).p50_s <= curve(longer).p50_s
    assert curve(shorter).p90_s <= curve(longer).p90_s


@given(CURVES, FORMULA, st.floats(0.5, 2))
def test_the_median_is_never_above_the_90th_percentile(
    curve: Curve, wait: Wait, factor: float
) -> None:
    for told in (curve(wait), curve.stretched(factor)(wait)):
        assert 0 <= told.p50_s <= told.p90_s


@given(CURVES)
def test_where_a_window_is_free_no_wait_is_told(curve: Curve) -> None:
    assert curve(Wait()) == Wait()


@given(CURVES, st.integers(1, 9_000))
def test_a_second_more_by_the_formula_makes_no_step(curve: Curve, seconds: int) -> None:
    slopes = [
        (right[1] - left[1]) / (60 * (to - since))
        for since, to, left, right in zip(
            (0.0, *KNOTS_MIN), KNOTS_MIN, ((0.0, 0.0), *curve.told), curve.told, strict=False
        )
    ]
    step = curve(Wait(seconds + 1)).p90_s - curve(Wait(seconds)).p90_s
    assert step <= max(slopes) + ROUNDED_S


STEPS = st.lists(
    st.tuples(WANTED | st.fixed_dictionaries(dict.fromkeys(SERVICES, CURVES)), st.integers(0, 300)),
    max_size=30,
)


def told(outlook: Outlook, state: State) -> dict[UUID, Wait]:
    return {ticket.id: outlook.wait(ticket) for ticket in state.waiting()}


def check(since: Since, before: Wait, after: Wait, passed_s: float) -> None:
    """How far what one visitor is told may have moved."""
    for was, now in ((before.p50_s, after.p50_s), (before.p90_s, after.p90_s)):
        if since is Since.LEFT:
            assert now <= was
        if since is Since.MOVED:
            assert now <= max(was + RISE * passed_s + ROUNDED_S, after.p50_s)
            assert now >= was - (1 + FALL) * passed_s - ROUNDED_S or after.p50_s == 0


@given(STEPS)
@settings(deadline=None)
def test_what_a_visitor_is_told_moves_as_slowly_as_promised(
    steps: list[tuple[object, int]],
) -> None:
    ids, state, now = fresh_ids(), State(), NOON
    outlook = Outlook(PLAN, state, now)
    seen: dict[UUID, tuple[Wait, datetime]] = {}
    for number, (wanted, passed_s) in enumerate(steps):
        now += timedelta(seconds=passed_s)
        if isinstance(wanted, dict):
            outlook = outlook.taught(wanted, now)
            compare(seen, told(outlook, state), Since.MOVED, now)
            continue
        asked: Command = command(wanted, number)
        happened = decide(PLAN, state, asked, BOSS, now)
        for event in [] if isinstance(happened, Refused) else happened:
            state = apply(PLAN, state, Record(id=next(ids), at=now, actor="boss", event=event))
            outlook = outlook.after(state, event, now)
            if isinstance(event, TicketMissed) and event.returns_after is not None:
                seen.pop(event.ticket, None)
            compare(seen, told(outlook, state), weight(event), now)
            for ticket in state.waiting():
                assert outlook.wait(ticket).p50_s <= outlook.wait(ticket).p90_s
                if outlook.by_formula(ticket).p50_s == 0:
                    assert outlook.wait(ticket) == Wait()


def compare(
    seen: dict[UUID, tuple[Wait, datetime]], told: dict[UUID, Wait], since: Since, now: datetime
) -> None:
    for ticket in seen.keys() - told.keys():
        del seen[ticket]
    for ticket, wait in told.items():
        if ticket in seen:
            before, at = seen[ticket]
            check(since, before, wait, (now - at).total_seconds())
        if ticket not in seen or seen[ticket][0] != wait:
            seen[ticket] = wait, now


def test_what_is_told_follows_what_is_worked_out_in_the_end() -> None:
    hall = Hall(plan=PLAN)
    hall.open("w1")
    first, second = hall.take(), hall.take()
    hall.call("w1")
    outlook = Outlook(PLAN, hall.state, hall.now)
    ticket = hall.state.tickets[second]
    before = outlook.wait(ticket).p50_s
    assert first != second
    assert before > 0
    slow = Curve(tuple((600.0 + 60 * knot, 1200.0 + 60 * knot) for knot in KNOTS_MIN))
    for _ in range(200):
        hall.now += timedelta(seconds=10)
        outlook = outlook.taught({"cards": slow}, hall.now)
        after = outlook.wait(ticket)
        assert after.p50_s <= before + 10 * RISE + ROUNDED_S
        before = after.p50_s
    assert after == slow(outlook.by_formula(ticket))


def test_a_window_that_opens_is_told_of_at_once() -> None:
    hall = Hall(plan=PLAN)
    hall.open("w1")
    for _ in range(6):
        hall.take()
    last = hall.state.waiting()[-1]
    outlook = Outlook(PLAN, hall.state, hall.now)
    before = outlook.wait(last)
    for event in hall.do(commands.OpenWindow("w3")):
        outlook = outlook.after(hall.state, event, hall.now)
    assert outlook.wait(last).p50_s < before.p50_s
    assert outlook.wait(last) == outlook.by_formula(last)


@given(st.lists(st.booleans(), max_size=300))
def test_percentiles_are_stretched_within_bounds_only(outcomes: list[bool]) -> None:
    coverage = Coverage()
    for longer in outcomes:
        coverage = coverage.after(longer=longer)
    assert -SOFTEST <= coverage.stretch <= SOFTEST


def test_nine_in_ten_within_their_percentile_leave_it_as_it_is() -> None:
    coverage = Coverage()
    for number in range(100):
        coverage = coverage.after(longer=number % 10 == 0)
    assert abs(coverage.stretch) < 1e-9


def test_those_who_waited_longer_than_promised_stretch_the_next_promise() -> None:
    hall = Hall(plan=PLAN)
    hall.open("w1")
    hall.take()
    hall.call("w1")
    late, gone = hall.take(), hall.take("papers")
    promised = Promised().after(hall.state, Outlook(PLAN, hall.state), hall.now)
    assert promised.until.keys() == {late, gone}
    hall.do(commands.CancelTicket(gone))
    hall.wait(300)
    hall.do(commands.StartService("w1"))
    hall.do(commands.FinishService("w1"))
    assert hall.call("w1") == late
    after = promised.after(hall.state, Outlook(PLAN, hall.state), hall.now)
    assert after.coverage == Coverage().after(longer=True)
    assert not after.until
