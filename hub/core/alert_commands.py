"""Decides what people do about alerts: take notice, carry out advice, decline it, call for help."""

from collections.abc import Callable
from dataclasses import dataclass
from datetime import datetime, timedelta
from typing import Final

from hall.alerts import Action
from hall.messages import Advice, Alert, Role
from hub.core import alert_events
from hub.core.alert_kinds import KINDS, unit_of
from hub.core.alert_rules import Rule
from hub.core.alerts import clear_alert, live_alert
from hub.core.commands import (
    AcknowledgeAlert,
    Actor,
    AlertCommand,
    ApplyAlert,
    CallGuide,
    CloseSlots,
    DismissAlert,
    OpenWindow,
    SoundDuress,
    UrgeDiversion,
)
from hub.core.events import Event
from hub.core.plan import HallPlan
from hub.core.refusals import Refused
from hub.core.relief import call_guide, close_slots, urge_diversion
from hub.core.remedies import SLOTS_MIN, URGED_MIN
from hub.core.situation import Signal
from hub.core.state import State
from hub.core.windows import command_window

Outcome = list[Event] | Refused


@dataclass(frozen=True, slots=True)
class _Asked:
    """Who decides about an alert, when, and in which hall."""

    plan: HallPlan
    state: State
    alert: Alert
    actor: Actor
    now: datetime


def command_alert(
    plan: HallPlan, state: State, command: AlertCommand, actor: Actor, now: datetime
) -> Outcome:
    """Take notice of an alert, carry its advice out, or decline the advice."""
    alert = state.alerts.get(command.alert)
    if alert is None:
        return Refused("unknown_alert")
    if alert.state == "cleared":
        return Refused("alert_cleared")
    asked = _Asked(plan, state, alert, actor, now)
    if isinstance(command, ApplyAlert):
        return _apply_advice(asked, command.action)
    if isinstance(command, AcknowledgeAlert):
        done = alert.state == "acknowledged"
        return [] if done else [alert_events.AlertAcknowledged(alert=alert.id)]
    return _dismiss(asked, command)


def _dismiss(asked: _Asked, command: DismissAlert) -> Outcome:
    alert, now = asked.alert, asked.now
    rule = next((rule for rule in asked.plan.watched if rule.id == alert.rule), None)
    if rule is None:
        return [alert_events.AlertDismissed(alert=alert.id)]
    minutes = rule.snooze_min if command.minutes is None else command.minutes
    until = now + timedelta(minutes=minutes)
    if not KINDS[rule.kind].ends_by_hand:
        return [alert_events.AlertDismissed(alert=alert.id, until=until)]
    # A duress button must work again at once; a device known to be ill may stay so for a while.
    rests = now if rule.kind == "duress" else until
    ended = clear_alert(rule, alert, alert.value, now)
    return [
        alert_events.AlertDismissed(alert=alert.id),
        ended.model_copy(update={"rests_until": rests, "reason": "resolved"}),
    ]


def _apply_advice(asked: _Asked, index: int) -> Outcome:
    alert = asked.alert
    if not 0 <= index < len(alert.advice):
        return Refused("no_advice")
    advice = alert.advice[index]
    if advice.taken_at is not None:
        return []
    if advice.action not in _CARRY_OUT:
        return Refused("no_advice")
    done = _CARRY_OUT[advice.action](asked, advice)
    if isinstance(done, Refused):
        return done
    return [*done, alert_events.AlertApplied(alert=alert.id, action=index)]


# What an advice asks for is done by the command that anyone else would give for it.


def _open(asked: _Asked, advice: Advice) -> Outcome:
    window = advice.window or ""
    if asked.state.window(window).state == "open":
        return Refused("advice_outdated")
    on_behalf = Actor(asked.actor.name, Role.MANAGER)
    return command_window(asked.plan, asked.state, OpenWindow(window), on_behalf, asked.now)


def _divert(asked: _Asked, advice: Advice) -> Outcome:
    command = UrgeDiversion(URGED_MIN)
    return urge_diversion(asked.plan, asked.state, command, asked.actor, asked.now)


def _call_guide(asked: _Asked, advice: Advice) -> Outcome:
    command = CallGuide(advice.text)
    called = call_guide(asked.plan, asked.state, command, asked.actor, asked.now)
    if isinstance(called, Refused) or "tablet" in asked.alert.told:
        return called
    return [*called, alert_events.AlertEscalated(alert=asked.alert.id, told=("tablet",))]


def _shift_bookings(asked: _Asked, advice: Advice) -> Outcome:
    bookable = (service.id for service in asked.plan.services if service.appointments)
    services = (advice.service,) if advice.service else tuple(bookable)
    command = CloseSlots(services, SLOTS_MIN)
    return close_slots(asked.plan, asked.state, command, asked.actor, asked.now)


_CARRY_OUT: Final[dict[Action, Callable[[_Asked, Advice], Outcome]]] = {
    "open_window": _open,
    "divert": _divert,
    "call_guide": _call_guide,
    "shift_bookings": _shift_bookings,
}


def sound_duress(
    plan: HallPlan, state: State, command: SoundDuress, actor: Actor, now: datetime
) -> Outcome:
    """Call the managers to a window; whoever stands there may press, whosever window it is."""
    if command.window not in plan.window_by_id:
        return Refused("unknown_window")
    rule = next(rule for rule in plan.watched if rule.kind == "duress")
    live = live_alert(state, rule, command.window)
    if live is None:
        return [_duress_raised(plan, rule, command, now)]
    if live.state == "raised":
        return []
    return [alert_events.AlertReturned(alert=live.id, value=1, text=live.text)]


def _duress_raised(plan: HallPlan, rule: Rule, command: SoundDuress, now: datetime) -> Event:
    kind, pressed = KINDS[rule.kind], Signal(1, now)
    return alert_events.AlertRaised(
        alert=command.alert,
        rule=rule.id,
        subject=command.window,
        value=pressed.value,
        threshold=rule.raise_above,
        text=kind.sentence(plan, rule, command.window, pressed),
        advice=(),
        watches=rule.kind,
        unit=unit_of(rule),
        severity=rule.severity,
        told=rule.tell,
    )
