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
from edge.core.flow import Flow, ZoneFlow
from edge.core.interval import interval
from edge.core.smoothing import Steady
from edge.core.tracks import Tracker
from edge.core.zones import count_inside, feet
from edge.detector import Boxes, Picture
from edge.manifest import ModelFacts
from edge.settings import CameraSettings, ZoneSettings
from hall.messages import Crowd, ZoneReading

LOST_AFTER_S: Final = 3.0
PUBLISH_PERIOD_S: Final = 1.0
SHAPE_TOLERANCE: Final = 0.02
DOUBTFUL_SHARE: Final = 0.7  # of the threshold: enough to go on following somebody

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
        threshold = settings.threshold
        self._threshold = finder.facts.threshold if threshold is None else threshold
        self._zones = [_Zone(settings, zone) for zone in settings.zone]
        self._tracker = Tracker()
        self._total = Steady(settings.smooth)
        self._analysing = Cadence(1 / settings.rate_hz)
        self._publishing = Cadence(PUBLISH_PERIOD_S)
        self._seq = 0
        self._lost = False
        self._aspect = 0.0

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
        aspect = frame.picture.shape[1] / frame.picture.shape[0]
        self._check_shape(aspect)
        tracks = self._tracker.update(seen.boxes, now, sure=self._threshold, aspect=aspect)
        zones = tuple(
            zone.read(seen.zones[zone.id], zone.flow.update(tracks, now, aspect))
            for zone in self._zones
        )
        if self._publishing.due(now):
            self._publish(self._crowd(frame.at, count, zones, seen))

    def _check_shape(self, aspect: float) -> None:
        """Say it once when the heights of people were taken in a picture of another shape."""
        ground = self._settings.ground
        if ground is None or not ground.people or aspect == self._aspect:
            return
        self._aspect = aspect
        if abs(aspect / ground.aspect - 1) > SHAPE_TOLERANCE:
            log.warning(
                "ground_of_another_shape",
                camera=self._settings.id,
                aspect=round(aspect, 3),
                surveyed=round(ground.aspect, 3),
            )

    def _count(self, picture: Picture) -> Count:
        """The people whom the plain detector sees; `boxes` holds the doubtful ones, too."""
        boxes = self._finder.find(picture, DOUBTFUL_SHARE * self._threshold)
        sure = boxes[boxes[:, 4] >= self._threshold]
        points = feet(sure)
        zones = {zone.id: count_inside(zone.outline, points) for zone in self._zones}
        return Count(len(sure), zones, boxes, self._finder.name, self._bounds)

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
            self._total.forget()
            self._tracker.forget()
            for zone in self._zones:
                zone.forget()


class _Zone:
    """One zone: where it lies, and what was seen of it lately."""

    def __init__(self, camera: CameraSettings, settings: ZoneSettings) -> None:
        self.id, self.outline = settings.id, settings.outline
        self._area_m2 = camera.area_m2(settings)
        self._count, self._queue = Steady(camera.smooth), Steady(camera.smooth)
        self.flow = ZoneFlow(
            self.outline,
            line=settings.line,
            queue_line=settings.queue_line,
            queue_width_m=settings.queue_width_m,
            ground=camera.survey,
        )

    def read(self, people: float, flow: Flow) -> ZoneReading:
        """The zone's reading with the newest number of people taken in."""
        count = round(self._count.add(people), 1)
        density = density_per_m2(count, self._area_m2)
        queue = flow.queue
        return ZoneReading(
            zone=self.id,
            count=count,
            density_per_m2=round(density, 4),
            level=level_of_service(density),
            queue_length=queue and min(count, self._queue.add(queue.length)),
            unserved=queue and queue.unserved,
            waiting_s=queue and queue.waiting_s,
            entered=flow.entered,
            left=flow.left,
            dwell_s=flow.dwell_s,
        )

    def forget(self) -> None:
        """What was seen before a gap says nothing about now."""
        for part in (self._count, self._queue, self.flow):
            part.forget()
