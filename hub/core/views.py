"""The state as people and devices see it: messages computed from plan, state and occupancy."""

from collections.abc import Mapping, Sequence
from dataclasses import dataclass
from datetime import datetime, timedelta
from functools import cached_property
from typing import Final

from hall.http import Services, VisitorTicket, WindowQueue
from hall.messages import (
    Alert,
    Group,
    Message,
    Node,
    Offer,
    Queues,
    Service,
    ServiceQueue,
    Text,
    Ticket,
    TicketState,
    VisitClass,
    Window,
)
from hall.overview import Hall, PublicHall
from hub.core import booklet, commands
from hub.core.allocation import due
from hub.core.diversion import offers
from hub.core.events import (
    Event,
    ServiceFinished,
    ServiceStarted,
    TicketFinished,
    TicketMissed,
    TicketRecalled,
)
from hub.core.forecast import Wait
from hub.core.occupancy import HallPicture, Occupancy, hall_picture
from hub.core.outlook import Outlook
from hub.core.plan import HallPlan
from hub.core.register import TicketNow
from hub.core.state import State

TICKET_EVENTS = (TicketRecalled, ServiceStarted, ServiceFinished, TicketFinished, TicketMissed)
QUEUE_TOLD: Final = 30


@dataclass(frozen=True)
class View:
    """What can be read off one state at one moment; `outlook` is that state's, if there is one."""

    plan: HallPlan
    state: State
    now: datetime
    outlook: Outlook | None = None

    @cached_property
    def _outlook(self) -> Outlook:
        return self.outlook or Outlook(self.plan, self.state)

    @cached_property
    def queues(self) -> Queues:
        """Every service's queue, with the wait of someone who would come now."""
        tickets, rows = self.state.tickets, {}
        for service in self.plan.service_by_id:
            wait, able = self._outlook.newcomer(service), self._outlook.able[service]
            rows[service] = ServiceQueue(
                waiting=tickets.waiting_for(service),
                called=tickets.count(service, TicketState.CALLED, TicketState.SERVING),
                windows=sum(self.state.window(w).state == "open" for w in able),
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
            targets_s={visit: 60 * self.plan.policy.target_min.of(visit) for visit in VisitClass},
        )

    def _place(self, ticket: TicketNow) -> tuple[int, Wait]:
        """People ahead and expected wait of one ticket; nothing once it is called."""
        if ticket.state is not TicketState.WAITING:
            return 0, Wait()
        return self._outlook.ahead(ticket), self._outlook.wait(ticket)

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
            also=ticket.also,
            visit=ticket.visit,
            reason=ticket.reason,
            notice=self._notice(ticket, wait),
            offers=self._offers(ticket, wait),
        )

    def _notice(self, ticket: TicketNow, wait: Wait) -> Text | None:
        """That the hall will serve someone after hours (延时服务), said when it is foreseen."""
        closes = self.plan.closes_at(self.now)
        if closes is None or ticket.state is not TicketState.WAITING:
            return None
        if self.now + timedelta(seconds=wait.p50_s) <= closes:
            return None
        clock = f"{closes:%H:%M}"
        return Text(
            zh=f"预计 {clock} 下班后才轮到您，我们会延时为您办理。",
            en=f"Your turn will likely come after we close at {clock}. We will stay and serve you.",
        )

    def _offers(self, ticket: TicketNow, wait: Wait) -> tuple[Offer, ...]:
        if ticket.state is not TicketState.WAITING:
            return ()
        until = self.state.urged_until
        urged = until is not None and self.now < until
        return offers(self.plan, self.state, ticket.service, wait.p50_s / 60, urged=urged)

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
            missed=ticket.missed > 0,
            may_rate=ticket.state is TicketState.DONE and ticket.rating is None,
            trying=ticket.trying,
            notice=seen.notice,
            offers=seen.offers,
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
            secondary=planned.secondary,
            reason=current.reason,
            closing=current.closing,
            requested_at=current.requested_at,
            notice=current.notice,
        )

    def queue_at(self, window: str) -> WindowQueue:
        """Whom a window could call, those who were sent away apart."""
        planned, policy = self.plan.window_by_id[window], self.plan.policy
        tickets = self.state.tickets
        waiting = sorted(
            (
                ticket
                for (service, _, reserved), line in tickets.lines.items()
                if service in planned.skills and reserved in {None, window}
                for ticket in line[:QUEUE_TOLD]
            ),
            key=lambda ticket: due(policy, ticket),
        )
        held = (
            ticket
            for ticket in tickets.values()
            if ticket.state is TicketState.HELD and ticket.service in planned.skills
        )
        return WindowQueue(
            waiting=tuple(self.ticket(ticket) for ticket in waiting[:QUEUE_TOLD]),
            held=tuple(self.ticket(ticket) for ticket in held if ticket.trying is None),
        )

    def windows(self) -> tuple[Window, ...]:
        """All windows in configured order."""
        return tuple(self.window(window) for window in self.plan.window_by_id)

    def public_hall(self) -> PublicHall:
        """What displays and anyone may see."""
        return PublicHall(
            at=self.now,
            name=self.plan.name,
            timezone=self.plan.timezone,
            services={service.id: service.name for service in self.plan.services},
            windows={window.id: window.name for window in self.plan.windows},
            queues=self.queues.services,
            calls=self.state.calls,
            announcements=self.announcements(),
        )

    def announcements(self) -> tuple[Text, ...]:
        """What displays say beside the calls: of alerts only the words meant for them."""
        spoken = (alert for alert in self.state.live_alerts() if "display" in alert.told)
        words = dict.fromkeys(alert.public for alert in spoken if alert.public)
        return (*words, *self.plan.announcements)

    def hall(
        self,
        occupancy: Occupancy,
        nodes: Mapping[str, Node],
        picture: HallPicture | None = None,
    ) -> Hall:
        """What staff may see; `picture` if it was worked out already."""
        picture = picture or hall_picture(self.plan, occupancy, self.state, self.now)
        return Hall(
            at=self.now,
            name=self.plan.name,
            timezone=self.plan.timezone,
            services={service.id: service.name for service in self.plan.services},
            crowd=occupancy.cameras,
            people=picture.people,
            zones=picture.zones,
            queues=self.queues.services,
            windows=self.windows(),
            alerts=tuple(self.state.live_alerts()),
            nodes=nodes,
            calls=self.state.calls,
            announcements=self.announcements(),
        )


def answer(view: View, command: commands.Command, happened: Sequence[Event]) -> Message | None:
    """What the one who gave `command` is told once it is carried out; None for nothing."""
    state = view.state
    match command:
        case (
            commands.OpenWindow()
            | commands.PauseWindow()
            | commands.CloseWindow()
            | commands.RequestWindow()
            | commands.WithdrawRequest()
        ):
            return view.window(command.window)
        case commands.FinishCallback(ticket=key):
            return booklet.callback(state.callbacks[key])
        case (
            commands.BookAppointment()
            | commands.TakeOverBooking()
            | commands.MoveAppointment()
            | commands.CancelAppointment()
        ):
            return booklet.answered(view.plan, state.appointments.get(command.appointment), command)
        case commands.AcknowledgeAlert() | commands.ApplyAlert() | commands.DismissAlert():
            return state.alerts[command.alert]
        case _:
            ticket = _spoken_of(state, command, happened)
            if ticket is None:
                return None
    given = isinstance(command, commands.IssueTicket | commands.CheckIn)
    url = f"/t/{ticket.token}" if given else None
    return view.ticket(ticket).model_copy(update={"url": url})


def _spoken_of(
    state: State,
    command: commands.TicketCommand
    | commands.CheckIn
    | commands.DeskCommand
    | commands.ReliefCommand
    | commands.SoundDuress
    | commands.RequestThumbnail,
    happened: Sequence[Event],
) -> TicketNow | None:
    """The ticket that a command was about, if there is one."""
    match command:
        case (
            commands.RequestThumbnail()
            | commands.SoundDuress()
            | commands.UrgeDiversion()
            | commands.CallGuide()
            | commands.CloseSlots()
        ):
            return None
        case commands.CallNext(window=window):
            called = state.window(window).ticket
            return state.tickets[called] if called else None
        case commands.MergePaperTicket(number=number):
            return next(each for each in state.tickets.values() if each.number == number)
        case (
            commands.Recall()
            | commands.StartService()
            | commands.FinishService()
            | commands.MarkNoShow()
        ):
            moved = next(event.ticket for event in happened if isinstance(event, TICKET_EVENTS))
            return state.tickets[moved]
        case _:
            return state.tickets[command.ticket]


def history(state: State) -> tuple[Alert, ...]:
    """Alerts since the day began and those still live, newest first."""
    return tuple(reversed(tuple(state.alerts.values())))
