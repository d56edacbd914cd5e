"""A made-up hall with a camera at either end, both drawn on one floor plan."""

import math
from collections.abc import Iterable, Sequence
from dataclasses import dataclass, replace

import numpy as np
import shapely
from numpy.typing import NDArray

from edge.core.ground import Ground
from edge.core.overlap import Sighting, located, merged
from edge.core.smoothing import Steady
from edge.core.survey import from_points
from edge.core.zones import feet, inside
from edge.settings import CameraSettings
from tests.unit.edge_people import ASPECT, Lens, Spot

HALL = shapely.box(-5, 0, 5, 8)  # metres; the zone "hall" is all of it
WALK_M_PER_S = 1.3
HIDDEN_SHARE = 0.7  # of a box that a nearer one covers: then nobody is seen there
Boxes = NDArray[np.float32]


class Mounted:
    """A camera of the plan: it hangs above `at` and looks along `heading_deg` from the y axis.

    Its zone is what it sees of the hall below the row `top`.
    """

    def __init__(
        self,
        name: str,
        at: Spot,
        heading_deg: float,
        lens: Lens | None = None,
        top: float = 0.05,
    ) -> None:
        self.name, self._at, self._lens = name, np.array(at), lens or Lens()
        turn = math.radians(heading_deg)
        self._turn = np.array([[math.cos(turn), -math.sin(turn)], [math.sin(turn), math.cos(turn)]])
        there = self._lens.ground.place([(0.2, 0.5), (0.8, 0.5), (0.9, 0.9), (0.1, 0.9)])
        plan = there @ self._turn + self._at
        seen = [self._lens.see((x, y), 0) for x, y in there]
        self.points = [[*picture, *place] for picture, place in zip(seen, plan, strict=True)]
        self.plan: Ground = from_points(seen, plan)
        view = shapely.Polygon(self.plan.place([(0, top), (1, top), (1, 1), (0, 1)]))
        self.part = HALL.intersection(view)
        corners = self.plan.show(shapely.get_coordinates(self.part)[:-1])
        self.polygon = [tuple(corner) for corner in np.clip(corners, 0, 1).tolist()]

    def settings(self, **changes: object) -> CameraSettings:
        """As a hall would write them."""
        tables = {
            "id": self.name,
            "source": "0",
            "smooth": 1,
            "ground": {"points": self.points},
            "zone": [{"id": "hall", "polygon": self.polygon}],
        }
        return CameraSettings.model_validate(tables | changes)

    def boxes(self, people: Iterable[Spot]) -> Boxes:
        """A box for each of the people on the plan who are in the picture, and their number."""
        spots = (np.array(list(people)).reshape(-1, 2) - self._at) @ self._turn.T
        ahead = np.flatnonzero(spots[:, 1] > 1)
        found = self._lens.boxes([(x, y) for x, y in spots[ahead].tolist()])
        numbered = np.hstack([found, ahead[:, None].astype(np.float32)])
        points = feet(found)
        return numbered[((points >= 0) & (points <= 1)).all(axis=1)]

    def inside(self, boxes: Boxes) -> Boxes:
        """Those who stand in the zone."""
        return boxes[inside(shapely.Polygon(self.polygon), feet(boxes))]

    def sight(self, boxes: Boxes, count: float | None = None, at_s: float = 0.0) -> Sighting:
        """What the camera makes of the zone."""
        there = self.inside(boxes)
        places_m, spreads_m2 = located(self.plan, there, ASPECT)
        people = len(there) if count is None else count
        return Sighting(self.name, people, places_m, spreads_m2, self.part, at_s)


SOUTH, NORTH = Mounted("south", (0, -3), 0), Mounted("north", (0, 11), 180)
WEST = Mounted("west", (-8, 4), 90)


class Walkers:
    """People who walk from place to place in the hall, each resting now and then."""

    def __init__(self, people: int, chance: np.random.Generator) -> None:
        self._chance = chance
        self.places, self._aims = self._anywhere(people), self._anywhere(people)
        self._rest_s = chance.exponential(5, people)

    def _anywhere(self, people: int) -> NDArray[np.float64]:
        return self._chance.uniform((-5, 0), (5, 8), (people, 2))

    def step(self, step_s: float) -> None:
        """Let everybody walk on, or rest."""
        self._rest_s -= step_s
        off = self._aims - self.places
        left_m = np.maximum(np.hypot(*off.T), 1e-9)
        share = np.where(self._rest_s > 0, 0, np.minimum(1, WALK_M_PER_S * step_s / left_m))
        self.places = self.places + share[:, None] * off
        arrived = np.flatnonzero(share == 1)
        self._aims[arrived] = self._anywhere(len(arrived))
        self._rest_s[arrived] = self._chance.exponential(15, len(arrived))


@dataclass(frozen=True)
class Errors:
    """Mean numbers of people, and mean absolute errors of what the hub would show."""

    there: float
    seen: float  # by one camera at least
    sum: float
    largest: float
    merged: float
    merged_bias: float


def watch(
    people: int,
    *,
    seed: int,
    for_s: float = 120,
    apart_s: float = 0.25,
    astray_m: float = 0.0,
    **faults: float,
) -> Errors:
    """South and north look twice a second, north `apart_s` later; medians of three, as usual.

    The north's survey puts everybody `astray_m` to the side.
    """
    chance = np.random.default_rng(seed)
    walkers = Walkers(people, chance)
    own, both = ({each.name: Steady(3) for each in (SOUTH, NORTH)} for _ in range(2))
    newest: dict[str, Sighting] = {}
    numbers: dict[str, set[float]] = {}
    shown: dict[str, tuple[float, float]] = {}
    rows = []
    for step in range(int(2 * for_s)):
        for camera, later_s, wait_s in ((SOUTH, 0.0, 0.5 - apart_s), (NORTH, apart_s, apart_s)):
            walkers.step(wait_s)
            found = as_detected(camera.boxes(walkers.places), chance, **faults)
            sighting = camera.sight(found, at_s=step / 2 + later_s)
            off_m = [astray_m if camera is NORTH else 0, 0]
            newest[camera.name] = replace(sighting, places_m=sighting.places_m + off_m)
            numbers[camera.name] = set(camera.inside(found)[:, 5].tolist())
            union = merged(list(newest.values())).count
            alone = newest[camera.name].count
            shown[camera.name] = own[camera.name].add(alone), both[camera.name].add(union)
        medians = np.array(list(shown.values()))
        seen = len(set.union(*numbers.values()))
        rows.append((people, seen, medians[:, 0].sum(), *medians.max(axis=0)))
    table = np.array(rows, float)
    off = table[:, 2:] - table[:, :1]
    means = [
        float(each) for each in (*table[:, :2].mean(0), *np.abs(off).mean(0), off[:, 2].mean())
    ]
    return Errors(*means)


def as_detected(
    boxes: Boxes,
    chance: np.random.Generator,
    *,
    noise: float = 0.05,
    missed: float = 0.05,
    hidden: float = HIDDEN_SHARE,
    cuts: float = 0.0,
) -> Boxes:
    """Boxes as a detector finds them, a few missed.

    Who is `hidden` to this share behind somebody else is not seen, beyond 1 nobody is; of those
    whose feet are hidden a share of `cuts` get boxes that end where the nearer person's begins.
    """
    nearest_first = boxes[np.argsort(-boxes[:, 3])]
    found: list[Boxes] = []
    for index, box in enumerate(nearest_first):
        lowest = _lowest_seen(box, nearest_first[:index])
        if lowest < box[3] - hidden * (box[3] - box[1]) or (chance.random() < missed):
            continue
        height = box[3] - box[1]
        off = chance.normal(0, noise * height, 2) / [ASPECT, 1]
        seen = box.copy()
        if chance.random() < cuts:
            seen[3] = lowest
        seen[[0, 2]] += off[0]
        seen[[1, 3]] += off[1]
        found.append(seen)
    return np.array(found, np.float32).reshape(-1, boxes.shape[1])


def _lowest_seen(box: Boxes, nearer: Sequence[Boxes] | Boxes) -> float:
    """The row from which on others, each alone, hide most of the box's width."""
    lowest = float(box[3])
    for other in nearer:
        width = min(box[2], other[2]) - max(box[0], other[0])
        if width > 0.6 * (box[2] - box[0]) and other[1] < lowest:
            lowest = max(float(other[1]), float(box[1]))
    return lowest
