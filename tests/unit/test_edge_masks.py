"""Masks: what they blacken, whom they leave out, and which pixels the judge may not look at."""

import cv2
import numpy as np
import shapely
from hypothesis import given, settings
from hypothesis import strategies as st

from edge.core.view import COLUMNS, MARGIN_PX, ROWS
from edge.core.zones import ImpossibleZone, outline, outside, pixels
from edge.picture import burn_in, small_grey

FRACTION = st.floats(0, 1, allow_subnormal=False)


@st.composite
def polygons(draw: st.DrawFn) -> shapely.Polygon:
    """Polygons that the settings accept: corners around a centre, as near or far as they like."""
    x, y = draw(st.tuples(FRACTION, FRACTION))
    radii = draw(st.lists(st.floats(0.02, 0.7), min_size=3, max_size=6))
    angles = np.linspace(0, 2 * np.pi, len(radii), endpoint=False)
    corners = np.array([x, y]) + np.array(radii)[:, None] * np.stack(
        [np.cos(angles), np.sin(angles)], 1
    )
    try:
        return outline([(float(x), float(y)) for x, y in corners.clip(0, 1)])
    except ImpossibleZone:
        return outline([(0, 0), (0.5, 0), (0.5, 0.5)])


@settings(deadline=None)
@given(polygons(), st.tuples(st.integers(20, 400), st.integers(20, 400)))
def test_every_pixel_that_a_privacy_mask_touches_is_black(
    mask: shapely.Polygon, size: tuple[int, int]
) -> None:
    height, width = size
    picture = np.full((height, width, 3), 255, np.uint8)
    burn_in(picture, [mask])
    y, x = np.mgrid[:height, :width]
    cells = shapely.box(x / width, y / height, (x + 1) / width, (y + 1) / height)
    assert not picture[shapely.intersects(mask, cells)].any()
    far = shapely.distance(mask, shapely.centroid(cells)) * min(size) > 4 * max(size) / min(size)
    assert (picture[far] == 255).all()


@settings(deadline=None)
@given(polygons(), st.sampled_from([(576, 768), (1080, 1920), (240, 320)]))
def test_the_judge_looks_at_no_pixel_that_a_mask_has_darkened(
    mask: shapely.Polygon, size: tuple[int, int]
) -> None:
    picture = np.full((*size, 3), 255, np.uint8)
    burn_in(picture, [mask])
    darkened = small_grey(picture) < 255
    assert not (darkened & ~pixels([mask], ROWS, COLUMNS, MARGIN_PX)).any()


@given(polygons(), st.lists(st.tuples(FRACTION, FRACTION), max_size=8))
def test_everybody_stands_either_inside_a_mask_or_outside(
    mask: shapely.Polygon, feet: list[tuple[float, float]]
) -> None:
    points = np.array(feet, np.float32).reshape(-1, 2)
    inside = [bool(shapely.intersects(mask, shapely.Point(point))) for point in points]
    assert outside([mask], points).tolist() == [not each for each in inside]
    assert outside([], points).all()


def test_without_masks_nothing_is_hidden_or_blackened() -> None:
    picture = np.full((60, 80, 3), 9, np.uint8)
    burn_in(picture, [])
    assert (picture == 9).all()
    assert not pixels([], ROWS, COLUMNS, MARGIN_PX).any()


def test_a_mask_hides_the_same_part_at_every_resolution() -> None:
    mask = outline([(0.2, 0.1), (0.7, 0.3), (0.5, 0.9)])
    shares = []
    for scale in (1, 2, 4):
        picture = np.full((120 * scale, 160 * scale, 3), 255, np.uint8)
        burn_in(picture, [mask])
        shares.append(float((cv2.cvtColor(picture, cv2.COLOR_BGR2GRAY) == 0).mean()))
    assert max(shares) - min(shares) < 0.05
    assert min(shares) >= mask.area
