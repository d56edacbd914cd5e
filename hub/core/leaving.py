"""What follows when a window is left: by a ticket, or by its clerk."""

from hub.core import events
from hub.core.events import Event
from hub.core.state import State


def vacated(state: State, window: str | None) -> list[Event]:
    """What follows once nobody is at `window` any more: one that was closing closes."""
    closing = window is not None and state.window(window).closing
    return closed(state, window) if window is not None and closing else []


def closed(state: State, window: str) -> list[Event]:
    """A window is given up, and whoever waits for it alone may go to any."""
    return [
        events.WindowClosed(window=window),
        *(
            events.TicketTransferred(ticket=ticket.id, service=ticket.service)
            for (_, _, reserved), line in sorted(state.tickets.lines.items(), key=str)
            if reserved == window
            for ticket in line
        ),
    ]
