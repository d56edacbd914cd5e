"""The floor that this node's cameras see together, with everybody on it counted once."""

from collections.abc import Iterator
from threading import Lock
from typing import Final

import shapely
import structlog
from shapely.geometry.base import BaseGeometry

from edge.adapted import Count
from edge.core.ground import Ground, ImpossibleGround
from edge.core.overlap import Merged, Sighting, located, merged
from edge.core.zones import feet, inside
from edge.settings import CameraSettings

PATIENCE_S: Final = 3.0  # and one analysis: then what a camera saw no longer counts

log = structlog.get_logger()


class Floor:
    """The newest sightings of all cameras; their views may be used from several threads."""

    def __init__(self) -> None:
        self._lock = Lock()
        self._views: dict[str, View] = {}
        self._newest: dict[str, dict[str, Sighting]] = {}

    def view(self, camera: CameraSettings) -> "View":
        """The camera's own view, in place of the one that it had before."""
        view = View(camera, self)
        with self._lock:
            self._views.pop(camera.id, None)
            self._leave(camera.id)
            others = tuple(self._views.values())
            self._views[camera.id] = view
        for other in others:
            view.compare(other)
        return view

    def merge(self, zone: str, sighting: Sighting) -> Merged | None:
        """The zone's people, this sighting taken in; None while no other camera sees the zone."""
        with self._lock:
            newest = self._newest.setdefault(zone, {})
            newest[sighting.camera] = sighting
            fresh = [
                each
                for each in newest.values()
                if sighting.at_s - each.at_s <= self._views[each.camera].patience_s
            ]
        return merged(fresh) if len(fresh) > 1 else None

    def leave(self, camera: str) -> None:
        """Count without a camera until it sees somebody again."""
        with self._lock:
            self._leave(camera)

    def _leave(self, camera: str) -> None:
        for newest in self._newest.values():
            newest.pop(camera, None)


class View:
    """How one camera sees the floor, and others' part in what it tells."""

    def __init__(self, camera: CameraSettings, floor: Floor) -> None:
        self.camera, self._floor = camera.id, floor
        self.patience_s = PATIENCE_S + 1 / camera.rate_hz
        self.zones = {zone.id: zone.outline for zone in camera.zone}
        self._areas_m2 = {zone.id: camera.area_m2(zone) for zone in camera.zone}
        self._plan = camera.survey if camera.ground and camera.ground.points else None
        self.parts = dict(_parts(camera, self._plan)) if self._plan else {}

    def see(self, zone: str, seen: Count, now_s: float, aspect: float) -> Merged:
        """The zone's people, the newest whom other cameras see included.

        `seen` in a picture `aspect` times as wide as high. Where no other camera of the same plan
        sees the zone it is the camera's own count, on the area that its settings tell.
        """
        own = Merged(seen.zones[zone], self._areas_m2[zone])
        if self._plan is None or zone not in self.parts:
            return own
        sure = seen.boxes[seen.boxes[:, 4] >= seen.sure]
        there = sure[inside(self.zones[zone], feet(sure))]
        places_m, spreads_m2 = located(self._plan, there, aspect)
        part = self.parts[zone]
        sighting = Sighting(self.camera, own.count, places_m, spreads_m2, part, now_s)
        return self._floor.merge(zone, sighting) or own

    def forget(self) -> None:
        """What was seen before a gap says nothing about now."""
        self._floor.leave(self.camera)

    def compare(self, other: "View") -> None:
        """Say which zones are merged with another camera's, and which cannot be."""
        for zone in sorted(self.zones.keys() & other.zones.keys()):
            mine, its = self.parts.get(zone), other.parts.get(zone)
            cameras = sorted((self.camera, other.camera))
            if mine is None or its is None:
                why = "both need [camera.ground] points of one floor plan"
                log.warning("zone_not_merged", zone=zone, cameras=cameras, reason=why)
            else:
                both_m2 = round(mine.intersection(its).area, 1)
                log.info("zone_merged", zone=zone, cameras=cameras, both_see_m2=both_m2)


def _parts(camera: CameraSettings, plan: Ground) -> Iterator[tuple[str, BaseGeometry]]:
    """What the camera sees of its zones on the plan, those left out that masks or the sky hide."""
    hidden = shapely.union_all([*camera.masks("privacy"), *camera.masks("ignore")])
    for zone in camera.zone:
        try:
            plan.trace(zone.polygon)
        except ImpossibleGround:
            continue
        part = shapely.transform(zone.outline.difference(hidden), plan.place)
        if part.is_valid and part.area:
            yield zone.id, part
