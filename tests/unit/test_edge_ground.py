import math

import numpy as np
import pytest
import shapely
from hypothesis import assume, given
from hypothesis import strategies as st

from edge.core.ground import Ground, ImpossibleGround
from edge.core.survey import from_distances, from_heights, from_points
from tests.unit.edge_people import ASPECT, PERSON_M, Lens

SQUARE = [(0.2, 0.3), (0.8, 0.3), (0.9, 0.9), (0.1, 0.9)]
lenses = st.builds(Lens, st.floats(2.2, 8), st.floats(10, 50), st.floats(0.45, 2), st.just(ASPECT))
below_horizon = st.lists(
    st.tuples(st.floats(-4, 4), st.floats(1.5, 20)), min_size=1, max_size=8
)  # metres


@st.composite
def affine(draw: st.DrawFn) -> Ground:
    numbers = draw(st.lists(st.floats(-20, 20), min_size=6, max_size=6))
    matrix = np.array([numbers[:3], numbers[3:], [0, 0, 1]])
    assume(abs(np.linalg.det(matrix)) > 0.1)
    return Ground(matrix)


@given(lenses, below_horizon)
def test_the_floor_is_found_by_heights_whatever_the_camera(
    lens: Lens, spots: list[tuple[float, float]]
) -> None:
    people = [lens.person(each) for each in (3.0, 5.0, 12.0)]
    assume(np.ptp([feet for _, feet in people]) > 0.1)
    ground = from_heights(people, person_m=PERSON_M, focal=lens.focal, aspect=lens.aspect)
    seen = [lens.see(spot, 0) for spot in spots]
    assert ground.place(seen) == pytest.approx(np.array(spots), rel=0.02, abs=0.02)
    assert ground.show(ground.place(seen)) == pytest.approx(np.array(seen), abs=1e-6)


@given(lenses, st.floats(0.1, 10))
def test_a_floor_drawn_in_other_units_is_the_same_floor(lens: Lens, scale: float) -> None:
    spots = np.array([(-2, 3), (2, 3), (3, 9), (-3, 9), (1, 5)], float)
    seen = [lens.see((x, y), 0) for x, y in spots]
    small, large = from_points(seen, spots), from_points(seen, spots * scale)
    assert large.place(seen) == pytest.approx(small.place(seen) * scale, rel=1e-6)
    assert large.area_m2(seen[:4]) == pytest.approx(small.area_m2(seen[:4]) * scale**2)


@given(affine())
def test_without_perspective_areas_are_those_of_plane_geometry(ground: Ground) -> None:
    there = shapely.Polygon(ground.place(SQUARE))
    assert ground.area_m2(SQUARE) == pytest.approx(there.area)


@given(lenses, st.integers(0, 3))
def test_an_area_does_not_depend_on_where_its_drawing_began(lens: Lens, start: int) -> None:
    corners = [lens.see(spot, 0) for spot in ((-2, 4), (2, 4), (2, 8), (-2, 8))]
    spots = [(0, 0), (4, 0), (4, 4), (0, 4)]
    ground = from_points(corners, spots)
    turned = corners[start:] + corners[:start]
    assert ground.area_m2(turned) == ground.area_m2(turned[::-1]) == pytest.approx(16)


@given(lenses)
def test_distances_between_corners_are_as_good_as_a_plan(lens: Lens) -> None:
    spots = [(-2.0, 4.0), (2.0, 4.0), (1.5, 8.0), (-2.5, 7.0)]
    corners = [lens.see(spot, 0) for spot in spots]
    sides = [math.dist(spots[i], spots[(i + 1) % 4]) for i in range(4)]
    by_sides = from_distances(corners, [*sides, math.dist(spots[0], spots[2])])
    assert by_sides.area_m2(corners) == pytest.approx(shapely.Polygon(spots).area)


def test_two_sides_measure_a_rectangle() -> None:
    corners = [Lens().see(spot, 0) for spot in ((-2, 4), (2, 4), (2, 7), (-2, 7))]
    assert from_distances(corners, [4, 3]).area_m2(corners) == pytest.approx(12)


def test_nobody_stands_at_or_above_the_horizon() -> None:
    places = Lens(pitch_deg=10).ground.place([(0.5, 0.1), (0.5, 0.6)])
    assert np.isnan(places[0]).all()
    assert np.isfinite(places[1]).all()


def test_a_zone_that_reaches_the_horizon_has_no_area() -> None:
    with pytest.raises(ImpossibleGround, match="horizon"):
        Lens(pitch_deg=10).ground.area_m2([(0.2, 0.1), (0.8, 0.1), (0.8, 0.9)])


@pytest.mark.parametrize(
    ("points", "floor", "why"),
    [
        (SQUARE[:3], [(0, 0), (4, 0), (4, 4)], "at least 4"),
        ([(0.5, 0.5)] * 4, [(0, 0), (4, 0), (4, 4), (0, 4)], "in one place"),
        (SQUARE, [(0, 0), (1, 0), (2, 0), (0, 4)], "in one line"),
        ([(0, 0), (0.2, 0.2), (0.4, 0.4), (0.9, 0)], [(0, 0), (4, 0), (4, 4), (0, 4)], "line"),
        (SQUARE, [(0, 0), (4, 4), (4, 0), (0, 4)], "another order"),
        ([*SQUARE, (0.5, 0.6)], [(0, 4), (4, 4), (4, 0), (0, 0), (3, 3)], "from where the others"),
    ],
)
def test_points_that_no_floor_has_are_refused(
    points: list[tuple[float, float]], floor: list[tuple[float, float]], why: str
) -> None:
    with pytest.raises(ImpossibleGround, match=why):
        from_points(points, floor)


@pytest.mark.parametrize(
    ("corners", "distances", "why"),
    [
        (SQUARE[:3], [4, 3], "3 corners"),
        (SQUARE, [4, 3, 2], "3 distances"),
        ([SQUARE[0], SQUARE[2], SQUARE[1], SQUARE[3]], [4, 3], "in order around"),
        (SQUARE, [4, 4, 4, 4, 9], "first, second and third"),
        (SQUARE, [4, 4, 1, 1, 4], "first, third and fourth"),
    ],
)
def test_distances_that_no_floor_has_are_refused(
    corners: list[tuple[float, float]], distances: list[float], why: str
) -> None:
    with pytest.raises(ImpossibleGround, match=why):
        from_distances(corners, distances)


@pytest.mark.parametrize(
    ("people", "why"),
    [
        ([(0.3, 0.5)], "1 people"),
        ([(0.5, 0.3), (0.5, 0.9)], "above the feet"),
        ([(0.3, 0.5), (0.3, 0.52)], "one far"),
        ([(0.0, 0.45), (0.87, 0.9)], "no level floor"),
    ],
)
def test_people_whom_no_floor_carries_are_refused(
    people: list[tuple[float, float]], why: str
) -> None:
    with pytest.raises(ImpossibleGround, match=why):
        from_heights(people, person_m=1.7, focal=0.7, aspect=ASPECT)
