"""A start finds by way of a snapshot the very state that the whole journal leads to."""

import json
from collections.abc import Iterator
from datetime import timedelta
from pathlib import Path
from typing import cast
from uuid import UUID

import pytest
from hypothesis import given, settings
from hypothesis import strategies as st

from hall.messages import Channel, Priority, Role
from hub import recovery
from hub.core import commands, snapshot
from hub.core.commands import Actor, Command
from hub.core.decide import decide
from hub.core.events import DayBegun, Record
from hub.core.refusals import Refused
from hub.core.state import State, apply
from hub.engine import Engine
from hub.recovery import Recovery
from hub.store import Journal, Snapshots, Store
from tests.unit.hub_fakes import DEADLINE_S, NOON, SERVED, Clock, FakeStore, fresh_ids, hall_plan

PLAN, BOSS = hall_plan(), Actor("boss", Role.MANAGER)
WINDOWS = st.sampled_from(sorted(SERVED))
STEPS = st.one_of(
    st.sampled_from(["cards", "papers", "taxes"]).map(lambda service: ("issue", service)),
    st.tuples(
        st.sampled_from([commands.OpenWindow, commands.CallNext, commands.StartService]), WINDOWS
    ),
    st.tuples(st.sampled_from([commands.FinishService, commands.MarkNoShow]), WINDOWS),
    st.integers(0, 9).map(lambda number: ("cancel", number)),
    st.just(("tomorrow", 0)),
)


def history(steps: list[tuple[object, object]]) -> list[Record]:
    """What a day, or some, of these steps leaves in the journal."""
    ids, records, state, now = fresh_ids(), list[Record](), State(), NOON
    for number, (what, which) in enumerate(steps):
        command: Command | None
        match what:
            case "issue":
                command = commands.IssueTicket(
                    UUID(int=number), f"t{number}", str(which), Priority.NONE, Channel.KIOSK
                )
            case "cancel":
                command = commands.CancelTicket(UUID(int=cast("int", which)))
            case "tomorrow":
                command, now = None, now + timedelta(days=1)
            case _:
                command = cast("type[commands.CallNext]", what)(str(which))
        happened = (
            decide(PLAN, state, command, BOSS, now) if command else [DayBegun(day=now.date())]
        )
        for event in [] if isinstance(happened, Refused) else happened:
            records.append(Record(id=next(ids), at=now, actor="boss", event=event))
            state = apply(PLAN, state, records[-1])
    return records


def led_to(records: list[Record], state: State | None = None) -> State:
    state = state or State()
    for record in records:
        state = apply(PLAN, state, record)
    return state


@given(st.lists(STEPS, max_size=40), st.integers(0, 40))
@settings(deadline=None)
def test_replay_from_a_snapshot_is_the_state_byte_for_byte(
    steps: list[tuple[object, object]], cut: int
) -> None:
    records = [Record.model_validate_json(r.model_dump_json()) for r in history(steps)]
    live = led_to(records)
    restored = snapshot.load(snapshot.dump(led_to(records[:cut])))
    assert restored == led_to(records[:cut])
    again = led_to(records[cut:], restored)
    assert again == live
    assert snapshot.dump(again) == snapshot.dump(live)


class Counted:
    """A journal that counts the rows read from it."""

    def __init__(self, journal: Journal) -> None:
        self._journal, self.read = journal, 0

    def __getattr__(self, name: str) -> object:
        return getattr(self._journal, name)

    def records(self, after: int) -> Iterator[Record]:
        for record in self._journal.records(after):
            self.read += 1
            yield record


class Kept:
    """A journal on disk with a snapshot of all but its last rows, and ways to start from it."""

    def __init__(self, folder: Path) -> None:
        self.store, self.folder = Store.open(folder), folder
        self.records = history([("issue", "cards")] * 5 + [(commands.OpenWindow, "w1")])
        self.store.journal.commit(self.records[:4], [])
        begun = self.recovery()
        begun.close(begun.state())
        self.store.journal.commit(self.records[4:], [])

    @property
    def file(self) -> Path:
        return self.folder / "state.snapshot"

    def recovery(self, timezone: str = "Asia/Shanghai") -> Recovery:
        return Recovery(PLAN, self.store.journal, Snapshots(self.folder, timezone))

    def rows_read(self, timezone: str = "Asia/Shanghai") -> int:
        """How many rows a start reads, having found the right state."""
        counted = Counted(self.store.journal)
        begun = Recovery(PLAN, cast("Journal", counted), Snapshots(self.folder, timezone))
        assert begun.state() == led_to(self.records)
        return counted.read


@pytest.fixture
def kept(tmp_path: Path) -> Iterator[Kept]:
    made = Kept(tmp_path)
    yield made
    made.store.close()


def test_a_start_reads_only_what_came_after_the_snapshot(kept: Kept) -> None:
    assert kept.rows_read() == len(kept.records) - 4
    assert kept.file.stat().st_mode & 0o777 == 0o600


@pytest.mark.parametrize(
    "damage",
    [
        lambda content: content[:-1],
        lambda content: content[:20],
        lambda content: content.replace(b"A001", b"A009"),
        lambda content: b"",
        lambda content: b"\xff\xfe\n\x00",
        lambda content: b"[]\n{}",
        lambda content: b'{"made_by": 1}\n{}',
    ],
)
def test_a_snapshot_that_cannot_be_trusted_only_costs_time(kept: Kept, damage: object) -> None:
    kept.file.write_bytes(damage(kept.file.read_bytes()))  # type: ignore[operator]
    assert kept.rows_read() == len(kept.records)


def test_a_snapshot_made_by_other_code_or_for_another_time_zone_is_left_alone(kept: Kept) -> None:
    assert kept.rows_read(timezone="Europe/Berlin") == len(kept.records)
    head, _, body = kept.file.read_bytes().partition(b"\n")
    kept.file.write_bytes(json.dumps({**json.loads(head), "made_by": "?"}).encode() + b"\n" + body)
    assert kept.rows_read() == len(kept.records)


def test_a_snapshot_of_another_journal_is_left_alone(kept: Kept, tmp_path: Path) -> None:
    other = Kept(tmp_path / "other")
    head, _, body = kept.file.read_bytes().partition(b"\n")
    strange = {**json.loads(head), "record": str(UUID(int=99))}
    other.file.write_bytes(json.dumps(strange).encode() + b"\n" + body)
    assert other.rows_read() == len(other.records)
    other.store.close()


def test_a_disk_that_takes_no_snapshot_does_not_matter(kept: Kept) -> None:
    kept.file.with_suffix(".fresh").mkdir()
    begun = kept.recovery()
    begun.close(begun.state())
    assert kept.rows_read() == len(kept.records) - 4


def test_an_engine_at_work_takes_snapshots_beside_it(
    tmp_path: Path, monkeypatch: pytest.MonkeyPatch
) -> None:
    monkeypatch.setattr(recovery, "SNAPSHOT_EVERY", 3)
    ids, store, snapshots = fresh_ids(), FakeStore(), Snapshots(tmp_path, PLAN.timezone)
    begun = Recovery(PLAN, cast("Journal", store), snapshots)
    engine = Engine(
        PLAN, cast("Store", store), clock=Clock(), new_id=lambda: next(ids), recovery=begun
    )
    engine.start()
    for number in range(5):
        command = commands.IssueTicket(
            UUID(int=1000 + number), str(number), "cards", Priority.NONE, Channel.KIOSK
        )
        engine.submit(command, BOSS).result(DEADLINE_S)
    during = snapshots.load(lambda seq, record: str(store.kept[seq - 1].id) == record)
    engine.stop()
    after = snapshots.load(lambda seq, record: str(store.kept[seq - 1].id) == record)
    assert during is None or during.state == led_to(store.kept[: during.seq])
    assert after is not None
    assert (after.seq, after.state) == (len(store.kept), engine.state)
