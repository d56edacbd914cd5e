"""What the cameras see, joined into zones of the hall, with what is stale marked as such."""

from collections.abc import Iterator, Mapping
from dataclasses import dataclass, field, replace
from datetime import datetime, timedelta
from typing import Final

from hall.messages import Crowd, Zone, ZoneReading
from hall.topics import CROWD
from hub.core.plan import HallPlan
from hub.core.refusals import Refused

MAX_AGE: Final = CROWD.max_age or timedelta.max
MAX_AHEAD: Final = timedelta(seconds=5)


@dataclass(frozen=True, slots=True)
class Occupancy:
    """The newest reading of every camera."""

    cameras: Mapping[str, Crowd] = field(default_factory=dict)


def observe(occupancy: Occupancy, crowd: Crowd, now: datetime) -> Occupancy | Refused:
    """Take in a reading.

    Refused are repeats and late-comers ("old_reading"), and times that the hub's clock has not
    reached ("future_reading"). A clock set back, the camera's or the hub's, is forgiven as soon as
    the last reading is no longer current.
    """
    if crowd.at - now > MAX_AHEAD:
        return Refused("future_reading")
    last = occupancy.cameras.get(crowd.camera)
    if last is not None and crowd.at <= last.at and is_current(last, now):
        return Refused("old_reading")
    return replace(occupancy, cameras={**occupancy.cameras, crowd.camera: crowd})


def is_fresh(crowd: Crowd, now: datetime) -> bool:
    """Whether a reading may be decided upon: recent, and the picture was good."""
    return is_current(crowd, now) and crowd.quality == "ok"


def is_current(crowd: Crowd, now: datetime) -> bool:
    """Neither stale nor, since the hub's clock was set back, of a time still to come."""
    return -MAX_AHEAD <= now - crowd.at <= MAX_AGE


def zones(plan: HallPlan, occupancy: Occupancy, now: datetime) -> dict[str, Zone]:
    """Every configured zone with its reading.

    Of several cameras that report one zone, the fresh one that sees most is believed: overlapping
    pictures show the same people.
    """
    return {
        zone.id: max(
            (
                Zone(
                    id=zone.id,
                    name=zone.name,
                    camera=crowd.camera,
                    at=crowd.at,
                    count=reading.count,
                    density_per_m2=reading.density_per_m2,
                    level=reading.level,
                    stale=not is_fresh(crowd, now),
                )
                for crowd, reading in _readings(occupancy, zone.id)
            ),
            key=lambda seen: (not seen.stale, seen.count or 0),
            default=Zone(id=zone.id, name=zone.name),
        )
        for zone in plan.zones
    }


def _readings(occupancy: Occupancy, zone: str) -> Iterator[tuple[Crowd, ZoneReading]]:
    for crowd in occupancy.cameras.values():
        for reading in crowd.zones:
            if reading.zone == zone:
                yield crowd, reading
