"""What the cameras see, joined into one picture of the hall that says what it does not know."""

from collections.abc import Iterable, Mapping, Sequence
from dataclasses import dataclass, field, replace
from datetime import datetime, timedelta
from itertools import pairwise
from typing import Final

from immutables import Map

from hall.messages import Crowd, TicketState, Zone, ZoneReading
from hall.overview import CameraUse, Estimate, People
from hall.topics import CROWD
from hub.core import estimates
from hub.core.plan import HallPlan
from hub.core.plan import Zone as PlannedZone
from hub.core.refusals import Refused
from hub.core.state import State

MAX_AGE: Final = CROWD.max_age or timedelta.max
MAX_AHEAD: Final = timedelta(seconds=5)
# A camera that nothing was heard of for so long is no part of the hall any more.
FORGOTTEN: Final = timedelta(days=1)
# Seen at most where crowds have crushed people (Helbing, Johansson & Al-Abideen, Phys. Rev. E 75,
# 046109, 2007): a zone with more persons on a square metre is miscounted or mismeasured.
MOST_PER_M2: Final = 10.0
# With fewer tickets, people who have stepped outside explain that the cameras see nobody.
FEW_TICKETS: Final = 5

_USED: Final = CameraUse(used=True)
IN_THE_HALL: Final = frozenset({TicketState.WAITING, TicketState.CALLED, TicketState.SERVING})


@dataclass(frozen=True, slots=True)
class Occupancy:
    """The newest reading of every camera, the newest that was believed, and how many were not."""

    cameras: Mapping[str, Crowd] = field(default_factory=Map)
    believed: Mapping[str, Crowd] = field(default_factory=Map)
    refused: Mapping[str, int] = field(default_factory=Map)


@dataclass(frozen=True, slots=True)
class HallPicture:
    """The hall as cameras and tickets show it; `hall.overview.People` explains each part.

    While `complete` is false a camera is left out: then only the lower bound of `present` may be
    trusted to be exceeded, and only the upper one to be undercut.
    """

    zones: Mapping[str, Zone]
    present: Estimate | None
    unticketed: Estimate | None
    cameras: Mapping[str, CameraUse]
    doubt: str

    @property
    def complete(self) -> bool:
        """Whether every camera counts."""
        return all(camera.used for camera in self.cameras.values())

    @property
    def people(self) -> People:
        """What is told of it beside the zones."""
        return People(
            present=self.present,
            unticketed=self.unticketed,
            cameras=self.cameras,
            doubt=self.doubt,
        )


def observe(
    plan: HallPlan, occupancy: Occupancy, crowd: Crowd, now: datetime
) -> Occupancy | Refused:
    """Take in a reading.

    Refused are repeats and late-comers ("old_reading"), and times that the hub's clock has not
    reached ("future_reading"). A clock set back, the camera's or the hub's, is forgiven as soon as
    the last reading is no longer current. What is impossible is taken in, so that it is seen, but
    counted against the camera and not believed.
    """
    if crowd.at - now > MAX_AHEAD:
        return Refused("future_reading")
    last = occupancy.cameras.get(crowd.camera)
    if last is not None and crowd.at <= last.at and is_current(last, now):
        return Refused("old_reading")
    cameras = Map(occupancy.cameras).set(crowd.camera, crowd)
    if not is_possible(plan, crowd):
        return blame(replace(occupancy, cameras=cameras), crowd.camera)
    if crowd.quality != "ok":
        return replace(occupancy, cameras=cameras)
    believed = Map(occupancy.believed).set(crowd.camera, crowd)
    return replace(occupancy, cameras=cameras, believed=believed)


def blame(occupancy: Occupancy, camera: str) -> Occupancy:
    """Count one more reading that no sound camera would have sent."""
    refused = Map(occupancy.refused).set(camera, occupancy.refused.get(camera, 0) + 1)
    return replace(occupancy, refused=refused)


def is_repeat(occupancy: Occupancy, crowd: Crowd) -> bool:
    """Whether this is the newest reading again, as brokers and cameras send after a reconnect."""
    last = occupancy.cameras.get(crowd.camera)
    return last is not None and (last.at, last.seq) == (crowd.at, crowd.seq)


def is_fresh(crowd: Crowd, now: datetime) -> bool:
    """Whether a reading is recent and its picture was good."""
    return is_current(crowd, now) and crowd.quality == "ok"


def is_current(crowd: Crowd, now: datetime) -> bool:
    """Neither stale nor, since the hub's clock was set back, of a time still to come."""
    return -MAX_AHEAD <= now - crowd.at <= MAX_AGE


def is_possible(plan: HallPlan, crowd: Crowd) -> bool:
    """Whether so many people fit into the hall, and into each zone."""
    capacity = plan.occupancy.capacity
    if crowd.count > capacity:
        return False
    for reading in crowd.zones:
        if reading.count > capacity or reading.density_per_m2 > MOST_PER_M2:
            return False
    return True


def left_out(plan: HallPlan, crowd: Crowd, now: datetime) -> str:
    """Why a reading may not be decided upon, as in CameraUse; nothing when it may."""
    if not is_current(crowd, now):
        return "silent"
    if crowd.quality != "ok":
        return crowd.quality or "unknown"
    return "" if is_possible(plan, crowd) else "impossible"


def hall_picture(plan: HallPlan, occupancy: Occupancy, state: State, now: datetime) -> HallPicture:
    """The hall as cameras and tickets show it at `now`.

    Left out are readings that are stale, of a bad picture or impossible; what the camera believably
    saw last then widens the upper bounds, the more the longer ago that was.
    """
    whys = _left_out(plan, occupancy, now)
    cameras = {
        name: _use(whys[name], occupancy.refused.get(name, 0))
        for name, crowd in occupancy.cameras.items()
        if abs(now - crowd.at) <= FORGOTTEN
    }
    used = [occupancy.cameras[name] for name, camera in cameras.items() if camera.used]
    blind = [occupancy.cameras[name] for name, camera in cameras.items() if not camera.used]
    for name, refused in occupancy.refused.items():
        if name not in occupancy.cameras:
            cameras[name] = CameraUse(used=False, why="unreadable", refused=refused)
    present = _present(plan, occupancy, used, blind, now)
    unticketed, doubt = _unticketed(plan, state, present, complete=not blind)
    return HallPicture(
        zones=_zones(plan, occupancy, now, whys),
        present=present,
        unticketed=unticketed,
        cameras=cameras,
        doubt=doubt,
    )


def zones(plan: HallPlan, occupancy: Occupancy, now: datetime) -> dict[str, Zone]:
    """Every configured zone with its reading.

    Of several cameras that report one zone, the one not left out that sees most is believed:
    overlapping pictures show the same people.
    """
    return _zones(plan, occupancy, now, _left_out(plan, occupancy, now))


def _left_out(plan: HallPlan, occupancy: Occupancy, now: datetime) -> dict[str, str]:
    """Why each camera's reading may not be decided upon; one believed once need not be judged."""
    return {
        name: ""
        if occupancy.believed.get(name) is crowd and is_current(crowd, now)
        else left_out(plan, crowd, now)
        for name, crowd in occupancy.cameras.items()
    }


def _use(why: str, refused: int) -> CameraUse:
    return CameraUse(used=not why, why=why, refused=refused) if why or refused else _USED


def _zones(
    plan: HallPlan, occupancy: Occupancy, now: datetime, whys: Mapping[str, str]
) -> dict[str, Zone]:
    readings: dict[str, list[tuple[bool, Crowd, ZoneReading]]] = {}
    for name, crowd in occupancy.cameras.items():
        for reading in crowd.zones:
            readings.setdefault(reading.zone, []).append((bool(whys[name]), crowd, reading))
    return {zone.id: _zone(zone, readings.get(zone.id, ()), occupancy, now) for zone in plan.zones}


def _zone(
    zone: PlannedZone,
    readings: Iterable[tuple[bool, Crowd, ZoneReading]],
    occupancy: Occupancy,
    now: datetime,
) -> Zone:
    stale, crowd, reading = max(
        readings, key=lambda each: (not each[0], each[2].count), default=(True, None, None)
    )
    if crowd is None or reading is None:
        return Zone(id=zone.id, name=zone.name)
    seen = estimates.of_zone(crowd, reading)
    if stale:
        last = occupancy.believed.get(crowd.camera, crowd)
        seen = estimates.aged(seen, (now - last.at).total_seconds())
    return Zone(
        id=zone.id,
        name=zone.name,
        camera=crowd.camera,
        at=crowd.at,
        count=reading.count,
        count_low=seen.low,
        count_high=seen.high,
        density_per_m2=reading.density_per_m2,
        level=reading.level,
        queue_length=reading.queue_length,
        waiting_s=reading.waiting_s,
        stale=stale,
    )


def _present(
    plan: HallPlan,
    occupancy: Occupancy,
    used: Sequence[Crowd],
    blind: Sequence[Crowd],
    now: datetime,
) -> Estimate | None:
    """People whom cameras see, and in the upper bound those whom blind ones might see."""
    groups = _overlapping(used)
    if not groups:
        return None
    seen = estimates.added(estimates.together(group) for group in groups)
    watched = {reading.zone for group in groups for crowd in group for reading in crowd.zones}
    hidden = sum(_hidden(plan, occupancy, crowd, watched, now) for crowd in blind)
    high = min(seen.high + hidden, max(seen.high, plan.occupancy.capacity))
    return Estimate(value=seen.value, low=seen.low, high=high)


def _overlapping(cameras: Sequence[Crowd]) -> list[list[Crowd]]:
    """Cameras in groups: those that report one zone, or are linked by others that do."""
    linked_to: dict[str, str] = {}

    def root(zone: str) -> str:
        while (further := linked_to.setdefault(zone, zone)) != zone:
            zone = further
        return zone

    for zones in {tuple(reading.zone for reading in crowd.zones) for crowd in cameras}:
        for one, other in pairwise(zones):
            linked_to[root(one)] = root(other)
    groups: dict[object, list[Crowd]] = {}
    for crowd in cameras:
        key = root(crowd.zones[0].zone) if crowd.zones else (crowd.camera,)
        groups.setdefault(key, []).append(crowd)
    return list(groups.values())


def _hidden(
    plan: HallPlan, occupancy: Occupancy, blind: Crowd, watched: set[str], now: datetime
) -> float:
    """How many people there may be whom only a camera that is left out would see."""
    # The edge itself has widened the bounds of a bad picture since it was good.
    last = blind if is_possible(plan, blind) else occupancy.believed.get(blind.camera)
    if last is None:
        return plan.occupancy.capacity
    elsewhere = sum(reading.count for reading in last.zones if reading.zone in watched)
    alone = estimates.of_camera(last)
    if elsewhere:
        count = max(0.0, last.count - elsewhere)
        alone = Estimate(value=count, low=0, high=count + alone.high - alone.value)
    return estimates.aged(alone, (now - last.at).total_seconds()).high


def _unticketed(
    plan: HallPlan, state: State, present: Estimate | None, *, complete: bool
) -> tuple[Estimate | None, str]:
    """Those present without a ticket, if that can be told, and what speaks against it."""
    rules, register = plan.occupancy, state.tickets
    if present is None or not rules.sees_all:
        return None, ""
    tickets = sum(count for (_, at), count in register.counts.items() if at in IN_THE_HALL)
    tickets += sum(register.trying.values())  # at a kiosk or with an expert, in the hall
    ticketed = estimates.of_tickets(tickets, rules.people_per_ticket)
    if complete and tickets >= FEW_TICKETS and present.high < ticketed.low:
        return None, "tickets"
    return estimates.without(present, ticketed), ""
