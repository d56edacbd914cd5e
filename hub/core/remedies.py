"""What could be done about an alert, each with its effect as found by playing the queue forward."""

from collections.abc import Callable
from dataclasses import dataclass, replace
from datetime import timedelta
from typing import Final

from hall.alerts import Advice, Effect, Unit
from hall.messages import Text, TicketState
from hub.core.appointments import free, slots
from hub.core.diversion import offers
from hub.core.plan import Window
from hub.core.signals import services_of
from hub.core.situation import Situation
from hub.core.state import State

URGED_MIN: Final = 30
SLOTS_MIN: Final = 120
TRIED_WINDOWS: Final = 3  # playing a long queue takes milliseconds, and the hall waits meanwhile
ACCEPT_EVERY: Final = 2  # of those to whom an offer is made, every second is taken to accept


@dataclass(frozen=True, slots=True)
class Case:
    """An alert about to be raised: the rule's kind, its subject, and the value with its unit."""

    kind: str
    subject: str
    value: float
    unit: Unit


Remedy = Callable[[Situation, Case], Advice | None]


def worst_service(situation: Situation, subject: str) -> str | None:
    """Of the services that a subject stands for, the one with the longest wait, if any waits."""
    waited_for = [each for each in services_of(situation.plan, subject) if situation.waiting(each)]
    return max(waited_for, key=situation.wait_p90_min, default=None)


def open_window(situation: Situation, case: Case) -> Advice | None:
    """Open the window, not yet open, that could serve most of those who wait."""
    worst = worst_service(situation, case.subject)
    shut = [
        window
        for window in situation.plan.windows
        if situation.state.window(window.id).state != "open"
        and (case.kind != "wait" or worst is None or worst in window.skills)
    ]
    if not shut:
        return None

    def helped(window: Window) -> int:
        return sum(map(situation.waiting, window.skills))

    first = sorted(shut, key=helped, reverse=True)[:TRIED_WINDOWS]
    most = helped(first[0])
    best = min(
        (window for window in first if helped(window) == most),
        key=lambda window: _p90_min(situation, opened(situation.state, window.id), worst),
    )
    effect = _effect(situation, case, opened(situation.state, best.id), worst)
    text = _said(
        situation,
        effect,
        Text(zh=f"开{best.name.zh}", en=f"Open {best.name.en}"),
        Text(
            zh=f"，可办理正在等候的 {most} 人的业务",
            en=f": it can serve {most} of those who wait",
        ),
    )
    return Advice(action="open_window", window=best.id, service=worst, text=text, effect=effect)


def opened(state: State, window: str) -> State:
    """The hall as if a window were open."""
    windows = {**state.windows, window: replace(state.window(window), state="open", closing=False)}
    return replace(state, windows=windows)


def divert(situation: Situation, case: Case) -> Advice | None:
    """Offer kiosks and experts to all who gain, not only to those who gain much."""
    urged = situation.state.urged_until
    worst = worst_service(situation, case.subject)
    if worst is None or (urged is not None and urged > situation.now):
        return None
    then, gaining = _diverted(situation)
    if not gaining:
        return None
    effect = _effect(situation, case, then, worst)
    text = _said(
        situation,
        effect,
        Text(
            zh=f"请 {gaining} 位能省时间的到自助机或视频专家办理",
            en=f"Offer {gaining} people a kiosk or a video expert",
        ),
        Text(zh="，他们的号会保留", en=": their numbers are kept"),
    )
    if effect.expected is not None:
        text = Text(zh=f"{text.zh}（若半数接受）", en=f"{text.en} (if half of them accept)")
    return Advice(action="divert", service=worst, text=text, effect=effect)


def _diverted(situation: Situation) -> tuple[State, int]:
    """The hall as if every second of those who would gain accepted, and how many would gain."""
    plan, state, gaining = situation.plan, situation.state, 0
    for ticket in situation.state.waiting():
        wait_min = situation.outlook.wait(ticket).p50_s / 60
        found = offers(plan, state, ticket.service, wait_min, urged=True)
        if not found:
            continue
        gaining += 1
        if gaining % ACCEPT_EVERY == 0:
            gone = replace(ticket, state=TicketState.HELD, trying=found[0].to)
            state = replace(state, tickets=state.tickets.put(gone))
    return state, gaining


def call_guide(situation: Situation, case: Case) -> Advice | None:
    """Call a guide to where it is; what that changes, nobody can honestly say beforehand."""
    zone = situation.plan.zone_by_id.get(case.subject)
    if case.kind == "device":
        text = Text(zh="请导税员去看一看设备", en="Ask a guide to look at the device")
    elif zone is not None:
        text = Text(zh=f"请导税员到{zone.name.zh}分流", en=f"Call a guide to {zone.name.en}")
    else:
        text = Text(zh="请导税员引导取号", en="Call a guide to help people take a ticket")
    return Advice(action="call_guide", text=text, effect=_own(case))


def shift_bookings(situation: Situation, case: Case) -> Advice | None:
    """Take no more bookings for the next hours; those who have booked may come."""
    services = tuple(
        each for each in services_of(situation.plan, case.subject) if _free(situation, each)
    )
    if not services:
        return None
    fewer = sum(_free(situation, each) for each in services)
    hours = SLOTS_MIN // 60
    only = services[0] if len(services) == 1 else None
    return Advice(
        action="shift_bookings",
        service=only,
        text=Text(
            zh=f"{hours} 小时内不再接受预约，最多少来 {fewer} 人",
            en=f"Take no bookings for {hours} hours: up to {fewer} people fewer come",
        ),
        effect=_own(case),
    )


def _free(situation: Situation, service: str) -> int:
    """How many more could book for the next hours."""
    plan, now = situation.plan, situation.now
    until = now + timedelta(minutes=SLOTS_MIN)
    left = free(plan, situation.state, service)
    return sum(left(slot) for slot in slots(plan, plan.local(now).date()) if now < slot < until)


def _own(case: Case) -> Effect:
    """The alert's own value, of which it is only told afterwards what became of it."""
    return Effect(unit=case.unit, before=round(case.value, 1))


def _effect(situation: Situation, case: Case, then: State, service: str | None) -> Effect:
    """What nine in ten wait at most for a service, now and as if the hall were as `then`."""
    if service is None:
        return _own(case)
    before = round(_p90_min(situation, situation.state, service))
    after = round(_p90_min(situation, then, service))
    expected = after if after < before else None
    return Effect(unit="minutes", service=service, before=before, expected=expected)


def _p90_min(situation: Situation, then: State, service: str | None) -> float:
    """Both figures of an effect are found in the one way, or their difference would say nothing."""
    if service is None:
        return 0.0
    return situation.outlook.supposing(then).newcomer(service).p90_s / 60


def _said(situation: Situation, effect: Effect, what: Text, otherwise: Text) -> Text:
    """The deed, and the effect if there is a figure for it."""
    if effect.expected is None or effect.service is None:
        return Text(zh=what.zh + otherwise.zh, en=what.en + otherwise.en)
    name = situation.plan.service_by_id[effect.service].name
    before, expected = f"{effect.before:.0f}", f"{effect.expected:.0f}"
    return Text(
        zh=f"{what.zh}：{name.zh}九成人的等候由 {before} 分钟以内降到 {expected} 分钟以内",
        en=f"{what.en}: nine in ten for {name.en} wait up to {expected} minutes, not {before}",
    )
