"""How many windows each group needs next, and which to open or close: the rule `elastic`."""

from collections import Counter
from collections.abc import Mapping
from dataclasses import dataclass
from datetime import datetime, timedelta
from math import ceil, sqrt
from typing import Literal

from hall.messages import Advice, Text
from hub.core.plan import HallPlan, Window
from hub.core.state import State


@dataclass(frozen=True, slots=True)
class Changes:
    """Windows to open and to close, first things first."""

    to_open: tuple[Window, ...] = ()
    to_close: tuple[Window, ...] = ()


def recent_arrivals(plan: HallPlan, state: State, now: datetime) -> dict[str, float]:
    """Arrivals per minute by service over the last horizon: the plainest guess at the next."""
    horizon = timedelta(minutes=plan.staffing.horizon_min)
    came = Counter(
        service
        for ticket in state.tickets.by_id.values()
        if now - horizon < ticket.issued_at <= now
        for service in (ticket.service, *ticket.also)
    )
    return {service: count / plan.staffing.horizon_min for service, count in came.items()}


def offered_load(
    plan: HallPlan, state: State, arrivals_per_min: Mapping[str, float]
) -> dict[str, float]:
    """Windows that each group would keep busy over the horizon.

    The work of those who wait and those who will come, in minutes, per minute of the horizon.
    """
    load = dict.fromkeys(plan.group_by_id, 0.0)
    for service in plan.services:
        waiting = state.tickets.waiting_for(service.id) / plan.staffing.horizon_min
        coming = arrivals_per_min.get(service.id, 0.0)
        load[service.group] += (waiting + coming) * service.minutes
    return load


def needed(plan: HallPlan, load: Mapping[str, float]) -> dict[str, int]:
    """Windows for each group: load + beta * sqrt(load), the square-root safety rule.

    (Halfin & Whitt 1981; Kolesar & Green 1998.) Windows help each other out, so that the safety is
    that of the hall's whole load, shared out in proportion; the largest fractions are rounded up.
    """
    total = sum(load.values())
    if total <= 0:
        return dict.fromkeys(load, 0)
    windows = ceil(total + plan.staffing.beta * sqrt(total))
    shares = {group: each / total * windows for group, each in load.items()}
    counts = {group: int(share) for group, share in shares.items()}
    by_fraction = sorted(shares, key=lambda group: counts[group] - shares[group])
    for group in by_fraction[: windows - sum(counts.values())]:
        counts[group] += 1
    return counts


def primary_group(plan: HallPlan, window: Window) -> str:
    """The group that most of a window's own services belong to; of equals the first."""
    return plan.group_by_window[window.id]


def open_windows(plan: HallPlan, state: State) -> list[Window]:
    """Windows that call, and go on calling."""
    return [
        window
        for window in plan.windows
        for current in (state.window(window.id),)
        if current.state == "open" and not current.closing
    ]


def changes_to(plan: HallPlan, state: State, count: int) -> Changes:
    """What to open or close so that `count` windows are open.

    Opened where most wait; closed where fewest wait, idle ones first, and never the last that take
    cash.
    """
    waiting = Counter[str]()
    for service in plan.services:
        waiting[service.group] += state.tickets.waiting_for(service.id)
    opened = open_windows(plan, state)
    calling = {window.id for window in opened}
    shut = [window for window in plan.windows if window.id not in calling]

    def wanted(window: Window) -> int:
        return waiting[primary_group(plan, window)]

    if count > len(opened):
        return Changes(to_open=tuple(sorted(shut, key=wanted, reverse=True)[: count - len(opened)]))
    cash = sum(window.cash for window in opened)
    to_close: list[Window] = []
    for window in sorted(
        opened, key=lambda each: (state.window(each.id).ticket is not None, wanted(each))
    ):
        if len(to_close) == len(opened) - count:
            break
        if window.cash and cash <= plan.staffing.cash_windows:
            continue
        cash -= window.cash
        to_close.append(window)
    return Changes(to_close=tuple(to_close))


def as_advice(plan: HallPlan, changes: Changes) -> tuple[Advice, ...]:
    """The changes in words that a manager can follow."""
    return (
        *(_advice(plan, "open_window", "开", "Open", window) for window in changes.to_open),
        *(_advice(plan, "close_window", "关", "Close", window) for window in changes.to_close),
    )


def _advice(
    plan: HallPlan, action: Literal["open_window", "close_window"], zh: str, en: str, window: Window
) -> Advice:
    group = plan.group_by_id[primary_group(plan, window)].name
    text = Text(zh=f"{zh}{window.name.zh}（{group.zh}）", en=f"{en} {window.name.en} ({group.en})")
    return Advice(action=action, window=window.id, text=text)
