"""Everything that alert rules look at, at one moment."""

from collections.abc import Mapping
from dataclasses import dataclass, field
from datetime import datetime
from functools import cached_property

from hall.messages import Fault, Node, Text, Zone
from hub.core.expected import Patterns
from hub.core.occupancy import HallPicture, Occupancy, hall_picture
from hub.core.outlook import Outlook
from hub.core.plan import HallPlan
from hub.core.state import State


@dataclass(frozen=True, slots=True)
class Signal:
    """What a rule measures about one subject; nothing is decided on a `stale` one.

    `note`: a clause or sentence with what lies behind the value.
    """

    value: float
    at: datetime
    stale: bool = False
    note: Text | None = None


@dataclass(frozen=True)
class Situation:
    """The hall, what cameras see, and which devices are there.

    `broker`: whether it answers. `patterns`: what was learned of how visitors come, if anything.
    """

    plan: HallPlan
    state: State
    outlook: Outlook
    now: datetime
    seen: Occupancy = field(default_factory=Occupancy)
    nodes: Mapping[str, Node] = field(default_factory=dict)
    faults: Mapping[str, Fault] = field(default_factory=dict)
    broker: bool = True
    patterns: Patterns | None = None

    @cached_property
    def picture(self) -> HallPicture:
        """The hall as cameras and tickets show it."""
        return hall_picture(self.plan, self.seen, self.state, self.now)

    @property
    def zones(self) -> Mapping[str, Zone]:
        """Every zone with its newest reading."""
        return self.picture.zones

    def wait_p90_min(self, service: str) -> float:
        """What nine in ten who would come now for a service wait at most."""
        return self.outlook.newcomer(service).p90_s / 60

    def waiting(self, service: str) -> int:
        """How many wait for a service."""
        return self.state.tickets.waiting_for(service)
