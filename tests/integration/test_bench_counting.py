import argparse
import json
from pathlib import Path

import bench_counting
import cv2
import numpy as np
import pytest

from edge.core.sight import head_points
from edge.detector import Detector
from tests.clips.faulty import picture


def shots(folder: Path, detector: Detector, numbers: range) -> Path:
    """Pictures of the clip whose labels are what the detector itself sees."""
    (folder / "frames").mkdir(parents=True)
    points = {}
    for number in numbers:
        name = f"{number:04}.png"
        frame = picture(number)
        rows, columns = frame.shape[:2]
        cv2.imwrite(str(folder / "frames" / name), frame)
        points[name] = (head_points(detector.find(frame)) * [columns, rows]).tolist()
    (folder / "points.json").write_text(json.dumps(points))
    return folder


def test_labels_that_are_the_detectors_own_leave_nothing_to_gain(tmp_path: Path) -> None:
    detector = Detector()
    options = argparse.Namespace(
        train=shots(tmp_path / "train", detector, range(0, 400, 40)),
        test=shots(tmp_path / "test", detector, range(420, 780, 60)),
        labels=8,
        smooth=1,
    )
    figures = bench_counting.measure(options)
    assert figures["detector_mae"] == 0
    assert figures["mae"] < 0.5 < figures["constant_mae"]
    assert figures["quadrant_mae"] < 0.5
    assert figures["frames"] == 6
    assert all(np.isfinite(value) for value in figures.values())


def test_a_benchmark_without_its_pictures_says_what_to_give() -> None:
    with pytest.raises(SystemExit, match="give --train DIR and --test DIR"):
        bench_counting.measure(argparse.Namespace(train=None, test=None, labels=20, smooth=1))


@pytest.mark.parametrize(
    ("span", "smooth"), [(1, [0, 6, 0, 3]), (3, [3, 2, 3, 1.5]), (2, [0, 3, 3, 1.5])]
)
def test_smoothing_is_a_centred_mean_of_what_there_is(span: int, smooth: list[float]) -> None:
    counts = np.array([0.0, 6.0, 0.0, 3.0])
    assert bench_counting.smoothed(counts, span).tolist() == smooth
