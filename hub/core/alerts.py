"""Peak alerts: when a rule raises and clears, what it advises, and what people do about it."""

from dataclasses import dataclass
from datetime import datetime, timedelta
from typing import Literal
from uuid import UUID

from hall.messages import Advice, Alert, Role, Text, Zone
from hub.core import events
from hub.core.commands import (
    AcknowledgeAlert,
    Actor,
    AlertCommand,
    ApplyAlert,
    OpenWindow,
)
from hub.core.events import Event
from hub.core.plan import HallPlan, Rule
from hub.core.refusals import Refused
from hub.core.state import State
from hub.core.windows import command_window

Verdict = Literal["raise", "clear"]


@dataclass(frozen=True, slots=True)
class Watch:
    """Since when a zone has been above a rule's upper level, or below its lower one."""

    above_since: datetime | None = None
    below_since: datetime | None = None


def watch(rule: Rule, before: Watch, zone: Zone, *, raised: bool) -> tuple[Watch, Verdict | None]:
    """Hysteresis in level and time: one more reading of the rule's zone, and what it means.

    Time is counted between readings, so a silent camera neither raises nor clears: a stale zone
    starts the count anew, and so does a clock set back.
    """
    if zone.stale or zone.count is None or zone.at is None:
        return Watch(), None
    above = zone.count > rule.raise_above
    below = zone.count < rule.clear_below
    after = Watch(
        above_since=min(before.above_since or zone.at, zone.at) if above else None,
        below_since=min(before.below_since or zone.at, zone.at) if below else None,
    )
    if not raised and _lasted(after.above_since, zone.at, rule.raise_for_s):
        return after, "raise"
    if raised and _lasted(after.below_since, zone.at, rule.clear_for_s):
        return after, "clear"
    return after, None


def _lasted(since: datetime | None, until: datetime, for_s: float) -> bool:
    return since is not None and until - since >= timedelta(seconds=for_s)


def live_alert(state: State, rule: Rule) -> Alert | None:
    """The alert of this rule that has not cleared."""
    return next((alert for alert in state.live_alerts() if alert.rule == rule.id), None)


def raise_alert(plan: HallPlan, state: State, rule: Rule, zone: Zone, alert: UUID) -> Event:
    """A rule that fired, with its sentence and advice; `alert` is a fresh id."""
    value = zone.count or 0.0
    return events.AlertRaised(
        alert=alert,
        rule=rule.id,
        subject=rule.zone,
        value=value,
        threshold=rule.raise_above,
        text=_sentence(rule, zone, value),
        advice=_advice(plan, state),
    )


def _sentence(rule: Rule, zone: Zone, value: float) -> Text:
    return Text(
        zh=f"{zone.name.zh}现有 {value:.0f} 人，已连续 {rule.raise_for_s:.0f} 秒"
        f"超过 {rule.raise_above:.0f} 人。",
        en=f"{zone.name.en} holds {value:.0f} people, above {rule.raise_above:.0f}"
        f" for {rule.raise_for_s:.0f} seconds.",
    )


def _advice(plan: HallPlan, state: State) -> tuple[Advice, ...]:
    """Open the window, not yet open, that could serve most of those who wait."""
    waiting = [ticket.service for ticket in state.waiting()]
    shut = [window for window in plan.windows if state.window(window.id).state != "open"]
    if not shut:
        return ()
    best = max(shut, key=lambda window: sum(service in window.skills for service in waiting))
    helped = sum(service in best.skills for service in waiting)
    return (
        Advice(
            action="open_window",
            window=best.id,
            text=Text(
                zh=f"开{best.name.zh}，可办理正在等候的 {helped} 人的业务",
                en=f"Open {best.name.en}: it can serve {helped} of those who wait",
            ),
        ),
    )


def clear_alert(alert: Alert, zone: Zone) -> Event:
    """The end of an alert whose zone is calm again."""
    return events.AlertCleared(alert=alert.id, value=zone.count or 0.0)


def abandoned(plan: HallPlan, state: State) -> list[Event]:
    """The end of alerts whose rule the hall file no longer has, or has for another zone."""
    watched = {(rule.id, rule.zone) for rule in plan.rules}
    return [
        events.AlertCleared(alert=alert.id, value=alert.value)
        for alert in state.live_alerts()
        if (alert.rule, alert.subject) not in watched
    ]


def command_alert(
    plan: HallPlan, state: State, command: AlertCommand, actor: Actor, now: datetime
) -> list[Event] | Refused:
    """Take notice of an alert, carry its advice out, or decline the advice."""
    alert = state.alerts.get(command.alert)
    if alert is None:
        return Refused("unknown_alert")
    if alert.state == "cleared":
        return Refused("alert_cleared")
    if isinstance(command, ApplyAlert):
        return _apply_advice(plan, state, alert, actor, now)
    if isinstance(command, AcknowledgeAlert):
        done = alert.state == "acknowledged"
        return [] if done else [events.AlertAcknowledged(alert=alert.id)]
    return [events.AlertDismissed(alert=alert.id)]


def _apply_advice(
    plan: HallPlan, state: State, alert: Alert, actor: Actor, now: datetime
) -> list[Event] | Refused:
    if alert.applied:
        return []
    if not alert.advice:
        return Refused("no_advice")
    on_behalf = Actor(actor.name, Role.MANAGER)
    opened = command_window(plan, state, OpenWindow(alert.advice[0].window), on_behalf, now)
    if isinstance(opened, Refused):
        return opened
    return [*opened, events.AlertApplied(alert=alert.id)]
