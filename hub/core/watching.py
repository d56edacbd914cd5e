"""One look at the hall by all its rules: what raises, clears or rings again, what advice led to."""

from collections.abc import Callable, Iterator, Mapping
from dataclasses import dataclass, field
from datetime import datetime, timedelta
from typing import Final
from uuid import UUID

from hall.messages import Advice, Alert
from hub.core import alert_events
from hub.core.alert_kinds import KINDS
from hub.core.alert_rules import Rule
from hub.core.alerts import (
    Watch,
    clear_alert,
    live_alert,
    raise_alert,
    return_alert,
    silent,
    watch,
)
from hub.core.events import Event
from hub.core.signals import waited_for
from hub.core.situation import Signal, Situation

OUTCOME_MIN: Final = 15  # where the rule that gave the advice is gone
GIVEN_UP: Final = timedelta(hours=1)  # after which nobody waits for an outcome any more


@dataclass(frozen=True, slots=True)
class Watches:
    """What the rules remember between looks, by rule and subject; and when each last looked."""

    by: Mapping[tuple[str, str], Watch] = field(default_factory=dict)
    looked: Mapping[str, datetime] = field(default_factory=dict)


def look(
    situation: Situation, watches: Watches, new_id: Callable[[], UUID]
) -> tuple[Watches, list[Event]]:
    """One look at everything that is due, and what follows from it.

    One alert lives per rule and subject at any time. `watches` is empty at the start of the hub:
    what was raised before stays raised, and what was not must last its time anew.
    """
    by, looked = dict(watches.by), dict(watches.looked)
    happened = abandoned(situation)
    for rule in situation.plan.watched:
        if not _due(rule, looked.get(rule.id), situation.now):
            continue
        looked[rule.id] = situation.now
        signals = KINDS[rule.kind].signal(situation, rule)
        for subject, signal in signals.items():
            key = rule.id, subject
            live = live_alert(situation.state, rule, subject)
            by[key], verdict = watch(rule, by.get(key, Watch()), signal, raised=live is not None)
            if verdict == "raise" and not silent(situation.state, rule, subject, situation.now):
                happened.append(raise_alert(situation, rule, subject, signal, new_id()))
            elif verdict == "clear" and live is not None:
                happened.append(clear_alert(rule, live, signal.value, situation.now))
            elif live is not None:
                happened += _again(situation, rule, live, signal)
    happened += [*_escalations(situation), *_outcomes(situation)]
    return Watches(by, looked), happened


def _due(rule: Rule, looked: datetime | None, now: datetime) -> bool:
    """Whether a rule is to look again; also once the clock was set back."""
    every = timedelta(seconds=KINDS[rule.kind].every_s)
    return looked is None or not timedelta(0) <= now - looked < every


def _again(situation: Situation, rule: Rule, alert: Alert, signal: Signal) -> Iterator[Event]:
    """An alert that was put off rings again once its time is over and it is still so."""
    until = alert.snoozed_until
    if until is not None and until <= situation.now and not signal.stale:
        yield return_alert(situation, rule, alert, signal)


def abandoned(situation: Situation) -> list[Event]:
    """The end of alerts whose rule the hall file no longer has, or has for something else."""
    rules = {rule.id: rule for rule in situation.plan.watched}

    def watched(alert: Alert) -> bool:
        rule = rules.get(alert.rule)
        if rule is None or rule.kind != alert.kind:
            return False
        if rule.kind == "wait":
            return alert.subject in {situation.plan.id, *waited_for(situation.plan, rule)}
        return rule.zone in {None, alert.subject}

    return [
        alert_events.AlertCleared(alert=alert.id, value=alert.value, reason="abandoned")
        for alert in situation.state.live_alerts()
        if not watched(alert)
    ]


def _escalations(situation: Situation) -> Iterator[Event]:
    """Further targets are told of what nobody has taken notice of, though not in quiet hours."""
    plan, now = situation.plan, situation.now
    rules = {rule.id: rule for rule in plan.watched if rule.escalate is not None}
    for alert in situation.state.live_alerts():
        rule = rules.get(alert.rule)
        if rule is None or rule.escalate is None or alert.kind != rule.kind:
            continue
        if alert.state != "raised" or alert.escalated_at is not None:
            continue
        if rule.severity != "critical" and plan.within(rule.quiet_hours, now):
            continue
        if now - alert.since >= timedelta(minutes=rule.escalate.after_min):
            yield alert_events.AlertEscalated(alert=alert.id, told=rule.escalate.tell)


def _outcomes(situation: Situation) -> Iterator[Event]:
    """What became of the figures that advice was to change, once its time has passed."""
    rules = {rule.id: rule for rule in situation.plan.watched}
    for alert in situation.state.alerts.values():
        rule = rules.get(alert.rule)
        after = timedelta(minutes=rule.outcome_min if rule else OUTCOME_MIN)
        for index, advice in enumerate(alert.advice):
            if advice.taken_at is None or advice.effect is None:
                continue
            late = situation.now - advice.taken_at - after
            if advice.effect.became is not None or late < timedelta(0):
                continue
            became = _figure(situation, rule, alert, advice)
            if became is not None or late > GIVEN_UP:
                yield alert_events.AlertOutcome(alert=alert.id, action=index, became=became)


def _figure(situation: Situation, rule: Rule | None, alert: Alert, advice: Advice) -> float | None:
    """The figure of an advice as it is now; None where nothing vouches for it."""
    service = advice.effect.service if advice.effect else None
    if service is not None:
        known = service in situation.plan.service_by_id
        return round(situation.wait_p90_min(service)) if known else None
    if rule is None or rule.kind != alert.kind:
        return None
    signal = KINDS[rule.kind].signal(situation, rule).get(alert.subject)
    return None if signal is None or signal.stale else round(signal.value, 1)
