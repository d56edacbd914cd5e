"""The whole hall at one moment, as `GET /api/v1/hall` answers it to staff and to anyone."""

from collections.abc import Mapping
from typing import Annotated

from pydantic import AfterValidator, Field

from hall.messages import (
    Alert,
    Call,
    Crowd,
    Message,
    Moment,
    Node,
    NonNegative,
    ServiceQueue,
    Text,
    Window,
    Zone,
)


class PublicHall(Message):
    """Answer of `GET /api/v1/hall` to anyone: what the displays show."""

    at: Moment
    name: Text
    timezone: str
    services: Mapping[str, Text]
    windows: Mapping[str, Text]
    queues: Mapping[str, ServiceQueue]
    calls: tuple[Call, ...]
    announcements: tuple[Text, ...]


Tenths = Annotated[NonNegative, AfterValidator(lambda people: round(people, 1))]


class Estimate(Message):
    """A number of people that nobody knows exactly; the bounds hold the truth nine times in ten."""

    value: Tenths
    low: Tenths
    high: Tenths


class CameraUse(Message):
    """Whether a camera's newest reading counts, and if not why.

    `why`: "silent", "unreadable" (nothing else was ever heard of it), "impossible" (more people
    than there can be), or what is wrong with its picture as in Crowd. `refused` counts what it has
    sent since the hub started that no sound camera would: unreadable, from the future, out of
    order, impossible.
    """

    used: bool
    why: str = ""
    refused: Annotated[int, Field(ge=0)] = 0


class People(Message):
    """The people in the hall, as far as cameras and tickets together can tell.

    `present` counts those whom usable cameras see, everyone once; who may stand before cameras that
    are left out is in its upper bound only. `unticketed` are those among them without a live
    ticket. Both are absent when nothing can be said. `doubt`: "tickets" when far fewer people are
    seen than hold tickets, so that one of the two is wrong.
    """

    present: Estimate | None = None
    unticketed: Estimate | None = None
    cameras: Mapping[str, CameraUse] = {}
    doubt: str = ""


class Hall(Message):
    """Answer of `GET /api/v1/hall` to staff: the whole hall at one moment."""

    at: Moment
    name: Text
    timezone: str
    services: Mapping[str, Text]
    crowd: Mapping[str, Crowd]
    people: People
    zones: Mapping[str, Zone]
    queues: Mapping[str, ServiceQueue]
    windows: tuple[Window, ...]
    alerts: tuple[Alert, ...]
    nodes: Mapping[str, Node]
    calls: tuple[Call, ...]
    announcements: tuple[Text, ...]
