import pickle
from collections.abc import Iterator, Sequence

import numpy as np
import pytest
import shapely
from hypothesis import given, settings
from hypothesis import strategies as st

from edge.core.flow import Flow, ZoneFlow
from edge.core.queues import Queue, Waiting
from edge.core.tracks import Tracker
from tests.unit.edge_people import ASPECT, LENS, Spot, follow

STEP_S = 0.5
LINE = [(-2.5, 5.0), (2.5, 5.0), (2.5, 7.0)]
ZONE = [(-4.0, 4.2), (4.0, 4.2), (4.0, 9.0), (-4.0, 9.0)]
SPACING_M = 0.9
AWAY = (8.0, 11.0)


def drawn(spots: Sequence[Spot]) -> list[Spot]:
    return [LENS.see(spot, 0) for spot in spots]


class Hall:
    """A zone with a queue line, watched twice a second from long before anybody comes."""

    def __init__(self) -> None:
        self.tracker = Tracker()
        self.flow = ZoneFlow(
            shapely.Polygon(drawn(ZONE)),
            line=drawn([(-4.0, 4.6), (4.0, 4.6)]),
            queue_line=drawn(LINE),
            queue_width_m=1.5,
            ground=LENS.ground,
        )
        self.now_s = 0.0
        for _ in range(24):
            self.see([])

    def see(self, spots: Sequence[Spot]) -> Flow:
        self.now_s += STEP_S
        self.tracks = follow(self.tracker, spots, self.now_s)
        return self.flow.update(self.tracks, self.now_s, ASPECT)

    def waiting(self, spots: Sequence[Spot], for_s: float = 4) -> Waiting:
        for _ in range(int(for_s / STEP_S)):
            flow = self.see(spots)
        assert flow.queue
        return flow.queue


def standing(count: int) -> list[Spot]:
    """So many people in line, from the head on."""
    return [(-2.5 + SPACING_M * place, 5.0) for place in range(count)]


@settings(deadline=None, max_examples=30)
@given(
    st.lists(
        st.lists(st.tuples(st.floats(-4, 4), st.floats(4, 9)), max_size=8), min_size=1, max_size=8
    )
)
def test_a_queue_is_never_longer_than_the_people_there(frames: list[list[Spot]]) -> None:
    hall = Hall()
    for spots in frames:
        queue = hall.waiting(spots, for_s=1)
        assert queue.length + queue.unserved <= len(hall.tracks)


def test_people_in_line_are_counted_and_those_beside_it_are_unserved() -> None:
    queue = Hall().waiting([*standing(4), (0.0, 7.5), (-3.0, 8.0)])
    assert (queue.length, queue.unserved) == (4, 2)


def test_a_gap_ends_the_line() -> None:
    queue = Hall().waiting([*standing(2), (1.5, 5.0)])
    assert (queue.length, queue.unserved) == (2, 1)


def test_a_line_that_does_not_reach_its_head_is_none() -> None:
    assert Hall().waiting([(2.0, 5.0), (2.5, 5.8)]).length == 0


def test_who_walks_past_along_the_line_does_not_queue() -> None:
    hall = Hall()
    for step in range(14):
        flow = hall.see([(-4 + 1.3 * STEP_S * step, 5.0)])
        assert flow.queue
        assert flow.queue.length == 0


def test_nobody_in_line_waits_no_time() -> None:
    assert Hall().waiting([(0.0, 8.0)]).waiting_s == 0


def test_a_line_that_was_there_before_us_has_waited_for_an_unknown_time() -> None:
    queue = Queue(np.array(LINE), 1.5)
    tracker, ground = Tracker(), LENS.ground
    for step in range(8):
        tracks = follow(tracker, standing(3), step * STEP_S)
        spots = {
            track.id: ground.place([(track.feet[0] / ASPECT, track.feet[1])])[0] for track in tracks
        }
        waiting = queue.update(tracks, spots, step * STEP_S)
    assert waiting == (3, None, 0)


def served_in_turn(every_s: float, people: int) -> Iterator[tuple[list[Spot], float]]:
    """Every so often somebody walks up to a line of two or three, and its head is served.

    Gives each frame's people and for how long the head has stood there. The served walk off while
    the line moves up by one place at once, so that each could be taken for the one before.
    """
    joined_s: list[float] = []
    for number in range(people):
        for step in range(int(every_s / STEP_S)):
            in_turn_s = step * STEP_S
            now_s = number * every_s + in_turn_s
            if in_turn_s == every_s / 2 and len(joined_s) > 2:
                joined_s.pop(0)
            tail = standing(len(joined_s) + 1)[-1]
            ahead_m = 1.3 * (3 - in_turn_s)
            coming = [(tail[0] + ahead_m, tail[1])] if ahead_m > 0 else []
            if ahead_m == 0:
                joined_s.append(now_s)
            off_m = 1.3 * (in_turn_s - every_s / 2)
            going = [(-2.5 - off_m, 5 - off_m)] if number > 2 and 0 < off_m < 3 else []
            yield standing(len(joined_s)) + coming + going, now_s - joined_s[0] if joined_s else 0


def test_the_wait_is_the_heads_though_each_is_taken_for_the_one_before() -> None:
    hall = Hall()
    errors_s = []
    for spots, waited_s in served_in_turn(every_s=30, people=10):
        flow = hall.see(spots)
        assert flow.queue
        assert flow.queue.waiting_s is not None
        errors_s.append(abs(flow.queue.waiting_s - waited_s))
    assert np.median(errors_s) < 2
    assert np.quantile(errors_s, 0.95) < 32


def test_people_hidden_for_half_a_minute_have_waited_all_the_same() -> None:
    hall = Hall()
    hall.waiting(standing(4), for_s=60)
    hall.waiting(standing(2), for_s=25)
    queue = hall.waiting(standing(4), for_s=60)
    assert queue.length == 4
    assert queue.waiting_s == pytest.approx(145, abs=5)


def test_where_the_head_is_older_than_the_watch_the_line_is_judged_by_how_it_moves() -> None:
    hall = Hall()
    hall.flow.forget()
    hall.tracker.forget()
    waits = []
    for step in range(400):
        in_line = 8 - int(step * STEP_S // 30)
        flow = hall.see(standing(in_line))
        assert flow.queue
        waits.append(flow.queue.waiting_s)
    assert waits[20] is None
    assert waits[-1] == pytest.approx(30 * 2, rel=0.4)


def test_what_is_remembered_does_not_grow() -> None:
    """The long form, three days of it, was run by hand: docs/tracks.md."""
    random = np.random.default_rng(5)
    hall = Hall()
    sizes = []
    people = random.uniform((-6, 4), (6, 10), (12, 2))
    for step in range(2600):
        people += random.normal(0, 0.2, people.shape)
        gone = random.random(12) < 0.02
        people[gone] = random.uniform((-6, 4), (6, 10), (int(gone.sum()), 2))
        hall.see([tuple(each) for each in people[: random.integers(0, 13)]])
        if step % 100 == 99:
            hall.see([])
            sizes.append(len(pickle.dumps((hall.tracker, hall.flow))))
    filled = 18  # hundreds of updates in a quarter of an hour
    assert max(sizes[filled + 1 :]) < 1.1 * max(sizes[: filled + 1])
