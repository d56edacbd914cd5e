"""The state as people and devices see it: messages computed from plan, state and occupancy."""

from collections import Counter
from collections.abc import Mapping, Sequence
from dataclasses import dataclass
from datetime import datetime
from functools import cached_property
from uuid import UUID

from hall.http import VisitorTicket
from hall.messages import (
    Alert,
    Group,
    Hall,
    Message,
    Node,
    PublicHall,
    Queues,
    Service,
    ServiceQueue,
    Services,
    Text,
    Ticket,
    TicketState,
    Window,
)
from hub.core import commands
from hub.core.events import (
    Event,
    ServiceStarted,
    TicketFinished,
    TicketMissed,
    TicketRecalled,
)
from hub.core.forecast import Forecast, Wait
from hub.core.occupancy import Occupancy, zones
from hub.core.plan import HallPlan
from hub.core.state import State, TicketNow

TICKET_EVENTS = (TicketRecalled, ServiceStarted, TicketFinished, TicketMissed)


@dataclass(frozen=True)
class View:
    """What can be read off one state at one moment."""

    plan: HallPlan
    state: State
    now: datetime

    @cached_property
    def _waiting(self) -> list[TicketNow]:
        return self.state.waiting()

    @cached_property
    def _able(self) -> dict[str, frozenset[str]]:
        """Per service, the windows that can serve it: open ones, or any while none is open."""
        opened = {w.id for w in self.plan.windows if self.state.window(w.id).state == "open"}
        able = {}
        for service in self.plan.service_by_id:
            skilled = {w.id for w in self.plan.windows if service in w.services}
            able[service] = frozenset(skilled & opened or skilled)
        return able

    def _ahead(self, service: str, before: Sequence[TicketNow]) -> int:
        """How many of those `before` compete for the same windows."""
        rivals = {other for other, able in self._able.items() if able & self._able[service]}
        return sum(ticket.service in rivals for ticket in before)

    @cached_property
    def _forecast(self) -> tuple[Forecast, dict[UUID, Wait]]:
        """The queue played forward, and what it means for each who waits."""
        forecast = Forecast(
            self._able,
            {service.id: service.minutes * 60 for service in self.plan.services},
            {
                window: self.state.tickets[current.ticket].service
                for window, current in self.state.windows.items()
                if current.ticket is not None
            },
            shut={w.id for w in self.plan.windows if self.state.window(w.id).state != "open"},
        )
        waits = {ticket.id: forecast.join(ticket.service) for ticket in self._waiting}
        return forecast, waits

    @cached_property
    def queues(self) -> Queues:
        """Every service's queue, with the wait of someone who would come now."""
        waiting = Counter(ticket.service for ticket in self._waiting)
        called = Counter(
            ticket.service
            for ticket in self.state.tickets.values()
            if ticket.state in {TicketState.CALLED, TicketState.SERVING}
        )
        rows = {}
        for service in self.plan.service_by_id:
            wait = self._forecast[0].newcomer(service)
            rows[service] = ServiceQueue(
                waiting=waiting[service],
                called=called[service],
                windows=sum(self.state.window(w).state == "open" for w in self._able[service]),
                wait_p50_s=wait.p50_s,
                wait_p90_s=wait.p90_s,
            )
        return Queues(at=self.now, services=rows)

    def services(self) -> Services:
        """The catalogue with how each service stands."""
        is_open = self.plan.is_open(self.now)
        return Services(
            groups=tuple(
                Group(id=group.id, name=group.name, prefix=group.prefix)
                for group in self.plan.groups
            ),
            services=tuple(
                Service(
                    id=service.id,
                    name=service.name,
                    group=service.group,
                    open=is_open,
                    waiting=queue.waiting,
                    wait_p50_s=queue.wait_p50_s,
                    wait_p90_s=queue.wait_p90_s,
                )
                for service in self.plan.services
                for queue in (self.queues.services[service.id],)
            ),
        )

    def _place(self, ticket: TicketNow) -> tuple[int, Wait]:
        """People ahead and expected wait of one ticket; nothing once it is called."""
        if ticket.state is not TicketState.WAITING:
            return 0, Wait()
        before = self._waiting[: self._waiting.index(ticket)]
        return self._ahead(ticket.service, before), self._forecast[1][ticket.id]

    def ticket(self, ticket: TicketNow) -> Ticket:
        """A ticket as staff see it."""
        ahead, wait = self._place(ticket)
        window = self.plan.window_by_id.get(ticket.window or "")
        service = self.plan.service_by_id.get(ticket.service)  # an ended ticket's may be gone
        return Ticket(
            id=ticket.id,
            number=ticket.number,
            service=ticket.service,
            service_name=service.name if service else Text(zh=ticket.service, en=ticket.service),
            priority=ticket.priority,
            state=ticket.state,
            issued_at=ticket.issued_at,
            ahead=ahead,
            wait_p50_s=wait.p50_s,
            wait_p90_s=wait.p90_s,
            window=ticket.window,
            window_name=window.name if window else None,
            called_at=ticket.called_at,
        )

    def visitor_ticket(self, ticket: TicketNow) -> VisitorTicket:
        """A ticket as its holder sees it."""
        seen = self.ticket(ticket)
        return VisitorTicket(
            hall=self.plan.name,
            number=seen.number,
            service_name=seen.service_name,
            state=seen.state,
            issued_at=seen.issued_at,
            ahead=seen.ahead,
            wait_p50_s=seen.wait_p50_s,
            wait_p90_s=seen.wait_p90_s,
            window_name=seen.window_name,
        )

    def window(self, window: str) -> Window:
        """A window as staff see it."""
        planned = self.plan.window_by_id[window]
        current = self.state.window(window)
        return Window(
            id=window,
            name=planned.name,
            state=current.state,
            services=planned.services,
            clerk=current.clerk,
            ticket=self.ticket(self.state.tickets[current.ticket]) if current.ticket else None,
        )

    def windows(self) -> tuple[Window, ...]:
        """All windows in configured order."""
        return tuple(self.window(window) for window in self.plan.window_by_id)

    def public_hall(self) -> PublicHall:
        """What displays and anyone may see."""
        return PublicHall(
            at=self.now,
            name=self.plan.name,
            services={service.id: service.name for service in self.plan.services},
            windows={window.id: window.name for window in self.plan.windows},
            queues=self.queues.services,
            calls=self.state.calls,
            announcements=self.plan.announcements,
        )

    def hall(self, occupancy: Occupancy, nodes: Mapping[str, Node]) -> Hall:
        """What staff may see."""
        return Hall(
            at=self.now,
            name=self.plan.name,
            services={service.id: service.name for service in self.plan.services},
            crowd=occupancy.cameras,
            zones=zones(self.plan, occupancy, self.now),
            queues=self.queues.services,
            windows=self.windows(),
            alerts=tuple(self.state.live_alerts()),
            nodes=nodes,
            calls=self.state.calls,
            announcements=self.plan.announcements,
        )


def answer(view: View, command: commands.Command, happened: Sequence[Event]) -> Message | None:
    """What the one who gave `command` is told once it is carried out; None for nothing."""
    state = view.state
    match command:
        case commands.IssueTicket(ticket=key):
            ticket = state.tickets[key]
            return view.ticket(ticket).model_copy(update={"url": f"/t/{ticket.token}"})
        case commands.CancelTicket(ticket=key):
            return view.ticket(state.tickets[key])
        case commands.CallNext(window=key):
            called = state.window(key).ticket
            return view.ticket(state.tickets[called]) if called else None
        case commands.OpenWindow() | commands.PauseWindow() | commands.CloseWindow():
            return view.window(command.window)
        case (
            commands.AcknowledgeAlert(alert=key)
            | commands.ApplyAlert(alert=key)
            | commands.DismissAlert(alert=key)
        ):
            return state.alerts[key]
        case _:
            moved = next(
                (each.ticket for each in happened if isinstance(each, TICKET_EVENTS)), None
            )
            return None if moved is None else view.ticket(state.tickets[moved])


def history(state: State) -> tuple[Alert, ...]:
    """Alerts since the day began and those still live, newest first."""
    return tuple(reversed(tuple(state.alerts.values())))
