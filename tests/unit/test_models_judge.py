from pathlib import Path

import numpy as np
import pytest
from hypothesis import given
from hypothesis import strategies as st

from edge.core.interval import Bounds
from edge.detector import Boxes
from models.judge import (
    TABLE,
    THRESHOLDS,
    TUNING_FRAMES,
    Figures,
    choose_threshold,
    figures,
    steadied,
    table,
    true_boxes,
)

BOUNDS = (Bounds(0, 0, 1), Bounds(10, 8, 13))


def scored(*scores: float) -> Boxes:
    """A person for each score."""
    boxes = np.zeros((len(scores), 5), np.float32)
    boxes[:, 4] = scores
    return boxes


def test_the_threshold_separates_people_from_what_only_looks_like_them() -> None:
    seen = [scored(0.9, 0.8, 0.41)] * TUNING_FRAMES
    truth = np.full(TUNING_FRAMES, 2.0)
    assert choose_threshold(seen, truth) == pytest.approx(max(THRESHOLDS))


def test_of_thresholds_that_err_alike_the_highest_is_chosen() -> None:
    wavering = [scored(0.9, 0.46), *[scored(0.9)] * 9] * (TUNING_FRAMES // 10)
    truth = np.array([2.0, 1, 1, 1, 1, 1, 1, 1, 1, 2] * (TUNING_FRAMES // 10))
    assert choose_threshold(wavering, truth) == pytest.approx(0.45)


def test_frames_after_the_tuning_ones_do_not_choose() -> None:
    tuning, later = [scored(0.9)] * TUNING_FRAMES, [scored(0.9, 0.4)] * 50
    truth = np.array([1.0] * TUNING_FRAMES + [2.0] * 50)
    assert choose_threshold(tuning + later, truth) == choose_threshold(
        tuning, truth[:TUNING_FRAMES]
    )


@given(st.lists(st.tuples(st.integers(0, 30), st.integers(0, 30)), min_size=1))
def test_shares_are_shares_and_a_perfect_count_has_no_error(pairs: list[tuple[int, int]]) -> None:
    counts, truth = np.array(pairs, float).T
    measured = figures(counts, truth, BOUNDS)
    assert 0 <= measured.within_one <= 1
    assert 0 <= measured.covered <= 1
    assert figures(truth, truth, BOUNDS)[:2] == (0, 1)


def test_the_interval_covers_what_lies_on_its_bounds_and_nothing_beyond() -> None:
    counts = np.full(4, 10.0)
    assert figures(counts, np.array([7.0, 8.0, 13.0, 14.0]), BOUNDS).covered == 0.5


def test_each_phase_of_the_clip_is_steadied_by_itself() -> None:
    counts = np.array([float(number % 5) for number in range(50)])
    assert (steadied(counts, 3) == counts).all()


def test_labels_become_boxes_of_their_frames(tmp_path: Path) -> None:
    labels = tmp_path / "labels.txt"
    labels.write_text("1,7,50,20,10,40,1\n3,7,0,0,100,100,1\n3,8,50,50,50,50,1\n")
    frames = true_boxes(labels, 3, (100, 100))
    assert [len(boxes) for boxes in frames] == [1, 0, 2]
    assert frames[0][0].tolist() == pytest.approx([0.5, 0.2, 0.6, 0.6, 1])


def test_the_table_has_a_column_for_each_model_and_finds_its_place_in_the_card() -> None:
    written = table(
        {"int8": {"scene": Figures(0.3, 0.97, 0.9)}, "fp32": {"scene": Figures(0, 1, 1)}}
    )
    assert "| scene | 0.30 · 97.0% · 90.0% | 0.00 · 100.0% · 100.0% |" in written
    card = "before\n<!-- judged -->\nold\n<!-- /judged -->\nafter\n"
    placed = TABLE.sub(rf"\g<1>{written}\g<2>", card)
    assert "old" not in placed
    assert placed.startswith("before\n")
    assert placed.endswith("after\n")
