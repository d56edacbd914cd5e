"""Which snapshots are kept and which are proposed for labelling."""

from datetime import UTC, datetime, timedelta

from hypothesis import given
from hypothesis import strategies as st

from edge.core.snapshots import LABELS_WANTED, Snapshot, spread, surplus, worth_labelling

NOON = datetime(2026, 3, 16, 4, tzinfo=UTC)


@st.composite
def many(draw: st.DrawFn) -> list[Snapshot]:
    rows = draw(
        st.lists(
            st.tuples(st.integers(0, 40 * 24 * 60), st.integers(0, 400), st.booleans()), max_size=30
        )
    )
    return [
        Snapshot(str(number), NOON + timedelta(minutes=minute), tenths / 10, fixed)
        for number, (minute, tenths, fixed) in enumerate(rows)
    ]


@given(many(), st.integers(1, 12))
def test_what_is_fixed_stays_and_no_more_goes_than_must(
    snapshots: list[Snapshot], at_most: int
) -> None:
    gone = surplus(snapshots, at_most)
    assert len(set(gone)) == len(gone)
    assert not {each.id for each in snapshots if each.fixed} & set(gone)
    loose = sum(not each.fixed for each in snapshots)
    assert len(gone) == min(loose, max(0, len(snapshots) - at_most))


def test_of_many_alike_the_different_ones_stay() -> None:
    alike = [Snapshot(f"alike-{n}", NOON + timedelta(seconds=n), 5) for n in range(20)]
    busy = Snapshot("busy", NOON + timedelta(seconds=30), 40)
    evening = Snapshot("evening", NOON + timedelta(hours=6), 5)
    gone = surplus([*alike, busy, evening], 3)
    assert not {"busy", "evening"} & set(gone)


@given(many(), st.sets(st.integers(0, 29)), st.integers(1, LABELS_WANTED))
def test_proposals_are_unlabelled_each_once_and_as_many_as_are_wanted(
    snapshots: list[Snapshot], numbers: set[int], wanted: int
) -> None:
    known = {each.id for each in snapshots}
    labelled = frozenset(str(number) for number in numbers) & known
    proposed = worth_labelling(snapshots, labelled, wanted)
    assert len(set(proposed)) == len(proposed)
    assert set(proposed) <= known - labelled
    assert len(proposed) == min(len(known - labelled), max(0, wanted - len(labelled)))


@given(many(), st.randoms())
def test_neither_keeping_nor_proposing_depends_on_order(
    snapshots: list[Snapshot], chance: st.DataObject
) -> None:
    shuffled = list(snapshots)
    chance.shuffle(shuffled)  # type: ignore[attr-defined]
    assert set(surplus(shuffled, 5)) == set(surplus(snapshots, 5))
    assert worth_labelling(shuffled, frozenset()) == worth_labelling(snapshots, frozenset())


def test_the_busiest_is_proposed_first_then_the_quietest() -> None:
    day = [Snapshot(str(n), NOON + timedelta(minutes=n), float(n)) for n in range(11)]
    assert worth_labelling(day, frozenset())[:2] == ["10", "0"]


def test_one_short_stretch_and_like_counts_are_said() -> None:
    day = [Snapshot(str(n), NOON + timedelta(hours=n), 10.0 * n) for n in range(5)]
    assert spread(day) == (False, False)
    hour = [each._replace(at=NOON) for each in day]
    assert spread(hour) == (True, False)
    alike = [each._replace(seen=10) for each in day]
    assert spread(alike) == (False, True)
    assert spread([]) == (False, False)
