"""What a trainer is given and what it gives back."""

from collections.abc import Callable, Iterator, Mapping
from dataclasses import dataclass, field
from datetime import datetime

from hub.core.events import Record
from hub.core.plan import HallPlan


@dataclass(frozen=True, slots=True)
class Trained:
    """What a trainer found: files by name, of which None drops one, and a sentence that says so."""

    said: str
    files: Mapping[str, bytes | None] = field(default_factory=dict)


# The journal from its first record, the hall, and the time now.
Trainer = Callable[[Iterator[Record], HallPlan, datetime], Trained]
