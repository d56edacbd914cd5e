"""What follows when a window is left: by a ticket, or by its clerk."""

from hall.messages import Text, TicketState
from hub.core import events
from hub.core.events import Event
from hub.core.state import State


def vacated(state: State, window: str | None) -> list[Event]:
    """What follows once nobody is at `window` any more: one that was closing closes."""
    if window is None or not state.window(window).closing:
        return []
    return closed(state, window, state.window(window).notice)


def closed(state: State, window: str, reason: Text | None = None) -> list[Event]:
    """A window is given up, and whoever waits for it alone, or will once back, may go to any."""
    freed = sorted(
        (
            ticket
            for ticket in map(state.tickets.__getitem__, state.tickets.held.values())
            if ticket.reserved == window and ticket.state in {TicketState.WAITING, TicketState.HELD}
        ),
        key=lambda ticket: ticket.place,
    )
    return [
        events.WindowClosed(window=window, reason=reason),
        *(events.TicketTransferred(ticket=each.id, service=each.service) for each in freed),
    ]
