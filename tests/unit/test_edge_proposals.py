"""Which stored snapshots the page proposes for labelling."""

from datetime import timedelta
from pathlib import Path
from threading import Event

import pytest

from edge.calibration.proposals import Proposals
from edge.calibration.snapshots import Snapshots
from edge.core.sight import Sight
from edge.detector import Picture
from hall.settings import Mistake
from tests.unit.edge_calibration import NOON, Seer, picture


class Counting(Seer):
    """Counts how often it looked; refuses when it is told to."""

    def __init__(self) -> None:
        self.looks, self.able = 0, True

    def look(self, picture: Picture) -> Sight:
        self.looks += 1
        if not self.able:
            raise Mistake("this model shows no features that can be fitted")
        return super().look(picture)


@pytest.fixture
def store(tmp_path: Path) -> Snapshots:
    return Snapshots(tmp_path)


def fill(store: Snapshots, *values: int) -> list[str]:
    names = []
    for value in values:
        at = NOON + timedelta(minutes=len(store.all()))
        kept = store.add(picture(value), at, seen=value / 10, by_hand=True)
        assert kept
        names.append(kept.id)
    return names


def test_each_snapshot_is_looked_at_once(store: Snapshots) -> None:
    seer = Counting()
    proposals = Proposals(seer, store)
    fill(store, 10, 20, 30)
    proposals.look(Event())
    fill(store, 40)
    proposals.look(Event())
    proposals.look(Event())
    assert seer.looks == 4


def test_the_busiest_comes_first_and_as_many_as_are_wanted(store: Snapshots) -> None:
    proposals = Proposals(Seer(), store)
    names = fill(store, 30, 200, 10, 40, 20)
    proposals.look(Event())
    proposed = proposals.next(frozenset(), 3)
    assert proposed[0] == names[1]
    assert len(set(proposed)) == 3
    assert proposals.next(frozenset({names[0], names[3]}), 3)[0] not in {names[0], names[3]}
    assert proposals.next(frozenset(names[:3]), 3) == []


def test_what_is_gone_is_not_proposed(store: Snapshots) -> None:
    proposals = Proposals(Seer(), store)
    names = fill(store, 30, 200, 10)
    proposals.look(Event())
    store.remove(names[1])
    assert set(proposals.next(frozenset(), 20)) == {names[0], names[2]}
    proposals.look(Event())
    assert set(proposals.next(frozenset(), 20)) == {names[0], names[2]}


def test_none_one_and_damaged_ones_are_no_trouble(store: Snapshots, tmp_path: Path) -> None:
    proposals = Proposals(Seer(), store)
    proposals.look(Event())
    assert proposals.next(frozenset(), 20) == []
    only, damaged = fill(store, 30, 40)
    (tmp_path / f"{damaged}.jpg").write_bytes(b"no picture")
    proposals.look(Event())
    assert proposals.next(frozenset(), 20) == [only]
    assert proposals.next(frozenset({only}), 20) == []


def test_a_model_that_cannot_look_closely_ends_the_looking_and_nothing_else(
    store: Snapshots,
) -> None:
    seer = Counting()
    seer.able = False
    fill(store, 30, 40)
    proposals = Proposals(seer, store)
    proposals.run(Event())
    assert seer.looks == 1
    assert proposals.next(frozenset(), 20) == []


def test_looking_stops_when_told(store: Snapshots) -> None:
    seer = Counting()
    fill(store, 30, 40)
    told = Event()
    told.set()
    Proposals(seer, store).look(told)
    assert seer.looks == 0
