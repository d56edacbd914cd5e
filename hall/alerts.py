"""Alerts as they cross a process: what fired, for whom, what can be done and what came of it."""

from typing import Annotated, Literal
from uuid import UUID

from pydantic import Field

from hall.wire import ConfiguredId, Message, Moment, Text

AlertKind = Annotated[
    str, Field(description="zone|level|unticketed|wait|load|device|duress; others may come")
]
Unit = Annotated[
    str, Field(description="people|per_m2|level|minutes|percent|faults|press; others may come")
]
Severity = Literal["info", "warning", "critical"]
Action = Literal["open_window", "close_window", "divert", "call_guide", "shift_bookings"]


class Effect(Message):
    """What following an advice should change: `unit` before, as expected, and as it became.

    It is the 90th percentile of the wait for `service`, or else the alert's own value. `expected`
    is absent where nobody can honestly say; `became` is measured once, some minutes afterwards.
    """

    unit: Unit
    before: float
    expected: float | None = None
    service: ConfiguredId | None = None
    became: float | None = None


class Advice(Message):
    """Something a manager can do with one tap; `taken_at` once it was done, and by whom."""

    action: Action
    text: Text
    window: ConfiguredId | None = None
    service: ConfiguredId | None = None
    effect: Effect | None = None
    taken_at: Moment | None = None
    taken_by: str | None = None


class Alert(Message):
    """A rule that fired for a subject, and what can be done about it.

    `subject`: zone, service, group, window or device; the hall's id for the hall as a whole.
    `told`: dashboard, tablet, display, mqtt, and webhook:NAME. `quiet`: raised in quiet hours, so
    that nobody is paged. `public`: words for displays. Names of staff never go on MQTT.
    """

    id: UUID
    rule: ConfiguredId
    subject: ConfiguredId
    state: Literal["raised", "acknowledged", "cleared"]
    since: Moment
    value: float
    threshold: float
    advice: tuple[Advice, ...] = ()
    text: Text
    applied: bool = False
    kind: AlertKind = "zone"
    unit: Unit = "people"
    severity: Severity = "warning"
    told: tuple[str, ...] = ("dashboard", "tablet", "mqtt")
    quiet: bool = False
    public: Text | None = None
    acknowledged_at: Moment | None = None
    acknowledged_by: str | None = None
    escalated_at: Moment | None = None
    snoozed_until: Moment | None = None
    cleared_at: Moment | None = None

    def nameless(self) -> "Alert":
        """The same alert without the names of staff."""
        advice = tuple(each.model_copy(update={"taken_by": None}) for each in self.advice)
        return self.model_copy(update={"advice": advice, "acknowledged_by": None})


class Announcements(Message):
    """What displays say beside the calls, the most pressing first."""

    texts: tuple[Text, ...]


class ApplyRequest(Message):
    """Body of `POST /api/v1/alerts/{id}/apply`: which advice, the first by default."""

    action: Annotated[int, Field(ge=0, le=100)] = 0


class DismissRequest(Message):
    """Body of `POST /api/v1/alerts/{id}/dismiss`: silent for how long, if not the rule's."""

    minutes: Annotated[float, Field(gt=0, le=24 * 60)] | None = None
