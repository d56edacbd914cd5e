"""Route by which a manager, or a report, looks at what cameras saw over a span of time."""

from datetime import UTC, datetime, timedelta
from typing import Annotated, Final

from fastapi import APIRouter, Depends, Query
from pydantic import Field

from hall.messages import ConfiguredId, Message, Moment
from hall.observations import Observation, Observations
from hub.core.commands import Actor
from hub.core.samples import WHOLE_PICTURE, since_1970_s
from hub.store import MOST_POINTS, Seen
from hub.web.access import May
from hub.web.context import Hub
from hub.web.problems import Refusal

router = APIRouter(prefix="/observations", tags=["observations"])

HOUR: Final = timedelta(hours=1)

Reader = Annotated[Actor, Depends(May("see_observations"))]


class Asked(Message):
    """What to look at: `from` and `to` with a UTC offset, `step` in seconds."""

    zone: ConfiguredId | None = None
    camera: ConfiguredId | None = None
    since: Annotated[Moment | None, Field(alias="from")] = None
    until: Annotated[Moment | None, Field(alias="to")] = None
    step: Annotated[int, Field(ge=1, le=3600)] = 60


@router.get("")
def observations(actor: Reader, hub: Hub, asked: Annotated[Asked, Query()]) -> Observations:
    """A zone, or with `camera` alone its whole picture; by default the last hour by minutes.

    Of several cameras on a zone the one that saw most in a step is told, unless one is named. A
    span of more than 1500 steps is refused.
    """
    now = hub.clock()
    end = asked.until or now
    start = asked.since or end - HOUR
    if not timedelta() < end - start <= timedelta(seconds=MOST_POINTS * asked.step):
        raise Refusal("span_of_observations")
    if asked.zone is None and asked.camera is None:
        raise Refusal("invalid_request")
    step_s, curve = hub.store.observations.curve(
        camera=asked.camera,
        zone=asked.zone or WHOLE_PICTURE,
        start_s=since_1970_s(start),
        end_s=since_1970_s(end),
        step_s=asked.step,
        now=now,
    )
    return Observations(
        zone=asked.zone,
        camera=asked.camera,
        step_s=step_s,
        observations=tuple(map(_told, curve)),
    )


def _told(seen: Seen) -> Observation:
    return Observation(
        at=datetime.fromtimestamp(seen.at_s, UTC),
        ok=seen.ok / seen.readings,
        mean=_rounded(seen.mean),
        low=_rounded(seen.low),
        high=_rounded(seen.high),
        most=_rounded(seen.most),
        density_per_m2=_rounded(seen.density),
    )


def _rounded(figure: float | None) -> float | None:
    return None if figure is None else round(figure, 2)
