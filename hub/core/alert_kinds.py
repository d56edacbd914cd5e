"""The table of alert kinds: what each measures, in which unit, its sentence and what may help."""

from collections.abc import Callable
from dataclasses import dataclass
from typing import Final

from hall.alerts import Unit
from hall.messages import Level, Text
from hub.core import remedies, signals
from hub.core.alert_rules import KindName, Rule
from hub.core.plan import HallPlan
from hub.core.remedies import Remedy
from hub.core.signals import SignalOf
from hub.core.situation import Signal

_MOST: Final = Text(zh="多数业务", en="Most services")

Sentence = Callable[[HallPlan, Rule, str, Signal], Text]


@dataclass(frozen=True, slots=True)
class Kind:
    """One row. `every_s`: how often it is looked at; 0 with each reading.

    `ends_by_hand`: to decline its advice is to end the alert.
    """

    unit: Unit
    signal: SignalOf
    sentence: Sentence
    remedies: tuple[Remedy, ...] = ()
    every_s: float = 0
    ends_by_hand: bool = False


def _crowded(plan: HallPlan, rule: Rule, subject: str, signal: Signal) -> Text:
    name = named(plan, subject)
    if rule.measure == "density":
        return Text(
            zh=f"{name.zh}每平方米 {signal.value:.1f} 人，已连续 {rule.raise_for_s:.0f} 秒"
            f"超过 {rule.raise_above:.1f} 人。",
            en=f"{name.en} holds {signal.value:.1f} people per m², above {rule.raise_above:.1f}"
            f" for {rule.raise_for_s:.0f} seconds.",
        )
    return Text(
        zh=f"{name.zh}现有 {signal.value:.0f} 人，已连续 {rule.raise_for_s:.0f} 秒"
        f"超过 {rule.raise_above:.0f} 人。",
        en=f"{name.en} holds {signal.value:.0f} people, above {rule.raise_above:.0f}"
        f" for {rule.raise_for_s:.0f} seconds.",
    )


def _packed(plan: HallPlan, rule: Rule, subject: str, signal: Signal) -> Text:
    name, levels = named(plan, subject), tuple(Level)
    now, limit = levels[round(signal.value) - 1], levels[round(rule.raise_above) - 1]
    return Text(
        zh=f"{name.zh}的拥挤程度为 {now} 级，已连续 {rule.raise_for_s:.0f} 秒比 {limit} 级更挤。",
        en=f"{name.en} is at level of service {now}, worse than {limit}"
        f" for {rule.raise_for_s:.0f} seconds.",
    )


def _without_tickets(plan: HallPlan, rule: Rule, subject: str, signal: Signal) -> Text:
    return Text(
        zh=f"厅内约有 {signal.value:.0f} 人没有取号{_aside_zh(signal)}，"
        f"已连续 {rule.raise_for_s:.0f} 秒超过 {rule.raise_above:.0f} 人。",
        en=f"About {signal.value:.0f} people have no ticket{_aside_en(signal)},"
        f" above {rule.raise_above:.0f} for {rule.raise_for_s:.0f} seconds.",
    )


def _long_wait(plan: HallPlan, rule: Rule, subject: str, signal: Signal) -> Text:
    name = _MOST if subject == plan.id else named(plan, subject)
    return Text(
        zh=f"{name.zh}：十人中有一人要等 {signal.value:.0f} 分钟以上，"
        f"超过目标 {rule.raise_above:.0f} 分钟{_aside_zh(signal)}。",
        en=f"{name.en}: one in ten will wait more than {signal.value:.0f} minutes, over the target"
        f" of {rule.raise_above:.0f}{_aside_en(signal)}.",
    )


def _heavy_load(plan: HallPlan, rule: Rule, subject: str, signal: Signal) -> Text:
    return Text(
        zh=f"未来半小时的业务量将占全部窗口的 {signal.value:.0f}%{_aside_zh(signal)}，"
        f"超过 {rule.raise_above:.0f}%。",
        en=f"The next half hour will take {signal.value:.0f} % of all windows{_aside_en(signal)},"
        f" above {rule.raise_above:.0f} %.",
    )


def _ill(plan: HallPlan, rule: Rule, subject: str, signal: Signal) -> Text:
    why = signal.note or Text(zh=f"设备 {subject} 出了问题", en=f"Device {subject} is not well")
    for_s = f"{rule.raise_for_s:.0f}"
    return Text(zh=f"{why.zh}，已有 {for_s} 秒。", en=f"{why.en}, for {for_s} seconds.")


def _help_wanted(plan: HallPlan, rule: Rule, subject: str, signal: Signal) -> Text:
    name = named(plan, subject)
    return Text(
        zh=f"{name.zh}的工作人员按下了求助按钮，请马上过去。",
        en=f"The clerk at {name.en} pressed the duress button. Go there at once.",
    )


def named(plan: HallPlan, subject: str) -> Text:
    """A zone, service, group, window or the hall by its name; anything else by its id."""
    for known in (plan.zone_by_id, plan.service_by_id, plan.group_by_id, plan.window_by_id):
        if subject in known:
            return known[subject].name
    return plan.name if subject == plan.id else Text(zh=subject, en=subject)


def _aside_zh(signal: Signal) -> str:
    return f"（{signal.note.zh}）" if signal.note else ""


def _aside_en(signal: Signal) -> str:
    return f" ({signal.note.en})" if signal.note else ""


_CROWD: Final = (remedies.open_window, remedies.divert, remedies.call_guide)
_QUEUE: Final = (remedies.open_window, remedies.divert, remedies.shift_bookings)
KINDS: Final[dict[KindName, Kind]] = {
    "zone": Kind("people", signals.zone, _crowded, _CROWD),
    "level": Kind("level", signals.level, _packed, _CROWD),
    "unticketed": Kind(
        "people", signals.crowd_without_tickets, _without_tickets, (remedies.call_guide,)
    ),
    "wait": Kind("minutes", signals.wait, _long_wait, _QUEUE, every_s=1),
    "load": Kind("percent", signals.load, _heavy_load, _QUEUE, every_s=1),
    "device": Kind(
        "faults", signals.device, _ill, (remedies.call_guide,), every_s=1, ends_by_hand=True
    ),
    "duress": Kind("press", signals.pressed, _help_wanted, ends_by_hand=True),
}


def unit_of(rule: Rule) -> Unit:
    """The unit of what a rule measures."""
    return "per_m2" if rule.measure == "density" else KINDS[rule.kind].unit
