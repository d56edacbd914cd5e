"""Decides what windows do: open, pause, close, call and finish."""

from collections.abc import Callable
from dataclasses import dataclass
from datetime import datetime
from typing import Any, Final
from uuid import UUID

from hall.messages import Role, Text, TicketState
from hub.core import events
from hub.core.allocation import Choice, Waiting, choose
from hub.core.commands import (
    Actor,
    CallNext,
    CloseWindow,
    FinishService,
    MarkNoShow,
    OpenWindow,
    PauseWindow,
    Recall,
    StartService,
    WindowCommand,
)
from hub.core.events import Event
from hub.core.leaving import closed, vacated
from hub.core.plan import HallPlan, Window
from hub.core.refusals import Refused
from hub.core.register import TicketNow
from hub.core.state import State, WindowNow

Outcome = list[Event] | Refused


@dataclass(frozen=True, slots=True)
class Desk:
    """What a decision at one window looks at."""

    plan: HallPlan
    state: State
    window: Window
    current: WindowNow
    actor: Actor
    now: datetime

    def ticket(self, *allowed: TicketState) -> TicketNow | None:
        """The ticket at the window, if it is in one of these states."""
        ticket = self.state.tickets[self.current.ticket] if self.current.ticket else None
        return ticket if ticket and ticket.state in allowed else None


Decision = Callable[[Desk, Any], Outcome]


def command_window(
    plan: HallPlan, state: State, command: WindowCommand, actor: Actor, now: datetime
) -> Outcome:
    """Any window command: first whose window it is, then whether it makes sense now."""
    window = plan.window_by_id.get(command.window)
    if window is None:
        return Refused("unknown_window")
    current = state.window(window.id)
    manages = actor.role in {Role.MANAGER, Role.ADMIN}
    if not manages and current.clerk not in {None, actor.name}:
        return Refused("window_of_another")
    if not manages and current.clerk is None and not isinstance(command, OpenWindow):
        return Refused("window_not_open")
    return _DECIDE[type(command)](Desk(plan, state, window, current, actor, now), command)


def announcement(number: str, window: Window) -> Text:
    """The sentence that calls a number to a window."""
    return Text(
        zh=f"请{number}号到{window.name.zh}办理",
        en=f"Number {number}, please go to {window.name.en}",
    )


def _open(desk: Desk, command: OpenWindow) -> Outcome:
    clerk = desk.actor.name if desk.actor.role is Role.CLERK else desk.current.clerk
    current = desk.current
    if (current.state, current.clerk, current.closing) == ("open", clerk, False):
        return []
    return [events.WindowOpened(window=desk.window.id, clerk=clerk)]


def _pause(desk: Desk, command: PauseWindow) -> Outcome:
    if desk.current.state == "closed":
        return Refused("window_not_open")
    if (desk.current.state, desk.current.reason) == ("paused", command.reason):
        return []
    if _takes_needed_cash(desk):
        return Refused("cash_needed")
    return [events.WindowPaused(window=desk.window.id, reason=command.reason)]


def _close(desk: Desk, command: CloseWindow) -> Outcome:
    if desk.current.state == "closed":
        return []
    if desk.current.ticket is not None and not command.after_current:
        return Refused("window_busy")
    if _takes_needed_cash(desk):
        return Refused("cash_needed")
    if desk.current.ticket is None:
        return closed(desk.state, desk.window.id, command.reason)
    closing = events.WindowClosing(window=desk.window.id, reason=command.reason)
    return [] if desk.current.closing else [closing]


def _takes_needed_cash(desk: Desk) -> bool:
    """Whether fewer windows than the hall wants would take cash without this one."""

    def counts(window: Window) -> bool:
        current = desk.state.window(window.id)
        return window.cash and current.state == "open" and not current.closing

    if not counts(desk.window) or not desk.plan.is_open(desk.now):
        return False
    return sum(map(counts, desk.plan.windows)) <= desk.plan.staffing.cash_windows


def _call_next(desk: Desk, command: CallNext) -> Outcome:
    if desk.current.state != "open":
        return Refused("window_not_open")
    done: list[Event] = []
    if (present := desk.ticket(TicketState.CALLED, TicketState.SERVING)) is not None:
        if present.state is TicketState.CALLED:
            return Refused("ticket_awaits")
        if _goes_on(desk, present):
            return Refused("services_left")
        done = [*_done(desk, present), *vacated(desk.state, desk.window.id)]
    if desk.current.closing:
        return done
    if command.ticket is not None:
        call = _pick(desk, command.ticket, command.reason)
        return call if isinstance(call, Refused) else [*done, call]
    choice = choose(desk.plan, desk.state, desk.window, desk.now)
    return done if choice is None else [*done, _call(desk, choice)]


def _call(desk: Desk, choice: Choice) -> events.TicketCalled:
    return events.TicketCalled(
        ticket=choice.ticket.id,
        number=choice.ticket.number,
        window=desk.window.id,
        speech=announcement(choice.ticket.number, desk.window),
        reason=choice.reason,
    )


def _pick(desk: Desk, wanted: UUID, reason: str) -> events.TicketCalled | Refused:
    """A ticket that the clerk names: who waits or was sent away; out of turn only with a reason."""
    ticket = desk.state.tickets.get(wanted)
    if ticket is None:
        return Refused("unknown_ticket")
    if ticket.state not in {TicketState.WAITING, TicketState.HELD}:
        return Refused("ticket_not_waiting")
    if ticket.service not in desk.window.skills or ticket.reserved not in {None, desk.window.id}:
        return Refused("window_lacks_skill")
    choice = choose(desk.plan, desk.state, desk.window, desk.now)
    if choice is not None and choice.ticket.id == ticket.id:
        return _call(desk, choice)
    if not reason.strip():
        return Refused("reason_needed")
    said = Text(zh=f"不按顺序：{reason}", en=f"out of turn: {reason}")
    overtaken = Waiting(desk.plan, desk.state).before(ticket, desk.window)
    return _call(desk, Choice(ticket, said)).model_copy(
        update={"picked": reason, "overtaken": overtaken}
    )


def _recall(desk: Desk, command: Recall) -> Outcome:
    ticket = desk.ticket(TicketState.CALLED)
    if ticket is None:
        return Refused("nothing_called")
    return [
        events.TicketRecalled(
            ticket=ticket.id,
            number=ticket.number,
            window=desk.window.id,
            speech=announcement(ticket.number, desk.window),
        )
    ]


def _start(desk: Desk, command: StartService) -> Outcome:
    ticket = desk.ticket(TicketState.CALLED)
    if ticket is None:
        return Refused("nothing_called")
    return [events.ServiceStarted(ticket=ticket.id)]


def _finish(desk: Desk, command: FinishService) -> Outcome:
    ticket = desk.ticket(TicketState.CALLED, TicketState.SERVING)
    if ticket is None:
        return Refused("nothing_called")
    stays = _goes_on(desk, ticket)
    return [*_done(desk, ticket), *([] if stays else vacated(desk.state, desk.window.id))]


def _done(desk: Desk, ticket: TicketNow) -> list[Event]:
    """The service at the window is finished; the visit too unless more services were asked for."""
    planned = desk.plan.minutes_at(desk.window, desk.plan.service_by_id[ticket.service])
    if not ticket.also:
        return [events.TicketFinished(ticket=ticket.id, planned_min=planned)]
    stays = _goes_on(desk, ticket)
    return [
        events.ServiceFinished(
            ticket=ticket.id, service=ticket.also[0], stays=stays, planned_min=planned
        )
    ]


def _goes_on(desk: Desk, ticket: TicketNow) -> bool:
    """Whether the visitor's next service is served here too."""
    return bool(ticket.also) and ticket.also[0] in desk.window.skills


def _no_show(desk: Desk, command: MarkNoShow) -> Outcome:
    ticket = desk.ticket(TicketState.CALLED)
    if ticket is None or ticket.called_at is None:
        return Refused("nothing_called")
    rules = desk.plan.tickets
    if 0 <= (desk.now - ticket.called_at).total_seconds() < rules.grace_s:
        return Refused("grace_period")
    again = rules.second_chance and not ticket.missed
    return [
        events.TicketMissed(ticket=ticket.id, returns_after=rules.returns_after if again else None),
        *vacated(desk.state, desk.window.id),
    ]


_DECIDE: Final[dict[type, Decision]] = {
    OpenWindow: _open,
    PauseWindow: _pause,
    CloseWindow: _close,
    CallNext: _call_next,
    Recall: _recall,
    StartService: _start,
    FinishService: _finish,
    MarkNoShow: _no_show,
}
