"""Learning reads beside the hub, changes nothing there, and its files are good or refused."""

import json
from collections.abc import Iterator
from datetime import datetime
from pathlib import Path

import pytest
from sqlalchemy.exc import OperationalError

from hub.core.events import Record
from hub.core.plan import HallPlan
from hub.learning.command import train
from hub.learning.trainers import Trained
from hub.store import Learned, Store, StoreFailed, reading
from tests.unit.hub_fakes import NOON, hall_plan
from tests.unit.hub_hall import Hall

PLAN = hall_plan()


def journal_of(store: Store, tickets: int) -> list[Record]:
    hall = Hall(plan=PLAN)
    for _ in range(tickets):
        hall.take()
    store.journal.commit(hall.records, [])
    return hall.records


def test_the_journal_is_read_while_the_hub_holds_it(tmp_path: Path) -> None:
    store = Store.open(tmp_path)
    written = journal_of(store, 5)
    with reading(tmp_path) as journal:
        assert list(journal.records()) == written
    store.close()


def test_a_long_journal_is_read_whole_in_its_order(tmp_path: Path) -> None:
    store = Store.open(tmp_path)
    written = journal_of(store, 9)
    with reading(tmp_path, rows_at_once=3) as journal:
        assert list(journal.records()) == written
    store.close()


def test_who_reads_cannot_write(tmp_path: Path) -> None:
    Store.open(tmp_path).close()
    with (
        reading(tmp_path) as journal,
        journal._engine.connect() as connection,
        pytest.raises(OperationalError, match="readonly"),
    ):
        connection.exec_driver_sql("DELETE FROM journal")


def test_without_a_journal_there_is_nothing_to_learn(tmp_path: Path) -> None:
    with pytest.raises(StoreFailed, match="nothing to read yet"), reading(tmp_path):
        pass
    assert not list(tmp_path.iterdir())


def test_what_a_trainer_finds_is_kept_and_what_it_drops_is_gone(tmp_path: Path) -> None:
    Store.open(tmp_path).close()
    learned = Learned(tmp_path, PLAN.id)
    learned.save("worse.json", b"old")

    def trainer(journal: Iterator[Record], plan: HallPlan, now: datetime) -> Trained:
        return Trained("good", {"waits-x.json": b"{}", "worse.json": None})

    with reading(tmp_path) as journal:
        assert train(journal, PLAN, learned, NOON, {"waits": trainer}) == {"waits": "good"}
    assert learned.load("waits-x.json") == b"{}"
    assert learned.load("worse.json") is None


@pytest.mark.parametrize("how", ["cut", "garbled", "empty", "other form", "other hall"])
def test_a_file_that_is_not_good_counts_as_not_learned(tmp_path: Path, how: str) -> None:
    learned = Learned(tmp_path, PLAN.id)
    learned.save("waits.json", b"[1, 2, 3]")
    path = tmp_path / "learned" / "waits.json"
    head, _, body = path.read_bytes().partition(b"\n")
    said = json.loads(head)
    path.write_bytes(
        {
            "cut": head + b"\n" + body[:-1],
            "garbled": b"\x00\xff" + head,
            "empty": b"",
            "other form": json.dumps({**said, "format": 99}).encode() + b"\n" + body,
            "other hall": json.dumps({**said, "hall": "elsewhere"}).encode() + b"\n" + body,
        }[how]
    )
    assert learned.load("waits.json") is None


def test_a_replaced_file_bears_another_stamp(tmp_path: Path) -> None:
    learned = Learned(tmp_path, PLAN.id)
    assert learned.stamp("waits.json") is None
    learned.save("waits.json", b"1")
    first = learned.stamp("waits.json")
    learned.save("waits.json", b"2")
    assert learned.stamp("waits.json") not in {None, first}


def test_what_was_learned_is_for_the_hub_alone(tmp_path: Path) -> None:
    Learned(tmp_path, PLAN.id).save("waits.json", b"1")
    assert (tmp_path / "learned" / "waits.json").stat().st_mode & 0o077 == 0
