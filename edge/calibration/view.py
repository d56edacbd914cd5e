"""Watches the camera for the page: the newest picture, and a snapshot every so often."""

import time
from collections.abc import Callable, Sequence
from dataclasses import dataclass
from datetime import datetime, timedelta
from threading import Event
from typing import Final

import shapely
import structlog

from edge.calibration.snapshots import masked
from edge.core.cadence import Cadence
from edge.detector import Picture
from edge.pipeline import Finder, Frames

LOOK_S: Final = 1.0
WAIT_S: Final = 3.0
FRESH: Final = timedelta(seconds=6)

log = structlog.get_logger()


@dataclass(frozen=True)
class Sight:
    """One picture, privacy masks burned in, and how many people the detector sees in it."""

    picture: Picture
    at: datetime
    seen: int


class View:
    """One camera, looked at by `run` until `stopping` is set. Nothing unmasked leaves it."""

    def __init__(
        self,
        *,
        frames: Frames,
        finder: Finder,
        threshold: float | None,
        hidden: Callable[[], Sequence[shapely.Polygon]],
        keep: Callable[[Sight], object],
        every: timedelta,
        clock: Callable[[], datetime],
        stopping: Event,
    ) -> None:
        self._frames, self._finder, self._threshold = frames, finder, threshold
        self._hidden, self._keep, self._clock = hidden, keep, clock
        self._stopping = stopping
        self._looking = Cadence(LOOK_S)
        self._taking = Cadence(every.total_seconds())
        self._newest: Sight | None = None
        self._failing = False

    @property
    def trouble(self) -> str:
        """Why no picture comes, in a word of the camera's."""
        return self._frames.trouble

    def newest(self) -> Sight | None:
        """The last picture, unless it is old."""
        sight = self._newest
        return sight if sight and self._clock() - sight.at < FRESH else None

    def run(self) -> None:
        """Look once a second, take a snapshot when due."""
        while not self._stopping.wait(self._looking.wait_s(time.monotonic())):
            self._looking.due(time.monotonic())
            frame = self._frames.next(WAIT_S)
            if frame is not None:
                self.take(frame.picture, frame.at, time.monotonic())

    def take(self, picture: Picture, at: datetime, now: float) -> None:
        """Look at one picture; `now` in monotonic seconds decides about a snapshot."""
        shown = masked(picture, self._hidden())
        sight = Sight(shown, at, len(self._finder.find(shown, self._threshold)))
        self._newest = sight
        if not self._taking.due(now):
            return
        try:
            self._keep(sight)
        except OSError as error:
            if not self._failing:
                log.warning("snapshot_not_written", reason=error.strerror)
            self._failing = True
        else:
            self._failing = False
