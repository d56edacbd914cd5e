"""Measures site adaptation: fitted on some pictures of one camera, judged on others."""

import argparse
import json
import resource
import time
from collections.abc import Iterator, Sequence
from dataclasses import dataclass
from functools import cached_property
from pathlib import Path
from statistics import median
from typing import Final

import cv2
import numpy as np
import shapely
from numpy.typing import NDArray

from edge.core.adaptation import Labelled, fit, survey
from edge.core.interval import interval
from edge.core.proposal import propose, summary
from edge.core.sight import Array, Sight, cell_counts, covered
from edge.core.site import Site, people_in
from edge.detector import Detector, Picture

DRAWS: Final = (0.1, 0.3, 0.5, 0.7, 0.9)  # of the way through the pictures: the first to label
APART_S: Final = 1.0  # between pictures, which carry no time
SURVEYED: Final = 64
KIB: Final = 1024

Counts = NDArray[np.float64]


@dataclass(frozen=True)
class Shots:
    """A folder of pictures in order of time and the heads in them."""

    folder: Path

    @cached_property
    def heads(self) -> dict[str, NDArray[np.float64]]:
        """Heads [N, 2] in pixels by file name."""
        points = json.loads((self.folder / "points.json").read_text())
        return {
            name: np.asarray(points[name], float).reshape(-1, 2)
            for name in sorted(points)
            if (self.folder / "frames" / name).is_file()
        }

    @property
    def names(self) -> list[str]:
        """Labelled pictures in order of time."""
        return list(self.heads)

    def picture(self, name: str) -> Picture:
        """A picture, BGR."""
        picture = cv2.imread(str(self.folder / "frames" / name))
        if picture is None:
            raise SystemExit(f"{self.folder / 'frames' / name}: not a picture")
        return picture

    def people(self, name: str, picture: Picture) -> NDArray[np.float64]:
        """Heads as fractions of the picture."""
        rows, columns = picture.shape[:2]
        fractions: NDArray[np.float64] = self.heads[name] / [columns, rows]
        return fractions


def add_options(parser: argparse.ArgumentParser) -> None:
    """What this benchmark asks for."""
    group = parser.add_argument_group("counting")
    group.add_argument("--train", type=Path, metavar="DIR", help="frames/ and points.json")
    group.add_argument("--test", type=Path, metavar="DIR", help="the like, later or elsewhere")
    group.add_argument("--labels", type=int, default=20, metavar="N", help="default: %(default)s")
    group.add_argument("--smooth", type=int, default=1, metavar="K", help="centred mean of K")


def measure(options: argparse.Namespace) -> dict[str, float]:
    """Errors in people, the median of five choices of labels; milliseconds; cost of the fit."""
    if options.train is None or options.test is None:
        raise SystemExit("bench counting: give --train DIR and --test DIR")
    detector = Detector()
    train, test = Shots(options.train), Shots(options.test)
    begun = time.process_time()
    scene = survey(looks(detector, train, train.names[:: max(1, len(train.names) // SURVEYED)]))
    survey_s = time.process_time() - begun
    fit_s, fits = [], []
    for chosen in choices(detector, train, options.labels):
        begun = time.process_time()
        by_heads = fit(scene, labels(detector, train, chosen), threshold=detector.facts.threshold)
        fit_s.append(survey_s + time.process_time() - begun)
        totals = labels(detector, train, chosen, totals=True)
        by_totals = fit(scene, totals, threshold=detector.facts.threshold)
        fits.append(Fits(by_heads.site, by_totals.site, mean_people(train, chosen)))
    peak_mib = resource.getrusage(resource.RUSAGE_SELF).ru_maxrss / KIB
    judged = judge(detector, test, fits, options.smooth)
    return {**judged, "fit_s": median(fit_s), "fit_peak_mib": peak_mib}


@dataclass(frozen=True)
class Fits:
    """What one choice of labels leads to: by heads, by totals, by their mean alone."""

    heads: Site
    totals: Site
    constant: float


def looks(detector: Detector, shots: Shots, names: Sequence[str]) -> Iterator[Sight]:
    """What the network sees in pictures, one at a time."""
    return (detector.look(shots.picture(name)) for name in names)


def choices(detector: Detector, shots: Shots, number: int) -> list[list[str]]:
    """Pictures to label, as the tool proposes them, from five different first ones on."""
    names = shots.names
    summaries = [summary(sight) for sight in looks(detector, shots, names)]
    times = [APART_S * index for index in range(len(names))]
    firsts = [int(draw * len(names)) for draw in DRAWS]
    proposals = [propose(summaries, times, number, first=first) for first in firsts]
    return [[names[index] for index in proposal] for proposal in proposals]


def labels(
    detector: Detector, shots: Shots, names: Sequence[str], *, totals: bool = False
) -> Iterator[Labelled]:
    """Labelled pictures, one at a time."""
    order = {name: index for index, name in enumerate(shots.names)}
    for name in names:
        picture = shots.picture(name)
        people = shots.people(name, picture)
        truth = float(len(people)) if totals else people
        yield Labelled(APART_S * order[name], detector.look(picture), truth)


def mean_people(shots: Shots, names: Sequence[str]) -> float:
    """How many people the labelled pictures hold on average."""
    return float(np.mean([len(shots.heads[name]) for name in names]))


def judge(detector: Detector, shots: Shots, fits: Sequence[Fits], smooth: int) -> dict[str, float]:
    """Figures over all pictures of `shots`, each the median of the fits'."""
    spent_ms, truth, plain, counted = [], [], [], []
    for name in shots.names:
        begun = time.process_time()
        picture = shots.picture(name)
        sight = detector.look(picture)
        fits[0].heads.density(sight)
        spent_ms.append(1000 * (time.process_time() - begun))
        parts = quarters(sight.extent_px)
        heads = cell_counts(shots.people(name, picture), sight.extent_px)
        truth.append([people_in(heads, part) for part in parts])
        plain.append(float(len(detector.find(picture))))
        counted.append([read(each, sight, parts) for each in fits])
    true, seen = np.array(truth), smoothed(np.array(counted), smooth)
    total = true[:, 0]
    errors = [figures(seen[:, index], true, each) for index, each in enumerate(fits)]
    return {
        **{key: median(each[key] for each in errors) for key in errors[0]},
        "detector_mae": float(np.abs(smoothed(np.array(plain), smooth) - total).mean()),
        "ms_per_frame": median(spent_ms),
        "frames": float(len(total)),
    }


def read(fits: Fits, sight: Sight, parts: Array) -> list[float]:
    """What is counted in a picture: total and quarters by heads, by totals only, by level 1."""
    density = fits.heads.density(sight)
    boxes = fits.heads.calibration.count(sight.boxes[:, 4])
    return [*(people_in(density, part) for part in parts), _total(fits.totals, sight), boxes]


def _total(site: Site, sight: Sight) -> float:
    return max(0.0, float(site.density(sight).sum()))


def figures(seen: Counts, true: Counts, fits: Fits) -> dict[str, float]:
    """Errors of one choice of labels; `seen` [frames, 7], `true` [frames, 5]: total, quarters."""
    total = true[:, 0]
    error = seen[:, 0] - total
    low, high = np.array([interval(count, fits.heads.bounds) for count in seen[:, 0]]).T
    return {
        "mae": float(np.abs(error).mean()),
        "rmse": float(np.sqrt((error**2).mean())),
        "constant_mae": float(np.abs(fits.constant - total).mean()),
        "quadrant_mae": float(np.abs(seen[:, 1:5] - true[:, 1:]).mean()),
        "totals_mae": float(np.abs(seen[:, 5] - total).mean()),
        "calibrated_mae": float(np.abs(seen[:, 6] - total).mean()),
        "bias": float(error.mean()),
        "coverage": float(((low <= total) & (total <= high)).mean()),
        "share": fits.heads.share,
    }


def quarters(extent_px: tuple[int, int]) -> Array:
    """Shares of cells [5, 30, 40]: the whole picture and its four quarters."""
    corners = ((0.0, 0.0), (0.5, 0.0), (0.0, 0.5), (0.5, 0.5))
    boxes = [shapely.box(0, 0, 1, 1), *(shapely.box(x, y, x + 0.5, y + 0.5) for x, y in corners)]
    return np.stack([covered([box], extent_px) for box in boxes])


def smoothed(counts: Counts, span: int) -> Counts:
    """Centred mean of `span` pictures along the first axis, of fewer at both ends."""
    before, after = span // 2, span - span // 2
    return np.stack(
        [counts[max(0, index - before) : index + after].mean(0) for index in range(len(counts))]
    )
