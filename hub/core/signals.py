"""What each kind of rule measures: `signal(situation, rule) -> {subject: Signal}`."""

from collections.abc import Callable, Mapping
from dataclasses import replace
from datetime import timedelta
from typing import Final

from hall.messages import Text
from hub.core.alert_rules import LEVELS, Rule
from hub.core.occupancy import is_current
from hub.core.peaks import AHEAD_MIN, load_ahead
from hub.core.plan import HallPlan
from hub.core.situation import Signal, Situation

Signals = Mapping[str, Signal]
SignalOf = Callable[[Situation, Rule], Signals]

LEAST_MANY: Final = 3
GONE: Final = timedelta(days=1)
_PROGRAMS: Final = {
    "edge": Text(zh="视觉节点", en="Vision node"),
    "kiosk": Text(zh="自助终端", en="Kiosk"),
}
_CAMERA: Final = Text(zh="摄像机", en="Camera")


def zone(situation: Situation, rule: Rule) -> Signals:
    """People in the rule's zone, or people per square metre."""
    seen = situation.zones[rule.zone or ""]
    value = seen.count if rule.measure == "count" else seen.density_per_m2
    if value is None or seen.at is None:
        return {}
    return {seen.id: Signal(value, seen.at, stale=seen.stale)}


def level(situation: Situation, rule: Rule) -> Signals:
    """The rule's zone's level of service (Fruin 1971) as a number: A is 1, F is 6."""
    seen = situation.zones[rule.zone or ""]
    if seen.level is None or seen.at is None:
        return {}
    note = Text(zh=seen.level, en=seen.level)
    return {seen.id: Signal(LEVELS[seen.level], seen.at, stale=seen.stale, note=note)}


def crowd_without_tickets(situation: Situation, rule: Rule) -> Signals:
    """People seen, less those with a live ticket, by the hall's picture.

    Stale while nothing can be said, a camera is left out, or tickets and cameras contradict each
    other. Companions of ticket holders and staff in view count as people without a ticket, so that
    a rule wants a level well above what the hall has on a quiet day.
    """
    picture = situation.picture
    at = max((zone.at for zone in picture.zones.values() if zone.at), default=situation.now)
    present, without = picture.present, picture.unticketed
    blind = any(not camera.used for camera in picture.cameras.values())
    if present is None or without is None or blind or picture.doubt:
        return {situation.plan.id: Signal(value=0.0, at=at, stale=True)}
    note = Text(
        zh=f"在场约 {present.value:.0f} 人，其中 {without.low:.0f}–{without.high:.0f} 人没有号",
        en=f"about {present.value:.0f} present, {without.low:.0f}–{without.high:.0f} of them"
        " without a ticket",
    )
    return {situation.plan.id: Signal(without.value, at, note=note)}


def wait(situation: Situation, rule: Rule) -> Signals:
    """Minutes that nine in ten would wait at most: per service, or the longest of each group.

    What more than half of them exceed is told of the hall, once, instead of each.
    """
    hall, each = (
        situation.plan.id,
        {
            subject: _longest(situation, services_of(situation.plan, subject))
            for subject in waited_for(situation.plan, rule)
        },
    )
    if len(each) < LEAST_MANY:
        return each
    by_length = sorted((signal.value for signal in each.values()), reverse=True)
    most = by_length[len(by_length) // 2]  # more than half are at least as long
    live = any((a.rule, a.subject) == (rule.id, hall) for a in situation.state.live_alerts())
    together = most > rule.raise_above or (live and most >= rule.clear_below)
    count = sum(map(situation.waiting, situation.plan.service_by_id))
    note = Text(zh=f"现有 {count} 人在等", en=f"{count} wait now")
    return {
        hall: Signal(most, situation.now, note=note),
        **{
            subject: replace(signal, stale=together and signal.value > rule.raise_above)
            for subject, signal in each.items()
        },
    }


def waited_for(plan: HallPlan, rule: Rule) -> tuple[str, ...]:
    """The services and groups that a rule about waits watches."""
    groups = rule.groups or (() if rule.services else tuple(plan.group_by_id))
    return rule.services + groups


def services_of(plan: HallPlan, subject: str) -> tuple[str, ...]:
    """The services that a subject stands for: itself, those of the group, or all of the hall."""
    if subject in plan.service_by_id:
        return (subject,)
    everything = tuple(plan.service_by_id)
    if subject not in plan.group_by_id:
        return everything
    return tuple(each for each in everything if plan.service_by_id[each].group == subject)


def _longest(situation: Situation, services: tuple[str, ...]) -> Signal:
    longest = max(
        (situation.wait_p90_min(each) for each in services if situation.waiting(each)), default=0.0
    )
    count = sum(map(situation.waiting, services))
    note = Text(zh=f"现有 {count} 人在等", en=f"{count} wait now")
    return Signal(longest, situation.now, note=note)


def load(situation: Situation, rule: Rule) -> Signals:
    """The load of the next half hour in percent of the windows that could open."""
    plan, now = situation.plan, situation.now
    busy = load_ahead(plan, situation.state, situation.patterns, now, AHEAD_MIN).expected
    could_open = len(plan.windows)
    note = Text(
        zh=f"约需 {busy:.1f} 个窗口，可开的共 {could_open} 个",
        en=f"work for about {busy:.1f} windows of {could_open} that could open",
    )
    return {plan.id: Signal(100 * busy / could_open, now, note=note)}


def device(situation: Situation, rule: Rule) -> Signals:
    """1 for each device that is ill, 0 for each that is well; what fails together is one subject.

    Where the broker itself does not answer, nothing can be known of any device. Where most of
    several devices fail, the likeliest reason is what they share.
    """
    hall, now = situation.plan.id, situation.now
    if not situation.broker:
        why = Text(zh="消息服务器连不上，看不到任何设备", en="The message broker does not answer")
        return {hall: Signal(1, now, note=why)}
    ills = _ills(situation)
    ill = [each for each in ills.values() if each is not None]
    together = len(ill) > 1 and 2 * len(ill) > len(ills)
    why = Text(
        zh=f"{len(ill)} 个设备同时出了问题，可能是网络或供电中断",
        en=f"{len(ill)} devices fail together, perhaps for want of network or power",
    )
    return {
        hall: Signal(len(ill) if together else 0, now, note=why),
        **{
            subject: Signal(each is not None, now, stale=together, note=each)
            for subject, each in ills.items()
        },
    }


def _ills(situation: Situation) -> dict[str, Text | None]:
    """Per device what ails it, or None; whoever has been away for a day is news no more."""
    ills: dict[str, Text | None] = {}
    gone = situation.now - GONE
    for node in situation.nodes.values():
        if node.program in _PROGRAMS and (node.state == "online" or node.at > gone):
            away = node.state == "offline"
            ills[node.id] = _said(_PROGRAMS[node.program], node.id, "已离线", "is offline", away)
    for kiosk, fault in situation.faults.items():
        faults = ", ".join(fault.faults)
        said = _said(_PROGRAMS["kiosk"], kiosk, f"报告故障：{faults}", f"reports: {faults}", faults)
        ills[kiosk] = ills.get(kiosk) or said
    for camera, crowd in situation.seen.cameras.items():
        if crowd.at <= gone:
            continue
        silent = not is_current(crowd, situation.now)
        said = _said(_CAMERA, camera, "没有新的画面", "sends no picture", silent) or _said(
            _CAMERA,
            camera,
            f"画面异常（{crowd.quality}）",
            f"has a bad picture ({crowd.quality})",
            crowd.quality != "ok",
        )
        ills[camera] = ills.get(camera) or said
    return ills


def _said(kind: Text, name: str, zh: str, en: str, ill: object) -> Text | None:
    return Text(zh=f"{kind.zh} {name} {zh}", en=f"{kind.en} {name} {en}") if ill else None


def pressed(situation: Situation, rule: Rule) -> Signals:
    """A button has no level: it raises when it is pressed, and people end it."""
    return {}
