"""How a hall's day looked every five minutes, read off its tickets."""

from collections import Counter
from collections.abc import Iterable
from dataclasses import dataclass
from datetime import date, datetime
from typing import Final

from hub.core.peaks import GLANCE_MIN, Glance
from hub.core.plan import HallPlan
from hub.core.register import TicketNow

LATELY_MIN: Final = 15
CALLS: Final = "called"


@dataclass(frozen=True, slots=True)
class _Visit:
    """When it came and no longer waited, in minutes since midnight; which window called it."""

    service: str
    came: float
    left: float
    window: str | None


def glances(
    plan: HallPlan, tickets: Iterable[TicketNow], day: date, until: datetime
) -> tuple[Glance, ...]:
    """A glance each GLANCE_MIN minutes from the first visitor of a day to `until`.

    One waits from one's arrival to the first call, or until one leaves. Windows are those that
    called someone in the last LATELY_MIN minutes: what tickets tell, of the past as of now.
    """
    visits = [
        _visit(plan, each, until) for each in tickets if plan.local(each.issued_at).date() == day
    ]
    if not visits:
        return ()
    end = _minute(plan, until, day)
    first = int(min(each.came for each in visits) // GLANCE_MIN) + 1
    return tuple(
        _glance(visits, float(step * GLANCE_MIN))
        for step in range(first, int(end // GLANCE_MIN) + 1)
    )


def _visit(plan: HallPlan, ticket: TicketNow, until: datetime) -> _Visit:
    call = next((step for step in ticket.history if step.what == CALLS), None)
    left = call.at if call is not None else ticket.ended_at
    day = plan.local(ticket.issued_at).date()
    return _Visit(
        ticket.service,
        _minute(plan, ticket.issued_at, day),
        float("inf") if left is None or left > until else _minute(plan, left, day),
        None if call is None else call.window,
    )


def _minute(plan: HallPlan, at: datetime, day: date) -> float:
    """Minutes since the midnight that began `day`."""
    local = plan.local(at)
    clock = local.hour * 60 + local.minute + local.second / 60
    return (local.date() - day).days * 24 * 60 + clock


def _glance(visits: Iterable[_Visit], minute: float) -> Glance:
    known = [each for each in visits if each.came <= minute]
    queues = Counter(each.service for each in known if each.left > minute)
    just = minute - GLANCE_MIN
    called = [each for each in known if each.window is not None and each.left <= minute]
    return Glance(
        minute,
        float(queues.total()),
        float(len({each.window for each in called if each.left > minute - LATELY_MIN})),
        float(max(queues.values(), default=0)),
        float(sum(each.came > just for each in known)),
        float(sum(each.left > just for each in called)),
    )
