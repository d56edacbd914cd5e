"""Brings events as earlier releases wrote them to their present form."""

from collections.abc import Callable, Mapping
from datetime import datetime, timedelta
from typing import Any, Final

from hall.messages import wire_time

Fields = dict[str, Any]
Upcaster = Callable[[Fields], Fields]


def _place_of_a_booking(event: Fields) -> Fields:
    """Until version 2 the hall file said when the wait of a booking begins: 5 minutes before it."""
    if event.get("slot") is None:
        return event
    slot = datetime.fromisoformat(event["slot"])
    return {**event, "waits_from": wire_time(slot - timedelta(minutes=5))}


# Per kind of event, what leads from version 1 to 2, from 2 to 3 and so on. Whoever changes what an
# event holds, so that old rows would not be understood, adds the step here.
UPCASTERS: Final[Mapping[str, tuple[Upcaster, ...]]] = {
    "ticket_issued": (_place_of_a_booking,),
}


def version(kind: str, upcasters: Mapping[str, tuple[Upcaster, ...]] = UPCASTERS) -> int:
    """The present version of a kind of event."""
    return len(upcasters.get(kind, ())) + 1


def upcast(
    kind: str,
    written: int,
    event: Fields,
    upcasters: Mapping[str, tuple[Upcaster, ...]] = UPCASTERS,
) -> Fields:
    """The fields of an event that was written in version `written`, as they would be now."""
    for step in upcasters.get(kind, ())[written - 1 :]:
        event = step(event)
    return event
