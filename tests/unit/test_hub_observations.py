"""Observations are kept beside the work, the older the coarser, and asked for as a curve."""

import os
import signal
import subprocess
import sys
from collections.abc import Callable, Iterator
from datetime import datetime
from pathlib import Path
from typing import cast
from uuid import UUID

import pytest
from alembic.autogenerate import compare_metadata
from alembic.migration import MigrationContext
from hypothesis import given, settings
from hypothesis import strategies as st
from structlog.testing import capture_logs

from hall.messages import Role
from hub import recorder
from hub.core.samples import Sample, samples
from hub.engine import Engine
from hub.recorder import Recorder
from hub.store import Observations, Store, StoreFailed, database
from hub.store.schema import OBSERVATIONS as CHAIN
from hub.store.tables import OBSERVATIONS
from tests.unit.hub_fakes import NOON, Clock, FakeStore, crowd_seen, hall_plan
from tests.unit.hub_observing import (
    BEHAVIOURS,
    LATER,
    MINUTE,
    SECOND,
    assert_alike,
    curve,
    reckoned,
    sample,
    tidied,
    walk,
)
from tests.unit.hub_web import Web, problem_of

PLAN = hall_plan()
ROOT = Path(__file__).resolve().parents[2]


@pytest.fixture
def store(tmp_path: Path) -> Iterator[Store]:
    opened = Store.open(tmp_path / "data")
    yield opened
    opened.close()


@pytest.mark.parametrize("behaviour", BEHAVIOURS, ids=lambda each: each.__name__)
def test_on_sqlite(store: Store, behaviour: Callable[[Observations], None]) -> None:
    behaviour(store.observations)


READINGS = st.lists(
    st.tuples(st.integers(0, 3000), st.integers(0, 50), st.booleans()),
    max_size=40,
    unique_by=lambda each: each[0],
)


@settings(deadline=None, max_examples=25)  # each makes a database
@given(READINGS, st.integers(0, 4000), st.sampled_from([60, 300, 900]))
def test_what_is_told_is_what_was_seen(
    tmp_path_factory: pytest.TempPathFactory,
    seen: list[tuple[int, int, bool]],
    tidied_after_s: int,
    step_s: int,
) -> None:
    store = Store.open(tmp_path_factory.mktemp("observing"))
    kept = [sample(NOON + at_s * SECOND, people, ok=ok) for at_s, people, ok in seen]
    for each in kept:
        store.observations.add([each], NOON + LATER)
        store.observations.tidy(NOON + tidied_after_s * SECOND)
    tidied(store.observations, NOON + tidied_after_s * SECOND)
    assert_alike(curve(store.observations, step_s), reckoned(kept, step_s))
    store.close()


def test_the_steps_lead_to_the_tables_that_the_code_knows(store: Store) -> None:
    store.observations.add(walk(1, SECOND), NOON)
    options = {"compare_type": True, "version_table": CHAIN.version_table}
    with store._database.observations.connect() as connection:
        found = MigrationContext.configure(connection, opts=options)
        assert compare_metadata(found, OBSERVATIONS) == []


def test_observations_have_a_file_of_their_own_that_only_its_owner_may_read(
    store: Store, tmp_path: Path
) -> None:
    assert not (tmp_path / "data" / "observations.db").exists()
    store.observations.add(walk(1, SECOND), NOON)
    files = list((tmp_path / "data").glob("observations.db*"))
    assert files
    assert {path.stat().st_mode & 0o777 for path in files} == {0o600}


def test_a_file_that_is_no_database_fails_observations_and_nothing_else(tmp_path: Path) -> None:
    (tmp_path / "observations.db").write_bytes(b"not a database" * 100)
    store = Store.open(tmp_path)
    with pytest.raises(StoreFailed, match="observations"):
        store.observations.add(walk(1, SECOND), NOON)
    store.journal.commit([], [])
    store.close()


def test_a_disk_that_is_nearly_full_is_left_to_tickets(
    store: Store, monkeypatch: pytest.MonkeyPatch
) -> None:
    monkeypatch.setattr(database, "TICKETS_RESERVE_BYTES", 2**62)
    with pytest.raises(StoreFailed, match="the rest is for tickets"):
        store.observations.add(walk(1, SECOND), NOON)
    monkeypatch.undo()
    store.observations.add(walk(1, SECOND), NOON)
    assert len(curve(store.observations, 60)) == 1


ADDING = """
import sys
from datetime import timedelta
from pathlib import Path
from hub.store import Store
from tests.unit.hub_fakes import NOON
from tests.unit.hub_observing import sample
store = Store.open(Path(sys.argv[1]))
for number in range(10**6):
    at = NOON + number * timedelta(seconds=10)
    store.observations.add([sample(at, number % 9)], at)
    store.observations.tidy(at)
    print(number, flush=True)
"""


def test_what_was_kept_outlives_a_kill(tmp_path: Path) -> None:
    data = tmp_path / "data"
    environ = {**os.environ, "PYTHONPATH": str(ROOT)}
    with subprocess.Popen(
        [sys.executable, "-c", ADDING, data], stdout=subprocess.PIPE, env=environ, text=True
    ) as adding:
        assert adding.stdout is not None
        last = next(int(line) for line in adding.stdout if int(line) >= 200)
        adding.send_signal(signal.SIGKILL)
    store = Store.open(data)
    seen = [sample(NOON + number * 10 * SECOND, number % 9) for number in range(last)]
    store.observations.add(seen, NOON + LATER)
    end = NOON + (last - last % 6) * 10 * SECOND
    tidied(store.observations, end + 10 * MINUTE)
    told = curve(store.observations, 60, end=end)
    assert_alike(told, reckoned([each for each in seen if each.at_ms < told_until(end)], 60))
    store.close()


def told_until(end: datetime) -> int:
    return int(end.timestamp() * 1000)


class Unreliable:
    """Observations that are kept in a list, or not while `failing`."""

    def __init__(self) -> None:
        self.kept: list[Sample] = []
        self.failing, self.dropped = False, 0

    def add(self, rows: list[Sample], now: datetime) -> None:
        if self.failing:
            raise StoreFailed("disk full")
        self.kept += rows

    def tidy(self, now: datetime) -> bool:
        return False


def recording() -> tuple[Recorder, Unreliable]:
    kept = Unreliable()
    return Recorder(cast("Observations", kept), PLAN, Clock()), kept


def test_readings_wait_for_a_store_that_fails_and_the_failure_is_told_once() -> None:
    recording_, kept = recording()
    kept.failing = True
    with capture_logs() as logs:
        for number in range(3):
            recording_.put(crowd_seen(number, NOON + number * SECOND), ok=True)
            recording_.turn()
        kept.failing = False
        recording_.turn()
        recording_.turn()
    assert [row.people for row in kept.kept if not row.zone] == [0, 1, 2]
    assert [line["event"] for line in logs] == ["observations_not_kept", "observations_kept_again"]


def test_when_too_many_wait_the_oldest_are_dropped_and_counted(
    monkeypatch: pytest.MonkeyPatch,
) -> None:
    monkeypatch.setattr(recorder, "MOST_WAITING", 3)
    recording_, kept = recording()
    kept.failing = True
    for number in range(5):
        recording_.put(crowd_seen(number, NOON + number * SECOND), ok=True)
        recording_.turn()
    kept.failing = False
    recording_.turn()
    assert [row.people for row in kept.kept if not row.zone] == [2, 3, 4]
    assert kept.dropped == 2


def test_what_waits_is_kept_before_the_end() -> None:
    recording_, kept = recording()
    recording_.start()
    recording_.put(crowd_seen(4, NOON), ok=True)
    recording_.stop()
    assert [row.people for row in kept.kept] == [4, 4]


def test_of_a_reading_the_picture_and_the_zones_of_the_hall_are_kept() -> None:
    rows = list(samples(PLAN, crowd_seen(4, NOON), ok=True))
    assert [(row.zone, row.people, row.density) for row in rows] == [
        ("", 4, None),
        ("waiting", 4, 0.4),
    ]
    assert [row.zone for row in samples(PLAN, crowd_seen(4, NOON, zone="nowhere"), ok=True)] == [""]


@pytest.mark.parametrize(
    ("people", "quality", "ok"), [(4, "ok", True), (4, "dark", False), (10_000, "ok", False)]
)
def test_a_reading_that_is_not_believed_is_kept_as_such(
    people: float,
    quality: str,
    ok: bool,  # noqa: FBT001 a column of the table
) -> None:
    kept: list[bool] = []
    engine = Engine(
        PLAN,
        cast("Store", FakeStore()),
        clock=Clock(),
        new_id=lambda: UUID(int=1),
        keep=lambda crowd, believed: kept.append(believed),
    )
    engine.start()
    engine.observe(crowd_seen(people, NOON, quality=quality))
    engine.stop()
    assert kept == [ok]


def ask(web: Web, **query: str) -> dict[str, object]:
    answer = web.ask("GET", "/observations", Role.MANAGER, params=query)
    assert answer.status_code == 200, answer.text
    body: dict[str, object] = answer.json()
    return body


def test_a_manager_asks_for_the_last_hour_by_minutes(web: Web) -> None:
    observations = web.context.store.observations
    observations.add(walk(120, SECOND, start=NOON - 2 * MINUTE), NOON)
    told = ask(web, zone="waiting")
    steps = cast("list[dict[str, object]]", told["observations"])
    assert told["step_s"] == 60
    assert [step["at"] for step in steps] == [
        "2026-03-02T03:58:00.000Z",
        "2026-03-02T03:59:00.000Z",
    ]
    assert steps[0]["ok"] == 0.8
    assert ask(web, camera="a") == {
        "camera": "a",
        "zone": None,
        "step_s": 60,
        "observations": [],
    }


@pytest.mark.parametrize(
    ("query", "code"),
    [
        ({}, "invalid_request"),
        ({"zone": "waiting", "step": "0"}, "invalid_request"),
        ({"zone": "A zone!"}, "invalid_request"),
        ({"zone": "waiting", "from": "yesterday"}, "invalid_request"),
        ({"zone": "waiting", "from": "2026-03-03T00:00:00Z"}, "span_of_observations"),
        ({"zone": "waiting", "from": "2025-03-03T00:00:00Z"}, "span_of_observations"),
    ],
)
def test_a_question_that_is_none_or_too_much_is_refused(
    web: Web, query: dict[str, str], code: str
) -> None:
    answer = web.ask("GET", "/observations", Role.MANAGER, params=query)
    assert problem_of(answer) == (422, code)
