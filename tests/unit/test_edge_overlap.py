from collections.abc import Sequence
from dataclasses import replace

import numpy as np
import pytest
import shapely
from hypothesis import assume, given, settings
from hypothesis import strategies as st
from shapely.geometry.base import BaseGeometry

from edge.core.overlap import Merged, Sighting, located, merged
from tests.unit.edge_overlap import NORTH, SOUTH, WEST, as_detected, watch
from tests.unit.edge_people import ASPECT, LENS, Lens

unhurried = settings(deadline=None)
ROOM = shapely.box(0, 0, 10, 10)
SHARP = 0.1**2  # m², of a place that is well known


def sighting(
    places: Sequence[tuple[float, float]],
    *,
    camera: str = "a",
    count: float | None = None,
    part: BaseGeometry = ROOM,
    at_s: float = 0.0,
    spread_m2: float = SHARP,
) -> Sighting:
    places_m = np.array(places, float).reshape(-1, 2)
    spreads = np.tile(spread_m2 * np.eye(2), (len(places_m), 1, 1))
    people = len(places_m) if count is None else count
    return Sighting(camera, people, places_m, spreads, part, at_s)


@st.composite
def sightings(draw: st.DrawFn, *, fitted: bool = True, cameras: int = 4) -> list[Sighting]:
    """Of any number of people by a few cameras with parts of any size, at most a second apart."""
    chance = np.random.default_rng(draw(st.integers(0, 2**32 - 1)))
    found = []
    for index in range(draw(st.integers(1, cameras))):
        low, size = chance.uniform(0, 6, 2), chance.uniform(0.5, 6, 2)
        people = draw(st.integers(0, 9))
        count = draw(st.floats(0, 15)) if fitted else None
        each = sighting(
            chance.uniform(low, low + size, (people, 2)).tolist(),
            camera=f"camera-{index}",
            count=count,
            part=shapely.box(*low, *(low + size)),
            at_s=chance.uniform(0, 1),
            spread_m2=chance.uniform(0.01, 1),
        )
        found.append(each)
    return found


@unhurried
@given(sightings())
def test_never_fewer_than_one_camera_counts_nor_more_than_all_together(
    seen: list[Sighting],
) -> None:
    counts = [each.count for each in seen]
    count = merged(seen).count
    assert max(counts) - 1e-6 <= count <= sum(counts) + 1e-6


@unhurried
@given(sightings(), st.data())
def test_the_order_of_cameras_changes_nothing(seen: list[Sighting], data: st.DataObject) -> None:
    assert merged(data.draw(st.permutations(seen))) == merged(seen)


@unhurried
@given(sightings(cameras=2))
def test_two_cameras_may_change_places(seen: list[Sighting]) -> None:
    assume(len(seen) == 2)
    renamed = [replace(each, camera=name) for each, name in zip(seen, ("z", "a"), strict=True)]
    assert merged(renamed).count == pytest.approx(merged(seen).count)


@unhurried
@given(sightings(cameras=1), st.integers(2, 4))
def test_cameras_that_see_the_same_count_as_one(seen: list[Sighting], copies: int) -> None:
    same = [replace(seen[0], camera=f"copy-{index}") for index in range(copies)]
    together = merged(same)
    assert together.count == pytest.approx(seen[0].count)
    assert together.area_m2 == pytest.approx(seen[0].part.area)


@unhurried
@given(sightings(fitted=False))
def test_parts_that_nobody_else_sees_add_up(seen: list[Sighting]) -> None:
    far_apart = []
    for index, each in enumerate(seen):
        away = np.array([100 * index, 0])
        part = shapely.transform(each.part, away.__add__)
        far_apart.append(replace(each, places_m=each.places_m + away, part=part))
    together = merged(far_apart)
    assert together.count == pytest.approx(sum(each.count for each in seen))
    assert together.area_m2 == pytest.approx(sum(each.part.area for each in seen))


@pytest.mark.parametrize(("apart_s", "people"), [(0.0, 2), (1.0, 1)])
def test_somebody_may_have_walked_since_the_other_camera_looked(
    apart_s: float, people: int
) -> None:
    before = sighting([(5, 5)])
    after = sighting([(6.3, 5)], camera="b", at_s=apart_s)
    assert merged([before, after]).count == people


def test_of_two_nearby_only_one_can_be_the_same() -> None:
    assert merged([sighting([(5, 5)]), sighting([(5, 5.1), (5, 4.9)], camera="b")]).count == 2


def test_nobody_is_looked_for_where_the_other_camera_cannot_see() -> None:
    left, right = shapely.box(0, 0, 5, 10), shapely.box(5.3, 0, 10, 10)
    here = sighting([(4.9, 5)], part=left)
    there = sighting([(5.4, 5)], part=right, camera="b", spread_m2=0.2**2)
    assert merged([here, there]).count == 2
    assert merged([replace(here, part=left.union(right)), there]).count == 2
    assert merged([replace(each, part=left.union(right)) for each in (here, there)]).count == 1


def test_a_third_camera_finds_whom_either_of_two_saw() -> None:
    two = [sighting([(2, 2), (5, 5)]), sighting([(5, 5.1), (8, 8)], camera="b")]
    assert merged([*two, sighting([(2, 2.1), (8, 8.1)], camera="c")]).count == 3


def test_whom_a_fit_counts_without_pointing_at_is_looked_for_in_what_others_see() -> None:
    pointing = sighting([(1, 1), (3, 3), (5, 5)])
    assert merged([pointing, sighting([(1, 1)], count=3, camera="b")]).count == 3
    assert merged([pointing, sighting([(1, 1)], count=5.5, camera="b")]).count == 5.5


def test_what_fits_count_without_pointing_is_spread_evenly_and_the_densest_believed() -> None:
    wide = sighting([], count=6, part=shapely.box(0, 0, 6, 1))
    narrow = sighting([], count=4, part=shapely.box(4, 0, 6, 1), camera="b")
    assert merged([wide, narrow]) == Merged(8, 6)


def test_a_fit_that_takes_boxes_for_less_than_people_is_outdone_by_one_that_does_not() -> None:
    places = [(1.0, 1.0), (3.0, 3.0), (5.0, 5.0), (7.0, 7.0)]
    careful = sighting(places, count=3)
    assert merged([careful, sighting(places[:2], camera="b")]).count == pytest.approx(3.5)


def test_places_are_the_less_certain_the_farther_along_the_line_of_sight() -> None:
    places, spreads = located(LENS.ground, LENS.boxes([(0, 4), (0, 8), (0, 16)]), ASPECT)
    assert places == pytest.approx(np.array([(0, 4), (0, 8), (0, 16)]), rel=0.02, abs=0.02)
    across_m, along_m = np.sqrt(spreads[:, 0, 0]), np.sqrt(spreads[:, 1, 1])
    assert across_m == pytest.approx(across_m[0], rel=0.05)
    assert (along_m > across_m).all()
    assert (np.diff(along_m) > 0.05).all()


@unhurried
@given(st.floats(2.2, 8), st.floats(10, 50), st.floats(0.2, 0.8), st.floats(0.6, 0.95))
def test_small_steps_in_the_picture_are_steps_on_the_floor(
    height_m: float, pitch_deg: float, x: float, y: float
) -> None:
    ground = Lens(height_m, pitch_deg).ground
    step = 1e-6
    [stretch] = ground.stretch([(x, y)])
    here, right, down = ground.place([(x, y), (x + step, y), (x, y + step)])
    steps = np.stack([right - here, down - here], axis=1) / step
    assert stretch == pytest.approx(steps, rel=1e-3, abs=1e-3)


@settings(unhurried, max_examples=20)
@given(st.integers(0, 2**32 - 1), st.integers(0, 12))
def test_a_hall_seen_perfectly_from_all_sides_is_counted_exactly(seed: int, people: int) -> None:
    chance = np.random.default_rng(seed)
    places = chance.uniform((-4, 1), (4, 7), (people, 2))
    seen = [
        each.sight(as_detected(each.boxes(places), chance, noise=0, missed=0, hidden=2))
        for each in (SOUTH, NORTH, WEST)
    ]
    union = shapely.union_all([each.part for each in seen])
    assert merged(seen).count == shapely.intersects_xy(union, *places.T).sum()


def test_of_a_walking_crowd_merging_misses_fewer_than_the_largest_and_doubles_nobody() -> None:
    errors = watch(15, seed=1, for_s=40)
    assert errors.merged < 0.75 * errors.largest
    assert errors.merged < 0.5 * errors.sum
    assert errors.merged - (errors.there - errors.seen) < 1
