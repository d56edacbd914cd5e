"""Who is called next: policies `(waiting, window, now) -> ticket`."""

from collections.abc import Sequence
from datetime import datetime

from hub.core.plan import Window
from hub.core.register import TicketNow


def first_come_first_served(
    waiting: Sequence[TicketNow], window: Window, now: datetime
) -> TicketNow | None:
    """The oldest ticket whose service the window can serve; `waiting` is oldest first."""
    return next((ticket for ticket in waiting if ticket.service in window.services), None)
