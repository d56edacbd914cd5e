"""What follows when a window is left: by a ticket, or by its clerk."""

from hall.messages import TicketState
from hub.core import events
from hub.core.events import Event
from hub.core.state import State


def vacated(state: State, window: str | None) -> list[Event]:
    """What follows once nobody is at `window` any more: one that was closing closes."""
    closing = window is not None and state.window(window).closing
    return closed(state, window) if window is not None and closing else []


def closed(state: State, window: str) -> list[Event]:
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
        events.WindowClosed(window=window),
        *(events.TicketTransferred(ticket=each.id, service=each.service) for each in freed),
    ]
