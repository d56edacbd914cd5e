"""Measures our models on scenes with known people: the figures of the card and the manifest.

    python -m models.judge --boxes FILE [--clip FILE] [--heads FOLDER]… [--write]

FILE holds the boxes of the demo clip (MOT columns frame, id, x, y, w, h; frames from 1). A FOLDER
is a scene of another camera: `frames/` and `points.json`. The threshold is chosen on the clip's
first 100 frames, everything else is measured on the later ones. `--write` puts the table into
the card. Labels are research data: they stay outside the project.
"""

import argparse
import json
import re
from collections.abc import Iterator, Sequence
from pathlib import Path
from typing import NamedTuple

import cv2
import numpy as np
from numpy.typing import NDArray

from edge.core.interval import Bounds, interval
from edge.core.smoothing import Steady
from edge.core.zones import count_inside, feet
from edge.detector import Boxes, Detector
from edge.manifest import OURS, Manifest
from edge.settings import read
from hall.settings import load

HERE = Path(__file__).parent
CARD = HERE / "nanodet-person.md"
DEMO = HERE.parent / "config/demo/edge.toml"
CLIP = HERE.parent / "var/cache/clips/vtest.avi"
TABLE = re.compile(r"(<!-- judged -->\n).*(<!-- /judged -->)", re.DOTALL)
TUNING_FRAMES = 100
STEP = 5  # the clip has 10 frames a second, we analyse 2
PUBLISHED_SPAN = 3
LEAST = 0.25
THRESHOLDS = np.arange(0.30, 0.60, 0.025)
BANDS = ((0, 2), (2, 5), (5, 8), (8, 12), (12, 18), (18, 30))

Counts = NDArray[np.float64]


class Figures(NamedTuple):
    """How good counts of one scene are; `covered`: share of frames within the model's interval."""

    error: float
    within_one: float
    covered: float

    def __str__(self) -> str:
        return f"{self.error:.2f} · {self.within_one:.1%} · {self.covered:.1%}"


def figures(counts: Counts, truth: Counts, bounds: Sequence[Bounds]) -> Figures:
    """Of published `counts` against the `truth` of the same frames."""
    off = np.abs(counts - truth)
    low, high = np.array([interval(count, bounds) for count in counts]).T
    covered = (truth >= low) & (truth <= high)
    return Figures(off.mean(), (off <= 1).mean(), covered.mean())


def clip_boxes(detector: Detector, clip: Path) -> Iterator[Boxes]:
    """What the detector sees in each frame of the clip."""
    capture = cv2.VideoCapture(str(clip))
    while True:
        read, picture = capture.read()
        if not read:
            return
        yield detector.find(picture, LEAST)


def true_boxes(labels: Path, frames: int, size: tuple[int, int]) -> list[Boxes]:
    """The labelled people of each frame, as the detector would give them; `size`: columns, rows."""
    table = np.loadtxt(labels, delimiter=",", usecols=(0, 2, 3, 4, 5), dtype=np.float32)
    corners = np.column_stack([table[:, 1:3], table[:, 1:3] + table[:, 3:5]]) / (size * 2)
    boxes = np.column_stack([corners, np.ones(len(table), np.float32)]).astype(np.float32)
    return [boxes[table[:, 0] == number] for number in range(1, frames + 1)]


def at_threshold(seen: Sequence[Boxes], threshold: float) -> list[Boxes]:
    """The people of each frame."""
    return [boxes[boxes[:, 4] >= threshold] for boxes in seen]


def numbers(people: Sequence[Boxes]) -> Counts:
    """How many there are in each frame."""
    return np.array([float(len(boxes)) for boxes in people])


def steadied(counts: Counts, span: int) -> Counts:
    """Counts as published: causal median of `span` analyses, each phase of the clip by itself."""
    published = counts.copy()
    for phase in range(STEP):
        steady = Steady(span)
        published[phase::STEP] = [steady.add(count) for count in counts[phase::STEP]]
    return published


def choose_threshold(seen: Sequence[Boxes], truth: Counts) -> float:
    """The highest threshold that errs within a standard error of the best in the tuning frames.

    The one-standard-error rule of Breiman et al., Classification and Regression Trees (1984).
    """
    off = {
        float(each): np.abs(numbers(at_threshold(seen, each)) - truth)[:TUNING_FRAMES]
        for each in THRESHOLDS
    }
    best = min(off.values(), key=np.mean)
    bearable = best.mean() + best.std(ddof=1) / np.sqrt(len(best))
    return max(each for each, errors in off.items() if errors.mean() <= bearable)


def print_bounds(published: Counts, truth: Counts) -> None:
    """Where the truth lies in 90 % of frames, by published count: what an interval is made of."""
    for low, high in BANDS:
        inside = (published >= low) & (published < high)
        if inside.sum() >= STEP:
            bounds = np.quantile(truth[inside], [0.05, 0.95])
            middle = published[inside].mean()
            print(f"  published {middle:5.1f}: truth {bounds[0]:.1f} … {bounds[1]:.1f}")


def judge_clip(detector: Detector, clip: Path, labels: Path) -> dict[str, Figures]:
    """The clip's figures from frame 100 on, with the threshold that its first frames choose."""
    capture = cv2.VideoCapture(str(clip))
    columns, rows = (
        int(capture.get(side)) for side in (cv2.CAP_PROP_FRAME_WIDTH, cv2.CAP_PROP_FRAME_HEIGHT)
    )
    seen = list(clip_boxes(detector, clip))
    there = true_boxes(labels, len(seen), (columns, rows))
    truth = numbers(there)
    threshold = choose_threshold(seen, truth)
    listed = detector.facts.threshold
    print(f"{detector.name}: threshold {threshold:.3f} chosen, the manifest has {listed}")
    people = at_threshold(seen, threshold)
    counts, later = numbers(people), slice(TUNING_FRAMES, None)
    published = {span: steadied(counts, span)[later] for span in (1, PUBLISHED_SPAN, 5)}
    print_bounds(published[PUBLISHED_SPAN], truth[later])
    guess = np.full(len(truth), truth[:TUNING_FRAMES].mean())[later]
    demo, bounds = read(DEMO).camera[0], detector.facts.interval
    judged = {"clip, guess: the mean of frames 0–99": figures(guess, truth[later], bounds)}
    for span, values in published.items():
        name = "one frame" if span == 1 else f"median of {span}"
        judged[f"clip, {name}"] = figures(values, truth[later], bounds)
    if demo.interval:
        name = f"clip, median of {PUBLISHED_SPAN}, the demo's own interval"
        judged[name] = figures(published[PUBLISHED_SPAN], truth[later], demo.interval)
    for zone in demo.zone:
        found, true = (
            np.array([float(count_inside(zone.outline, feet(boxes))) for boxes in each])
            for each in (people, there)
        )
        values = steadied(found, PUBLISHED_SPAN)[later]
        judged[f"clip, zone {zone.id}"] = figures(values, true[later], bounds)
    return judged


def judge_heads(detector: Detector, folder: Path) -> dict[str, Figures]:
    """The figures of a scene of pictures that was never calibrated for."""
    points = json.loads((folder / "points.json").read_text())
    pictures = (cv2.imread(str(folder / "frames" / name)) for name in points)
    counts = numbers([detector.find(each) for each in pictures if each is not None])
    truth = np.array([float(len(heads)) for heads in points.values()])
    print_bounds(counts, truth)
    people = f"{len(truth)} frames, {truth.mean():.0f} people each"
    return {f"{folder.name} ({people}), one frame": figures(counts, truth, detector.facts.interval)}


def table(judged: dict[str, dict[str, Figures]]) -> str:
    """Markdown: a row for each figure, a column for each model."""
    names = list(judged)
    head = f"| mean error in people · within ±1 · interval covers | {' | '.join(names)} |\n"
    rule = "|---" * (len(names) + 1) + "|\n"
    rows = [
        f"| {row} | {' | '.join(str(judged[name][row]) for name in names)} |\n"
        for row in judged[names[0]]
    ]
    return head + rule + "".join(rows)


def main() -> None:
    """Judge every model of the manifest on the scenes that the command names."""
    parser = argparse.ArgumentParser(description="measure the person detector")
    parser.add_argument("--boxes", type=Path, required=True, help="people in the demo clip")
    parser.add_argument("--clip", type=Path, default=CLIP)
    parser.add_argument("--heads", type=Path, action="append", default=[], help="another scene")
    parser.add_argument("--write", action="store_true", help="put the table into the card")
    arguments = parser.parse_args()
    judged = {}
    for facts in load(Manifest, OURS / "manifest.toml").model:
        detector = Detector(OURS / facts.file)
        scenes = judge_clip(detector, arguments.clip, arguments.boxes)
        for folder in arguments.heads:
            scenes |= judge_heads(detector, folder)
        judged[detector.name.rpartition("-")[2]] = scenes
    measured = table(judged)
    print(measured)
    if arguments.write:
        card, places = TABLE.subn(rf"\g<1>{measured}\g<2>", CARD.read_text(encoding="utf-8"))
        if places != 1:
            raise SystemExit(f"{CARD}: {places} places for the table, expected one")
        CARD.write_text(card, encoding="utf-8")


if __name__ == "__main__":
    main()
