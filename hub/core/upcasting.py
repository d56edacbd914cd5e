"""Brings events as earlier releases wrote them to their present form."""

from collections.abc import Callable, Mapping
from typing import Any, Final

Fields = dict[str, Any]
Upcaster = Callable[[Fields], Fields]

# Per kind of event, what leads from version 1 to 2, from 2 to 3 and so on. Whoever changes what an
# event holds, so that old rows would not be understood, adds the step here.
UPCASTERS: Final[Mapping[str, tuple[Upcaster, ...]]] = {}


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
