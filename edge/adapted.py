"""Counts the people of a picture by the fit to the camera's place, where there is one."""

from collections.abc import Mapping, Sequence
from dataclasses import dataclass
from typing import Protocol

import numpy as np
import shapely
import structlog

from edge.core.interval import Bounds
from edge.core.sight import COLUMNS, ROWS, Array, Sight, covered
from edge.core.site import Site, people_in
from edge.core.tracks import DOUBTFUL_SHARE
from edge.core.zones import feet, outside
from edge.detector import Boxes, Picture

log = structlog.get_logger()


class Looker(Protocol):
    """What a fit needs of a detector."""

    name: str

    def look(self, picture: Picture) -> Sight:
        """What the network sees."""

    def extent_px(self, picture: Picture) -> tuple[int, int]:
        """Width and height of the picture on the network's canvas."""


class Sites(Protocol):
    """Where the fit comes from."""

    def current(self) -> Site | None:
        """The fit as it stands now."""


class Watching(Protocol):
    """What tells whether a fit still describes what is seen."""

    def see(self, site: Site, sight: Sight, watched: Array) -> bool:
        """Whether the fit is in doubt; `watched` [30, 40] is what of each cell is not ignored."""


@dataclass(frozen=True)
class Count:
    """People of one picture, in all and in each zone, and by which model within which bounds.

    `boxes` are the people one can point at: left, top, right, bottom as fractions, score; those
    who score less than `sure` are doubtful. `drift`: the fit is in doubt.
    """

    total: float
    zones: Mapping[str, float]
    boxes: Boxes
    sure: float
    model: str
    bounds: Sequence[Bounds]
    drift: bool = False


class Adapted:
    """Counts by one camera's fit. `zones` are drawn on the floor, `ignored` on the picture."""

    def __init__(
        self,
        camera: str,
        looker: Looker,
        sites: Sites,
        *,
        zones: Mapping[str, shapely.Polygon],
        ignored: Sequence[shapely.Polygon] = (),
        watch: Watching | None = None,
    ) -> None:
        self._camera, self._looker, self._sites = camera, looker, sites
        self._zones, self._ignored, self._watch = zones, ignored, watch
        self._site: Site | None = None
        self._fits = True
        self._watched = np.ones((ROWS, COLUMNS), np.float32)
        self._cells: dict[str, Array] = {}

    def __call__(self, picture: Picture) -> Count | None:
        """The people of a BGR picture; None where there is no fit for it."""
        site = self._sites.current()
        if site is None:
            return None
        if site is not self._site:
            self._adopt(site)
        fits = self._looker.extent_px(picture) == site.scene.extent_px
        if not fits and self._fits:
            log.warning("site_refused", camera=self._camera, reason="the picture's shape changed")
        self._fits = fits
        return self._count(site, self._looker.look(picture)) if fits else None

    def _count(self, site: Site, sight: Sight) -> Count:
        density = site.density(sight)
        sure = site.calibration.threshold
        boxes = sight.boxes[sight.boxes[:, 4] >= DOUBTFUL_SHARE * sure]
        return Count(
            total=people_in(density, self._watched),
            zones={name: people_in(density, cells) for name, cells in self._cells.items()},
            boxes=boxes[outside(self._ignored, feet(boxes))],
            sure=sure,
            model=f"{self._looker.name}+site",
            bounds=site.bounds,
            drift=self._watch is not None and self._watch.see(site, sight, self._watched),
        )

    def _adopt(self, site: Site) -> None:
        extent_px, standing = site.scene.extent_px, site.scene.standing
        self._site, self._fits = site, True
        self._watched = 1 - covered(self._ignored, extent_px)
        self._cells = {
            name: covered([zone], extent_px, standing) * self._watched
            for name, zone in self._zones.items()
        }
