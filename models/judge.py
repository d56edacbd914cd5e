"""Measures the detector on scenes with known people: the figures of the card and the manifest.

    python -m models.judge --boxes FILE [--clip FILE] [--heads FOLDER]

FILE holds the boxes of the demo clip (MOT columns frame, id, x, y, w, h; frames from 1).
FOLDER is a scene of another camera: `frames/` and `points.json`. The threshold is chosen on the
clip's first 100 frames, everything else is measured on the later ones. Labels are research
data: they stay outside the project.
"""

import argparse
import json
from collections.abc import Iterator, Sequence
from pathlib import Path

import cv2
import numpy as np
from numpy.typing import NDArray

from edge.core.interval import Bounds, interval
from edge.core.smoothing import Steady
from edge.detector import Boxes, Detector
from edge.settings import read

DEMO = Path(__file__).parents[1] / "config/demo/edge.toml"
CLIP = Path(__file__).parents[1] / "var/cache/clips/vtest.avi"
TUNING_FRAMES = 100
STEP = 5  # the clip has 10 frames a second, we analyse 2
PUBLISHED_SPAN = 3
LEAST = 0.25
THRESHOLDS = np.arange(0.30, 0.60, 0.025)
ALIKE = 0.02  # error that decides nothing: two people in the 100 tuning frames
BANDS = ((0, 2), (2, 5), (5, 8), (8, 12), (12, 18), (18, 30))

Counts = NDArray[np.float64]


def clip_boxes(detector: Detector, clip: Path) -> Iterator[Boxes]:
    """What the detector sees in each frame of the clip."""
    capture = cv2.VideoCapture(str(clip))
    while True:
        read, picture = capture.read()
        if not read:
            return
        yield detector.find(picture, LEAST)


def at_threshold(seen: Sequence[Boxes], threshold: float) -> Counts:
    """People per frame."""
    return np.array([float((boxes[:, 4] >= threshold).sum()) for boxes in seen])


def steadied(counts: Counts, span: int) -> Counts:
    """Counts as published: causal median of `span` analyses, each phase of the clip by itself."""
    published = counts.copy()
    for phase in range(STEP):
        steady = Steady(span)
        published[phase::STEP] = [steady.add(count) for count in counts[phase::STEP]]
    return published


def choose_threshold(seen: Sequence[Boxes], truth: Counts) -> float:
    """The highest threshold whose error in the tuning frames is as good as the best."""
    errors = {
        float(each): np.abs(at_threshold(seen, each) - truth)[:TUNING_FRAMES].mean()
        for each in THRESHOLDS
    }
    return max(each for each, error in errors.items() if error <= min(errors.values()) + ALIKE)


def report(name: str, published: Counts, truth: Counts) -> None:
    """Error of counts, one line."""
    error = published - truth
    print(
        f"{name:28} MAE {np.abs(error).mean():.3f}  within 1: {(np.abs(error) <= 1).mean():.1%}"
        f"  bias {error.mean():+.2f}  mean truth {truth.mean():.1f}  frames {len(truth)}"
    )


def report_bounds(published: Counts, truth: Counts) -> None:
    """Where the truth lies in 90 % of frames, by published count."""
    for low, high in BANDS:
        inside = (published >= low) & (published < high)
        if inside.sum() >= STEP:
            bounds = np.quantile(truth[inside], [0.05, 0.95])
            middle = published[inside].mean()
            print(f"  published {middle:5.1f}: truth {bounds[0]:.1f} … {bounds[1]:.1f}")


def coverage(published: Counts, truth: Counts, bounds: Sequence[Bounds]) -> str:
    """In how many frames the truth lies within the interval that was published."""
    low, high = np.array([interval(count, bounds) for count in published]).T
    return f"{((truth >= low) & (truth <= high)).mean():.1%}"


def judge_clip(detector: Detector, clip: Path, labels: Path) -> float:
    """Print the clip's figures; returns the threshold."""
    seen = list(clip_boxes(detector, clip))
    frames = np.loadtxt(labels, delimiter=",", usecols=0, dtype=int)
    truth = np.bincount(frames - 1, minlength=len(seen)).astype(float)
    threshold = choose_threshold(seen, truth)
    print(f"threshold {threshold:.3f}, chosen on frames 0–{TUNING_FRAMES - 1}")
    counts = at_threshold(seen, threshold)
    later = slice(TUNING_FRAMES, None)
    for span in (1, 3, 5, 7):
        report(f"clip, median of {span}", steadied(counts, span)[later], truth[later])
    constant = np.full(len(truth), truth[:TUNING_FRAMES].mean())
    report("clip, constant guess", constant[later], truth[later])
    published = steadied(counts, PUBLISHED_SPAN)[later]
    report_bounds(published, truth[later])
    demo = read(DEMO).camera[0].interval or ()
    print(f"  demo interval covers {coverage(published, truth[later], demo)}")
    print(f"  model interval covers {coverage(published, truth[later], detector.facts.interval)}")
    return threshold


def judge_heads(detector: Detector, folder: Path, threshold: float) -> None:
    """Print the figures of a scene of pictures that was never calibrated for."""
    points = json.loads((folder / "points.json").read_text())
    pictures = (cv2.imread(str(folder / "frames" / name)) for name in points)
    counts = [float(len(detector.find(each, threshold))) for each in pictures if each is not None]
    truth = np.array([float(len(heads)) for heads in points.values()])
    report(f"{folder.name}, one frame", np.array(counts), truth)
    report_bounds(np.array(counts), truth)
    covered = coverage(np.array(counts), truth, detector.facts.interval)
    print(f"  model interval covers {covered}")


def main() -> None:
    """Judge the scenes that the command names."""
    parser = argparse.ArgumentParser(description="measure the person detector")
    parser.add_argument("--boxes", type=Path, required=True, help="people in the demo clip")
    parser.add_argument("--clip", type=Path, default=CLIP)
    parser.add_argument("--heads", type=Path, help="a scene never calibrated for")
    arguments = parser.parse_args()
    detector = Detector()
    threshold = judge_clip(detector, arguments.clip, arguments.boxes)
    if arguments.heads:
        judge_heads(detector, arguments.heads, threshold)


if __name__ == "__main__":
    main()
