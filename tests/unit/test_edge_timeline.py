from itertools import accumulate
from math import inf

import pytest
from hypothesis import given
from hypothesis import strategies as st

from edge.core.timeline import PATIENCE_S, Timeline

FRAME_S = 0.1
DELAYS_S = st.lists(st.floats(0, 2), min_size=2, max_size=60)


def ages(*frames: tuple[float, float]) -> list[float]:
    """Ages of frames of (stream time, arrival)."""
    timeline = Timeline()
    return [timeline.age_s(shown_s, now) for shown_s, now in frames]


def live(count: int, *, start_s: float = 0.0, latency_s: float = 0.0) -> list[tuple[float, float]]:
    """Frames that arrive as they are taken."""
    shown = [start_s + each * FRAME_S for each in range(count)]
    return [(each, 1000 + each + latency_s) for each in shown]


def test_frames_that_arrive_as_they_are_taken_have_no_age() -> None:
    assert ages(*live(20))[1:] == pytest.approx([0] * 19, abs=1e-9)


def test_a_backlog_at_opening_is_told_apart_from_what_is_new() -> None:
    backlog = [(each * FRAME_S, 1003 + each * 0.005) for each in range(30)]
    known = ages(*backlog, *live(5, start_s=3.0, latency_s=0.15))
    assert known[:30] == [inf] * 30
    assert known[31:] == pytest.approx([0] * 4, abs=1e-3)


def test_what_a_stalled_network_held_back_is_as_old_as_it_is() -> None:
    held = [(2 + each * FRAME_S, 1005 + each * 0.005) for each in range(30)]
    known = ages(*live(20), *held, *live(3, start_s=5.2))
    assert known[20] == pytest.approx(3, abs=0.01)
    assert known[49] == pytest.approx(0.245, abs=0.01)
    assert known[-1] == pytest.approx(0, abs=0.01)


def test_times_that_begin_anew_are_followed() -> None:
    known = ages(*live(20), *[(each * FRAME_S, 1002 + each * FRAME_S) for each in range(5)])
    assert known[20] == inf
    assert known[21:] == pytest.approx([0] * 4, abs=1e-3)


def test_a_camera_whose_clock_runs_slow_does_not_seem_late() -> None:
    known = ages(*[(each * FRAME_S * 0.9995, 1000 + each * FRAME_S) for each in range(20_000)])
    assert max(known[1:]) < 0.01


@pytest.mark.parametrize("shown_s", [0.0, 7.0], ids=["no times", "one time"])
def test_a_stream_without_times_is_believed_after_a_while(shown_s: float) -> None:
    known = ages(*[(shown_s, 1000 + each * FRAME_S) for each in range(100)])
    assert known[: int(PATIENCE_S / FRAME_S)] == [inf] * int(PATIENCE_S / FRAME_S)
    assert known[-1] == 0


@given(DELAYS_S)
def test_no_frame_ever_seems_older_than_it_is(delays_s: list[float]) -> None:
    taken = [each * FRAME_S for each in range(len(delays_s))]
    arrivals = list(
        accumulate((at + delay for at, delay in zip(taken, delays_s, strict=True)), max)
    )
    known = ages(*[(at, 1000 + now) for at, now in zip(taken, arrivals, strict=True)])
    for age, at, now in zip(known, taken, arrivals, strict=True):
        assert age == inf or 0 <= age <= now - at + 1e-9


@given(DELAYS_S)
def test_once_the_least_delay_was_seen_ages_are_the_delays_beyond_it(
    delays_s: list[float],
) -> None:
    timeline = Timeline()
    for shown_s, now in live(2):
        timeline.age_s(shown_s, now)
    arrival = 1000.0
    for each, delay in enumerate(delays_s, start=2):
        arrival = max(arrival, 1000 + each * FRAME_S + delay)
        drift = 0.001 * (arrival - 1000)
        true = arrival - 1000 - each * FRAME_S
        assert timeline.age_s(each * FRAME_S, arrival) == pytest.approx(true, abs=drift + 1e-6)
