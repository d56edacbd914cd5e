"""Where its rules allow, the hall asks for windows and closes them, slowly and with reasons."""

from datetime import timedelta
from typing import Any

import pytest
from hypothesis import given, settings
from hypothesis import strategies as st

from hall.messages import TicketState
from hub.core import commands, elastic, events, snapshot
from hub.core.decide import decide
from hub.core.elastic import ACTOR, Pressure, watch
from hub.core.events import Record
from hub.core.refusals import Refused
from hub.core.staffing import open_windows
from hub.core.state import State, apply
from tests.unit.hub_fakes import DEADLINE_S, Clock, FakeStore, busy_plan
from tests.unit.hub_hall import BOSS, LI, Hall
from tests.unit.test_hub_engine import issue, running

DONE_BY_ITSELF = (
    events.WindowRequested | events.RequestWithdrawn | events.WindowClosed | events.WindowClosing
)

ACTS = ("advise", "request", "request_and_close")


class Watched:
    """A hall that is looked at every so often, as the engine does."""

    def __init__(self, acts: str = "request_and_close", **rules: object) -> None:
        staffing = {"acts": acts, "cash_windows": 1, **rules}
        self.hall = Hall(busy_plan(staffing=staffing))
        self.pressure = Pressure()

    def look(self) -> list[events.Event]:
        """What the hall does by itself now."""
        hall, happened = self.hall, list[events.Event]()
        self.pressure, acts = watch(hall.plan, hall.state, self.pressure, hall.now)
        for command in acts:
            outcome = decide(hall.plan, hall.state, command, ACTOR, hall.now)
            if not isinstance(outcome, Refused):
                hall.happen(outcome, ACTOR)
                happened += outcome
        return happened

    def for_minutes(self, minutes: int) -> list[events.Event]:
        happened = list[events.Event]()
        for _ in range(minutes):
            happened += self.look()
            self.hall.wait(1)
        return happened

    def leave(self) -> None:
        """All who wait go away."""
        for ticket in self.hall.state.waiting():
            self.hall.do(commands.CancelTicket(ticket.id))


def kinds(happened: list[events.Event]) -> list[str]:
    return [event.kind for event in happened]


def requested(hall: Hall) -> set[str]:
    return {w for w, now in hall.state.windows.items() if now.requested_at is not None}


@pytest.fixture
def crowded() -> Watched:
    """More windows are needed than the one that is open."""
    watched = Watched()
    watched.hall.open("w1")
    for _ in range(3):
        watched.hall.take("taxes")
    return watched


def test_a_window_is_asked_for_once_it_has_been_short_for_a_while(crowded: Watched) -> None:
    hall = crowded.hall
    assert crowded.for_minutes(3) == []
    happened = crowded.look()
    assert {event.kind for event in happened} == {"window_requested"}
    assert hall.records[-1].actor == "hub"
    (first, *_) = happened
    assert isinstance(first, events.WindowRequested)
    assert first.window == "w2"
    shown = hall.view.window("w2")
    assert shown.state == "closed"
    assert shown.requested_at == hall.now
    assert shown.notice is not None
    assert "windows are needed in the next 20 minutes, 1 are open" in shown.notice.en
    assert crowded.for_minutes(2) == []


def test_nobody_is_promised_a_window_that_is_only_asked_for(crowded: Watched) -> None:
    hall = crowded.hall
    before = hall.view.queues.services
    crowded.for_minutes(4)
    assert requested(hall)
    after = hall.view.queues.services
    assert after["taxes"].windows == before["taxes"].windows
    assert after["taxes"].wait_p50_s == before["taxes"].wait_p50_s


def test_whoever_opens_it_answers_the_request(crowded: Watched) -> None:
    hall = crowded.hall
    crowded.for_minutes(4)
    for window in requested(hall):
        hall.open(window)
    assert not requested(hall)
    assert hall.view.window("w2").notice is None
    assert hall.state.window("w2").clerk == "li"


def test_what_is_no_longer_needed_is_no_longer_asked_for(crowded: Watched) -> None:
    crowded.for_minutes(4)
    crowded.leave()
    happened = crowded.for_minutes(40)
    assert "request_withdrawn" in kinds(happened)
    assert not requested(crowded.hall)
    assert crowded.hall.view.window("w2").notice is None


def test_a_manager_declines_and_another_window_is_asked_for_instead() -> None:
    watched = Watched()
    hall = watched.hall
    for _ in range(2):
        hall.take("cards")
    watched.for_minutes(4)
    (asked, *others) = sorted(requested(hall))
    hall.do(commands.WithdrawRequest(asked, elastic.ENOUGH))
    assert asked not in requested(hall)
    watched.for_minutes(6)
    assert asked not in requested(hall)
    assert requested(hall) > set(others)
    hall.now += timedelta(minutes=30)
    for _ in range(9):
        hall.take("cards")
    watched.for_minutes(6)
    assert asked in requested(hall)


def test_a_clerk_may_decline_where_no_colleague_is_and_asks_for_none(crowded: Watched) -> None:
    hall = crowded.hall
    hall.do(commands.PauseWindow("w1", "lunch"), LI)
    crowded.for_minutes(4)
    no = commands.WithdrawRequest("w1", elastic.ENOUGH)
    assert "w1" in requested(hall)
    assert hall.refusal(no, commands.Actor("wang", LI.role)) == "window_of_another"
    assert hall.refusal(commands.WithdrawRequest("w9", elastic.ENOUGH)) == "unknown_window"
    assert hall.refusal(commands.RequestWindow("w1", elastic.ENOUGH), LI) == "forbidden"
    hall.do(no, LI)
    assert "w1" not in requested(hall)
    hall.do(commands.WithdrawRequest("w2", elastic.ENOUGH), LI)
    assert "w2" not in requested(hall)
    assert hall.do(no, BOSS) == []


def test_spare_windows_close_one_by_one_after_their_visitor_with_the_reason() -> None:
    watched = Watched()
    hall = watched.hall
    hall.open("w1", "w2", "w3")
    hall.take("cards")
    hall.call("w1")
    happened = watched.for_minutes(16)
    (closed,) = happened
    assert isinstance(closed, events.WindowClosed)
    assert closed.window == "w2"
    notice = hall.view.window("w2").notice
    assert notice is not None
    assert "windows are enough for the next 20 minutes, 3 are open" in notice.en
    assert watched.for_minutes(15) == []
    (closing,) = watched.for_minutes(3)
    assert isinstance(closing, events.WindowClosing)
    assert hall.view.window("w1").notice == closing.reason
    hall.do(commands.FinishService("w1"), LI)
    assert hall.state.window("w1").state == "closed"
    assert hall.view.window("w1").notice == closing.reason
    assert watched.for_minutes(60) == []  # w3 alone serves all, and takes cash
    assert [window.id for window in open_windows(hall.plan, hall.state)] == ["w3"]


def test_a_hall_that_only_requests_closes_nothing_and_one_that_advises_does_nothing() -> None:
    for acts in ACTS[:2]:
        watched = Watched(acts)
        watched.hall.open("w1", "w2", "w3")
        assert watched.for_minutes(60) == []
    watched = Watched("advise")
    for _ in range(9):
        watched.hall.take("taxes")
    assert watched.for_minutes(30) == []


@pytest.mark.parametrize("change", [{"staffing": {"acts": "advise"}}, {"hours": {}}])
def test_requests_end_with_the_permission_and_with_opening_hours(
    crowded: Watched, change: dict[str, Any]
) -> None:
    crowded.for_minutes(4)
    assert requested(crowded.hall)
    crowded.hall.plan = busy_plan(**change)
    assert set(kinds(crowded.look())) == {"request_withdrawn"}
    assert not requested(crowded.hall)


def test_opening_a_window_by_hand_gives_it_the_whole_time_before_any_is_closed() -> None:
    watched = Watched()
    watched.hall.open("w1", "w3")
    watched.for_minutes(14)
    watched.hall.open("w2")
    assert watched.for_minutes(15) == []
    assert kinds(watched.look()) == ["window_closed"]


STEPS = st.one_of(
    st.tuples(st.just("come"), st.sampled_from(["cards", "papers", "taxes"])),
    st.tuples(st.sampled_from(["open", "close", "serve"]), st.sampled_from(["w1", "w2", "w3"])),
    st.tuples(st.just("wait"), st.sampled_from([1, 1, 2, 5, 16])),
    st.tuples(st.just("back"), st.just(60)),
    st.tuples(st.just("leave"), st.just(0)),
)


def carry_out(watched: Watched, what: str, which: Any) -> None:  # noqa: ANN401 a window, a number
    hall = watched.hall
    match what:
        case "come":
            hall.take(which)
        case "open":
            hall.open(which)
        case "close":
            outcome = decide(
                hall.plan,
                hall.state,
                commands.CloseWindow(which, after_current=True),
                BOSS,
                hall.now,
            )
            hall.happen([] if isinstance(outcome, Refused) else outcome)
        case "serve":
            if hall.state.window(which).state == "open" and not hall.state.window(which).ticket:
                hall.call(which)
            elif hall.state.window(which).ticket:
                hall.do(commands.FinishService(which))
        case "wait":
            hall.wait(which)
        case "back":
            hall.now -= timedelta(minutes=which)
        case _:
            watched.leave()


@given(st.sampled_from(ACTS), st.lists(STEPS, max_size=60))
@settings(deadline=None, max_examples=150)
def test_whatever_comes_it_acts_only_as_allowed_and_never_flaps(
    acts: str, steps: list[tuple[str, Any]]
) -> None:
    watched = Watched(acts)
    hall = watched.hall
    hall.open("w3")
    changed: dict[str, Any] = {}
    for what, which in steps:
        carry_out(watched, what, which)
        opened = len(open_windows(hall.plan, hall.state))
        cash = sum(w.cash for w in open_windows(hall.plan, hall.state))
        for event in watched.look():
            assert acts != "advise"
            assert isinstance(event, DONE_BY_ITSELF)
            assert event.reason
            if isinstance(event, events.WindowClosed | events.WindowClosing):
                assert acts == "request_and_close"
                assert opened > 1
                assert not hall.plan.window_by_id[event.window].cash or cash > 1
            before = changed.get(event.window, hall.now)
            if event.window in changed and before <= hall.now:
                assert hall.now - before >= timedelta(minutes=3)
            changed[event.window] = hall.now
    assert replayed(hall) == snapshot.dump(hall.state)
    assert snapshot.load(snapshot.dump(hall.state)) == hall.state


def replayed(hall: Hall) -> bytes:
    state = State()
    for record in hall.records:
        written = Record.model_validate_json(record.model_dump_json())
        state = apply(hall.plan, state, written)
    return snapshot.dump(state)


def test_the_engine_asks_and_writes_it_down() -> None:
    store, clock = FakeStore(), Clock()
    plan = busy_plan(staffing={"acts": "request", "request_after_min": 0, "cash_windows": 1})
    with running(store, clock, plan, staffing_every_s=0) as (engine, told):
        engine.submit(issue(), LI).result(DEADLINE_S)
        change = told.wait_for(lambda change: getattr(change, "requested_at", None) is not None)
        assert getattr(change, "state", "") == "closed"
    asked = [r for r in store.kept if r.event.kind == "window_requested"]
    assert asked
    assert {record.actor for record in asked} == {"hub"}
    assert {t.state for t in engine.state.tickets.values()} == {TicketState.WAITING}
