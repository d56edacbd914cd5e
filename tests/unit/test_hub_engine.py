"""The single writer tells nobody anything before it is durable, and survives a failing store."""

import json
from collections.abc import Callable, Iterator
from contextlib import contextmanager
from datetime import timedelta
from functools import partial
from pathlib import Path
from threading import Event
from typing import Any, cast
from uuid import UUID

from hall.alerts import Announcements
from hall.messages import Alert, Call, Channel, Crowd, Fault, Node, Priority, Queues, Role, Window
from hub.bulletin import Change
from hub.core import commands
from hub.core.commands import Actor
from hub.core.plan import HallPlan
from hub.core.refusals import Refused
from hub.core.state import State, apply
from hub.engine import Engine
from hub.inbox import Idempotency
from hub.store import Store
from tests.unit.hub_fakes import (
    DEADLINE_S,
    Clock,
    FakeStore,
    crowd_seen,
    fresh_ids,
    hall_plan,
    hall_tables,
)

KIOSK, CLERK = Actor("device:k"), Actor("li", Role.CLERK)
PLAN = hall_plan()
DAY = timedelta(days=1)


def issue(number: int = 1, service: str = "cards") -> commands.IssueTicket:
    return commands.IssueTicket(
        UUID(int=10_000 + number), f"token-{number}", service, Priority.NONE, Channel.KIOSK
    )


def is_alert(state: str, change: Change) -> bool:
    return isinstance(change, Alert) and change.state == state


class Told:
    """What a subscriber heard, and a way to wait for it."""

    def __init__(self) -> None:
        self.changes: list[Change] = []
        self._heard = Event()

    def __call__(self, change: Change) -> None:
        self.changes.append(change)
        self._heard.set()

    def wait_for(self, wanted: Callable[[Change], bool]) -> Change:
        """The first change, heard already or later, that is wanted."""
        seen = 0
        while True:
            self._heard.clear()
            news = self.changes[seen:]
            for change in news:
                if wanted(change):
                    return change
            seen += len(news)
            assert self._heard.wait(DEADLINE_S), "nothing more was told"


@contextmanager
def running(
    store: FakeStore | Store,
    clock: Clock | None = None,
    plan: HallPlan = PLAN,
    told_every_s: float = 0,
    staffing_every_s: float = 0,
) -> Iterator[tuple[Engine, Told]]:
    ids, told = fresh_ids(), Told()
    offset = len(list(store.journal.records()))

    def new_id() -> UUID:
        return UUID(int=next(ids).int + offset * 1000)

    engine = Engine(
        plan,
        cast("Store", store),
        clock=clock or Clock(),
        new_id=new_id,
        told_every_s=told_every_s,
        staffing_every_s=staffing_every_s,
    )
    engine.subscribe(told)
    engine.start()
    yield engine, told
    engine.stop()


def done(
    engine: Engine, command: commands.Command, key: Idempotency | None = None
) -> dict[str, Any]:
    """The answer to a command that must be granted."""
    outcome = engine.submit(command, KIOSK, key).result(DEADLINE_S)
    assert isinstance(outcome, str), outcome
    answer: dict[str, Any] = json.loads(outcome)
    return answer


def refusal(
    engine: Engine,
    command: commands.Command,
    actor: Actor = KIOSK,
    key: Idempotency | None = None,
) -> object:
    return engine.submit(command, actor, key).result(DEADLINE_S)


def test_nobody_is_told_before_the_commit_and_one_commit_serves_all_who_came_together() -> None:
    store = FakeStore()
    with running(store) as (engine, told):
        store.reached.clear()
        store.gate.clear()
        first = engine.submit(issue(1), KIOSK)
        assert store.reached.wait(DEADLINE_S)
        before = len(told.changes)
        others = [engine.submit(issue(number), KIOSK) for number in range(2, 6)]
        assert not first.done()
        assert not engine.state.tickets
        assert len(told.changes) == before
        store.gate.set()
        numbers = [json.loads(str(r.result(DEADLINE_S)))["number"] for r in (first, *others)]
        assert numbers == ["A001", "A002", "A003", "A004", "A005"]
    assert store.commits == [1, 1, 4]


def test_a_failing_store_refuses_changes_nothing_and_recovers() -> None:
    store = FakeStore()
    with running(store) as (engine, told):
        done(engine, issue(1))
        state = engine.state
        store.failing = True
        for number in (2, 3):
            assert refusal(engine, issue(number)) == Refused("unavailable")
        assert refusal(engine, issue(4), key=Idempotency("k", b"")) == Refused("unavailable")
        assert refusal(engine, issue(1, "unheard-of")) == Refused("unknown_service")
        assert engine.state is state
        store.failing = False
        assert done(engine, issue(2))["number"] == "A002"
    waiting = [
        change.services["cards"].waiting for change in told.changes if isinstance(change, Queues)
    ]
    assert waiting == [0, 1, 2]


def test_a_repeated_request_gets_the_first_answer_also_within_one_batch() -> None:
    store, again = FakeStore(), Idempotency("key", b"the same")
    with running(store) as (engine, _):
        store.reached.clear()
        store.gate.clear()
        engine.submit(issue(1), KIOSK)
        assert store.reached.wait(DEADLINE_S)
        replies = [engine.submit(issue(number), KIOSK, again) for number in (2, 3)]
        store.gate.set()
        first, second = (reply.result(DEADLINE_S) for reply in replies)
        assert first == second == engine.submit(issue(4), KIOSK, again).result(DEADLINE_S)
        assert refusal(engine, issue(5), key=Idempotency("key", b"other")) == Refused("key_reused")
        other = engine.submit(issue(6), CLERK, Idempotency("key", b"other")).result(DEADLINE_S)
        assert isinstance(other, str)
        assert len(engine.state.tickets) == 3


def test_a_refused_request_may_be_repeated_with_its_key() -> None:
    with running(FakeStore()) as (engine, _):
        key = Idempotency("key", b"x")
        wanted = commands.CallNext("w1")
        assert refusal(engine, wanted, actor=CLERK, key=key) == Refused("window_not_open")
        refusal(engine, commands.OpenWindow("w1"), actor=CLERK)
        assert refusal(engine, wanted, actor=CLERK, key=key) is None


def test_the_first_answer_is_given_after_a_restart_on_the_real_store(tmp_path: Path) -> None:
    key = Idempotency("key", b"content")
    answers = []
    for number in (1, 2):
        store = Store.open(tmp_path)
        with running(store) as (engine, _):
            answers.append(done(engine, issue(number), key=key))
            assert refusal(engine, issue(9), key=Idempotency("key", b"x")) == Refused("key_reused")
            assert len(engine.state.tickets) == 1
        store.close()
    assert answers[0] == answers[1]


def test_a_key_is_forgotten_after_its_time_while_the_hub_runs() -> None:
    clock, key = Clock(), Idempotency("key", b"content")
    with running(FakeStore(), clock) as (engine, _):
        first = done(engine, issue(1), key=key)
        clock.now += DAY
        assert done(engine, issue(2), key=key) == first
        clock.now += 2 * DAY
        done(engine, issue(3))
        assert done(engine, issue(4), key=key)["id"] != first["id"]


def test_a_burst_is_told_once_and_its_end_is_not_withheld() -> None:
    with running(FakeStore(), told_every_s=3600) as (engine, told):
        for number in range(1, 6):
            done(engine, issue(number))
    waiting = [
        change.services["cards"].waiting for change in told.changes if isinstance(change, Queues)
    ]
    assert waiting == [0, 1, 5]


def test_the_journal_leads_to_the_state_that_was_also_over_midnight() -> None:
    store, clock = FakeStore(), Clock()
    with running(store, clock) as (engine, _):
        for number in range(1, 5):
            done(engine, issue(number))
        refusal(engine, commands.OpenWindow("w1"), actor=CLERK)
        clock.now += DAY
        refusal(engine, commands.CallNext("w1"), actor=CLERK)
        refusal(engine, commands.StartService("w1"), actor=CLERK)
        refusal(engine, commands.CallNext("w1"), actor=CLERK)
        clock.forward(-3600)
        assert done(engine, issue(5))["number"] == "A001"
        state = engine.state
    replayed = State()
    for record in store.journal.records():
        replayed = apply(PLAN, replayed, record)
    assert replayed == state


def test_subscribers_hear_only_what_differs() -> None:
    with running(FakeStore()) as (engine, told):
        before = len(told.changes)
        done(engine, issue(1))
        refusal(engine, commands.OpenWindow("w2"), actor=CLERK)
        told.wait_for(lambda change: isinstance(change, Window) and change.state == "open")
        refusal(engine, commands.OpenWindow("w2"), actor=CLERK)
        refusal(engine, commands.OpenWindow("w9"), actor=CLERK)
    kinds = [type(change).__name__ for change in told.changes[before:]]
    assert sorted(kinds) == ["Queues", "Queues", "Window"]


def test_a_call_is_told_once_and_not_again_after_a_restart() -> None:
    store = FakeStore()
    with running(store) as (engine, told):
        done(engine, issue(1))
        for command in (commands.OpenWindow("w1"), commands.CallNext("w1")):
            refusal(engine, command, actor=CLERK)
        told.wait_for(lambda change: isinstance(change, Call))
    assert sum(isinstance(change, Call) for change in told.changes) == 1
    with running(store) as (engine, told):
        assert refusal(engine, commands.Recall("w1"), actor=CLERK)
        told.wait_for(lambda change: isinstance(change, Call))
    assert sum(isinstance(change, Call) for change in told.changes) == 1


def test_a_crowd_that_stays_raises_an_alert_and_a_calm_one_clears_it() -> None:
    clock, store = Clock(), FakeStore()
    with running(store, clock) as (engine, told):
        for people, wanted in ((9, "raised"), (0, "cleared")):
            for _ in range(7):
                clock.forward(1)
                engine.observe(crowd_seen(people, clock.now))
                told.wait_for(lambda change: isinstance(change, Crowd) and change.at == clock.now)
            told.wait_for(partial(is_alert, wanted))
    assert [r.event.kind for r in store.journal.records() if "alert" in r.event.kind] == [
        "alert_raised",
        "alert_cleared",
    ]


def test_refused_readings_are_counted_and_change_nothing() -> None:
    clock = Clock()
    with running(FakeStore(), clock) as (engine, _):
        engine.observe(crowd_seen(3, clock.now))
        engine.observe(crowd_seen(9, clock.now))
        engine.observe(crowd_seen(9, clock.now + DAY))
        done(engine, issue(1))
        assert engine.refused_readings == 2
        assert engine.seen.cameras["cam"].count == 3


def test_programs_that_come_and_go_are_told() -> None:
    with running(FakeStore()) as (engine, told):
        node = {"program": "edge", "id": "e1", "state": "online", "at": Clock().now, "version": "1"}
        engine.hear(Node.model_validate(node))
        told.wait_for(lambda change: isinstance(change, Node))
        engine.hear(Node.model_validate({**node, "state": "offline"}))
        told.wait_for(lambda change: isinstance(change, Node) and change.state == "offline")


DEVICES = [{"id": "devices", "kind": "device", "raise_for_s": 0, "clear_for_s": 0}]


def test_a_kiosk_that_reports_a_fault_raises_an_alert_until_it_is_well() -> None:
    clock = Clock()
    with running(FakeStore(), clock, hall_plan(rules=DEVICES)) as (engine, told):
        engine.hear_fault("kiosk-1", Fault(at=clock.now, faults=("printer",)))
        raised = told.wait_for(partial(is_alert, "raised"))
        assert isinstance(raised, Alert)
        assert (raised.subject, "printer" in raised.text.zh) == ("kiosk-1", True)
        clock.forward(2)
        engine.hear_fault("kiosk-1", Fault(at=clock.now))
        told.wait_for(partial(is_alert, "cleared"))


def test_a_broker_that_does_not_answer_raises_an_alert_of_the_hall() -> None:
    clock, answers = Clock(), Event()
    engine = Engine(
        hall_plan(rules=DEVICES),
        cast("Store", FakeStore()),
        clock=clock,
        new_id=fresh_ids().__next__,
        told_every_s=0,
    )
    told = Told()
    engine.subscribe(told)
    engine.broker_answers = answers.is_set
    engine.start()
    raised = told.wait_for(partial(is_alert, "raised"))
    assert isinstance(raised, Alert)
    assert raised.subject == "test"
    answers.set()
    clock.forward(2)
    told.wait_for(partial(is_alert, "cleared"))
    engine.stop()


def test_displays_hear_of_public_words_as_an_alert_comes_and_goes() -> None:
    clock = Clock()
    (rule,) = hall_tables()["rules"]
    rule |= {"tell": ["display"], "public": {"zh": "拥挤", "en": "crowded"}, "raise_for_s": 0}
    with running(FakeStore(), clock, hall_plan(rules=[rule])) as (engine, told):

        def announces(change: Change) -> bool:
            return isinstance(change, Announcements) and len(change.texts) == 2

        clock.forward(1)
        engine.observe(crowd_seen(9, clock.now))
        told.wait_for(announces)


def test_an_alert_ends_when_its_rule_leaves_the_hall_file() -> None:
    clock, store = Clock(), FakeStore()
    with running(store, clock) as (engine, told):
        for _ in range(7):
            clock.forward(1)
            engine.observe(crowd_seen(9, clock.now))
            told.wait_for(lambda change: isinstance(change, Crowd) and change.at == clock.now)
        told.wait_for(lambda change: isinstance(change, Alert))
    with running(store, clock, hall_plan(rules=[])) as (engine, told):
        told.wait_for(lambda change: isinstance(change, Alert) and change.state == "cleared")


def test_whoever_hangs_up_does_not_stop_the_engine() -> None:
    with running(FakeStore()) as (engine, _):
        assert not engine.submit(issue(1), KIOSK).cancel()
        assert done(engine, issue(2))["number"] == "A002"
        assert engine.alive
