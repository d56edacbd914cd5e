"""Made-up people before a made-up camera: boxes as a detector would see them."""

import math
from collections.abc import Iterable, Sequence

import numpy as np
from numpy.typing import NDArray

from edge.core.ground import Ground
from edge.core.survey import from_heights
from edge.core.tracks import Track, Tracker

PERSON_M = 1.7
FOCAL = 0.7
ASPECT = 16 / 9
SURE = 0.45

Spot = tuple[float, float]


class Lens:
    """A camera so high above the floor, looking down by so much; x to the right, y forward."""

    def __init__(
        self,
        height_m: float = 3.0,
        pitch_deg: float = 25,
        focal: float = FOCAL,
        aspect: float = ASPECT,
    ) -> None:
        self.height_m, self.pitch = height_m, math.radians(pitch_deg)
        self.focal, self.aspect = focal, aspect

    def see(self, spot: Spot, above_m: float) -> Spot:
        """[x, y] in fractions of what is so far above the floor at `spot`."""
        below = self.height_m - above_m
        ahead = spot[1] * math.cos(self.pitch) + below * math.sin(self.pitch)
        down = below * math.cos(self.pitch) - spot[1] * math.sin(self.pitch)
        x = 0.5 + self.focal * spot[0] / ahead
        return x, 0.5 + self.focal * self.aspect * down / ahead

    def person(self, y_m: float) -> Spot:
        """Rows of head and feet of somebody straight ahead."""
        return self.see((0, y_m), PERSON_M)[1], self.see((0, y_m), 0)[1]

    @property
    def ground(self) -> Ground:
        """The floor, surveyed by two people."""
        people = [self.person(3.0), self.person(9.0)]
        return from_heights(people, person_m=PERSON_M, focal=self.focal, aspect=self.aspect)

    def boxes(self, spots: Iterable[Spot], score: float = 0.8) -> NDArray[np.float32]:
        """A box for each spot where somebody stands."""
        rows = []
        for spot in spots:
            (x, bottom), top = self.see(spot, 0), self.see(spot, PERSON_M)[1]
            half = 0.2 * (bottom - top) / self.aspect
            rows.append([x - half, top, x + half, bottom, score])
        return np.array(rows, np.float32).reshape(-1, 5)


LENS = Lens()


def follow(
    tracker: Tracker, spots: Sequence[Spot], now_s: float, score: float = 0.8
) -> tuple[Track, ...]:
    """What the tracker makes of people at `spots`."""
    return tracker.update(LENS.boxes(spots, score), now_s, sure=SURE, aspect=ASPECT)
