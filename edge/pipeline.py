"""Turns the frames of one camera into crowd messages: detect, count per zone, steady, publish."""

import time
from collections.abc import Callable
from datetime import datetime, timedelta
from threading import Event
from typing import Final, Protocol

import structlog
from uuid_utils.compat import uuid7

from edge.adapted import Count
from edge.camera import Frame
from edge.core.cadence import Cadence
from edge.core.density import density_per_m2, level_of_service
from edge.core.interval import interval
from edge.core.smoothing import Steady
from edge.core.zones import count_inside, feet
from edge.detector import Boxes, Picture
from edge.manifest import ModelFacts
from edge.settings import CameraSettings
from hall.messages import Crowd, ZoneReading

LOST_AFTER_S: Final = 3.0
PUBLISH_PERIOD_S: Final = 1.0

log = structlog.get_logger()


class Frames(Protocol):
    """Where frames come from."""

    trouble: str

    def next(self, timeout_s: float) -> Frame | None:
        """The first frame from now on, or None."""


class Finder(Protocol):
    """What sees people in a picture."""

    name: str
    facts: ModelFacts

    def find(self, picture: Picture, threshold: float | None = None) -> Boxes:
        """A row for each person: left, top, right, bottom as fractions, score."""


class Pipeline:
    """One camera's work, done by `run` until `stopping` is set."""

    def __init__(
        self,
        settings: CameraSettings,
        *,
        frames: Frames,
        finder: Finder,
        publish: Callable[[Crowd], None],
        clock: Callable[[], datetime],
        stopping: Event,
        turned: Callable[[], None] = lambda: None,
        adapted: Callable[[Picture], Count | None] = lambda picture: None,
    ) -> None:
        self._settings, self._frames, self._finder = settings, frames, finder
        self._publish, self._clock, self._stopping = publish, clock, stopping
        self._turned, self._adapted = turned, adapted
        self._bounds = settings.interval or finder.facts.interval
        self._zones = [(zone, zone.outline) for zone in settings.zone]
        self._total = Steady(settings.smooth)
        self._inside = {zone.id: Steady(settings.smooth) for zone in settings.zone}
        self._analysing = Cadence(1 / settings.rate_hz)
        self._publishing = Cadence(PUBLISH_PERIOD_S)
        self._seq = 0
        self._lost = False

    def run(self) -> None:
        """Analyse at the set rate, publish at most once a second, until stopped."""
        while not self._stopping.wait(self._analysing.wait_s(time.monotonic())):
            self._analysing.due(time.monotonic())
            frame = self._frames.next(LOST_AFTER_S)
            if frame is None:
                self._lose()
            else:
                self.take(frame, time.monotonic())
            self._turned()

    def take(self, frame: Frame, now: float) -> None:
        """Count the people of one frame; `now` in monotonic seconds decides about publishing."""
        if self._lost:
            self._lost = False
            log.info("camera_back", camera=self._settings.id)
        seen = self._adapted(frame.picture) or self._count(frame.picture)
        count = round(self._total.add(seen.total), 1)
        zones = tuple(self._read_zones(seen))
        if self._publishing.due(now):
            self._publish(self._crowd(frame.at, count, zones, seen))

    def _count(self, picture: Picture) -> Count:
        """The people whom the plain detector sees."""
        boxes = self._finder.find(picture, self._settings.threshold)
        points = feet(boxes)
        zones = {zone.id: count_inside(outline, points) for zone, outline in self._zones}
        return Count(len(boxes), zones, boxes, self._finder.name, self._bounds)

    def _read_zones(self, seen: Count) -> list[ZoneReading]:
        readings = []
        for zone, _ in self._zones:
            count = round(self._inside[zone.id].add(seen.zones[zone.id]), 1)
            density = density_per_m2(count, zone.area_m2)
            level = level_of_service(density)
            readings.append(
                ZoneReading(
                    zone=zone.id, count=count, density_per_m2=round(density, 4), level=level
                )
            )
        return readings

    def _crowd(
        self, at: datetime, count: float, zones: tuple[ZoneReading, ...], seen: Count
    ) -> Crowd:
        self._seq += 1
        low, high = interval(count, seen.bounds)
        return Crowd(
            id=uuid7(),
            seq=self._seq,
            at=at,
            camera=self._settings.id,
            count=count,
            count_low=round(low, 1),
            count_high=round(high, 1),
            quality="ok",
            latency_ms=round(max(0.0, (self._clock() - at) / timedelta(milliseconds=1)), 1),
            model=seen.model,
            zones=zones,
        )

    def _lose(self) -> None:
        """Nothing is published without a picture: readers see the last reading grow stale."""
        if not self._lost and not self._stopping.is_set():
            self._lost = True
            log.warning("camera_lost", camera=self._settings.id, reason=self._frames.trouble)
            for steady in (self._total, *self._inside.values()):
                steady.forget()
