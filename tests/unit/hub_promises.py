"""What a hall promises whatever it is asked, checked at every step of a state machine."""

from collections import Counter
from datetime import date, datetime, timedelta
from uuid import UUID

from hypothesis.stateful import RuleBasedStateMachine, invariant

from hall.messages import TicketState
from hub.core import events, snapshot
from hub.core.allocation import due
from hub.core.commands import Actor, Command
from hub.core.decide import decide
from hub.core.events import Event, Record
from hub.core.occupancy import Occupancy
from hub.core.outlook import Outlook
from hub.core.refusals import REFUSALS, Refused
from hub.core.register import FINAL, Register
from hub.core.state import State, apply
from hub.core.views import View, answer
from tests.unit.hub_fakes import NOON, busy_plan, fresh_ids

PLAN = busy_plan()
AT_WINDOW = {TicketState.CALLED, TicketState.SERVING}
ENDED = events.TicketFinished | events.TicketMissed | events.TicketCancelled


class Promises(RuleBasedStateMachine):
    """A hall, what has happened in it, and what may never be."""

    def __init__(self) -> None:
        super().__init__()
        self.state, self.now, self.ids = State(), NOON, fresh_ids()
        self.outlook = Outlook(PLAN, self.state)
        self.records: list[Record] = []
        self.living: dict[UUID, Counter[str]] = {}
        self.numbers: set[tuple[date, str]] = set()

    def happen(self, event: Event) -> None:
        record = Record(id=next(self.ids), at=self.now, actor="x", event=event)
        self.check(event)
        self.state = apply(PLAN, self.state, record)
        self.records.append(record)
        self.outlook = self.outlook.after(self.state, event, self.now)
        if isinstance(event, events.TicketIssued):
            assert (self.state.day, event.number) not in self.numbers
            self.numbers.add((self.state.day, event.number))
            self.living[event.ticket] = Counter((event.service, *event.also))
            self.check_place(event)

    def check_place(self, event: events.TicketIssued) -> None:
        """Whoever comes now stands behind all who came before, whatever the clock says."""
        if event.arrived_at is None and event.slot is None:
            came = [t for t in self.state.tickets.values() if t.slot is None]
            assert max(came, key=lambda ticket: ticket.place).id == event.ticket

    def check(self, event: Event) -> None:
        """What an event may be, seen from the state before it."""
        if isinstance(event, events.TicketCalled):
            self.check_call(event)
        elif isinstance(event, events.ServiceFinished):
            self.living[event.ticket][self.state.tickets[event.ticket].service] -= 1
        elif isinstance(event, events.TicketTransferred):
            before = self.state.tickets[event.ticket]
            left = {event.service, *before.also}
            self.living[event.ticket] = Counter(left)
        elif isinstance(event, ENDED) and getattr(event, "returns_after", None) is None:
            del self.living[event.ticket]  # a second end would not find it
        elif isinstance(event, events.AppointmentBooked):
            self.check_slot(event.service, event.slot)
        elif isinstance(event, events.AppointmentMoved):
            self.check_slot(self.state.appointments[event.appointment].service, event.slot)

    def check_slot(self, service: str, slot: datetime) -> None:
        """Nobody is given a place that another has."""
        same = [
            each
            for each in self.state.appointments.values()
            if (each.service, each.slot) == (service, slot) and each.state != "cancelled"
        ]
        assert len(same) < PLAN.service_by_id[service].appointments

    def check_call(self, event: events.TicketCalled) -> None:
        """Nobody is overtaken by a later comer of their own queue, nor by anyone once guarded."""
        window = PLAN.window_by_id[event.window]
        called = self.state.tickets[event.ticket]
        assert self.state.window(window.id).ticket is None
        assert self.state.window(window.id).state == "open"
        assert called.service in window.skills
        assert called.reserved in {None, window.id}
        assert event.reason is not None
        if event.picked is not None:
            return
        before = [
            ticket
            for ticket in self.state.waiting()
            if ticket.place < called.place
            and ticket.service in window.skills
            and ticket.reserved in {None, window.id}
        ]
        guard = timedelta(minutes=PLAN.policy.guard_min)
        assert not [ticket for ticket in before if ticket.queue == called.queue]
        assert not [ticket for ticket in before if self.now - ticket.place[0] > guard]

    def ask(self, command: Command, actor: Actor) -> None:
        before = self.state
        outcome = decide(PLAN, before, command, actor, self.now)
        assert self.state is before
        if isinstance(outcome, Refused):
            assert outcome.code in REFUSALS
            return
        for event in outcome:
            self.happen(event)
        answer(View(PLAN, self.state, self.now), command, outcome)

    @invariant()
    def no_ticket_is_lost_or_served_twice(self) -> None:
        kept = {
            t.id: Counter((t.service, *t.also))
            for t in self.state.tickets.values()
            if t.state not in FINAL
        }
        assert kept == {ticket: +services for ticket, services in self.living.items()}
        assert all(
            self.state.tickets.by_token[t.token] == t.id for t in self.state.tickets.values()
        )

    @invariant()
    def indexes_are_what_the_tickets_say(self) -> None:
        assert Register.of(self.state.tickets.values()) == self.state.tickets

    @invariant()
    def living_numbers_and_all_places_differ(self) -> None:
        numbers = [t.number for t in self.state.tickets.values() if t.state not in FINAL]
        assert len(numbers) == len(set(numbers))
        places = [t.place for t in self.state.tickets.values()]
        assert len(places) == len(set(places))

    @invariant()
    def tickets_and_windows_agree(self) -> None:
        called = {t.id: t for t in self.state.tickets.values() if t.state in AT_WINDOW}
        at_windows = {w.ticket: id_ for id_, w in self.state.windows.items() if w.ticket}
        assert {key: ticket.window for key, ticket in called.items()} == at_windows
        for key, window in at_windows.items():
            assert called[key].service in PLAN.window_by_id[window].skills

    @invariant()
    def nobody_waits_for_a_window_that_is_closed(self) -> None:
        reserved = {t.reserved for t in self.state.waiting()} - {None}
        assert all(self.state.window(window or "").state != "closed" for window in reserved)

    @invariant()
    def a_closing_window_has_a_visitor(self) -> None:
        assert all(w.ticket is not None for w in self.state.windows.values() if w.closing)

    @invariant()
    def one_alert_of_a_rule_is_live(self) -> None:
        assert len(self.state.live_alerts()) <= 1

    @invariant()
    def the_view_can_be_drawn(self) -> None:
        view = View(PLAN, self.state, self.now)
        hall = view.hall(Occupancy(), {})
        assert sum(queue.waiting for queue in hall.queues.values()) == len(self.state.waiting())
        for ticket in self.state.tickets.values():
            view.visitor_ticket(ticket)

    @invariant()
    def an_outlook_kept_up_to_date_is_what_a_fresh_one_would_be(self) -> None:
        fresh, waiting = Outlook(PLAN, self.state), self.state.waiting()
        turns = {ticket.id: due(PLAN.policy, ticket) for ticket in waiting}
        for ticket in waiting:
            assert self.outlook.by_formula(ticket) == fresh.by_formula(ticket)
            rivals = [
                other
                for other in waiting
                if fresh.able[other.service] & fresh.able[ticket.service]
                and turns[other.id] < turns[ticket.id]
            ]
            assert self.outlook.ahead(ticket) == len(rivals)

    def teardown(self) -> None:
        """The journal alone leads to the same hall, also once it was written down as JSON."""
        state = State()
        for record in self.records:
            state = apply(PLAN, state, Record.model_validate_json(record.model_dump_json()))
        assert state == self.state
        assert snapshot.load(snapshot.dump(self.state)) == self.state
