"""What following people tells about one zone: passages, stays, its queue."""

from collections.abc import Collection, Sequence
from dataclasses import dataclass

import numpy as np
import shapely

from edge.core.dwell import median_s
from edge.core.ground import Ground
from edge.core.passages import Passages
from edge.core.queues import Queue, Waiting
from edge.core.stays import Stays
from edge.core.tracks import Track
from edge.core.zones import Point, inside


@dataclass(frozen=True, slots=True)
class Flow:
    """The newest figures of a zone; None where nothing was drawn or nothing is known yet."""

    entered: int | None = None
    left: int | None = None
    dwell_s: float | None = None
    queue: Waiting | None = None


class ZoneFlow:
    """Watches one zone. What is drawn is in fractions of the picture."""

    def __init__(
        self,
        outline: shapely.Polygon,
        *,
        line: Sequence[Point] = (),
        queue_line: Sequence[Point] = (),
        queue_width_m: float = 1.5,
        ground: Ground | None = None,
    ) -> None:
        self._outline, self._ground = outline, ground
        self._line = np.array(line, float)
        self._passages = Passages() if line else None
        self._queue = (
            Queue(ground.trace(queue_line), queue_width_m) if queue_line and ground else None
        )
        self._stays = Stays()

    def update(self, tracks: Collection[Track], now_s: float, aspect: float) -> Flow:
        """Take in everybody followed in a picture `aspect` times as wide as high."""
        feet = np.array([track.feet for track in tracks], float).reshape(-1, 2) / [aspect, 1]
        is_inside = inside(self._outline, feet)
        ids = np.array([track.id for track in tracks], int)
        self._stays.update(tracks, set(ids[is_inside].tolist()), now_s)
        if self._passages:
            self._passages.update(tracks, self._line * [aspect, 1])
        waiting = None
        if self._queue and self._ground:
            places_m = self._ground.place(feet[is_inside])
            there = dict(zip(ids[is_inside].tolist(), places_m, strict=True))
            waiting = self._queue.update(tracks, there, now_s)
        return Flow(
            entered=self._passages.entered if self._passages else None,
            left=self._passages.left if self._passages else None,
            dwell_s=median_s([*self._stays.lately(now_s), *self._stays.here.values()]),
            queue=waiting,
        )

    def forget(self) -> None:
        """After a gap nobody is known to be the same, and nobody has passed meanwhile."""
        self._stays.forget()
        for part in (self._passages, self._queue):
            if part:
                part.forget()
