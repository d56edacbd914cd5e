import itertools
from random import Random

import numpy as np
import pytest
from hypothesis import given, settings
from hypothesis import strategies as st

from edge.core.assignment import assign
from edge.core.tracks import Tracker
from tests.unit.edge_people import ASPECT, LENS, SURE, Spot, follow

STEP_S = 0.5
spots = st.lists(
    st.tuples(st.integers(-3, 3), st.integers(4, 9)), min_size=1, max_size=6, unique=True
)


@st.composite
def tables(draw: st.DrawFn) -> list[list[float]]:
    columns = draw(st.integers(1, 5))
    row = st.lists(st.floats(0, 10), min_size=columns, max_size=columns)
    return draw(st.lists(row, min_size=1, max_size=5))


@given(tables(), st.floats(0.1, 10))
def test_no_other_pairing_is_cheaper(table: list[list[float]], limit: float) -> None:
    costs = np.array(table)
    rows, columns = costs.shape
    pairs = assign(costs, limit)
    total = sum(costs[pair] for pair in pairs) + limit * (rows - len(pairs))
    every = itertools.product([None, *range(columns)], repeat=rows)
    least = min(
        sum(limit if column is None else costs[row, column] for row, column in enumerate(each))
        for each in every
        if len(used := [column for column in each if column is not None]) == len(set(used))
    )
    assert total == pytest.approx(least)
    assert all(costs[pair] <= limit + 1e-9 for pair in pairs)


@settings(deadline=None)
@given(spots, st.randoms(use_true_random=False))
def test_the_order_of_what_was_found_does_not_matter(people: list[Spot], shuffled: Random) -> None:
    one, other = Tracker(), Tracker()
    for step in range(4):
        boxes = LENS.boxes([(x + 0.4 * step, y) for x, y in people])
        order = list(range(len(boxes)))
        shuffled.shuffle(order)
        now_s = step * STEP_S
        expected = one.update(boxes, now_s, sure=SURE, aspect=ASPECT)
        assert other.update(boxes[order], now_s, sure=SURE, aspect=ASPECT) == expected


def test_two_who_pass_each_other_at_walking_pace_stay_who_they_are() -> None:
    tracker, ways = Tracker(), []
    for step in range(13):
        walked = 1.4 * STEP_S * step
        ways.append(follow(tracker, [(-4 + walked, 6), (4 - walked, 7)], step * STEP_S))
    first, last = ways[1], ways[-1]
    assert [track.id for track in first] == [track.id for track in last]
    assert [track.place[0] > ASPECT / 2 for track in first] == [
        track.place[0] < ASPECT / 2 for track in last
    ]


def test_somebody_hidden_for_a_moment_is_found_again() -> None:
    tracker, met = Tracker(), set()
    for step in range(12):
        hidden = 5 <= step <= 7
        tracks = follow(tracker, [] if hidden else [(-3 + 0.6 * step, 6)], step * STEP_S)
        assert [track.is_seen for track in tracks] == ([not hidden] if step else [])
        met |= {track.id for track in tracks}
    assert met == {1}


def test_somebody_gone_for_long_is_another_when_back() -> None:
    tracker = Tracker()
    follow(tracker, [(0, 6)], 0)
    [before] = follow(tracker, [(0, 6)], 0.5)
    assert follow(tracker, [], 5) == ()
    follow(tracker, [(0, 6)], 5.5)
    [after] = follow(tracker, [(0, 6)], 6)
    assert after.id > before.id


def test_who_walks_out_of_the_picture_is_not_mistaken_for_who_comes_in_there() -> None:
    tracker = Tracker()
    edge_m = (LENS.ground.place([(1.0, 0.6)])[0]).tolist()
    ways = [(edge_m[0] - 0.7 * back, edge_m[1]) for back in (2.6, 1.6, 0.6)]
    for step, spot in enumerate(ways):
        [*leaving] = follow(tracker, [spot], step * STEP_S)
    assert follow(tracker, [], 3 * STEP_S) == ()
    follow(tracker, [ways[-1]], 4 * STEP_S)
    [coming] = follow(tracker, [ways[-2]], 5 * STEP_S)
    assert coming.id != leaving[0].id


def test_a_doubtful_sight_goes_on_with_somebody_but_begins_nobody() -> None:
    tracker = Tracker()
    for step in range(3):
        assert follow(tracker, [(0, 6)], step * STEP_S, score=0.35) == ()
    follow(tracker, [(0, 6)], 2)
    [sure] = follow(tracker, [(0, 6)], 2.5)
    [doubtful] = follow(tracker, [(0, 6)], 3, score=0.35)
    assert doubtful.id == sure.id
    assert doubtful.is_seen


def test_a_thing_taken_for_a_person_now_and_then_keeps_nobody_alive() -> None:
    tracker = Tracker()
    for step in range(3):
        follow(tracker, [(0, 6)], step * STEP_S)
    for step in range(3, 9):
        tracks = follow(tracker, [(0, 6)], step * STEP_S, score=0.35)
    assert tracks == ()


def test_one_sighting_is_nobody_yet() -> None:
    tracker = Tracker()
    assert follow(tracker, [(0, 6)], 0) == ()
    assert follow(tracker, [], 0.5) == ()
    assert follow(tracker, [(0, 6)], 1) == ()


def test_after_a_gap_everybody_is_new() -> None:
    tracker = Tracker()
    follow(tracker, [(0, 6)], 0)
    [before] = follow(tracker, [(0, 6)], 0.5)
    tracker.forget()
    follow(tracker, [(0, 6)], 1)
    [after] = follow(tracker, [(0, 6)], 1.5)
    assert after.id > before.id


def test_boxes_without_height_are_passed_over() -> None:
    flat = np.array([[0.4, 0.5, 0.5, 0.5, 0.9]], np.float32)
    tracker = Tracker()
    tracker.update(flat, 0, sure=SURE, aspect=ASPECT)
    assert tracker.update(flat, 0.5, sure=SURE, aspect=ASPECT) == ()


@settings(deadline=None)
@given(st.lists(spots, min_size=1, max_size=12))
def test_never_more_are_followed_than_were_seen_lately_and_no_id_is_given_twice(
    frames: list[list[Spot]],
) -> None:
    tracker = Tracker()
    begun: dict[int, float] = {}
    for step, people in enumerate(frames):
        tracks = follow(tracker, people, step * STEP_S)
        assert sum(track.is_seen for track in tracks) <= len(people)
        for track in tracks:
            assert begun.setdefault(track.id, track.since_s) == track.since_s
