"""Who is called next: policies `(waiting, window, now) -> choice`, each with its reason."""

from collections.abc import Callable, Iterator
from dataclasses import dataclass
from datetime import datetime, timedelta
from typing import Final, NamedTuple

from hall.messages import Text, VisitClass
from hub.core.plan import HallPlan, Window
from hub.core.register import Place, TicketNow
from hub.core.rules import Policy
from hub.core.standing import State


@dataclass(frozen=True, slots=True)
class Choice:
    """A ticket to call, and why this one."""

    ticket: TicketNow
    reason: Text


class Head(NamedTuple):
    """Whoever has waited longest of those whom a policy cannot tell apart.

    `minutes`: how long the service takes at the window. A wait is below zero while an appointment's
    slot is still to come, and only then does it count as one (`visit`).
    """

    ticket: TicketNow
    waited_min: float
    minutes: float
    visit: VisitClass


@dataclass(frozen=True, slots=True)
class Waiting:
    """Those who wait, of whom a policy looks only at the heads of queues.

    Within a queue (same service, class and reserved window) every policy is first come first
    served, so that a decision costs the number of queues, not of tickets.
    """

    plan: HallPlan
    state: State

    def heads(self, window: Window, now: datetime) -> Iterator[Head]:
        """The first of every queue that `window` may call from."""
        known = self.plan.minutes_by_window.get(window.id)
        minutes = self.plan.minutes_of(window) if known is None else known
        for (service, visit, reserved), line in self.state.tickets.lines.items():
            if service in minutes and (reserved is None or reserved == window.id):
                first = line[0]
                waited = waited_min(first, now)
                early = waited < 0 and visit is VisitClass.APPOINTMENT
                counts_as = VisitClass.WALK_IN if early else visit
                yield Head(first, waited, minutes[service], counts_as)

    def before(self, ticket: TicketNow, window: Window) -> int:
        """How many the window could have called whose place is before the ticket's."""
        return sum(
            other.place < ticket.place
            for (service, _, reserved), line in self.state.tickets.lines.items()
            if service in window.skills and reserved in {None, window.id}
            for other in line
        )


Chooser = Callable[[Waiting, Window, datetime], Choice | None]


def generalised_cmu(waiting: Waiting, window: Window, now: datetime) -> Choice | None:
    """The generalised c-mu rule (van Mieghem 1995; Mandelbaum & Stolyar, OR 52(6), 2004).

    The largest ((wait + head start) / target)^beta / minutes^alpha: waits hurt more the longer they
    last and the sooner a class should have been served, and short services free the window sooner.
    """
    policy = waiting.plan.policy
    head_start_min, target_min = policy.head_start_min.by_class, policy.target_min.by_class
    alpha, beta = policy.alpha, policy.beta

    def rank(head: Head) -> float:
        since = max(head.waited_min, 0) + head_start_min[head.visit]
        return float((since / target_min[head.visit]) ** beta / head.minutes**alpha)

    return _choose(waiting, window, now, rank, _against_target)


def first_come_first_served(waiting: Waiting, window: Window, now: datetime) -> Choice | None:
    """Whoever came first, whoever they are."""
    heads = list(waiting.heads(window, now))
    if not heads:
        return None
    first = min(heads, key=_place)
    return Choice(first.ticket, _in_turn(first))


def weighted(waiting: Waiting, window: Window, now: datetime) -> Choice | None:
    """The class of most weight before all others; in it, whoever came first."""
    weight = waiting.plan.policy.weight

    def rank(head: Head) -> float:
        return weight.of(head.visit)

    return _choose(waiting, window, now, rank, _by_weight)


def accumulating(waiting: Waiting, window: Window, now: datetime) -> Choice | None:
    """Priority grows while one waits, faster with more weight (Kleinrock 1964; Stanford 2014)."""
    weight = waiting.plan.policy.weight

    def rank(head: Head) -> float:
        return weight.of(head.visit) * max(head.waited_min, 0)

    return _choose(waiting, window, now, rank, _by_weight)


POLICIES: Final[dict[str, Chooser]] = {
    "gcmu": generalised_cmu,
    "fcfs": first_come_first_served,
    "weighted": weighted,
    "accumulating": accumulating,
}


def choose(plan: HallPlan, state: State, window: Window, now: datetime) -> Choice | None:
    """Whom the hall's own policy calls to a window that is free."""
    return POLICIES[plan.policy.name](Waiting(plan, state), window, now)


def waited_min(ticket: TicketNow, now: datetime) -> float:
    """Minutes since the wait began; below zero before an appointment's slot."""
    return (now - ticket.place[0]).total_seconds() / 60


def due(policy: Policy, ticket: TicketNow) -> Place:
    """Whose turn comes before whose, as far as forecasts go: the place, put off by the target.

    Under `fcfs` nobody is put off.
    """
    at, order, behind = ticket.place
    return at + put_off(policy, ticket.visit), order, behind


def put_off(policy: Policy, visit: VisitClass) -> timedelta:
    """How long after the wait began the policy means to call at the latest."""
    minutes = 0.0 if policy.name == "fcfs" else policy.target_min.of(visit)
    return timedelta(minutes=minutes)


def _choose(
    waiting: Waiting,
    window: Window,
    now: datetime,
    rank: Callable[[Head], float],
    reason: Callable[[Policy, Head], Text],
) -> Choice | None:
    """The highest rank, and of equals whoever came first; but nobody starves.

    Whoever has waited beyond the guard goes first, first come first served.
    """
    heads = list(waiting.heads(window, now))
    if not heads:
        return None
    policy = waiting.plan.policy
    oldest = min(heads, key=_place)
    if oldest.waited_min > policy.guard_min:
        return Choice(oldest.ticket, _beyond_guard(policy, oldest))
    best = min(heads, key=lambda head: (-rank(head), _place(head)))
    return Choice(best.ticket, reason(policy, best))


def _place(head: Head) -> Place:
    return head.ticket.place


_CLASSES: Final = {
    VisitClass.WALK_IN: Text(zh="", en=""),
    VisitClass.PRIORITY: Text(zh="优先，", en="priority, "),
    VisitClass.APPOINTMENT: Text(zh="预约，", en="appointment, "),
}


def _minutes(head: Head) -> int:
    return max(0, int(head.waited_min))


def _against_target(policy: Policy, head: Head) -> Text:
    said, waited = _CLASSES[head.visit], _minutes(head)
    target = f"{policy.target_min.of(head.visit):g}"
    return Text(
        zh=f"{said.zh}已等 {waited} 分钟，目标 {target} 分钟",
        en=f"{said.en}waited {waited} min, target {target}",
    )


def _by_weight(policy: Policy, head: Head) -> Text:
    said, waited = _CLASSES[head.visit], _minutes(head)
    weight = f"{policy.weight.of(head.visit):g}"
    return Text(
        zh=f"{said.zh}已等 {waited} 分钟，权重 {weight}",
        en=f"{said.en}waited {waited} min, weight {weight}",
    )


def _in_turn(head: Head) -> Text:
    waited = _minutes(head)
    return Text(zh=f"按先后顺序，已等 {waited} 分钟", en=f"first come, waited {waited} min")


def _beyond_guard(policy: Policy, head: Head) -> Text:
    waited, guard = _minutes(head), f"{policy.guard_min:g}"
    return Text(
        zh=f"已等 {waited} 分钟，超过 {guard} 分钟，先于所有人",
        en=f"waited {waited} min, over {guard}: before all others",
    )
