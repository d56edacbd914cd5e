"""How it went with each visitor of a simulated day."""

from dataclasses import dataclass
from typing import Literal
from uuid import UUID

from hall.messages import VisitClass
from hub.simulation.visitors import Visitor

End = Literal["window", "kiosk", "expert", "left", "turned_away"]


@dataclass(slots=True)
class Visit:
    """How it goes with a visitor; `ended` is None as long as they are in the hall.

    The wait is over when a window, an expert or a kiosk that will succeed begins with them, or when
    they lose patience.
    """

    visitor: Visitor
    ticket: UUID
    visit: VisitClass = VisitClass.WALK_IN
    began_min: float | None = None
    ended: End | None = None

    @property
    def wait_min(self) -> float:
        """Minutes from the arrival to the end of the wait."""
        return 0.0 if self.began_min is None else self.began_min - self.visitor.arrives_min


@dataclass(frozen=True, slots=True)
class Outcome:
    """A day as it went: each visit, and for how long windows were open and busy in all."""

    visits: tuple[Visit, ...]
    window_min: float
    busy_min: float
