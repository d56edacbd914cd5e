"""Fits a camera's site with the adaptation of edge.core: pictures in, a site and its errors out."""

from collections.abc import Callable, Iterator, Sequence
from dataclasses import replace
from pathlib import Path
from typing import Final, Protocol

import numpy as np
import structlog

from edge.calibration.fitting import CannotFit, Errors, Example, Report
from edge.core import adaptation
from edge.core.sight import Array, Sight, covered
from edge.core.site import Scene, Site
from edge.detector import Picture
from edge.manifest import ModelFacts
from edge.settings import CameraSettings
from edge.watch import Doubt, DoubtFile
from hall.settings import Mistake

SURVEYED: Final = 64  # pictures that tell what the place looks like; more add nothing
LOOKING_SHARE: Final = 0.9  # of the time goes into looking at pictures

log = structlog.get_logger()


class Looker(Protocol):
    """What sees all that a fit needs of a picture."""

    facts: ModelFacts

    def look(self, picture: Picture) -> Sight:
        """One run of the network."""


class SiteFile(Protocol):
    """Where the accepted site of a camera is kept for the running edge."""

    path: Path

    def current(self) -> Site | None:
        """The site that counts now."""

    def write(self, site: Site) -> None:
        """Let this one count. Raises Mistake, the old one kept."""


class AdaptedSite:
    """A finished fit that nobody uses yet."""

    def __init__(self, site: Site, report: Report, file: SiteFile, doubt: DoubtFile) -> None:
        self._site, self._report = site, report
        self._file, self._doubt = file, doubt

    @property
    def report(self) -> Report:
        """What it came to."""
        return self._report

    def accept(self) -> None:
        """Let the running edge count by it. Raises Mistake, the old one kept."""
        self._file.write(self._site)
        self._doubt.clear()


class SiteFitter:
    """Fits the site of one camera as it is drawn at that time."""

    def __init__(
        self,
        looker: Looker,
        file: SiteFile,
        camera: Callable[[], CameraSettings],
        doubt: DoubtFile,
    ) -> None:
        self._looker, self._file, self._camera = looker, file, camera
        self._doubt = doubt

    def in_use(self) -> bool:
        """Whether an accepted fit counts now."""
        return self._file.current() is not None

    def doubt(self) -> Doubt | None:
        """Why the fit in use no longer describes what the camera sees, if so."""
        return self._doubt.read() if self.in_use() else None

    def retire(self) -> None:
        """Count with the detector alone again. Raises OSError."""
        self._file.path.unlink(missing_ok=True)
        self._doubt.clear()

    def fit(self, snapshots: Sequence[Example], tell: Callable[[float], None]) -> AdaptedSite:
        """Survey the place, fit the labels, judge by cross-validation. Raises CannotFit."""
        labelled = [each for each in snapshots if each.label is not None]
        surveyed = _surveyed(snapshots)
        looks = _Looks(self._looker, len({*labelled, *surveyed}), tell)
        try:
            scene = adaptation.survey(looks.at(surveyed, again=frozenset(labelled)))
            fitted = self._fit(scene, zip(labelled, looks.at(labelled), strict=True))
        except (adaptation.CannotFit, Mistake) as error:
            log.info("fit_refused", why=str(error))
            raise CannotFit("refused") from error
        tell(1.0)
        return AdaptedSite(fitted.site, _report(fitted, labelled), self._file, self._doubt)

    def _fit(self, scene: Scene, sights: Iterator[tuple[Example, Sight]]) -> adaptation.Fitted:
        camera = self._camera()
        threshold = camera.threshold
        return adaptation.fit(
            scene,
            (_labelled(example, sight) for example, sight in sights),
            threshold=self._looker.facts.threshold if threshold is None else threshold,
            zones={zone.id: _cells(camera, scene, zone.id) for zone in camera.zone},
            ignored=covered(camera.masks("ignore"), scene.extent_px, scene.standing),
        )


class _Looks:
    """Looks at `number` pictures, once at each: what is needed again is kept until then.

    A megabyte of a picture: features are halved in precision.
    """

    def __init__(self, looker: Looker, number: int, tell: Callable[[float], None]) -> None:
        self._looker, self._number, self._tell = looker, number, tell
        self._looked = 0
        self._kept: dict[Example, Sight] = {}

    def at(
        self, examples: Sequence[Example], again: frozenset[Example] = frozenset()
    ) -> Iterator[Sight]:
        """What the network sees in each; those in `again` are kept for one more time."""
        for each in examples:
            sight = self._kept.pop(each, None) or self._look(each)
            if each in again:
                self._kept[each] = sight
            yield sight

    def _look(self, example: Example) -> Sight:
        self._tell(LOOKING_SHARE * self._looked / self._number)
        self._looked += 1
        sight = self._looker.look(example.picture())
        return replace(sight, features=sight.features.astype(np.float16))


def _cells(camera: CameraSettings, scene: Scene, zone: str) -> Array:
    [outline] = [each.outline for each in camera.zone if each.id == zone]
    return covered([outline], scene.extent_px, scene.standing)


def _labelled(example: Example, sight: Sight) -> adaptation.Labelled:
    label = example.label
    heads = label.heads if label else None
    people = (
        float(label.count if label else 0)
        if heads is None
        else np.array(heads, np.float32).reshape(-1, 2)
    )
    return adaptation.Labelled(example.at.timestamp(), sight, people)


def _report(fitted: adaptation.Fitted, labelled: Sequence[Example]) -> Report:
    report = fitted.report
    return Report(
        labels=report.labels,
        with_heads=sum(
            each.label is not None and each.label.heads is not None for each in labelled
        ),
        head_weight=fitted.site.share,
        whole=_errors(report.total),
        zones={zone: _errors(errors) for zone, errors in report.zones.items()},
        cautions=tuple(each.value for each in report.cautions),
    )


def _errors(errors: adaptation.Errors) -> Errors:
    return Errors(
        constant=errors.constant,
        detector=errors.detector,
        calibrated=errors.calibrated,
        adapted=errors.adapted,
    )


def _surveyed(snapshots: Sequence[Example]) -> list[Example]:
    """What tells how the place looks: those with labels, which are looked at anyway, and others."""
    labelled = _evenly([each for each in snapshots if each.label is not None], SURVEYED)
    others = [each for each in snapshots if each.label is None]
    chosen = {*labelled, *_evenly(others, SURVEYED - len(labelled))}
    return [each for each in snapshots if each in chosen]


def _evenly(snapshots: Sequence[Example], at_most: int) -> list[Example]:
    """At most so many, spread over all."""
    chosen = np.linspace(0, len(snapshots) - 1, min(at_most, len(snapshots)))
    return [snapshots[int(each)] for each in chosen.round()]
