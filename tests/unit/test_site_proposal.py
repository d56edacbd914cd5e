import numpy as np
import pytest
from hypothesis import given, settings
from hypothesis import strategies as st
from numpy.typing import NDArray

from edge.core.calibration import bounds, calibrate
from edge.core.interval import check_bounds, interval
from edge.core.proposal import propose, summary
from edge.core.sight import standing
from edge.core.site import Calibration
from tests.unit.site_scenes import people, sight

ALIKE = [summary(sight(index, people(0, 5))) for index in range(12)]
CROWDED = summary(sight(50, people(7, 60)))


def test_the_picture_unlike_all_others_is_proposed_first() -> None:
    summaries = [*ALIKE[:8], CROWDED, *ALIKE[8:]]
    assert propose(summaries, range(13), 1, labelled=[3])[0] == 8


def test_among_like_pictures_times_are_spread() -> None:
    times = [float(index) for index in range(12)]
    same = [ALIKE[0]] * 12
    assert set(propose(same, times, 3, first=5)) >= {0, 11}


@settings(deadline=None)
@given(st.integers(0, 15), st.sets(st.integers(0, 11), max_size=6))
def test_proposals_are_new_pictures_and_as_many_as_there_are(
    number: int, labelled: set[int]
) -> None:
    proposed = propose(ALIKE, range(12), number, sorted(labelled))
    assert len(proposed) == len(set(proposed)) == min(number, 12 - len(labelled))
    assert not set(proposed) & labelled


def scores(*counts: tuple[int, int]) -> list[NDArray[np.float32]]:
    """Pictures with so many sure (0.7) and unsure (0.3) boxes."""
    return [np.array([0.7] * sure + [0.3] * unsure, np.float32) for sure, unsure in counts]


def test_a_lower_threshold_is_found_where_people_score_low() -> None:
    seen = scores((2, 3), (0, 4), (5, 5), (1, 7))
    found = calibrate(seen, np.array([5.0, 4.0, 10.0, 8.0]), 0.45)
    assert found.threshold <= 0.3
    assert found.scale == pytest.approx(1)


def test_a_scale_stands_for_people_who_never_show() -> None:
    seen = scores((2, 0), (3, 0), (5, 0), (4, 0))
    assert calibrate(seen, np.array([4.0, 6.0, 10.0, 8.0]), 0.45).scale == pytest.approx(2)


@settings(deadline=None)
@given(st.lists(st.integers(0, 9), min_size=6, max_size=20))
def test_a_detector_that_is_right_keeps_its_threshold(numbers: list[int]) -> None:
    seen = scores(*((number, 2) for number in numbers))
    assert calibrate(seen, np.array(numbers, float), 0.45) == Calibration(0.45, 1.0)


@settings(deadline=None)
@given(
    st.lists(st.tuples(st.floats(0, 60), st.floats(-5, 5)), min_size=10, max_size=60),
)
def test_bounds_cover_nine_in_ten_of_the_pictures_they_come_from(
    pairs: list[tuple[float, float]],
) -> None:
    published = np.array([count for count, _ in pairs])
    truth = np.maximum(0, published + [error for _, error in pairs])
    rows = bounds(published, truth)
    assert check_bounds(rows) == rows
    # Straight lines lie below the root between rows by no more than a tenth of the width.
    inside = [
        low - 0.6 <= true <= high + 0.6
        for true, (low, high) in zip(
            truth, (interval(each, rows) for each in published), strict=True
        )
    ]
    assert np.mean(inside) >= 0.9


def test_how_tall_people_look_is_learned_from_boxes_despite_a_few_wrong_ones() -> None:
    rng = np.random.default_rng(0)
    top = rng.uniform(0.05, 0.6, 200)
    head = (top + 0.1 * 0.05) / (1 - 0.1 * 0.3)  # y of the head where height = 0.3 y + 0.05
    height = 0.3 * head + 0.05
    height[:20] *= 3
    boxes = np.stack([top * 0, top, top * 0 + 0.1, top + height, top * 0 + 0.9], axis=1)
    learned = standing(boxes.astype(np.float32))
    assert learned.heights(np.array([0.2, 0.5])) == pytest.approx([0.11, 0.2], rel=0.1)
