"""Peak alerts: when a rule raises and clears, and the events that this means."""

from dataclasses import dataclass
from datetime import datetime, timedelta
from typing import Final, Literal
from uuid import UUID

from hall.messages import Advice, Alert
from hub.core import alert_events
from hub.core.alert_changes import silence_key
from hub.core.alert_kinds import KINDS, unit_of
from hub.core.alert_rules import MOST_SILENT_MIN, Rule
from hub.core.events import Event
from hub.core.remedies import Case
from hub.core.situation import Signal, Situation
from hub.core.state import State

MOST_SILENT: Final = timedelta(minutes=MOST_SILENT_MIN)

Verdict = Literal["raise", "clear"]


@dataclass(frozen=True, slots=True)
class Watch:
    """Since when a signal has been above a rule's upper level, or below its lower one."""

    above_since: datetime | None = None
    below_since: datetime | None = None


def watch(
    rule: Rule, before: Watch, signal: Signal, *, raised: bool
) -> tuple[Watch, Verdict | None]:
    """Hysteresis in level and time: one more value of the rule's signal, and what it means.

    Time is counted between values, so a silent camera neither raises nor clears: a stale signal
    starts the count anew, and so does a clock set back.
    """
    if signal.stale:
        return Watch(), None
    above = signal.value > rule.raise_above
    below = signal.value < rule.clear_below
    after = Watch(
        above_since=min(before.above_since or signal.at, signal.at) if above else None,
        below_since=min(before.below_since or signal.at, signal.at) if below else None,
    )
    if not raised and _lasted(after.above_since, signal.at, rule.raise_for_s):
        return after, "raise"
    if raised and _lasted(after.below_since, signal.at, rule.clear_for_s):
        return after, "clear"
    return after, None


def _lasted(since: datetime | None, until: datetime, for_s: float) -> bool:
    return since is not None and until - since >= timedelta(seconds=for_s)


def live_alert(state: State, rule: Rule, subject: str) -> Alert | None:
    """The alert of this rule about the subject that has not cleared."""
    wanted = rule.id, subject
    return next((each for each in state.live_alerts() if (each.rule, each.subject) == wanted), None)


def silent(state: State, rule: Rule, subject: str, now: datetime) -> bool:
    """Whether a rule rests about a subject: it cleared just now, or someone wants no more of it.

    A silence that would last longer than any may was begun before the clock was set back.
    """
    until = state.silences.get(silence_key(rule.id, subject))
    return until is not None and now < until <= now + MOST_SILENT


def raise_alert(
    situation: Situation, rule: Rule, subject: str, signal: Signal, alert: UUID
) -> Event:
    """A rule that fired, with its sentence and advice; `alert` is a fresh id."""
    kind = KINDS[rule.kind]
    quiet = rule.severity != "critical" and situation.plan.within(rule.quiet_hours, situation.now)
    return alert_events.AlertRaised(
        alert=alert,
        rule=rule.id,
        subject=subject,
        value=signal.value,
        threshold=rule.raise_above,
        text=kind.sentence(situation.plan, rule, subject, signal),
        advice=advice(situation, rule, subject, signal),
        watches=rule.kind,
        unit=unit_of(rule),
        severity=rule.severity,
        told=rule.tell,
        quiet=quiet,
        public=rule.public,
    )


def return_alert(situation: Situation, rule: Rule, alert: Alert, signal: Signal) -> Event:
    """An alert whose snooze is over, told anew."""
    return alert_events.AlertReturned(
        alert=alert.id,
        value=signal.value,
        text=KINDS[rule.kind].sentence(situation.plan, rule, alert.subject, signal),
        advice=advice(situation, rule, alert.subject, signal),
    )


def advice(situation: Situation, rule: Rule, subject: str, signal: Signal) -> tuple[Advice, ...]:
    """What could be done, as the table of kinds has it, the most promising kind of help first."""
    case = Case(rule.kind, subject, signal.value, unit_of(rule))
    found = (remedy(situation, case) for remedy in KINDS[rule.kind].remedies)
    return tuple(each for each in found if each is not None)


def clear_alert(rule: Rule, alert: Alert, value: float, now: datetime) -> alert_events.AlertCleared:
    """The end of an alert; its rule rests about the subject for its cool-down, or its snooze."""
    rests = now + timedelta(seconds=rule.cooldown_s)
    return alert_events.AlertCleared(
        alert=alert.id, value=value, rests_until=max(rests, alert.snoozed_until or rests)
    )
