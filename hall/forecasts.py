"""What HTTP tells of arrivals and peaks to come, as frozen models."""

from datetime import date
from typing import Literal

from hall.messages import ConfiguredId, Message, Moment


class Expected(Message):
    """An expected count, and from where to where it lies nine times in ten."""

    expected: float
    low: float
    high: float


class ArrivalsStep(Expected):
    """A quarter of an hour from `at` on.

    `usual`: expected before the day began. `came`: who came so far, None before it begins. What is
    over keeps the range of before the day.
    """

    at: Moment
    usual: float
    came: int | None = None


class ArrivalsForecast(Message):
    """Answer of `GET /api/v1/forecast/arrivals`: a day of one service, or of the hall without one.

    `learned_days`: whole days learned from, up to `through`; none while nothing was learned, and
    then no steps. `kind`: what the calendar says of the day. `total`: all visitors of the day.
    """

    at: Moment
    day: date
    service: ConfiguredId | None
    kind: Literal["holiday", "last", "eve", "near", "filing", "after_break", "plain"]
    learned_days: int
    through: date | None
    came: int
    total: Expected | None
    steps: tuple[ArrivalsStep, ...]


class LoadForecast(Message):
    """Answer of `GET /api/v1/forecast/load`: how busy windows will be over the next `minutes`.

    `windows_busy`: windows that the work keeps busy, of `windows` that could be open. `waiting`:
    visitors who wait now; `peak`: the hall's level, `most`: as many may wait at most, `warns`:
    whether a peak is likely enough; None where nothing was learned of peaks.
    """

    at: Moment
    minutes: int
    windows_busy: Expected
    windows: int
    waiting: int
    peak: float | None = None
    most: float | None = None
    warns: bool | None = None
