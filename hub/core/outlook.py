"""Who can serve whom and how long everyone waits, worked out once for all readers of a state."""

from collections.abc import Mapping
from functools import cached_property

from immutables import Map

from hub.core.events import (
    AlertAcknowledged,
    AlertCleared,
    AlertDismissed,
    AlertRaised,
    Event,
    TicketIssued,
    TicketRecalled,
)
from hub.core.forecast import Forecast, Wait
from hub.core.plan import HallPlan
from hub.core.register import TicketNow
from hub.core.state import State

_JOINS_OR_NOTHING = (
    TicketIssued,
    TicketRecalled,
    AlertRaised,
    AlertAcknowledged,
    AlertDismissed,
    AlertCleared,
)


class Outlook:
    """The queue of `state` played forward when somebody first asks; any thread may read it."""

    def __init__(self, plan: HallPlan, state: State) -> None:
        self._plan, self._state = plan, state

    def after(self, state: State, event: Event) -> "Outlook":
        """The outlook of the `state` to which `event` led.

        Whoever takes a number joins at the end and changes nobody's wait; after anything else
        that matters the queue is played anew.
        """
        then = Outlook(self._plan, state)
        if not isinstance(event, _JOINS_OR_NOTHING):
            return then
        then.able, then._rivals = self.able, self._rivals
        forecast, waits = self._played
        if isinstance(event, TicketIssued):
            forecast, ticket = forecast.copy(), state.tickets[event.ticket]
            waits = waits.set(ticket.place, forecast.join(ticket.service))
        then._played = forecast, waits
        return then

    def wait(self, ticket: TicketNow) -> Wait:
        """How long someone who waits will wait still."""
        return self._played[1][ticket.place]

    def newcomer(self, service: str) -> Wait:
        """The wait of someone who would come now."""
        return self._played[0].newcomer(service)

    def ahead(self, ticket: TicketNow) -> int:
        """How many of those who came before compete for the same windows."""
        tickets = self._state.tickets
        return sum(tickets.ahead(rival, ticket.place) for rival in self._rivals[ticket.service])

    @cached_property
    def able(self) -> Mapping[str, frozenset[str]]:
        """Per service, the windows that can serve it: open ones, or any while none is open."""
        windows = self._plan.windows
        opened = {w.id for w in windows if self._state.window(w.id).state == "open"}
        able = {}
        for service in self._plan.service_by_id:
            skilled = {w.id for w in windows if service in w.services}
            able[service] = frozenset(skilled & opened or skilled)
        return able

    @cached_property
    def _rivals(self) -> Mapping[str, tuple[str, ...]]:
        """Per service, those that compete with it for a window."""
        return {
            service: tuple(other for other, theirs in self.able.items() if theirs & mine)
            for service, mine in self.able.items()
        }

    @cached_property
    def _played(self) -> tuple[Forecast, Map[int, Wait]]:
        state = self._state
        forecast = Forecast(
            self.able,
            {service.id: service.minutes * 60 for service in self._plan.services},
            {
                window: state.tickets[current.ticket].service
                for window, current in state.windows.items()
                if current.ticket is not None
            },
            shut={w.id for w in self._plan.windows if state.window(w.id).state != "open"},
        )
        return forecast, Map({t.place: forecast.join(t.service) for t in state.waiting()})
