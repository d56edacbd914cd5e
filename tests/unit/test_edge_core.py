import statistics
from itertools import pairwise

import pytest
from hypothesis import given
from hypothesis import strategies as st

from edge.core.cadence import Cadence
from edge.core.density import density_per_m2, level_of_service
from edge.core.interval import Bounds, check_bounds, interval
from edge.core.smoothing import Steady
from hall.messages import Level

counts = st.integers(0, 60).map(float)
areas = st.floats(0.1, 5000)


@st.composite
def tables(draw: st.DrawFn) -> tuple[Bounds, ...]:
    steps = draw(st.lists(st.floats(0.5, 10), min_size=1, max_size=6))
    published = [0.0]
    for step in steps:
        published.append(published[-1] + step)
    return tuple(
        Bounds(each, each * draw(st.floats(0, 1)), each + draw(st.floats(0, 20)))
        for each in published
    )


class TestDensity:
    @given(counts, counts, areas)
    def test_more_people_never_make_a_zone_freer(
        self, one: float, other: float, area: float
    ) -> None:
        fewer, more = sorted((one, other))
        levels = list(Level)
        assert levels.index(level_of_service(density_per_m2(fewer, area))) <= levels.index(
            level_of_service(density_per_m2(more, area))
        )

    @pytest.mark.parametrize(
        ("area_each_m2", "level"),
        [(3, "A"), (1.2, "A"), (1.0, "B"), (0.8, "C"), (0.5, "D"), (0.25, "E"), (0.15, "F")],
    )
    def test_levels_are_fruins_for_queues(self, area_each_m2: float, level: str) -> None:
        assert level_of_service(density_per_m2(10, 10 * area_each_m2)) == level

    def test_an_empty_zone_is_free(self) -> None:
        assert level_of_service(0) is Level.A


class TestSteady:
    @given(st.lists(counts, min_size=1, max_size=40), st.integers(1, 9))
    def test_each_value_is_the_median_of_the_newest(self, values: list[float], span: int) -> None:
        steady = Steady(span)
        for index, value in enumerate(values):
            newest = values[max(0, index - span + 1) : index + 1]
            assert steady.add(value) == statistics.median(newest)

    @given(counts, st.integers(0, 60))
    def test_one_bad_frame_changes_nothing(self, usual: float, bad: int) -> None:
        steady = Steady(3)
        assert [steady.add(each) for each in (usual, usual, bad, usual)][1:] == [usual] * 3

    def test_after_a_gap_only_new_values_count(self) -> None:
        steady = Steady(3)
        steady.add(9)
        steady.add(9)
        steady.forget()
        assert steady.add(2) == 2


class TestInterval:
    @given(tables(), st.floats(0, 200))
    def test_the_published_count_lies_within_its_bounds(
        self, table: tuple[Bounds, ...], count: float
    ) -> None:
        low, high = interval(count, check_bounds(table))
        assert 0 <= low <= count + 1e-6
        assert high >= count - 1e-6

    @given(tables())
    def test_measured_rows_are_given_back(self, table: tuple[Bounds, ...]) -> None:
        for row in table:
            assert interval(row.published, table) == pytest.approx((row.low, row.high))

    def test_beyond_what_was_measured_doubt_grows_in_proportion(self) -> None:
        assert interval(20, (Bounds(0, 0, 1), Bounds(10, 8, 13))) == (16, 26)

    @pytest.mark.parametrize(
        "table",
        [
            (Bounds(0, 0, 1),),
            (Bounds(1, 0, 1), Bounds(2, 1, 3)),
            (Bounds(0, 0, 1), Bounds(0, 0, 2)),
            (Bounds(0, 0, 1), Bounds(5, 6, 7)),
        ],
    )
    def test_a_table_that_makes_no_sense_is_refused(self, table: tuple[Bounds, ...]) -> None:
        with pytest.raises(ValueError, match="published"):
            check_bounds(table)


class TestCadence:
    @given(st.lists(st.floats(0.001, 3), min_size=1, max_size=50), st.floats(0.1, 5))
    def test_beats_are_never_closer_than_nine_tenths_of_a_period(
        self, steps: list[float], period: float
    ) -> None:
        cadence, now, beats = Cadence(period), 0.0, []
        for step in steps:
            now += step
            if cadence.due(now):
                beats.append(now)
        gaps = [later - earlier for earlier, later in pairwise(beats)]
        assert all(gap >= 0.8 * period for gap in gaps)
        assert len(beats) <= 1 + 0.1 + (now - beats[0]) / period

    @given(st.floats(0.1, 5))
    def test_waiting_as_told_meets_every_beat(self, period: float) -> None:
        cadence, now = Cadence(period), 100.0
        for beat in range(20):
            now += cadence.wait_s(now)
            assert cadence.due(now)
            assert now == pytest.approx(100 + beat * period)

    def test_beats_that_were_slept_through_are_not_made_up_for(self) -> None:
        cadence = Cadence(1)
        assert cadence.due(0)
        assert cadence.due(60)
        assert not cadence.due(60.5)
