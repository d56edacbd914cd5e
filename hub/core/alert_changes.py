"""How each event of an alert changes it, and what relief changes in the hall."""

from collections.abc import Callable, Iterable, Mapping
from dataclasses import replace
from datetime import datetime
from typing import Any, Final
from uuid import UUID

from hall.alerts import Advice, Alert
from hub.core import alert_events, events
from hub.core.events import Record
from hub.core.plan import HallPlan
from hub.core.standing import State

Fields = dict[str, Any]


def _raised(record: Record, event: alert_events.AlertRaised) -> Alert:
    return Alert(
        id=event.alert,
        rule=event.rule,
        subject=event.subject,
        state="raised",
        since=record.at,
        value=event.value,
        threshold=event.threshold,
        advice=event.advice,
        text=event.text,
        kind=event.watches,
        unit=event.unit,
        severity=event.severity,
        told=event.told,
        quiet=event.quiet,
        public=event.public,
    )


def _returned(alert: Alert, record: Record, event: alert_events.AlertReturned) -> Fields:
    taken = tuple(each for each in alert.advice if each.taken_at)
    return {
        "state": "raised",
        "value": event.value,
        "text": event.text,
        "advice": (*taken, *event.advice),
        "acknowledged_at": None,
        "acknowledged_by": None,
        "snoozed_until": None,
    }


def _escalated(alert: Alert, record: Record, event: alert_events.AlertEscalated) -> Fields:
    further = tuple(each for each in event.told if each not in alert.told)
    return {"told": alert.told + further, "escalated_at": record.at}


def _acknowledged(alert: Alert, record: Record, event: alert_events.AlertAcknowledged) -> Fields:
    return _seen_to(alert, record)


def _seen_to(alert: Alert, record: Record) -> Fields:
    """Who first took notice is remembered."""
    at, by = alert.acknowledged_at or record.at, alert.acknowledged_by or record.actor
    return {"state": "acknowledged", "acknowledged_at": at, "acknowledged_by": by}


def _applied(alert: Alert, record: Record, event: alert_events.AlertApplied) -> Fields:
    taken = {"taken_at": record.at, "taken_by": record.actor}
    advice = _changed(alert, event.action, lambda each: each.model_copy(update=taken))
    return {**_seen_to(alert, record), "applied": True, "advice": advice}


def _outcome(alert: Alert, record: Record, event: alert_events.AlertOutcome) -> Fields:
    def became(advice: Advice) -> Advice:
        """Without an effect to tell of, where nothing could be measured."""
        effect = None
        if advice.effect is not None and event.became is not None:
            effect = advice.effect.model_copy(update={"became": event.became})
        return advice.model_copy(update={"effect": effect})

    return {"advice": _changed(alert, event.action, became)}


def _changed(alert: Alert, index: int, change: Callable[[Advice], Advice]) -> tuple[Advice, ...]:
    return tuple(
        change(each) if place == index else each for place, each in enumerate(alert.advice)
    )


def _dismissed(alert: Alert, record: Record, event: alert_events.AlertDismissed) -> Fields:
    return {**_seen_to(alert, record), "advice": _kept(alert), "snoozed_until": event.until}


def _cleared(alert: Alert, record: Record, event: alert_events.AlertCleared) -> Fields:
    return {
        "state": "cleared",
        "value": event.value,
        "advice": _kept(alert),
        "cleared_at": record.at,
        "snoozed_until": None,
    }


def _kept(alert: Alert) -> tuple[Advice, ...]:
    """Advice nobody will take any more goes, unless some of it was taken and awaits its outcome."""
    return alert.advice if any(each.taken_at for each in alert.advice) else ()


_CHANGE: Final[dict[type, Callable[[Alert, Record, Any], Fields]]] = {
    alert_events.AlertReturned: _returned,
    alert_events.AlertEscalated: _escalated,
    alert_events.AlertAcknowledged: _acknowledged,
    alert_events.AlertApplied: _applied,
    alert_events.AlertOutcome: _outcome,
    alert_events.AlertDismissed: _dismissed,
    alert_events.AlertCleared: _cleared,
}
KINDS: Final = (alert_events.AlertRaised, *_CHANGE)


def after(alerts: Mapping[UUID, Alert], record: Record) -> Mapping[UUID, Alert]:
    """The alerts after `record`; one that is not about any of them changes nothing."""
    event = record.event
    if isinstance(event, alert_events.AlertRaised):
        return {**alerts, event.alert: _raised(record, event)}
    change = _CHANGE.get(type(event))
    if change is None:
        return alerts
    alert = alerts.get(event.alert)  # type: ignore[union-attr] # all in the table have one
    if alert is None:
        return alerts
    return {**alerts, alert.id: alert.model_copy(update=change(alert, record, event))}


def told(records: Iterable[Record]) -> list[Alert]:
    """The alerts that these records tell of, in the order in which they were raised."""
    alerts: Mapping[UUID, Alert] = {}
    for record in records:
        alerts = after(alerts, record)
    return list(alerts.values())


def silence_key(rule: str, subject: str) -> str:
    """How a state names the silence of a rule about a subject."""
    return f"{rule}/{subject}"


def _alert_changed(plan: HallPlan, state: State, record: Record, event: events.Event) -> State:
    alerts = after(state.alerts, record)
    until = _silent_until(event)
    if until is None:
        return replace(state, alerts=alerts)
    alert = alerts[event.alert]  # type: ignore[union-attr] # only alerts' events silence
    key = silence_key(alert.rule, alert.subject)
    return replace(state, alerts=alerts, silences={**state.silences, key: until})


def _silent_until(event: events.Event) -> datetime | None:
    if isinstance(event, alert_events.AlertCleared):
        return event.rests_until
    return event.until if isinstance(event, alert_events.AlertDismissed) else None


def _urged(
    plan: HallPlan, state: State, record: Record, event: alert_events.DiversionUrged
) -> State:
    return replace(state, urged_until=event.until)


def _closed(plan: HallPlan, state: State, record: Record, event: alert_events.SlotsClosed) -> State:
    closed = dict.fromkeys(event.services, event.until)
    return replace(state, slots_closed={**state.slots_closed, **closed})


def _guide(plan: HallPlan, state: State, record: Record, event: alert_events.GuideCalled) -> State:
    """The alert whose advice it was tells the guide; the hall itself is as before."""
    return state


CHANGES: Final[dict[type, Callable[[HallPlan, State, Record, Any], State]]] = {
    **dict.fromkeys(KINDS, _alert_changed),
    alert_events.DiversionUrged: _urged,
    alert_events.SlotsClosed: _closed,
    alert_events.GuideCalled: _guide,
}
