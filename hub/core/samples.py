"""A camera's reading as the figures that are kept of it: one for its picture, one for each zone."""

from collections.abc import Iterator
from datetime import UTC, datetime, timedelta
from typing import Final, NamedTuple

from hall.messages import Crowd
from hub.core.estimates import zone_bounds
from hub.core.plan import HallPlan

WHOLE_PICTURE: Final = ""
_EPOCH: Final = datetime(1970, 1, 1, tzinfo=UTC)
_MS: Final = timedelta(milliseconds=1)


class Sample(NamedTuple):
    """People in one zone of a camera, or in its whole picture, at `at_ms` since 1970.

    `ok`: it could be believed. `density` in persons/m², of zones only.
    """

    camera: str
    zone: str
    at_ms: int
    seq: int
    ok: bool
    people: float
    low: float
    high: float
    density: float | None


def samples(plan: HallPlan, crowd: Crowd, *, ok: bool) -> Iterator[Sample]:
    """What is kept of a reading; zones that the hall file does not have are left out."""
    at_ms = since_1970_ms(crowd.at)
    about = crowd.camera, WHOLE_PICTURE, at_ms, crowd.seq, ok
    low, high = min(crowd.count_low, crowd.count), max(crowd.count_high, crowd.count)
    yield Sample(*about, crowd.count, low, high, None)
    for reading in crowd.zones:
        if reading.zone in plan.zone_ids:
            bounds = zone_bounds(crowd, reading)
            about = crowd.camera, reading.zone, at_ms, crowd.seq, ok
            yield Sample(*about, reading.count, *bounds, reading.density_per_m2)


def since_1970_ms(at: datetime) -> int:
    """Milliseconds, as observations keep time."""
    return (at - _EPOCH) // _MS


def since_1970_s(at: datetime) -> int:
    """Whole seconds."""
    return since_1970_ms(at) // 1000
