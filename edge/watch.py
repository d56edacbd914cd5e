"""Watches the fit of one camera while it counts, and marks on disk that it is in doubt."""

import time
from collections.abc import Callable
from datetime import datetime, timedelta
from pathlib import Path
from typing import Final

import structlog
from pydantic import AwareDatetime, BaseModel, ConfigDict, ValidationError

from edge.core.cadence import Cadence
from edge.core.drift import WINDOW_S, Drift, Reason, signs
from edge.core.sight import Array, Sight
from edge.core.site import Site
from edge.site import replace_private, site_of
from hall.settings import Mistake

SAMPLE_S: Final = 10.0  # between sights that are judged: hours decide, and each costs milliseconds

log = structlog.get_logger()


class Doubt(BaseModel):
    """Why a fit is in doubt, and since when pictures look so."""

    model_config = ConfigDict(frozen=True)

    reason: Reason
    since: AwareDatetime


class DoubtFile:
    """The mark on one camera's fit in the edge's data folder.

    The edge that counts makes it; the page on which the camera is fitted anew removes it.
    """

    def __init__(self, data: Path, camera: str) -> None:
        self._path = site_of(data, camera).with_suffix(".doubt")

    def read(self) -> Doubt | None:
        """The doubt. A mark that cannot be read is none: what it told shows again in an hour."""
        try:
            return Doubt.model_validate_json(self._path.read_bytes())
        except (OSError, ValidationError):
            return None

    def write(self, doubt: Doubt) -> None:
        """Mark the fit. Raises Mistake."""
        replace_private(self._path, doubt.model_dump_json().encode())

    def clear(self) -> None:
        """Take the mark away. Raises OSError."""
        self._path.unlink(missing_ok=True)


class Watch:
    """Judges the sights of one camera, a few a minute."""

    def __init__(
        self,
        camera: str,
        file: DoubtFile,
        *,
        clock: Callable[[], datetime],
        ticks: Callable[[], float] = time.monotonic,
    ) -> None:
        self._camera, self._file = camera, file
        self._clock, self._ticks = clock, ticks
        self._sampling = Cadence(SAMPLE_S)
        self._site: Site | None = None
        self._drift: Drift | None = None

    def see(self, site: Site, sight: Sight, watched: Array) -> bool:
        """Whether the fit is in doubt after one more sight; `watched` as for `signs`."""
        if site is not self._site:
            self._adopt(site)
        drift, now = self._drift, self._ticks()
        if drift is None:
            return False
        if self._sampling.due(now):
            before = drift.reason
            reason = drift.see(signs(site, sight, watched), now)
            if reason != before:
                self._tell(reason)
        return drift.reason is not None

    def _adopt(self, site: Site) -> None:
        """A mark found at first was left before a restart, a later one belongs to the old fit."""
        doubt = self._file.read() if self._site is None else None
        if self._site is not None:
            self._mark(None)
        self._site = site
        self._drift = Drift(site, doubt.reason if doubt else None) if site.watchable else None

    def _tell(self, reason: Reason | None) -> None:
        if reason is None:
            log.info("site_steady", camera=self._camera)
            self._mark(None)
        else:
            log.warning("site_drifted", camera=self._camera, reason=reason.value)
            since = self._clock() - timedelta(seconds=WINDOW_S)
            self._mark(Doubt(reason=reason, since=since))

    def _mark(self, doubt: Doubt | None) -> None:
        try:
            if doubt is None:
                self._file.clear()
            else:
                self._file.write(doubt)
        except (OSError, Mistake) as error:
            log.warning("drift_not_marked", camera=self._camera, reason=str(error))
