"""What cameras saw over a span of time, as `GET /api/v1/observations` answers it."""

from typing import Annotated

from pydantic import Field

from hall.messages import ConfiguredId, Message, Moment, NonNegative


class Observation(Message):
    """One step of time, from `at` on. `ok`: the share of its readings that could be believed.

    All else is of these alone, and absent without any: people on average, `low` and `high` the
    averages of their bounds, `most` people at once, and the highest density in persons/m².
    """

    at: Moment
    ok: Annotated[float, Field(ge=0, le=1)]
    mean: NonNegative | None
    low: NonNegative | None
    high: NonNegative | None
    most: NonNegative | None
    density_per_m2: NonNegative | None


class Observations(Message):
    """Answer of `GET /api/v1/observations`. Steps without a reading are left out.

    `step_s` may be wider than asked for: readings are kept for 7 days, minutes for 400, then
    quarter-hours.
    """

    zone: ConfiguredId | None
    camera: ConfiguredId | None
    step_s: int
    observations: tuple[Observation, ...]
