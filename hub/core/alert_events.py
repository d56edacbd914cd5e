"""What has happened to alerts, and what was done to relieve the hall: rows of the journal."""

from typing import Annotated, Literal
from uuid import UUID

from pydantic import Field

from hall.alerts import AlertKind, Severity, Unit
from hall.messages import Advice, ConfiguredId, Message, Moment, Text


class AlertRaised(Message):
    """A rule fired for its subject. `told`: who hears of it, as in hall.alerts."""

    kind: Literal["alert_raised"] = "alert_raised"
    alert: UUID
    rule: ConfiguredId
    subject: ConfiguredId
    value: float
    threshold: float
    text: Text
    advice: tuple[Advice, ...]
    watches: AlertKind = "zone"
    unit: Unit = "people"
    severity: Severity = "warning"
    told: tuple[str, ...] = ("dashboard", "tablet", "mqtt")
    quiet: bool = False
    public: Text | None = None


class AlertReturned(Message):
    """An alert that someone had seen to, or put off, rings again as it now stands."""

    kind: Literal["alert_returned"] = "alert_returned"
    alert: UUID
    value: float
    text: Text
    advice: tuple[Advice, ...] = ()


class AlertEscalated(Message):
    """Nobody took notice in time: further targets are told."""

    kind: Literal["alert_escalated"] = "alert_escalated"
    alert: UUID
    told: tuple[str, ...]


class AlertAcknowledged(Message):
    """Someone has taken notice of an alert."""

    kind: Literal["alert_acknowledged"] = "alert_acknowledged"
    alert: UUID


class AlertApplied(Message):
    """An advice of an alert, the first by default, was carried out; what it did has own events."""

    kind: Literal["alert_applied"] = "alert_applied"
    alert: UUID
    action: Annotated[int, Field(ge=0)] = 0


class AlertOutcome(Message):
    """What became, some minutes later, of what an advice was to change; None if nobody can tell."""

    kind: Literal["alert_outcome"] = "alert_outcome"
    alert: UUID
    action: Annotated[int, Field(ge=0)]
    became: float | None


class AlertDismissed(Message):
    """The advice of an alert was declined; the alert stays, silent until then, till it clears."""

    kind: Literal["alert_dismissed"] = "alert_dismissed"
    alert: UUID
    until: Moment | None = None


class AlertCleared(Message):
    """The subject is calm again; its rule rests for a while before it may fire for it anew."""

    kind: Literal["alert_cleared"] = "alert_cleared"
    alert: UUID
    value: float
    rests_until: Moment | None = None
    reason: Literal["", "abandoned", "resolved"] = ""


class DiversionUrged(Message):
    """Until then kiosks and experts are offered to all who gain, however little they gain."""

    kind: Literal["diversion_urged"] = "diversion_urged"
    until: Moment


class GuideCalled(Message):
    """A guide was called to somewhere in the hall."""

    kind: Literal["guide_called"] = "guide_called"
    text: Text


class SlotsClosed(Message):
    """Nobody further may book these services before then; who has booked may come."""

    kind: Literal["slots_closed"] = "slots_closed"
    services: tuple[ConfiguredId, ...]
    until: Moment
