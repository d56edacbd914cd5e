"""Fits a site to one camera's place from some labelled pictures and many unlabelled ones.

    scene = survey(sights)                    # unlabelled, spread over quiet and busy hours
    fitted = fit(scene, labelled, threshold=0.45, zones={"waiting": cells})
    fitted.site.density(sight)                # see edge.core.site
    fitted.report                             # errors before and after, by cross-validation

Both iterables are walked once and little of a picture is kept (a megabyte of each of at most 64
unlabelled ones, half of each labelled one), so that they can be read from a disk one by one.
`labelled` are `Labelled`: when, a `Sight`, and either the heads or only how many. Errors are
`CannotFit`, a sentence for people. `edge.core.proposal` says which pictures to label.

Method: ridge regression in closed form on a density map (Lempitsky and Zisserman 2010), blended
with the detector by a weight that cross-validation chooses; docs/adr/0005 has what was measured.
"""

from collections.abc import Iterable, Mapping, Sequence
from dataclasses import dataclass, replace
from enum import StrEnum
from itertools import pairwise
from typing import Final

import numpy as np
from numpy.typing import NDArray

from edge.core.calibration import bounds, calibrate
from edge.core.evidence import Evidence, Labelled, evidence, solve
from edge.core.interval import NINE_IN_TEN
from edge.core.scene import CannotFit, survey
from edge.core.sight import COLUMNS, ROWS, Array
from edge.core.site import Limits, Scene, Site, Strangeness, gap

__all__ = ["CannotFit", "Caution", "Errors", "Fitted", "Labelled", "Report", "fit", "survey"]

LABELS_MIN: Final = 6
FOLDS: Final = 10
# Of the density, in order of preference: folds learn from fewer labels than the site and so
# undervalue it, and finer steps would follow the noise of few labels.
SHARES: Final = (0.8, 1.0, 0.4, 0.0)
ALIKE: Final = 1.05  # errors that differ less decide for the preferred
SHORT_STRETCH_S: Final = 3600.0
NEWEST: Final = 5  # labels, as many as are asked for when a fit is in doubt
GAP_LEAST: Final = 1.0  # differences of one person tell nothing

Counts = NDArray[np.float64]


class Caution(StrEnum):
    """What makes a fit less good than it looks."""

    SHORT_STRETCH = "short_stretch"  # all labels within an hour: light and crowd hardly changed
    ALL_THE_SAME = "all_the_same"  # one true count: a density cannot be judged


@dataclass(frozen=True)
class Errors:
    """Mean absolute errors, in people, in pictures that were left out of the fit.

    Of guessing the mean, the detector as it comes, threshold and scale, and the site as it is.
    """

    constant: float
    detector: float
    calibrated: float
    adapted: float


@dataclass(frozen=True)
class Report:
    """What the fit brings. `zones` are judged only where all labels have heads."""

    labels: int
    total: Errors
    zones: Mapping[str, Errors]
    cautions: tuple[Caution, ...]


@dataclass(frozen=True)
class Fitted:
    """A site and what it is worth."""

    site: Site
    report: Report


def fit(
    scene: Scene,
    labelled: Iterable[Labelled],
    *,
    threshold: float,
    zones: Mapping[str, Array] | None = None,
    ignored: Array | None = None,
) -> Fitted:
    """The site that these labels teach. `threshold` is the plain detector's.

    `zones` are shares of cells [30, 40] to judge on, too; heads in `ignored` cells count nowhere.
    Raises CannotFit.
    """
    named = zones or {}
    watched = np.ones((ROWS, COLUMNS), np.float32) - (0 if ignored is None else ignored)
    if not watched.any():
        raise CannotFit("the whole picture is ignored; leave a part to count in")
    parts = np.stack([watched, *(cells * watched for cells in named.values())]).astype(np.float32)
    known = [evidence(scene, each, parts) for each in labelled]
    if len(known) < LABELS_MIN:
        raise CannotFit(f"{len(known)} labels are too few; label at least {LABELS_MIN}")
    known.sort(key=lambda each: (each.at_s, each.truth[0]))
    truth = np.stack([each.truth for each in known])
    left_out = _cross_validate(known, threshold)
    cautions = tuple(_cautions(known, truth[:, 0]))
    alike = Caution.ALL_THE_SAME in cautions
    adapted = left_out.boxes if alike else left_out.adapted(truth[:, 0])
    site = Site(
        scene=replace(scene, strangest=_strangest(scene, known)),
        weights=solve(known),
        calibration=calibrate([each.counted for each in known], truth[:, 0], threshold),
        share=0.0 if alike else left_out.share(slice(None), truth[:, 0]),
        bounds=bounds(np.maximum(adapted[:, 0], 0), truth[:, 0]),
        gaps=left_out.gaps(),
        people=Limits(float(truth[:, 0].min()), float(truth[:, 0].max())),
    )
    errors = left_out.errors(adapted, truth)
    judged = {} if np.isnan(truth).any() else dict(zip(named, errors[1:], strict=True))
    return Fitted(site, Report(len(known), errors[0], judged, cautions))


@dataclass(frozen=True)
class _LeftOut:
    """Counts [labels, parts] of pictures by fits that had not seen them, fold by fold."""

    folds: tuple[slice, ...]
    constant: Counts
    detector: Counts
    boxes: Counts
    learned: Counts

    def share(self, rows: slice | NDArray[np.bool_], truth: Counts) -> float:
        """The share of the learned density with the least error in these rows."""
        learned, boxes = self.learned[rows, 0], self.boxes[rows, 0]
        errors = {
            share: float(np.abs(share * learned + (1 - share) * boxes - truth[rows]).mean())
            for share in SHARES
        }
        least = min(errors.values())
        return next(share for share in SHARES if errors[share] <= ALIKE * least)

    def adapted(self, truth: Counts) -> Counts:
        """Blended counts; each fold's share is chosen by the others, which flatters nobody."""
        blended = np.empty_like(self.learned)
        for fold in self.folds:
            others = np.ones(len(truth), bool)
            others[fold] = False
            share = self.share(others, truth)
            blended[fold] = share * self.learned[fold] + (1 - share) * self.boxes[fold]
        return blended

    def gaps(self) -> Limits:
        """Between which values 90 % of gaps of density and boxes lie, by a normal law."""
        gaps = gap(self.learned[:, 0], self.boxes[:, 0])
        middle, apart = float(gaps.mean()), max(GAP_LEAST, NINE_IN_TEN * float(gaps.std(ddof=1)))
        return Limits(middle - apart, middle + apart)

    def errors(self, adapted: Counts, truth: Counts) -> list[Errors]:
        """Of each part, the whole first."""
        guesses = (self.constant, self.detector, self.boxes, adapted)
        means = np.stack([np.abs(each - truth).mean(0) for each in guesses], axis=1)
        return [Errors(*map(float, part)) for part in means]


def _cross_validate(known: Sequence[Evidence], threshold: float) -> _LeftOut:
    """Leave out one stretch of time after the other: neighbours are too much alike to judge."""
    edges = np.linspace(0, len(known), min(FOLDS, len(known)) + 1).astype(int)
    folds = tuple(slice(int(begin), int(end)) for begin, end in pairwise(edges))
    truth = np.stack([each.truth for each in known])
    constant, boxes, learned = (np.empty_like(truth) for _ in range(3))
    for fold in folds:
        rest = [*known[: fold.start], *known[fold.stop :]]
        others = np.stack([each.truth for each in rest])
        weights = solve(rest)
        quick = calibrate([each.counted for each in rest], others[:, 0], threshold)
        constant[fold] = others.mean(0)
        boxes[fold] = [quick.scale * each.boxes(quick.threshold) for each in known[fold]]
        learned[fold] = [each.terms @ weights for each in known[fold]]
    detector = np.stack([each.boxes(threshold) for each in known])
    return _LeftOut(folds, constant, detector, boxes, learned)


def _strangest(scene: Scene, known: Sequence[Evidence]) -> Strangeness:
    """How strange pictures may look: as most of the scene's, or as any of the newest labels.

    Those show what the scene has become, of which the survey may hold next to nothing.
    """
    newest = (each.strangeness for each in known[-NEWEST:])
    quiet, shift = zip(scene.strangest, *newest, strict=True)
    return Strangeness(max(quiet), max(shift))


def _cautions(known: Sequence[Evidence], totals: Counts) -> Iterable[Caution]:
    if known[-1].at_s - known[0].at_s < SHORT_STRETCH_S:
        yield Caution.SHORT_STRETCH
    if np.ptp(totals) == 0:
        yield Caution.ALL_THE_SAME
