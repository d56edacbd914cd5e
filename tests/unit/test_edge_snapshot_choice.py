"""Which snapshots are kept, and what their spread lacks."""

from datetime import UTC, datetime, timedelta
from random import Random

from hypothesis import given
from hypothesis import strategies as st

from edge.core.snapshots import Snapshot, spread, surplus

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


@given(many(), st.randoms())
def test_what_goes_does_not_depend_on_order(snapshots: list[Snapshot], chance: Random) -> None:
    shuffled = list(snapshots)
    chance.shuffle(shuffled)
    assert surplus(shuffled, 5) == surplus(snapshots, 5)


def test_one_short_stretch_and_like_counts_are_said() -> None:
    day = [Snapshot(str(n), NOON + timedelta(hours=n), 10.0 * n) for n in range(5)]
    assert spread(day) == (False, False)
    hour = [each._replace(at=NOON) for each in day]
    assert spread(hour) == (True, False)
    alike = [each._replace(seen=10) for each in day]
    assert spread(alike) == (False, True)
    assert spread([]) == (False, False)
