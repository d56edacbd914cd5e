"""Who can serve whom and how long everyone waits, worked out once for all readers of a state."""

from collections.abc import Mapping
from datetime import UTC, datetime, timedelta
from functools import cached_property
from typing import Final
from uuid import UUID

from immutables import Map

from hall.messages import VisitClass
from hub.core.alert_events import (
    AlertAcknowledged,
    AlertApplied,
    AlertCleared,
    AlertDismissed,
    AlertEscalated,
    AlertOutcome,
    AlertRaised,
    AlertReturned,
    DiversionUrged,
    GuideCalled,
    SlotsClosed,
)
from hub.core.allocation import due, put_off
from hub.core.calm import Memory, Since, Told, tell, weight
from hub.core.curve import Curve
from hub.core.events import (
    AppointmentBooked,
    AppointmentCancelled,
    CallbackDone,
    Event,
    RequestWithdrawn,
    TicketIssued,
    TicketRated,
    TicketRecalled,
    WindowRequested,
)
from hub.core.forecast import Forecast, Wait
from hub.core.plan import HallPlan
from hub.core.register import Place, TicketNow
from hub.core.staffing import open_windows
from hub.core.state import State

_JOINS_OR_NOTHING = (
    TicketIssued,
    TicketRecalled,
    AlertRaised,
    AlertReturned,
    AlertEscalated,
    AlertAcknowledged,
    AlertApplied,
    AlertOutcome,
    AlertDismissed,
    AlertCleared,
    DiversionUrged,
    GuideCalled,
    SlotsClosed,
    TicketRated,
    CallbackDone,
    AppointmentBooked,
    AppointmentCancelled,
    WindowRequested,
    RequestWithdrawn,
)

LONG_AGO: Final = datetime.min.replace(tzinfo=UTC)


class Outlook:
    """The queue of `state` played forward when somebody first asks; any thread may read it."""

    def __init__(
        self,
        plan: HallPlan,
        state: State,
        at: datetime = LONG_AGO,
        curves: Mapping[str, Curve] | None = None,
        memory: Memory | None = None,
    ) -> None:
        """`at`: when the state began. `curves`: by service, what the formula's waits have meant.

        A service without a curve is told the formula's. `memory`: what was told before.
        """
        self._plan, self._state, self._at = plan, state, at
        self._curves, self._memory = curves or {}, memory or Memory()

    def after(self, state: State, event: Event, at: datetime) -> "Outlook":
        """The outlook of the `state` to which `event` led.

        Whoever takes a number and is due last joins at the end and changes nobody's wait; after
        anything else that matters the queue is played anew.
        """
        memory = self._remembered(weight(event), getattr(event, "ticket", None))
        then = Outlook(self._plan, state, at, self._curves, memory)
        if not isinstance(event, _JOINS_OR_NOTHING):
            return then
        then.able, then._rivals, then._put_off = self.able, self._rivals, self._put_off
        if not isinstance(event, TicketIssued):
            then._played, then._told = self._played, self._told
            return then
        forecast, waits, last = self._played
        ticket = state.tickets[event.ticket]
        turn = due(self._plan.policy, ticket)
        if last is None or last < turn:
            forecast = forecast.copy()
            wait = forecast.join(ticket.service)
            then._played = forecast, waits.set(ticket.id, wait), turn
            told = tell(None, self._learned(ticket.service, wait), Since.MOVED, at)
            then._told = self._told.set(ticket.id, told)
        return then

    def taught(self, curves: Mapping[str, Curve], at: datetime) -> "Outlook":
        """The outlook of the same state once the curves are other ones."""
        then = Outlook(self._plan, self._state, at, curves, self._remembered(Since.MOVED))
        then.able, then._rivals, then._put_off = self.able, self._rivals, self._put_off
        then._played = self._played
        return then

    def supposing(self, state: State) -> "Outlook":
        """The outlook if the hall were as `state`: by the same curves, and nobody told before."""
        return Outlook(self._plan, state, self._at, self._curves)

    def wait(self, ticket: TicketNow) -> Wait:
        """What someone who waits is told that they will wait still."""
        return self._told[ticket.id].wait

    def by_formula(self, ticket: TicketNow) -> Wait:
        """How long someone who waits would wait still if the queue went as it was played."""
        return self._played[1][ticket.id]

    def newcomer(self, service: str) -> Wait:
        """The wait of someone who would come now."""
        return self._learned(service, self.newcomer_by_formula(service))

    def newcomer_by_formula(self, service: str) -> Wait:
        """The same, if the queue went as it was played."""
        return self._played[0].newcomer(service)

    def ahead(self, ticket: TicketNow) -> int:
        """How many of those whose turn comes before compete for the same windows."""
        tickets, rivals = self._state.tickets, self._rivals[ticket.service]
        at, order, behind = due(self._plan.policy, ticket)
        places = {visit: (at - off, order, behind) for visit, off in self._put_off.items()}
        return sum(
            tickets.before(queue, places[queue[1]]) for queue in tickets.lines if queue[0] in rivals
        )

    def _remembered(self, since: Since, moved: UUID | None = None) -> Memory:
        """What was told, for what comes after; whoever `moved` themselves begins anew."""
        told, since_told = self.__dict__.get("_told"), since
        if told is None:  # nobody has asked, so nothing was told
            told, since_told = self._memory.told, max(since, self._memory.since)
        if moved is not None and moved in told:
            told = told.delete(moved)
        return Memory(told, since_told)

    def _learned(self, service: str, wait: Wait) -> Wait:
        curve = self._curves.get(service)
        return wait if curve is None else curve(wait)

    @cached_property
    def _told(self) -> Map[UUID, Told]:
        """What each who waits is told."""
        (before, since), tickets = self._memory, self._state.tickets
        return Map(
            {
                ticket: tell(
                    before.get(ticket),
                    self._learned(tickets[ticket].service, wait),
                    since,
                    self._at,
                )
                for ticket, wait in self._played[1].items()
            }
        )

    @cached_property
    def _put_off(self) -> Mapping[VisitClass, timedelta]:
        """Per class, how long after the wait began the policy means to call at the latest."""
        return {visit: put_off(self._plan.policy, visit) for visit in VisitClass}

    @cached_property
    def able(self) -> Mapping[str, frozenset[str]]:
        """Per service, the windows that can serve it: open ones, or any while none is open."""
        windows = self._plan.windows
        opened = {w.id for w in open_windows(self._plan, self._state)}
        able = {}
        for service in self._plan.service_by_id:
            skilled = {w.id for w in windows if service in w.skills}
            able[service] = frozenset(skilled & opened or skilled)
        return able

    @cached_property
    def _rivals(self) -> Mapping[str, frozenset[str]]:
        """Per service, those that compete with it for a window."""
        return {
            service: frozenset(other for other, theirs in self.able.items() if theirs & mine)
            for service, mine in self.able.items()
        }

    @property
    def _pace(self) -> Mapping[tuple[str, str], float]:
        """Per window and service, the time taken as a multiple of the service's own."""
        plan, services = self._plan, self._plan.service_by_id
        return {
            (window.id, service): ratio
            * plan.minutes_at(window, services[service])
            / services[service].minutes
            for window in plan.windows
            for service, ratio in self._state.pace_at(window.id, window.skills).items()
        }

    @cached_property
    def _played(self) -> tuple[Forecast, Map[UUID, Wait], Place | None]:
        """The queue as played, what it means for each who waits, and when the last one is due."""
        plan, state = self._plan, self._state
        forecast = Forecast(
            self.able,
            {service.id: service.minutes * 60 for service in plan.services},
            {
                window: state.tickets[current.ticket].service
                for window, current in state.windows.items()
                if current.ticket is not None
            },
            shut={w.id for w in plan.windows if state.window(w.id).state != "open"},
            pace=self._pace,
        )
        turns = sorted((due(plan.policy, t), t.id, t.service) for t in state.waiting())
        waits = Map({ticket: forecast.join(service) for _, ticket, service in turns})
        return forecast, waits, turns[-1][0] if turns else None
