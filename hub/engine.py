"""The single writer: decide → commit → apply → publish, on one thread.

Everything that changes the hall passes through here. Commands that arrive together share one
commit; nobody is told anything before it is durable.
"""

import os
import signal
from collections.abc import Callable, Mapping
from concurrent.futures import Future
from dataclasses import dataclass, field
from datetime import datetime
from hashlib import sha256
from queue import Empty, SimpleQueue
from threading import Thread
from typing import Final, Literal
from uuid import UUID

import structlog

from hall.messages import Crowd, Node
from hub.bulletin import Bulletin, Subscriber
from hub.core import alerts, occupancy, views
from hub.core.commands import Actor, Command
from hub.core.decide import decide
from hub.core.events import DayBegun, Event, Record
from hub.core.plan import HallPlan
from hub.core.refusals import Refused
from hub.core.state import State, apply
from hub.core.views import View
from hub.store import Answer, Store, StoreFailed

TICK_S: Final = 1.0
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


@dataclass(slots=True)
class _Batch:
    """What one commit will hold, and whom to tell afterwards."""

    state: State
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
    ) -> None:
        self.plan = plan
        self.seen = occupancy.Occupancy()
        self.nodes: Mapping[str, Node] = {}
        self.refused_readings = 0
        self._store, self._clock, self._new_id = store, clock, new_id
        self._inbox: SimpleQueue[_Asked | Crowd | Node | Literal["stop"]] = SimpleQueue()
        self._beats: list[Callable[[], None]] = []
        self._store_fails = False
        self._watches = {rule.id: alerts.Watch() for rule in plan.rules}
        state = State()
        for record in store.journal():
            state = apply(plan, state, record)
        self.state = state
        self._bulletin = Bulletin(self.state.calls)
        self._thread = Thread(target=self._run, name="engine", daemon=True)

    @property
    def alive(self) -> bool:
        """Whether commands are being taken."""
        return self._thread.is_alive()

    def view(self) -> View:
        """The state as people see it now."""
        return View(self.plan, self.state, self._clock())

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
        self._carry_out([item for item in items if isinstance(item, _Asked)])
        self._watch_zones()
        self._tell()
        for beat in self._beats:
            beat()
        return "stop" not in items

    def _take(self) -> list[_Asked | Crowd | Node | Literal["stop"]]:
        try:
            items = [self._inbox.get(timeout=TICK_S)]
        except Empty:
            return []
        while len(items) < BATCH and not self._inbox.empty():
            items.append(self._inbox.get())
        return items

    def _carry_out(self, asked: list[_Asked]) -> None:
        now = self._clock()
        batch, today = _Batch(self.state), self.plan.local(now).date()
        if today > self.state.day:
            self._record(batch, [DayBegun(day=today)], SYSTEM, now)
        for each in asked:
            batch.replies.append((each.reply, self._decide(batch, each, now)))
        self._commit(batch)

    def _decide(self, batch: _Batch, asked: _Asked, now: datetime) -> Outcome:
        actor, repeat = asked.actor, asked.idempotency
        if repeat is not None:
            try:
                first = batch.answers.get((actor.name, repeat.key)) or self._store.answer(
                    actor.name, repeat.key
                )
            except StoreFailed as failure:
                return self._failed(failure)
            if first is not None:
                same = first.fingerprint == repeat.fingerprint
                return (first.body or None) if same else Refused("key_reused")
        happened = decide(self.plan, batch.state, asked.command, actor, now)
        if isinstance(happened, Refused):
            return happened
        self._record(batch, happened, actor, now)
        message = views.answer(View(self.plan, batch.state, now), asked.command, happened)
        body = None if message is None else message.model_dump_json()
        if repeat is not None:
            batch.answers[actor.name, repeat.key] = Answer(
                actor.name, repeat.key, repeat.fingerprint, body or "", now
            )
        return body

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

    def _commit(self, batch: _Batch) -> None:
        """Make a batch durable, then true, then known; or refuse all of it."""
        answers = list(batch.answers.values())
        try:
            if batch.records or answers:
                self._store.commit(batch.records, answers)
                self._well()
        except StoreFailed as failure:
            refused = self._failed(failure)
            for reply, outcome in batch.replies:
                reply.set_result(outcome if isinstance(outcome, Refused) else refused)
            return
        self.state = batch.state
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
        now = self._clock()
        zones = occupancy.zones(self.plan, self.seen, now)
        batch = _Batch(self.state)
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
