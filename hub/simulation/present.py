"""Plays on from a hall as it stands: what the rest of the day would bring."""

from collections.abc import Callable, Iterator, Mapping
from datetime import datetime, timedelta
from itertools import islice
from typing import Final
from uuid import UUID

from hall.messages import Role, TicketState
from hub.core.commands import Actor
from hub.core.register import FINAL, TicketNow
from hub.core.state import State
from hub.simulation.crew import Crew
from hub.simulation.play import MANAGER, Play
from hub.simulation.visitors import Day, People, Visitor, midnight_of
from hub.simulation.visits import Outcome, Visit

TRIES: Final = 100  # at drawing someone who has waited so long already


def rest_of_day(people: People, state: State, now: datetime) -> tuple[Day, dict[UUID, Visitor]]:
    """One possible rest of a day: who will come still, and by ticket who is in the hall.

    What is known already bounds what is drawn: nobody's patience ended before now, and no service
    that goes on is shorter than it has taken. Booked visits of `state` stand for drawn ones.
    """
    plan = people.plan
    drawn = people.day(plan.local(now).date())
    minute = (now - midnight_of(plan, drawn.date)) / timedelta(minutes=1)
    walk_ins = [v for v in drawn.visitors if v.arrives_min > minute and v.appointment is None]
    coming = [*walk_ins, *_booked(people, state, now)]
    coming.sort(key=lambda visitor: visitor.arrives_min)
    present = {
        ticket.id: _present(people, ticket, now)
        for ticket in state.tickets.values()
        if _is_here(ticket) and ticket.service in people.demand.services
    }
    return Day(drawn.date, tuple(coming), drawn.pace), present


def play_on(
    people: People,
    state: State,
    now: datetime,
    rest: tuple[Day, Mapping[UUID, Visitor]],
    crew: Crew,
    *,
    offering: bool,
) -> Outcome:
    """Play the rest of a day with the windows as they are, and as `elastic` advises if crewed so.

    Two states with other windows and the same `rest` compare on the same people. Window time
    counts from now; waits count from the arrival.
    """
    day, present = rest
    playing = Play(people.plan, state, day, people.habits, crew, offering=offering)
    playing.hall.now = now
    playing.now_min = (now - playing.midnight) / timedelta(minutes=1)
    for ticket, visitor in present.items():
        _take_over(playing, state.tickets[ticket], visitor)
    for desk in playing.desks.values():
        current = state.window(desk.window.id)
        if current.state == "open":
            desk.clerk = Actor(current.clerk, Role.CLERK) if current.clerk else MANAGER
            desk.opened_min = playing.now_min
            if current.ticket is None or current.ticket not in present:
                playing.call(desk)
    playing.look_from(playing.now_min)
    return playing.run()


def _is_here(ticket: TicketNow) -> bool:
    """Who was sent away for a paper is not: nobody knows when they come back."""
    away = ticket.state is TicketState.HELD and ticket.trying is None
    return ticket.state not in FINAL and not away


def _booked(people: People, state: State, now: datetime) -> Iterator[Visitor]:
    plan, chance = people.plan, people.chance
    midnight, today = midnight_of(plan, plan.local(now).date()), plan.local(now).date()
    latest = timedelta(minutes=plan.appointments.late_min)
    for each in state.appointments.values():
        if each.state != "booked" or plan.local(each.slot).date() != today:
            continue
        if each.service not in people.demand.services or each.slot + latest <= now:
            continue
        early = chance.gauss(people.habits.early_mean_min, people.habits.early_sd_min)
        at = max(each.slot - timedelta(minutes=early), now)
        yield people.visitor(
            (at - midnight) / timedelta(minutes=1),
            each.service,
            appointment=each.id,
            slot=each.slot,
            comes=chance.random() >= people.demand.no_shows,
        )


def _present(people: People, ticket: TicketNow, now: datetime) -> Visitor:
    """Someone in the hall, drawn until they fit what they have done so far."""
    midnight = midnight_of(people.plan, people.plan.local(now).date())
    arrived_min = (ticket.issued_at - midnight) / timedelta(minutes=1)
    waited_min = (now - ticket.issued_at) / timedelta(minutes=1)
    served_min = (now - (ticket.started_at or now)) / timedelta(minutes=1)

    def drawn() -> Visitor:
        return people.visitor(arrived_min, ticket.service, priority=ticket.priority)

    def fits(visitor: Visitor) -> bool:
        patient = visitor.patience_min > waited_min or ticket.started_at is not None
        return patient and visitor.work_min > served_min

    return _first(drawn, fits)


def _first(drawn: Callable[[], Visitor], fits: Callable[[Visitor], bool]) -> Visitor:
    """The first that fits; of many that do not, the last."""
    visitor = drawn()
    for visitor in islice(iter(drawn, None), TRIES):
        if fits(visitor):
            break
    return visitor


def _take_over(playing: Play, ticket: TicketNow, visitor: Visitor) -> None:
    visit = Visit(visitor, ticket.id, ticket.visit)
    playing.visits.append(visit)
    playing.by_ticket[ticket.id] = visit
    if ticket.trying is not None:
        servers = playing.kiosks if ticket.trying == "kiosk" else playing.experts
        if servers.free:
            playing.attempt(visit, servers)
        else:
            servers.line.append(visit)
    elif ticket.state is TicketState.WAITING:
        lost_min = visitor.arrives_min + visitor.patience_min
        playing.at(max(playing.now_min, lost_min), playing.lose_patience, visit)
    elif ticket.window is not None:
        desk = playing.desks[ticket.window]
        if ticket.started_at is None:
            playing.serve(desk, visit)
            return
        visit.began_min = (ticket.started_at - playing.midnight) / timedelta(minutes=1)
        visit.ended = "window"
        ends_min = visit.began_min + playing.minutes_at(desk, visitor)
        playing.at(max(playing.now_min, ends_min), playing.call, desk)
        playing.busy_min += max(0.0, ends_min - playing.now_min)
