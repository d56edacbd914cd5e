"""When a kiosk or a remote expert would serve a visitor materially sooner than a window."""

from typing import Final, Literal

from hall.messages import Offer, Text
from hub.core.plan import HallPlan
from hub.core.state import State

_WORDS: Final = {
    "kiosk": Text(
        zh="到自助机办理约可省 {n} 分钟，您的号会保留",
        en="A kiosk saves about {n} minutes, and your number is kept",
    ),
    "expert": Text(
        zh="视频专家办理约可省 {n} 分钟，您的号会保留",
        en="A video expert saves about {n} minutes, and your number is kept",
    ),
}


URGED_GAIN_MIN: Final = 1.0


def offers(
    plan: HallPlan, state: State, service: str, wait_min: float, *, urged: bool = False
) -> tuple[Offer, ...]:
    """What to offer someone who would wait `wait_min` for a window; the greatest gain first.

    `urged`: every whole minute gained is worth an offer.
    """
    item, rules = plan.service_by_id[service], plan.diversion
    kiosk_gain = URGED_GAIN_MIN if urged else rules.kiosk_gain_min
    expert_gain = URGED_GAIN_MIN if urged else rules.expert_gain_min
    found = []
    if item.kiosk and rules.kiosks:
        busy = state.tickets.trying.get("kiosk", 0)
        gain = wait_min - queue_min(busy, rules.kiosks, rules.kiosk_minutes)
        if gain > kiosk_gain:
            found.append(_offer("kiosk", gain))
    if item.expert and rules.experts:
        busy = state.tickets.trying.get("expert", 0)
        gain = wait_min - queue_min(busy, rules.experts, rules.expert_minutes)
        if gain > expert_gain:
            found.append(_offer("expert", gain))
    return tuple(sorted(found, key=lambda offer: -offer.saves_min))


def queue_min(busy: int, servers: int, minutes: float) -> float:
    """Expected wait for one of several alike servers that `busy` visitors use or queue for."""
    return max(0, busy + 1 - servers) * minutes / servers


def work_ahead_min(plan: HallPlan, state: State) -> float:
    """The waiting work shared among open windows: a wait told in O(services), for newcomers."""
    work = sum(state.tickets.waiting_for(each.id) * each.minutes for each in plan.services)
    known = plan.window_by_id
    opened = sum(now.state == "open" for window, now in state.windows.items() if window in known)
    return work / max(1, opened)


def _offer(to: Literal["kiosk", "expert"], gain_min: float) -> Offer:
    saves = int(gain_min)
    words = _WORDS[to]
    text = Text(zh=words.zh.format(n=saves), en=words.en.format(n=saves))
    return Offer(to=to, saves_min=saves, text=text)
