import math

import numpy as np
import pytest
from hypothesis import given
from hypothesis import strategies as st
from numpy.typing import NDArray

from edge.core.zones import ImpossibleZone, Point, count_inside, feet, outline

fractions = st.floats(0, 1, allow_nan=False)
points = st.lists(st.tuples(fractions, fractions), max_size=30)
PICTURE = outline([(0, 0), (1, 0), (1, 1), (0, 1)])


def as_array(people: list[Point]) -> NDArray[np.float32]:
    return np.array(people, np.float32).reshape(-1, 2)


@st.composite
def stars(draw: st.DrawFn) -> list[Point]:
    """Corners in order around a centre: such a polygon never crosses itself."""
    count = draw(st.integers(3, 8))
    radii = draw(st.lists(st.floats(0.05, 0.5), min_size=count, max_size=count))
    turns = [2 * math.pi * each / count for each in range(count)]
    return [
        (0.5 + radius * math.cos(turn) * 0.99, 0.5 + radius * math.sin(turn) * 0.99)
        for radius, turn in zip(radii, turns, strict=True)
    ]


@given(points)
def test_the_whole_picture_counts_everybody(people: list[Point]) -> None:
    assert count_inside(PICTURE, as_array(people)) == len(people)


@given(stars(), points)
def test_a_zone_never_counts_more_than_there_are(corners: list[Point], people: list[Point]) -> None:
    assert 0 <= count_inside(outline(corners), as_array(people)) <= len(people)


@given(stars(), points, st.integers(0, 7))
def test_where_the_drawing_began_and_its_direction_do_not_matter(
    corners: list[Point], people: list[Point], start: int
) -> None:
    turned = corners[start % len(corners) :] + corners[: start % len(corners)]
    there = as_array(people)
    expected = count_inside(outline(corners), there)
    assert count_inside(outline(turned[::-1]), there) == expected


@given(points)
def test_halves_of_the_picture_together_count_everybody_off_their_border(
    people: list[Point],
) -> None:
    away = [each for each in people if abs(each[0] - 0.5) > 1e-6]
    left = outline([(0, 0), (0.5, 0), (0.5, 1), (0, 1)])
    right = outline([(0.5, 0), (1, 0), (1, 1), (0.5, 1)])
    there = as_array(away)
    assert count_inside(left, there) + count_inside(right, there) == len(away)


def test_people_stand_at_the_middle_of_the_lower_side_of_their_box() -> None:
    boxes = np.array([[0.2, 0.1, 0.4, 0.9, 0.8]], np.float32)
    assert feet(boxes) == pytest.approx(np.array([[0.3, 0.9]]))


def test_a_person_cut_by_the_lower_edge_still_counts() -> None:
    boxes = np.array([[0.2, 0.5, 0.4, 1.0, 0.8]], np.float32)
    assert count_inside(PICTURE, feet(boxes)) == 1


@pytest.mark.parametrize(
    ("corners", "reason"),
    [
        ([(0.1, 0.1), (1.2, 0.1), (0.5, 0.5)], "outside the picture"),
        ([(0.1, -0.1), (0.9, 0.1), (0.5, 0.5)], "outside the picture"),
        ([(math.nan, 0.1), (0.9, 0.1), (0.5, 0.5)], "outside the picture"),
        ([(0.1, 0.1), (0.9, 0.9), (0.9, 0.1), (0.1, 0.9)], "crosses itself"),
        ([(0.1, 0.1), (0.5, 0.5), (0.9, 0.9)], "no area"),
        ([(0.1, 0.1), (0.5, 0.5)], "at least 3"),
    ],
)
def test_an_impossible_zone_is_refused_with_its_reason(corners: list[Point], reason: str) -> None:
    with pytest.raises(ImpossibleZone, match=reason):
        outline(corners)
