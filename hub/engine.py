"""The single writer: decide → commit → apply → publish, on one thread.

Everything that changes the hall passes through here. Commands that arrive together share one
commit; nobody is told anything before it is durable.
"""

import os
import signal
from collections import deque
from collections.abc import Callable, Iterable, Mapping
from concurrent.futures import Future
from dataclasses import dataclass, field
from datetime import datetime
from math import inf
from queue import Empty, SimpleQueue
from threading import Thread
from time import monotonic
from typing import Final
from uuid import UUID

import structlog

from hall.messages import Crowd, Fault, Node
from hub.bulletin import Bulletin, Subscriber
from hub.core import days, elastic, occupancy, views, watching
from hub.core.commands import Actor, Command
from hub.core.curve import Curve
from hub.core.decide import decide
from hub.core.events import Event, Record, journal_time
from hub.core.expected import Patterns
from hub.core.outlook import Outlook
from hub.core.peaks import PeakModel
from hub.core.plan import HallPlan
from hub.core.refusals import Refused
from hub.core.situation import Situation
from hub.core.state import State, apply
from hub.core.views import View
from hub.inbox import Asked, Idempotency, Item, Lesson, Outcome, Reply, Unreadable
from hub.recovery import Recovery
from hub.store import Answer, Store, StoreFailed

TICK_S: Final = 1.0
TOLD_EVERY_S: Final = 0.1
STAFFING_EVERY_S: Final = 10.0
GATHER_S: Final = 0.02
BATCH: Final = 64
SYSTEM: Final = Actor("hub")

log = structlog.get_logger()

Keep = Callable[[Crowd, bool], None]


@dataclass(slots=True)
class _Batch:
    """What one commit will hold, and whom to tell afterwards."""

    state: State
    outlook: Outlook
    records: list[Record] = field(default_factory=list)
    answers: dict[tuple[str, str], Answer] = field(default_factory=dict)
    replies: list[tuple[Reply, Outcome]] = field(default_factory=list)


class Engine:
    """The hall's one writer. `state`, `seen` and `nodes` are immutable and may be read anywhere."""

    patterns: Patterns | None = None
    peaks: PeakModel | None = None
    refused_readings = 0

    def __init__(
        self,
        plan: HallPlan,
        store: Store,
        *,
        clock: Callable[[], datetime],
        new_id: Callable[[], UUID],
        recovery: Recovery | None = None,
        told_every_s: float = TOLD_EVERY_S,
        staffing_every_s: float = STAFFING_EVERY_S,
        keep: Keep = lambda crowd, ok: None,
    ) -> None:
        """Subscribers are told what differs at most every `told_every_s`.

        `broker_answers` may be set before the start, so that its silence is not every device's.
        `keep` is called with each reading that was taken in, and whether it is believed; it must
        only enqueue.

        Raises StoreFailed when the journal cannot be read.
        """
        self.plan = plan
        self.seen = occupancy.Occupancy()
        self.nodes: Mapping[str, Node] = {}
        self.faults: Mapping[str, Fault] = {}
        self.broker_answers: Callable[[], bool] = lambda: True
        self._journal, self._answers, self._forget = store.journal, store.answers, store.forget
        self._clock, self._new_id = clock, new_id
        self._told_every_s, self._next_look, self._untold = told_every_s, 0.0, False
        self._staffing_every_s, self._keep = staffing_every_s, keep
        self._inbox: SimpleQueue[Item] = SimpleQueue()
        self._readings: deque[Crowd] = deque()
        self._readings_due = inf
        self._beats: list[Callable[[], None]] = []
        self._store_fails, self._watches = False, watching.Watches()
        self._pressure, self._next_staffing = elastic.Pressure(), 0.0
        self._recovery = recovery or Recovery(plan, store.journal)
        state = self._recovery.state()
        self._standing = state, Outlook(plan, state)
        self._bulletin = Bulletin(self.state.calls)
        self._thread = Thread(target=self._run, name="engine", daemon=True)

    @property
    def alive(self) -> bool:
        """Whether commands are being taken."""
        return self._thread.is_alive()

    @property
    def state(self) -> State:
        """The hall now."""
        return self._standing[0]

    @property
    def standing(self) -> tuple[State, Outlook]:
        """The hall now, and what is told of it."""
        return self._standing

    def teach(self, curves: Mapping[str, Curve]) -> None:
        """From now on waits are told by these curves, by service."""
        self._inbox.put(Lesson(curves))

    def expect(self, patterns: Patterns | None, peaks: PeakModel | None) -> None:
        """From now on these arrivals and peaks are expected; None where nothing was learned."""
        self.patterns, self.peaks = patterns, peaks

    def view(self) -> View:
        """The state as people see it now."""
        state, outlook = self._standing
        return View(self.plan, state, self._clock(), outlook)

    def subscribe(self, subscriber: Subscriber) -> None:
        """Call `subscriber` on the engine's thread with each change; it must only enqueue."""
        self._bulletin.subscribe(subscriber)

    def on_beat(self, beat: Callable[[], None]) -> None:
        """Call `beat` about once a second while the engine works."""
        self._beats.append(beat)

    def start(self) -> None:
        """Begin to take commands."""
        self._carry_out([])
        self._tell()
        self._thread.start()

    def stop(self) -> None:
        """Finish what was asked before, then end."""
        self._inbox.put("stop")
        self._thread.join()
        self._recovery.close(self.state)

    def submit(
        self, command: Command, actor: Actor, idempotency: Idempotency | None = None
    ) -> Reply:
        """Ask for a command; the future holds the answer as JSON once it is durable."""
        reply: Reply = Future()
        reply.set_running_or_notify_cancel()  # who asks may go away, what was asked is still done
        self._inbox.put(Asked(command, actor, idempotency, reply))
        return reply

    def observe(self, crowd: Crowd) -> None:
        """Hand in a camera's reading; it waits GATHER_S for others, so that one turn does all."""
        self._readings.append(crowd)
        if len(self._readings) == 1:
            self._inbox.put("readings")

    def blame(self, camera: str) -> None:
        """Hand in that a camera sent what nobody could read."""
        self._inbox.put(Unreadable(camera))

    def hear(self, node: Node) -> None:
        """Hand in a program's birth or last will."""
        self._inbox.put(node)

    def hear_fault(self, device: str, fault: Fault) -> None:
        """Hand in what a device says is wrong with it."""
        self._inbox.put((device, fault))

    def _run(self) -> None:
        try:
            while self._turn():
                pass
        except Exception:
            log.exception("engine_failed")
            os.kill(os.getpid(), signal.SIGTERM)  # a hub that cannot write must not linger
            raise

    def _turn(self) -> bool:
        """Deal with what has come in; False once asked to stop."""
        items = self._take()
        for item in items:
            if isinstance(item, Node):
                self.nodes = {**self.nodes, item.id: item}
            elif isinstance(item, Lesson):
                state, outlook = self._standing
                self._standing = state, outlook.taught(item.curves, self._now())
            elif isinstance(item, tuple):
                self.faults = {**self.faults, item[0]: item[1]}
            elif isinstance(item, Unreadable):
                self.seen = occupancy.blame(self.seen, item.camera)
        asked = [item for item in items if isinstance(item, Asked)]
        stopping, now_s = "stop" in items, monotonic()
        looking = stopping or now_s >= self._next_look
        if "readings" in items:
            self._readings_due = min(self._readings_due, now_s + GATHER_S)
        if asked or looking or now_s >= self._readings_due:
            self._take_readings()
        if asked or looking:
            self._carry_out(asked)
        if looking:
            self._look_around()
        else:
            self._untold = True
        return not stopping

    def _look_around(self) -> None:
        """What need not happen with each command: watch by the rules, tell, be alive."""
        picture = self._watch()
        if monotonic() >= self._next_staffing:
            self._watch_staffing()
        self._tell(picture)
        for beat in self._beats:
            beat()
        self._next_look, self._untold = monotonic() + self._told_every_s, False

    def _take(self) -> list[Item]:
        next_look = self._next_look if self._untold else monotonic() + TICK_S
        pause_s = min(next_look, self._readings_due) - monotonic()
        try:
            items = [self._inbox.get(timeout=max(0.0, pause_s))]
        except Empty:
            return []
        while len(items) < BATCH and not self._inbox.empty():
            items.append(self._inbox.get())
        return items

    def _carry_out(self, asked: list[Asked]) -> None:
        now = self._now()
        batch = _Batch(*self._standing)
        if happened := days.turn(self.plan, self.state, now):
            self._begin_day(batch, happened, now)
        given = self._given(asked)
        for each in asked:
            if each.idempotency is not None and given is None:
                outcome: Outcome = Refused("unavailable")
            else:
                outcome = self._decide(batch, each, now, given or {})
            batch.replies.append((each.reply, outcome))
        self._commit(batch)

    def _begin_day(self, batch: _Batch, happened: list[Event], now: datetime) -> None:
        """Numbers start again, and what is kept for some days only has had its time."""
        patterns = self.patterns
        told = [days.foretold(self.plan, batch.state, each, patterns, now) for each in happened]
        self._record(batch, told, SYSTEM, now)
        try:
            self._forget(now)
        except StoreFailed as failure:
            self._failed(failure)

    def _given(self, asked: Iterable[Asked]) -> Mapping[tuple[str, str], Answer] | None:
        """First answers to those of the requests that are repeated; None when nobody can know."""
        keys = {(each.actor.name, each.idempotency.key) for each in asked if each.idempotency}
        try:
            return self._answers.given(keys)
        except StoreFailed as failure:
            self._failed(failure)
            return None

    def _decide(
        self, batch: _Batch, asked: Asked, now: datetime, given: Mapping[tuple[str, str], Answer]
    ) -> Outcome:
        actor, repeat = asked.actor, asked.idempotency
        if repeat is not None:
            key = actor.name, repeat.key
            first = batch.answers.get(key) or given.get(key)
            if first is not None:
                same = first.fingerprint == repeat.fingerprint
                return (first.body or None) if same else Refused("key_reused")
        happened = decide(self.plan, batch.state, asked.command, actor, now)
        if isinstance(happened, Refused):
            return happened
        self._record(batch, happened, actor, now)
        view = View(self.plan, batch.state, now, batch.outlook)
        message = views.answer(view, asked.command, happened)
        body = None if message is None else message.model_dump_json()
        if repeat is not None:
            batch.answers[actor.name, repeat.key] = Answer(
                actor.name, repeat.key, repeat.fingerprint, body or "", now
            )
        return body

    def _now(self) -> datetime:
        return journal_time(self._clock())

    def _failed(self, failure: StoreFailed) -> Refused:
        """Said once when the store fails, and once when it is well again."""
        if not self._store_fails:
            log.error("store_failed", reason=str(failure))
        self._store_fails = True
        return Refused("unavailable")

    def _well(self) -> None:
        if self._store_fails:
            self._store_fails = False
            log.info("store_recovered")

    def _record(self, batch: _Batch, happened: list[Event], actor: Actor, now: datetime) -> None:
        for event in happened:
            record = Record(id=self._new_id(), at=now, actor=actor.name, event=event)
            batch.records.append(record)
            batch.state = apply(self.plan, batch.state, record)
            batch.outlook = batch.outlook.after(batch.state, event, now)

    def _commit(self, batch: _Batch) -> None:
        """Make a batch durable, then true, then known; or refuse all of it."""
        answers = list(batch.answers.values())
        try:
            if batch.records or answers:
                self._journal.commit(batch.records, answers)
                self._well()
        except StoreFailed as failure:
            refused = self._failed(failure)
            for reply, outcome in batch.replies:
                reply.set_result(outcome if isinstance(outcome, Refused) else refused)
            return
        self._standing = batch.state, batch.outlook
        self._recovery.note(batch.state, batch.records)
        for record in batch.records:
            log.info(record.event.kind, actor=record.actor, **_told_in_log(record.event))
        for reply, outcome in batch.replies:
            reply.set_result(outcome)

    def _take_readings(self) -> None:
        self._readings_due = inf
        while self._readings:  # until none is left: the next to come says so
            self._take_reading(self._readings.popleft())

    def _take_reading(self, crowd: Crowd) -> None:
        seen = occupancy.observe(self.plan, self.seen, crowd, self._clock())
        if isinstance(seen, occupancy.Occupancy):
            self.seen = seen
            self._keep(crowd, seen.believed.get(crowd.camera) is crowd)
        else:
            self.refused_readings += 1
            if not occupancy.is_repeat(self.seen, crowd):
                self.seen = occupancy.blame(self.seen, crowd.camera)

    def _watch(self) -> occupancy.HallPicture:
        """Look at the hall by its alert rules; what that leads to is committed like a command."""
        now, batch = self._now(), _Batch(*self._standing)
        situation = Situation(
            self.plan,
            *self._standing,
            now,
            seen=self.seen,
            nodes=self.nodes,
            faults=self.faults,
            broker=self.broker_answers(),
            patterns=self.patterns,
        )
        self._watches, happened = watching.look(situation, self._watches, self._new_id)
        self._record(batch, happened, SYSTEM, now)
        if batch.records:
            self._commit(batch)
        return situation.picture

    def _watch_staffing(self) -> None:
        """Ask for windows or close them, where the hall's rules let it act by itself."""
        now, batch = self._now(), _Batch(*self._standing)
        self._pressure, acts = elastic.watch(
            self.plan, batch.state, self._pressure, now, self.patterns
        )
        for command in acts:
            happened = decide(self.plan, batch.state, command, elastic.ACTOR, now)
            if not isinstance(happened, Refused):
                self._record(batch, happened, elastic.ACTOR, now)
        if batch.records:
            self._commit(batch)
        self._next_staffing = monotonic() + self._staffing_every_s

    def _tell(self, picture: occupancy.HallPicture | None = None) -> None:
        hall = self.view().hall(self.seen, self.nodes, picture)
        self._bulletin.tell(hall, self.state.alerts.values())


def _told_in_log(event: Event) -> dict[str, object]:
    """What the log may hold of an event: never a visitor's token."""
    return event.model_dump(
        mode="json", include={"number", "service", "window", "rule", "subject", "value", "camera"}
    )
