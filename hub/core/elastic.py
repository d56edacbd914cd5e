"""The rule `elastic` at work: when the hall asks for windows and closes them by itself."""

from dataclasses import dataclass
from datetime import datetime, timedelta
from typing import Final

from hall.messages import Role, Text
from hub.core import events
from hub.core.commands import Actor, CloseWindow, RequestWindow, WithdrawRequest
from hub.core.events import Event
from hub.core.expected import Patterns, group_load
from hub.core.plan import HallPlan, Window
from hub.core.refusals import Refused
from hub.core.staffing import changes_to, needed, open_windows
from hub.core.state import State

# It does what the hall file lets it do in the managers' stead.
ACTOR: Final = Actor("hub", Role.MANAGER)
ENOUGH: Final = Text(zh="窗口已经够用", en="enough windows are open")
SHUT: Final = Text(zh="大厅现在不办公", en="the hall is closed now")
ADVISES: Final = Text(zh="大厅不再自动请求开窗", en="the hall no longer asks for windows by itself")

Act = RequestWindow | WithdrawRequest | CloseWindow


@dataclass(frozen=True, slots=True)
class Pressure:
    """Since when there have been too few windows, open or asked for, or more than needed.

    `opened`: those open when it was last looked; a change of them starts the second count anew.
    """

    short_since: datetime | None = None
    spare_since: datetime | None = None
    opened: frozenset[str] = frozenset()


def watch(
    plan: HallPlan,
    state: State,
    before: Pressure,
    now: datetime,
    patterns: Patterns | None = None,
) -> tuple[Pressure, list[Act]]:
    """One more look at the hall, and what is to be done about it.

    Hysteresis in time: what is short for `request_after_min` is asked for; what is spare for
    `close_after_min` is no longer asked for, or closed, one window at a time. How many are needed
    is reckoned as for the advice that managers see, by `patterns` of arrivals where there are any.
    """
    requested = [w for w in plan.windows if state.window(w.id).requested_at is not None]
    why = _rests(plan, now)
    if why is not None:
        return Pressure(), [WithdrawRequest(window.id, why) for window in requested]
    count = sum(needed(plan, group_load(plan, state, now, patterns)).values())
    opened = open_windows(plan, state)
    same = frozenset(window.id for window in opened) == before.opened
    spare = len(opened) + len(requested) - count
    after = Pressure(
        short_since=_since(before.short_since, now) if spare < 0 else None,
        spare_since=_since(before.spare_since if same else None, now) if spare > 0 else None,
        opened=frozenset(window.id for window in opened),
    )
    rules = plan.staffing
    if _lasted(after.short_since, now, rules.request_after_min):
        return after, _requests(plan, state, now, count, -spare)
    if _lasted(after.spare_since, now, rules.close_after_min):
        if requested:
            return after, [WithdrawRequest(each.id, ENOUGH) for each in requested[-spare:]]
        if rules.acts == "request_and_close":
            return after, _closing(plan, state, count)
    return after, []


def _rests(plan: HallPlan, now: datetime) -> Text | None:
    """Why nothing is asked for at all, if so."""
    if plan.staffing.acts == "advise":
        return ADVISES
    return None if plan.is_open(now) else SHUT


def _since(before: datetime | None, now: datetime) -> datetime:
    """When a count began; with the clock set back it begins anew."""
    return now if before is None else min(before, now)


def _lasted(since: datetime | None, now: datetime, minutes: float) -> bool:
    return since is not None and now - since >= timedelta(minutes=minutes)


def _requests(plan: HallPlan, state: State, now: datetime, count: int, short: int) -> list[Act]:
    """Ask for as many windows as are short, where most wait; not where someone has declined."""
    horizon, opened = plan.staffing.horizon_min, len(open_windows(plan, state))
    reason = Text(
        zh=f"接下来 {horizon:g} 分钟约需 {count} 个窗口，现开 {opened} 个",
        en=f"about {count} windows are needed in the next {horizon:g} minutes, {opened} are open",
    )
    shut = changes_to(plan, state, len(plan.windows)).to_open
    free = [window for window in shut if _may_be_asked_for(state, window, now)]
    return [RequestWindow(window.id, reason) for window in free[:short]]


def _may_be_asked_for(state: State, window: Window, now: datetime) -> bool:
    current = state.window(window.id)
    rests = current.rests_until is not None and current.rests_until > now
    return current.requested_at is None and not current.closing and not rests


def _closing(plan: HallPlan, state: State, count: int) -> list[Act]:
    """Close the window that is wanted least, but never the last that can serve some service."""
    opened = open_windows(plan, state)
    horizon = plan.staffing.horizon_min
    reason = Text(
        zh=f"接下来 {horizon:g} 分钟 {count} 个窗口就够，现开 {len(opened)} 个",
        en=f"{count} windows are enough for the next {horizon:g} minutes, {len(opened)} are open",
    )
    for window in changes_to(plan, state, 0).to_close:
        others = {skill for other in opened if other is not window for skill in other.skills}
        if others.issuperset(window.skills):
            return [CloseWindow(window.id, after_current=True, reason=reason)]
    return []


def command_staffing(
    plan: HallPlan,
    state: State,
    command: RequestWindow | WithdrawRequest,
    actor: Actor,
    now: datetime,
) -> list[Event] | Refused:
    """Ask staff to open a window, or take that back; what is open needs no asking."""
    if command.window not in plan.window_by_id:
        return Refused("unknown_window")
    current = state.window(command.window)
    manages = actor.role in {Role.MANAGER, Role.ADMIN}
    if isinstance(command, RequestWindow):
        if not manages:
            return Refused("forbidden")
        known = current.requested_at is not None or current.state == "open"
        asked = events.WindowRequested(window=command.window, reason=command.reason)
        return [] if known else [asked]
    if not manages and current.clerk not in {None, actor.name}:
        return Refused("window_of_another")
    if current.requested_at is None:
        return []
    rest = timedelta(minutes=plan.staffing.declined_min)
    until = None if actor == ACTOR else events.journal_time(now + rest)
    return [events.RequestWithdrawn(window=command.window, reason=command.reason, until=until)]
