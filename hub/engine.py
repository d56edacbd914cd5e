"""The single writer: decide → commit → apply → publish, on one thread.

Everything that changes the hall passes through here. Commands that arrive together share one
commit; nobody is told anything before it is durable.
"""

import os
import signal
from collections.abc import Callable, Iterable, Mapping
from concurrent.futures import Future
from dataclasses import dataclass, field
from datetime import datetime
from hashlib import sha256
from queue import Empty, SimpleQueue
from threading import Thread
from time import monotonic
from typing import Final, Literal
from uuid import UUID

import structlog

from hall.messages import Crowd, Node
from hub.bulletin import Bulletin, Subscriber
from hub.core import alerts, days, occupancy, views
from hub.core.commands import Actor, Command
from hub.core.curve import Curve
from hub.core.decide import decide
from hub.core.events import Event, Record
from hub.core.expected import Patterns
from hub.core.outlook import Outlook
from hub.core.peaks import PeakModel
from hub.core.plan import HallPlan
from hub.core.refusals import Refused
from hub.core.state import State, apply
from hub.core.views import View
from hub.recovery import Recovery
from hub.store import Answer, Store, StoreFailed

TICK_S: Final = 1.0
TOLD_EVERY_S: Final = 0.1
BATCH: Final = 64
SYSTEM: Final = Actor("hub")

log = structlog.get_logger()

Outcome = str | Refused | None
Reply = Future[Outcome]


@dataclass(frozen=True, slots=True)
class Idempotency:
    """A request that may be repeated: same key and content, same first answer."""

    key: str
    content: bytes

    @property
    def fingerprint(self) -> bytes:
        """What tells one content from another."""
        return sha256(self.content).digest()


@dataclass(frozen=True, slots=True)
class _Asked:
    command: Command
    actor: Actor
    idempotency: Idempotency | None
    reply: Reply


@dataclass(frozen=True, slots=True)
class _Lesson:
    curves: Mapping[str, Curve]


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

    def __init__(
        self,
        plan: HallPlan,
        store: Store,
        *,
        clock: Callable[[], datetime],
        new_id: Callable[[], UUID],
        recovery: Recovery | None = None,
        told_every_s: float = TOLD_EVERY_S,
    ) -> None:
        """Subscribers are told what differs at most every `told_every_s`.

        Raises StoreFailed when the journal cannot be read.
        """
        self.plan = plan
        self.seen = occupancy.Occupancy()
        self.nodes: Mapping[str, Node] = {}
        self.refused_readings = 0
        self.patterns: Patterns | None = None
        self.peaks: PeakModel | None = None
        self._journal, self._answers, self._forget = store.journal, store.answers, store.forget
        self._clock, self._new_id = clock, new_id
        self._told_every_s, self._next_look, self._untold = told_every_s, 0.0, False
        self._inbox: SimpleQueue[_Asked | Crowd | Node | _Lesson | Literal["stop"]] = SimpleQueue()
        self._beats: list[Callable[[], None]] = []
        self._store_fails = False
        self._watches = {rule.id: alerts.Watch() for rule in plan.rules}
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
        self._inbox.put(_Lesson(curves))

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
        self._inbox.put(_Asked(command, actor, idempotency, reply))
        return reply

    def observe(self, crowd: Crowd) -> None:
        """Hand in a camera's reading."""
        self._inbox.put(crowd)

    def hear(self, node: Node) -> None:
        """Hand in a program's birth or last will."""
        self._inbox.put(node)

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
            if isinstance(item, Crowd):
                self._take_reading(item)
            elif isinstance(item, Node):
                self.nodes = {**self.nodes, item.id: item}
            elif isinstance(item, _Lesson):
                state, outlook = self._standing
                self._standing = state, outlook.taught(item.curves, self._now())
        self._carry_out([item for item in items if isinstance(item, _Asked)])
        stopping = "stop" in items
        if stopping or monotonic() >= self._next_look:
            self._look_around()
        else:
            self._untold = True
        return not stopping

    def _look_around(self) -> None:
        """What need not happen with each command: watch zones, tell what differs, be alive."""
        self._watch_zones()
        self._tell()
        for beat in self._beats:
            beat()
        self._next_look, self._untold = monotonic() + self._told_every_s, False

    def _take(self) -> list[_Asked | Crowd | Node | _Lesson | Literal["stop"]]:
        pause_s = max(0.0, self._next_look - monotonic()) if self._untold else TICK_S
        try:
            items = [self._inbox.get(timeout=pause_s)]
        except Empty:
            return []
        while len(items) < BATCH and not self._inbox.empty():
            items.append(self._inbox.get())
        return items

    def _carry_out(self, asked: list[_Asked]) -> None:
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
        self._record(batch, happened, SYSTEM, now)
        try:
            self._forget(now)
        except StoreFailed as failure:
            self._failed(failure)

    def _given(self, asked: Iterable[_Asked]) -> Mapping[tuple[str, str], Answer] | None:
        """First answers to those of the requests that are repeated; None when nobody can know."""
        keys = {(each.actor.name, each.idempotency.key) for each in asked if each.idempotency}
        try:
            return self._answers.given(keys)
        except StoreFailed as failure:
            self._failed(failure)
            return None

    def _decide(
        self, batch: _Batch, asked: _Asked, now: datetime, given: Mapping[tuple[str, str], Answer]
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
        """The time to the millisecond, as the journal keeps it: a replay must not differ."""
        now = self._clock()
        return now.replace(microsecond=now.microsecond // 1000 * 1000)

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

    def _take_reading(self, crowd: Crowd) -> None:
        seen = occupancy.observe(self.seen, crowd, self._clock())
        if isinstance(seen, Refused):
            self.refused_readings += 1
        else:
            self.seen = seen

    def _watch_zones(self) -> None:
        now = self._now()
        zones = occupancy.zones(self.plan, self.seen, now)
        batch = _Batch(*self._standing)
        self._record(batch, alerts.abandoned(self.plan, batch.state), SYSTEM, now)
        for rule in self.plan.rules:
            zone, live = zones[rule.zone], alerts.live_alert(batch.state, rule)
            after, verdict = alerts.watch(
                rule, self._watches[rule.id], zone, raised=live is not None
            )
            self._watches[rule.id] = after
            if verdict == "raise":
                raised = alerts.raise_alert(self.plan, batch.state, rule, zone, self._new_id())
                self._record(batch, [raised], SYSTEM, now)
            elif verdict == "clear" and live is not None:
                self._record(batch, [alerts.clear_alert(live, zone)], SYSTEM, now)
        if batch.records:
            self._commit(batch)

    def _tell(self) -> None:
        self._bulletin.tell(self.view().hall(self.seen, self.nodes), self.state.alerts.values())


def _told_in_log(event: Event) -> dict[str, object]:
    """What the log may hold of an event: never a visitor's token."""
    return event.model_dump(
        mode="json", include={"number", "service", "window", "rule", "subject", "value", "camera"}
    )
