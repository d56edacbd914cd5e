"""The ground of the shared language: the base of all messages, time on the wire, ids and texts.

Messages ignore unknown fields, so that programs of neighbouring versions understand each other.
"""

from datetime import UTC, datetime
from typing import Annotated

from pydantic import (
    AfterValidator,
    AwareDatetime,
    BaseModel,
    ConfigDict,
    Field,
    PlainSerializer,
    StringConstraints,
)


def wire_time(at: datetime) -> str:
    """RFC 3339 in UTC with milliseconds, as all payloads carry time."""
    return at.astimezone(UTC).isoformat(timespec="milliseconds").replace("+00:00", "Z")


def _in_utc(at: datetime) -> datetime:
    try:
        return at.astimezone(UTC)
    except OverflowError as error:
        raise ValueError("the time is outside the years 1 to 9999 in UTC") from error


Moment = Annotated[
    AwareDatetime,
    AfterValidator(_in_utc),
    PlainSerializer(wire_time, return_type=str, when_used="json"),
]
ConfiguredId = Annotated[str, StringConstraints(pattern=r"^[a-z0-9][a-z0-9-]{0,31}$")]
Reference = Annotated[str, Field(min_length=1, max_length=64)]  # a name of another system's
NonNegative = Annotated[float, Field(ge=0, allow_inf_nan=False)]
Seconds = NonNegative


class Message(BaseModel):
    """Base of everything that crosses a process."""

    model_config = ConfigDict(
        frozen=True, extra="ignore", serialize_by_alias=True, validate_by_name=True
    )


class Text(Message):
    """One sentence or name in both languages of the interface."""

    zh: str
    en: str
