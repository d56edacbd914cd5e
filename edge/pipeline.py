"""Turns the frames of one camera into crowd messages: judge, detect, count, steady, publish."""

import time
from collections.abc import Callable
from dataclasses import dataclass
from datetime import datetime, timedelta
from threading import Event
from typing import Final, Protocol

import structlog
from uuid_utils.compat import uuid7

from edge.adapted import Count
from edge.camera import Frame
from edge.core.cadence import Cadence
from edge.core.density import density_per_m2, level_of_service
from edge.core.faults import PictureQuality
from edge.core.flow import Flow, ZoneFlow
from edge.core.interval import interval, widened
from edge.core.lasting import OK
from edge.core.overlap import Merged
from edge.core.quality import Judgement
from edge.core.smoothing import Steady
from edge.core.tracks import DOUBTFUL_SHARE, Tracker
from edge.core.view import Small
from edge.core.zones import count_inside, feet, outside
from edge.detector import Boxes, Picture
from edge.floor import Floor
from edge.manifest import ModelFacts
from edge.picture import small_grey
from edge.settings import CameraSettings, ZoneSettings
from edge.thumbnails import Thumbnails
from hall.messages import Crowd, ZoneReading

LOST_AFTER_S: Final = 3.0
PUBLISH_PERIOD_S: Final = 1.0
SHAPE_TOLERANCE: Final = 0.02

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


class Judge(Protocol):
    """What tells good pictures from others."""

    def judge(self, grey: Small, now: float) -> Judgement:
        """What a small grey picture looks like, and what is to be said of the camera."""


@dataclass(frozen=True)
class Counted:
    """What a good picture held, and when, in monotonic seconds."""

    count: float
    low: float
    high: float
    zones: tuple[ZoneReading, ...]
    model: str
    at: float
    drift: bool = False


class Pipeline:
    """One camera's work, done by `run` until `stopping` is set."""

    def __init__(
        self,
        settings: CameraSettings,
        *,
        frames: Frames,
        finder: Finder,
        judge: Judge,
        publish: Callable[[Crowd], None],
        clock: Callable[[], datetime],
        stopping: Event,
        turned: Callable[[], None] = lambda: None,
        ticks: Callable[[], float] = time.monotonic,
        adapted: Callable[[Picture], Count | None] = lambda picture: None,
        floor: Floor | None = None,
        thumbnails: Thumbnails | None = None,
    ) -> None:
        self._settings, self._frames, self._finder = settings, frames, finder
        self._judge = judge
        self._publish, self._clock, self._stopping = publish, clock, stopping
        self._turned, self._ticks, self._adapted = turned, ticks, adapted
        self._thumbnails = thumbnails
        self._bounds = settings.interval or finder.facts.interval
        threshold = settings.threshold
        self._threshold = finder.facts.threshold if threshold is None else threshold
        self._zones = [_Zone(settings, zone) for zone in settings.zone]
        self._ignored = settings.masks("ignore")
        self._tracker = Tracker()
        self._view = (floor or Floor()).view(settings)
        self._total = Steady(settings.smooth)
        self._analysing = Cadence(1 / settings.rate_hz)
        self._publishing = Cadence(PUBLISH_PERIOD_S)
        self._seq = 0
        self._lost = False
        self._quality = OK
        self._good: Counted | None = None
        self._aspect = 0.0

    def run(self) -> None:
        """Analyse at the set rate, publish at most once a second, until stopped."""
        while not self._stopping.wait(self._analysing.wait_s(self._ticks())):
            self._analysing.due(self._ticks())
            frame = self._frames.next(LOST_AFTER_S)
            if frame is None:
                self._lose()
            else:
                self.take(frame, self._ticks())
            self._turned()

    def take(self, frame: Frame, now: float) -> None:
        """Count the people of one frame; `now` in monotonic seconds decides about publishing.

        A picture that is not good is never counted, not even before or after the fault is said.
        """
        if self._lost:
            self._lost = False
            log.info("camera_back", camera=self._settings.id)
        if self._thumbnails:
            self._thumbnails.see(frame, now)
        judged = self._judge.judge(small_grey(frame.picture), now)
        self._say(judged.said)
        if judged.seen == OK:
            self._good = self._count(frame, now)
        if self._publishing.due(now):
            self._publish(self._crowd(frame.at, self._good or self._unknown(now), now))

    def _say(self, quality: PictureQuality) -> None:
        """Log a picture that went bad or well, and forget what was seen before it went bad."""
        before, self._quality = self._quality, quality
        if quality == before:
            return
        if quality == OK:
            log.info("picture_good", camera=self._settings.id, was=before.value)
            return
        log.warning("picture_bad", camera=self._settings.id, quality=quality.value)
        self._forget()

    def _count(self, frame: Frame, now: float) -> Counted:
        seen = self._adapted(frame.picture) or self._plain(frame.picture)
        count = round(self._total.add(seen.total), 1)
        low, high = interval(count, seen.bounds)
        aspect = frame.picture.shape[1] / frame.picture.shape[0]
        self._check_shape(aspect)
        tracks = self._tracker.update(seen.boxes, now, sure=seen.sure, aspect=aspect)
        zones = tuple(
            zone.read(
                self._view.see(zone.id, seen, now, aspect), zone.flow.update(tracks, now, aspect)
            )
            for zone in self._zones
        )
        return Counted(count, low, high, zones, seen.model, now, seen.drift)

    def _plain(self, picture: Picture) -> Count:
        """The people whom the plain detector sees; `boxes` holds the doubtful ones, too."""
        found = self._finder.find(picture, DOUBTFUL_SHARE * self._threshold)
        boxes = found[outside(self._ignored, feet(found))]
        points = feet(boxes[boxes[:, 4] >= self._threshold])
        zones = {zone.id: count_inside(zone.outline, points) for zone in self._zones}
        return Count(len(points), zones, boxes, self._threshold, self._finder.name, self._bounds)

    def _unknown(self, now: float) -> Counted:
        """Before the first good picture: from nobody to the most that the interval knows of."""
        return Counted(0, 0, self._bounds[-1].high, (), self._finder.name, now)

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

    def _crowd(self, at: datetime, good: Counted, now: float) -> Crowd:
        self._seq += 1
        low, high = widened(good.low, good.high, count=good.count, age_s=now - good.at)
        return Crowd(
            id=uuid7(),
            seq=self._seq,
            at=at,
            camera=self._settings.id,
            count=good.count,
            count_low=round(low, 1),
            count_high=round(high, 1),
            quality=self._quality.value,
            latency_ms=round(max(0.0, (self._clock() - at) / timedelta(milliseconds=1)), 1),
            model=good.model,
            drift=good.drift,
            zones=good.zones,
            thumbnail=self._thumbnails and self._thumbnails.node,
        )

    def _lose(self) -> None:
        """Nothing is published without a picture: readers see the last reading grow stale."""
        if not self._lost and not self._stopping.is_set():
            self._lost = True
            log.warning(
                "camera_lost",
                camera=self._settings.id,
                source=self._settings.shown_source,
                reason=self._frames.trouble,
            )
            self._forget()

    def _forget(self) -> None:
        """What was seen before a gap says nothing about now, and nobody has passed meanwhile."""
        self._total.forget()
        self._tracker.forget()
        self._view.forget()
        for zone in self._zones:
            zone.forget()


class _Zone:
    """One zone: where it lies, and what was seen of it lately."""

    def __init__(self, camera: CameraSettings, settings: ZoneSettings) -> None:
        self.id, self.outline = settings.id, settings.outline
        self._count, self._queue = Steady(camera.smooth), Steady(camera.smooth)
        self.flow = ZoneFlow(
            self.outline,
            line=settings.line,
            queue_line=settings.queue_line,
            queue_width_m=settings.queue_width_m,
            ground=camera.survey,
        )

    def read(self, people: Merged, flow: Flow) -> ZoneReading:
        """The zone's reading with the newest number of people taken in."""
        count = round(self._count.add(people.count), 1)
        density = density_per_m2(count, people.area_m2)
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
