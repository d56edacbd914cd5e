"""A hall that is looked at by its alert rules, for tests of what they raise."""

from dataclasses import dataclass, field
from datetime import timedelta
from typing import Any

from hall.messages import Alert, Crowd, Fault, Node
from hub.core.events import Event
from hub.core.occupancy import Occupancy
from hub.core.outlook import Outlook
from hub.core.plan import HallPlan
from hub.core.situation import Situation
from hub.core.watching import Watches, look
from tests.unit.hub_fakes import busy_plan, crowd_seen
from tests.unit.hub_hall import Hall

RULE: dict[str, Any] = {
    "id": "crowded",
    "zone": "waiting",
    "raise_above": 4,
    "raise_for_s": 5,
    "clear_below": 3,
    "clear_for_s": 5,
    "cooldown_s": 0,
}


def plan_with(**changes: object) -> HallPlan:
    """The busy hall with one rule, the crowded waiting area unless changed."""
    rule = {**RULE, **changes}
    if rule.get("kind", "zone") not in {"zone", "level"}:
        del rule["zone"]
    return busy_plan(rules=[rule])


@dataclass
class WatchedHall(Hall):
    """Cameras, programs and devices as they are set, seen by the rules at each `look`."""

    watches: Watches = field(default_factory=Watches)
    cameras: dict[str, Crowd] = field(default_factory=dict)
    nodes: dict[str, Node] = field(default_factory=dict)
    faults: dict[str, Fault] = field(default_factory=dict)
    broker: bool = True

    @property
    def situation(self) -> Situation:
        return Situation(
            self.plan,
            self.state,
            Outlook(self.plan, self.state),
            self.now,
            seen=Occupancy(self.cameras),
            nodes=self.nodes,
            faults=self.faults,
            broker=self.broker,
        )

    def look(self) -> list[Event]:
        """What one look leads to."""
        self.watches, happened = look(self.situation, self.watches, self.ids)
        self.happen(happened)
        return happened

    def see(self, people: float, seconds: int = 1, *, fresh: bool = True) -> list[str]:
        """Look once a second at a waiting area that stays as it is; the kinds of what happened."""
        happened: list[Event] = []
        for _ in range(seconds):
            self.now += timedelta(seconds=1)
            quality = "ok" if fresh else "dark"
            self.cameras["cam"] = crowd_seen(people, self.now, quality=quality)
            happened += self.look()
        return [event.kind for event in happened]

    def pass_time(self, seconds: float, step_s: float = 1) -> list[str]:
        """Look now and then while time passes; the kinds of what happened."""
        happened: list[Event] = []
        for _ in range(round(seconds / step_s)):
            self.now += timedelta(seconds=step_s)
            happened += self.look()
        return [event.kind for event in happened]

    @property
    def live(self) -> list[Alert]:
        return self.state.live_alerts()

    @property
    def alert(self) -> Alert:
        """The only alert that there is."""
        (alert,) = self.state.alerts.values()
        return alert


def node(name: str, state: str = "online", program: str = "edge", at: object = None) -> Node:
    """A program's birth or last will."""
    return Node.model_validate(
        {"program": program, "id": name, "state": state, "at": at or "2026-03-02T04:00:00Z"}
        | {"version": "1"}
    )
