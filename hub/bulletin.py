"""Tells subscribers what differs from what they were last told."""

from collections.abc import Callable, Iterable, Mapping
from typing import Final

from hall.alerts import Announcements
from hall.messages import Alert, Call, Crowd, Node, Queues, Window, Zone
from hall.overview import Hall, People

Zones = Mapping[str, Zone]
Change = Crowd | People | Zones | Queues | Window | Alert | Node | Call | Announcements
Subscriber = Callable[[Change], None]

PEOPLE: Final = "people"
ZONES: Final = "zones"
QUEUES: Final = "queues"
ANNOUNCEMENTS: Final = "announcements"


class Bulletin:
    """The last word on every part of the hall. Used by the engine's thread alone."""

    def __init__(self, calls: tuple[Call, ...]) -> None:
        """`calls` were announced before this process began, and are not announced again."""
        self._subscribers: list[Subscriber] = []
        self._told: dict[str, object] = {f"call {call.id}": call for call in calls}

    def subscribe(self, subscriber: Subscriber) -> None:
        """Call `subscriber` with each change; it must only enqueue."""
        self._subscribers.append(subscriber)

    def tell(self, hall: Hall, alerts: Iterable[Alert]) -> None:
        """Compare the hall with what was told, and pass on the difference.

        `alerts` includes those just cleared, which the hall no longer lists.
        """
        known: dict[str, object] = {}
        for name, change, content in self._parts(hall, alerts):
            known[name] = content
            told = self._told.get(name)
            if told is not content and told != content:
                for subscriber in self._subscribers:
                    subscriber(change)
        self._told = known

    @staticmethod
    def _parts(hall: Hall, alerts: Iterable[Alert]) -> list[tuple[str, Change, object]]:
        """Every part with its name and the content that decides whether it is news."""
        queues = Queues(at=hall.at, services=hall.queues)
        announced = Announcements(texts=hall.announcements)
        return [
            *((f"node {node.id}", node, node) for node in hall.nodes.values()),
            *((f"crowd {crowd.camera}", crowd, crowd) for crowd in hall.crowd.values()),
            (PEOPLE, hall.people, hall.people),
            (ZONES, hall.zones, hall.zones),
            *((f"window {window.id}", window, window) for window in hall.windows),
            (QUEUES, queues, queues.services),
            (ANNOUNCEMENTS, announced, announced),
            *((f"call {call.id}", call, call) for call in reversed(hall.calls)),
            *((f"alert {alert.id}", alert, alert) for alert in alerts),
        ]
