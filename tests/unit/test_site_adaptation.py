from dataclasses import replace

import numpy as np
import pytest
import shapely
from hypothesis import given, settings
from hypothesis import strategies as st

from edge.core.adaptation import CannotFit, Caution, Fitted, Labelled, fit, survey
from edge.core.interval import check_bounds
from edge.core.sight import COLUMNS, ROWS, covered
from edge.core.site import Scene, people_in
from tests.unit.site_scenes import FULL, HOUR_S, hidden_crowd, open_crowd, people, sight

NUMBERS = (0, 3, 9, 14, 6, 20, 11, 2, 17, 8, 12, 5)
THRESHOLD = 0.45
EVERYWHERE = np.ones((ROWS, COLUMNS), np.float32)
LEFT = covered([shapely.box(0, 0, 0.5, 1)], FULL)


@pytest.fixture(scope="module")
def crowd() -> list[Labelled]:
    return hidden_crowd(NUMBERS)


@pytest.fixture(scope="module")
def scene() -> Scene:
    return survey(each.sight for each in hidden_crowd(NUMBERS, seed=500))


@pytest.fixture(scope="module")
def fitted(scene: Scene, crowd: list[Labelled]) -> Fitted:
    return fit(scene, crowd, threshold=THRESHOLD, zones={"left": LEFT})


def test_people_whom_the_detector_misses_are_counted_after_the_fit(fitted: Fitted) -> None:
    for number in (1, 7, 15):
        [later] = hidden_crowd([number], seed=900 + number)
        assert people_in(fitted.site.density(later.sight), EVERYWHERE) == pytest.approx(
            number, abs=1.5
        )


def test_people_are_counted_where_they_are(fitted: Fitted) -> None:
    heads = people(77, 12)
    density = fitted.site.density(sight(77, heads))
    true = float((heads[:, 0] < 0.5).sum())
    assert people_in(density, LEFT) == pytest.approx(true, abs=1.5)
    assert people_in(density, 1 - LEFT) == pytest.approx(12 - true, abs=1.5)


def test_totals_without_heads_teach_too(scene: Scene, crowd: list[Labelled]) -> None:
    totals = [replace(each, people=float(len(np.asarray(each.people)))) for each in crowd]
    fitted = fit(scene, totals, threshold=THRESHOLD, zones={"left": LEFT})
    assert fitted.report.total.adapted < fitted.report.total.constant
    assert fitted.report.zones == {}


def test_the_report_tells_what_was_gained_in_all_and_per_zone(fitted: Fitted) -> None:
    total, left = fitted.report.total, fitted.report.zones["left"]
    assert total.detector == pytest.approx(np.mean(NUMBERS))
    assert total.adapted < 1.5 < total.constant
    assert left.adapted < left.constant < total.constant
    assert fitted.report.labels == len(NUMBERS)
    assert fitted.report.cautions == ()


def test_a_detector_that_sees_everyone_is_left_as_it_is(scene: Scene) -> None:
    fitted = fit(scene, open_crowd(NUMBERS), threshold=THRESHOLD)
    assert (fitted.site.share, fitted.site.calibration.scale) == (0.0, 1.0)
    assert fitted.site.calibration.threshold == THRESHOLD
    [later] = open_crowd([13], seed=321)
    assert people_in(fitted.site.density(later.sight), EVERYWHERE) == 13
    assert fitted.report.total.adapted == fitted.report.total.detector == 0


@settings(max_examples=2, deadline=None)
@given(st.permutations(range(len(NUMBERS))))
def test_the_order_of_labels_changes_nothing(
    scene: Scene, crowd: list[Labelled], fitted: Fitted, order: list[int]
) -> None:
    shuffled = (crowd[index] for index in order)
    other = fit(scene, shuffled, threshold=THRESHOLD, zones={"left": LEFT})
    assert other.report == fitted.report
    assert np.array_equal(other.site.weights, fitted.site.weights)
    assert other.site.bounds == fitted.site.bounds


def test_heads_in_ignored_cells_count_nowhere(scene: Scene, crowd: list[Labelled]) -> None:
    fitted = fit(scene, crowd, threshold=THRESHOLD, ignored=LEFT)
    right = [float((np.asarray(each.people)[:, 0] >= 0.5).sum()) for each in crowd]
    assert fitted.report.total.detector == pytest.approx(np.mean(right))
    heads = people(55, 14)
    seen = people_in(fitted.site.density(sight(55, heads)), 1 - LEFT)
    assert seen == pytest.approx(float((heads[:, 0] >= 0.5).sum()), abs=2)


def test_bounds_can_be_published(fitted: Fitted) -> None:
    assert check_bounds(fitted.site.bounds) == fitted.site.bounds


def test_too_few_labels_are_refused(scene: Scene) -> None:
    with pytest.raises(CannotFit, match="5 labels are too few; label at least 6"):
        fit(scene, hidden_crowd(NUMBERS[:5]), threshold=THRESHOLD)


def test_too_few_pictures_show_no_place() -> None:
    with pytest.raises(CannotFit, match="3 pictures are too few"):
        survey(each.sight for each in hidden_crowd(NUMBERS[:3]))


def test_pictures_of_different_shapes_are_no_one_place() -> None:
    wide = sight(1, people(1, 3), extent_px=(640, 360))
    with pytest.raises(CannotFit, match="different shapes"):
        survey([*(each.sight for each in hidden_crowd(NUMBERS)), wide])


def test_labels_from_one_short_stretch_are_warned_of(scene: Scene, crowd: list[Labelled]) -> None:
    hurried = [replace(each, at_s=each.at_s / 60) for each in crowd]
    assert fit(scene, hurried, threshold=THRESHOLD).report.cautions == (Caution.SHORT_STRETCH,)


def test_labels_that_are_all_the_same_leave_the_detector(scene: Scene) -> None:
    fitted = fit(scene, hidden_crowd([7] * 8), threshold=THRESHOLD)
    assert fitted.report.cautions == (Caution.ALL_THE_SAME,)
    assert fitted.site.share == 0
    assert fitted.report.total.adapted == fitted.report.total.calibrated


def test_nobody_in_any_picture_is_no_fault(scene: Scene) -> None:
    fitted = fit(scene, hidden_crowd([0] * 6), threshold=THRESHOLD)
    assert fitted.report.total.adapted == 0
    assert people_in(fitted.site.density(sight(3, people(3, 0))), EVERYWHERE) == 0


def test_a_picture_of_another_shape_is_not_counted_by_the_fit(fitted: Fitted) -> None:
    with pytest.raises(ValueError, match=r"fitted to \(640, 480\)"):
        fitted.site.density(sight(1, people(1, 3), extent_px=(640, 360)))


def test_what_lies_outside_a_narrower_picture_counts_nothing() -> None:
    extent_px = (640, 360)
    crowd = [
        Labelled(HOUR_S * index, sight(index, heads, extent_px=extent_px), heads)
        for index, number in enumerate(NUMBERS)
        for heads in [people(index, number) * [1, 0.8]]
    ]
    site = fit(survey(each.sight for each in crowd), crowd, threshold=THRESHOLD).site
    density = site.density(crowd[3].sight)
    assert not density[23:].any()
    assert people_in(density, EVERYWHERE) == pytest.approx(NUMBERS[3], abs=1.5)
