from dataclasses import replace
from random import Random

import numpy as np
import pytest
from hypothesis import given
from hypothesis import strategies as st

from edge.core.dwell import median_s
from edge.core.lines import crossings, distance, nearest
from edge.core.passages import SWAY, Passages
from edge.core.stays import AWAY_MAX_S, HEIR_MAX_S, Stay, Stays
from edge.core.tracks import Track

LINE = np.array([(0.5, 1.0), (0.5, 0.0)])  # upwards: from left to right is in
HEIGHT = 0.2
places = st.tuples(st.floats(0, 1), st.floats(0.05, 0.95))
swaying = st.floats(-0.99, 0.99).map(lambda share: 0.5 + share * SWAY * HEIGHT)
shorts = st.lists(st.tuples(st.floats(0, 300), st.booleans()), max_size=30)


def person(
    x: float, y: float = 0.5, *, number: int = 1, now_s: float = 0, origin_x: float = 0.1
) -> Track:
    """Somebody whose feet are at x, y, first seen at `origin_x`."""
    return Track(
        id=number,
        place=(x, y - HEIGHT / 2),
        velocity=(0, 0),
        height=HEIGHT,
        spread=(0, 0, 0),
        since_s=now_s,
        is_seen=True,
        sure_s=now_s,
        origin=(origin_x, y),
        sightings=2,
    )


def passed(*xs: float, origin_x: float | None = None) -> tuple[int, int]:
    passages = Passages()
    for x in xs:
        passages.update([person(x, origin_x=xs[0] if origin_x is None else origin_x)], LINE)
    return passages.entered, passages.left


class TestLines:
    @given(places, places)
    def test_going_back_undoes_a_crossing(
        self, start: tuple[float, float], end: tuple[float, float]
    ) -> None:
        bent = np.array([(0.2, 0.0), (0.5, 0.4), (0.5, 0.6), (0.1, 1.0)])
        there = crossings(start, end, bent)
        assert abs(there) <= 3
        if distance(start, bent) and distance(end, bent):
            assert crossings(end, start, bent) == -there

    def test_a_corner_of_the_line_is_crossed_once(self) -> None:
        bent = np.array([(0.5, 0.9), (0.5, 0.5), (0.5, 0.1)])
        assert crossings((0.2, 0.5), (0.8, 0.5), bent) == 1

    def test_round_the_end_is_no_crossing(self) -> None:
        assert crossings((0.2, 0.5), (0.8, 0.5), np.array([(0.5, 0.4), (0.5, 0.0)])) == 0

    def test_places_along_a_line_are_told_from_its_start(self) -> None:
        bent = np.array([(0.0, 0.0), (3.0, 0.0), (3.0, 4.0)])
        assert nearest((1.0, 1.0), bent) == (1.0, 1.0)
        assert nearest((4.0, 2.0), bent) == (1.0, 5.0)
        assert nearest((3.0, 9.0), bent) == (5.0, 7.0)


class TestPassages:
    @given(st.lists(swaying, min_size=1, max_size=50), st.sampled_from([0.1, 0.5, 0.9]))
    def test_nobody_is_counted_while_standing_on_the_line(
        self, xs: list[float], origin_x: float
    ) -> None:
        assert passed(*xs, origin_x=origin_x) == (0, 0)

    @given(st.lists(st.floats(0, 1), min_size=1, max_size=50))
    def test_the_same_person_comes_in_and_goes_out_by_turns(self, xs: list[float]) -> None:
        entered, left = passed(*xs)
        assert abs(entered - left) <= 1

    def test_across_is_in_one_way_and_out_the_other(self) -> None:
        assert passed(0.1, 0.45, 0.5, 0.52, 0.9) == (1, 0)
        assert passed(0.9, 0.55, 0.1) == (0, 1)
        assert passed(0.1, 0.9, 0.1, 0.9) == (2, 1)

    def test_the_way_before_the_second_sighting_counts(self) -> None:
        assert passed(0.8, origin_x=0.2) == (1, 0)

    def test_drawn_the_other_way_round_in_is_out(self) -> None:
        passages = Passages()
        for x in (0.1, 0.9):
            passages.update([person(x)], LINE[::-1])
        assert (passages.entered, passages.left) == (0, 1)

    def test_somebody_hidden_while_passing_is_counted_once(self) -> None:
        passages = Passages()
        passages.update([person(0.2)], LINE)
        for x in (0.4, 0.6):
            passages.update([replace(person(x), is_seen=False)], LINE)
        passages.update([person(0.8)], LINE)
        passages.update([person(0.9)], LINE)
        assert (passages.entered, passages.left) == (1, 0)

    def test_who_is_elsewhere_after_a_gap_has_not_passed(self) -> None:
        passages = Passages()
        passages.update([person(0.2)], LINE)
        passages.forget()
        passages.update([person(0.8, number=2, origin_x=0.8)], LINE)
        assert (passages.entered, passages.left) == (0, 0)

    @given(st.lists(places, min_size=2, max_size=8), st.randoms(use_true_random=False))
    def test_who_is_named_first_does_not_matter(
        self, people: list[tuple[float, float]], shuffled: Random
    ) -> None:
        one, other = Passages(), Passages()
        for mirrored in (False, True):
            tracks = [
                person(1 - x if mirrored else x, y, number=number, origin_x=x)
                for number, (x, y) in enumerate(people)
            ]
            one.update(tracks, LINE)
            shuffled.shuffle(tracks)
            other.update(tracks, LINE)
        assert (one.entered, one.left) == (other.entered, other.left)


class TestStays:
    def test_a_stay_lasts_from_coming_to_leaving(self) -> None:
        stays = Stays()
        stays.update([], set(), 0)
        for step in range(60):
            now_s = 20 + step
            inside = 10 <= step < 40
            stays.update([person(0.5, now_s=15)], {1} if inside else set(), now_s)
        [stay] = stays.lately(80)
        assert (stay.began_s, stay.length_s, stay.left, stay.is_whole) == (30, 29, True, True)

    def test_stepping_out_for_a_moment_is_one_stay(self) -> None:
        stays = Stays()
        for step in range(20):
            stays.update([person(0.5)], set() if step in {8, 9} else {1}, step)
        assert AWAY_MAX_S > 2
        assert stays.here[1].length_s == 19
        assert not list(stays.lately(20))

    def test_who_was_there_when_watching_began_has_been_there_longer(self) -> None:
        stays = Stays()
        stays.update([person(0.5)], {1}, 0)
        assert not stays.here[1].is_whole

    @pytest.mark.parametrize(("x", "began_s"), [(0.52, 20), (0.9, 60)])
    def test_who_appears_where_somebody_was_hidden_is_the_same(
        self, x: float, began_s: float
    ) -> None:
        stays = Stays()
        stays.update([], set(), 0)
        for now_s in range(20, 55):
            stays.update([person(0.5, now_s=20)], {1}, now_s)
        stays.update([], set(), 55)
        stays.update([person(x, number=2, now_s=60, origin_x=x)], {2}, 60)
        assert stays.here[2].began_s == began_s

    @pytest.mark.parametrize("speed", [0.0, 0.9])
    def test_who_vanishes_walking_has_left_and_who_vanishes_standing_is_hidden(
        self, speed: float
    ) -> None:
        stays = Stays()
        walker = replace(person(0.5), velocity=(speed * HEIGHT, 0))
        stays.update([walker], {1}, 0)
        stays.update([], set(), 1)
        stays.update([], set(), 1 + HEIR_MAX_S)
        [stay] = stays.lately(20)
        assert stay.left is (speed > 0)

    def test_a_gap_makes_every_stay_unknown(self) -> None:
        stays = Stays()
        stays.update([person(0.5)], {1}, 0)
        stays.forget()
        assert not stays.here
        assert stays.watched_s(100) == 0


def stay(length_s: float, *, left: bool = True, is_whole: bool = True) -> Stay:
    return Stay(0, length_s, is_whole, (0, 0), is_walking=False, left=left)


class TestDwell:
    @given(st.lists(st.floats(1, 100), min_size=3, max_size=40))
    def test_of_stays_all_seen_to_their_end_it_is_the_median(self, lengths: list[float]) -> None:
        middle = sorted(lengths)[(len(lengths) - 1) // 2]
        assert median_s(map(stay, lengths)) == middle

    @given(shorts)
    def test_who_is_still_there_never_makes_stays_shorter(
        self, known: list[tuple[float, bool]]
    ) -> None:
        stays = [stay(length_s, left=left) for length_s, left in known]
        before, after = median_s(stays), median_s([*stays, stay(301, left=False)])
        if after is not None:
            assert before is not None
            assert after >= before

    def test_few_departures_say_nothing(self) -> None:
        assert median_s([stay(5), stay(6), stay(7, left=False)]) is None

    def test_half_still_there_says_nothing(self) -> None:
        still = [stay(50, left=False) for _ in range(10)]
        assert median_s([stay(5), stay(6), stay(7), *still]) is None

    def test_stays_of_unknown_beginning_say_nothing(self) -> None:
        unknown = [stay(100, is_whole=False) for _ in range(9)]
        assert median_s([stay(5), stay(6), stay(7), *unknown]) == 6
