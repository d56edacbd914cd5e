"""How many people there are, with bounds: cameras added up, tickets taken off, silence widened.

Bounds are meant to hold the truth nine times in ten, as those of `hall.messages.Crowd` are.
"""

from collections.abc import Iterable, Sequence
from math import ceil, sqrt
from typing import Final

from hall.messages import Crowd, ZoneReading
from hall.overview import Estimate
from hub.core.rules import PerTicket

NINE_IN_TEN: Final = 1.645  # standard deviations of a normal law
STAY_S: Final = 8.0  # as the edge widens its bounds, see edge.core.interval
AGE_STEP_S: Final = 10.0


def of_camera(crowd: Crowd) -> Estimate:
    """People in a whole picture."""
    low, high = min(crowd.count_low, crowd.count), max(crowd.count_high, crowd.count)
    return Estimate(value=crowd.count, low=low, high=high)


def zone_bounds(crowd: Crowd, reading: ZoneReading) -> tuple[float, float]:
    """Bounds of the people in a zone of the picture: its part of the picture's.

    Errors about people who are miscounted independently grow with the square root of their number.
    """
    part = sqrt((reading.count + 1) / (crowd.count + 1))
    below, above = max(0.0, crowd.count - crowd.count_low), max(0.0, crowd.count_high - crowd.count)
    return max(0.0, reading.count - below * part), reading.count + above * part


def of_zone(crowd: Crowd, reading: ZoneReading) -> Estimate:
    """People in a zone of the picture."""
    low, high = zone_bounds(crowd, reading)
    return Estimate(value=reading.count, low=low, high=high)


def aged(last: Estimate, age_s: float) -> Estimate:
    """What a count of `age_s` ago says about now: as many have come and gone, by chance.

    The edge widens its bounds by the same law while a picture is bad, and says how often that held
    the truth. The age counts in steps, so that nobody is told anew at each moment.
    """
    steps = ceil(max(0.0, age_s) / AGE_STEP_S)
    spread = NINE_IN_TEN * sqrt(2 * (last.value + 1) * steps * AGE_STEP_S / STAY_S)
    return Estimate(value=last.value, low=max(0.0, last.low - spread), high=last.high + spread)


def together(cameras: Sequence[Crowd]) -> Estimate:
    """People whom overlapping cameras see, one or more, everyone once.

    People of a zone are counted by the camera that sees most of them (an edge merges the zones of
    its own cameras before). Whom cameras see outside of their zones may or may not be the same:
    between the most that one of them sees there and all of them added up. Never fewer than one
    camera counts, never more than all do. The error of each remains in proportion.
    """
    if len(cameras) == 1:
        return of_camera(cameras[0])
    counts = [crowd.count for crowd in cameras]
    most, total = max(counts), sum(counts)
    zones: dict[str, float] = {}
    for crowd in cameras:
        for reading in crowd.zones:
            zones[reading.zone] = max(zones.get(reading.zone, 0.0), reading.count)
    outside = [
        max(0.0, crowd.count - sum(reading.count for reading in crowd.zones)) for crowd in cameras
    ]
    fewest = min(max(most, sum(zones.values()) + max(outside)), total)
    greatest = min(max(most, sum(zones.values()) + sum(outside)), total)
    below = sum(max(0.0, crowd.count - crowd.count_low) for crowd in cameras)
    above = sum(max(0.0, crowd.count_high - crowd.count) for crowd in cameras)
    return Estimate(
        value=(fewest + greatest) / 2,
        low=max(0.0, fewest - below * (fewest / total if total else 1.0)),
        high=greatest + above * (greatest / total if total else 1.0),
    )


def added(parts: Iterable[Estimate]) -> Estimate:
    """People in places apart. The bounds add up, too: detectors of one kind err alike."""
    listed = list(parts)
    return Estimate(
        value=sum(part.value for part in listed),
        low=sum(part.low for part in listed),
        high=sum(part.high for part in listed),
    )


def of_tickets(tickets: int, per_ticket: PerTicket) -> Estimate:
    """People who belong to so many living tickets: their holders, unless away, and companions."""
    return Estimate(
        value=tickets * per_ticket.mean,
        low=tickets * per_ticket.low,
        high=tickets * per_ticket.high,
    )


def without(present: Estimate, ticketed: Estimate) -> Estimate:
    """Those present without a ticket.

    Cameras and tickets err independently, so that the squares of the errors add up. Never negative:
    nobody is missing because more hold tickets than are seen.
    """
    value = present.value - ticketed.value
    below = sqrt((present.value - present.low) ** 2 + (ticketed.high - ticketed.value) ** 2)
    above = sqrt((present.high - present.value) ** 2 + (ticketed.value - ticketed.low) ** 2)
    return Estimate(
        value=max(0.0, value), low=max(0.0, value - below), high=max(0.0, value + above)
    )
