"""Decides what windows do: open, pause, close, call and finish."""

from collections.abc import Callable
from dataclasses import dataclass
from datetime import datetime
from typing import Final
from uuid import UUID

from hall.messages import Role, Text, TicketState
from hub.core import events
from hub.core.allocation import first_come_first_served
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
from hub.core.plan import HallPlan, Window
from hub.core.refusals import Refused
from hub.core.register import TicketNow
from hub.core.state import State, WindowNow

Outcome = list[Event] | Refused


@dataclass(frozen=True, slots=True)
class Desk:
    """What a decision at one window looks at."""

    state: State
    window: Window
    current: WindowNow
    actor: Actor
    now: datetime

    def ticket(self, *allowed: TicketState) -> TicketNow | None:
        """The ticket at the window, if it is in one of these states."""
        ticket = self.state.tickets[self.current.ticket] if self.current.ticket else None
        return ticket if ticket and ticket.state in allowed else None


Decision = Callable[[Desk], Outcome]


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
    return _DECIDE[type(command)](Desk(state, window, current, actor, now))


def announcement(number: str, window: Window) -> Text:
    """The sentence that calls a number to a window."""
    return Text(
        zh=f"请{number}号到{window.name.zh}办理",
        en=f"Number {number}, please go to {window.name.en}",
    )


def _open(desk: Desk) -> Outcome:
    clerk = desk.actor.name if desk.actor.role is Role.CLERK else desk.current.clerk
    if desk.current.state == "open" and desk.current.clerk == clerk:
        return []
    return [events.WindowOpened(window=desk.window.id, clerk=clerk)]


def _pause(desk: Desk) -> Outcome:
    if desk.current.state == "closed":
        return Refused("window_not_open")
    return [] if desk.current.state == "paused" else [events.WindowPaused(window=desk.window.id)]


def _close(desk: Desk) -> Outcome:
    if desk.current.ticket is not None:
        return Refused("window_busy")
    return [] if desk.current.state == "closed" else [events.WindowClosed(window=desk.window.id)]


def _call_next(desk: Desk) -> Outcome:
    if desk.current.state != "open":
        return Refused("window_not_open")
    happened: list[Event] = []
    if desk.current.ticket is not None:
        if desk.state.tickets[desk.current.ticket].state is TicketState.CALLED:
            return Refused("ticket_awaits")
        happened.append(events.TicketFinished(ticket=desk.current.ticket))
    ticket = first_come_first_served(desk.state.waiting(), desk.window, desk.now)
    if ticket is not None:
        happened.append(
            events.TicketCalled(
                ticket=ticket.id,
                number=ticket.number,
                window=desk.window.id,
                speech=announcement(ticket.number, desk.window),
            )
        )
    return happened


def _recall(desk: Desk) -> Outcome:
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


def _ticket_decision(event: Callable[[UUID], Event], *allowed: TicketState) -> Decision:
    """The decision that puts `event` to the ticket at the window while it is in `allowed`."""

    def decision(desk: Desk) -> Outcome:
        ticket = desk.ticket(*allowed)
        return Refused("nothing_called") if ticket is None else [event(ticket.id)]

    return decision


_DECIDE: Final[dict[type, Decision]] = {
    OpenWindow: _open,
    PauseWindow: _pause,
    CloseWindow: _close,
    CallNext: _call_next,
    Recall: _recall,
    StartService: _ticket_decision(
        lambda ticket: events.ServiceStarted(ticket=ticket), TicketState.CALLED
    ),
    FinishService: _ticket_decision(
        lambda ticket: events.TicketFinished(ticket=ticket),
        TicketState.CALLED,
        TicketState.SERVING,
    ),
    MarkNoShow: _ticket_decision(
        lambda ticket: events.TicketMissed(ticket=ticket), TicketState.CALLED
    ),
}
