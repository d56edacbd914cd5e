"""How what happens to tickets changes the hall."""

from collections.abc import Callable
from datetime import datetime, timedelta
from typing import Any, Final, Literal
from uuid import UUID

from hall.messages import Call, TicketState
from hub.core import events
from hub.core.events import Record
from hub.core.plan import HallPlan
from hub.core.register import Place, Step, TicketNow
from hub.core.replacing import replace
from hub.core.standing import LAST_CALLS, CallbackNow, Pace, State, begin_day

# A visit this much slower or faster than planned says that a button was forgotten.
RATIO_RANGE: Final = (0.1, 5.0)

Change = Callable[[HallPlan, State, Record, Any], State]


def issued(plan: HallPlan, state: State, record: Record, event: events.TicketIssued) -> State:
    """A number is given, perhaps for an appointment whose holder has come."""
    state = _arrived(begin_day(state, plan.local(record.at).date()), event)
    at = event.arrived_at or record.at
    ticket = TicketNow(
        id=event.ticket,
        number=event.number,
        service=event.service,
        priority=event.priority,
        channel=event.channel,
        token=event.token,
        issued_at=at,
        place=_place(plan, state, event, at),
        also=event.also,
        person=event.person,
        acting_for=event.acting_for,
        slot=event.slot,
        history=(Step(at, "issued", record.actor, event.service),),
    )
    prefix, sequence = event.number[0], int(event.number[1:])
    return replace(
        state,
        issued=state.issued + 1,
        latest=max(state.latest or at, at),
        tickets=state.tickets.put(ticket),
        taken={
            **state.taken,
            **{each: state.taken.get(each, 0) + 1 for each in (event.service, *event.also)},
        },
        sequences={**state.sequences, prefix: max(state.sequences.get(prefix, 0), sequence)},
    )


def _arrived(state: State, event: events.TicketIssued) -> State:
    appointment = state.appointments.get(event.appointment) if event.appointment else None
    if appointment is None:
        return state
    arrived = replace(appointment, state="arrived", ticket=event.ticket)
    return replace(state, appointments={**state.appointments, appointment.id: arrived})


def _place(plan: HallPlan, state: State, event: events.TicketIssued, at: datetime) -> Place:
    """Behind all who came before, even when the clock was set back; paper keeps its own time.

    The wait of an appointment begins shortly before its slot, however early its holder came.
    """
    since = at if event.arrived_at else max(at, state.latest or at)
    if event.slot is not None:
        since = max(since, event.slot - timedelta(minutes=plan.appointments.virtual_min))
    return since, state.issued, 0


def called(plan: HallPlan, state: State, record: Record, event: events.TicketCalled) -> State:
    """A ticket is at a window now, and announced."""
    state = _changed(
        _announced(state, record, event),
        record,
        event.ticket,
        "called",
        note=event.picked or "",
        state=TicketState.CALLED,
        window=event.window,
        called_at=record.at,
        reason=event.reason,
        reserved=None,
        trying=None,
    )
    return at_window(state, event.window, ticket=event.ticket)


def recalled(plan: HallPlan, state: State, record: Record, event: events.TicketRecalled) -> State:
    """A ticket is announced once more."""
    return _changed(_announced(state, record, event), record, event.ticket, "recalled")


def _announced(
    state: State, record: Record, event: events.TicketCalled | events.TicketRecalled
) -> State:
    call = Call(
        id=record.id, at=record.at, number=event.number, window=event.window, speech=event.speech
    )
    return replace(state, calls=(call, *state.calls)[:LAST_CALLS])


def started(plan: HallPlan, state: State, record: Record, event: events.ServiceStarted) -> State:
    """The visitor is being served."""
    return _changed(
        state,
        record,
        event.ticket,
        "started",
        state=TicketState.SERVING,
        started_at=record.at,
    )


def service_finished(
    plan: HallPlan, state: State, record: Record, event: events.ServiceFinished
) -> State:
    """One service is done; the next begins here, or is waited for."""
    ticket = state.tickets[event.ticket]
    state = _learned(plan, state, ticket, record.at)
    rest = ticket.also[1:]
    if event.stays:
        return _changed(
            state,
            record,
            ticket.id,
            "next_service",
            service=event.service,
            also=rest,
            state=TicketState.SERVING,
            started_at=record.at,
        )
    return _away(
        state,
        record,
        ticket,
        "next_service",
        to=TicketState.WAITING,
        service=event.service,
        also=rest,
        trying=None,
    )


def finished(plan: HallPlan, state: State, record: Record, event: events.TicketFinished) -> State:
    """All is done."""
    ticket = state.tickets[event.ticket]
    return _ended(_learned(plan, state, ticket, record.at), record, ticket, TicketState.DONE)


def cancelled(plan: HallPlan, state: State, record: Record, event: events.TicketCancelled) -> State:
    """The visitor left."""
    ticket = state.tickets[event.ticket]
    return _ended(state, record, ticket, TicketState.CANCELLED, note=event.reason)


def missed(plan: HallPlan, state: State, record: Record, event: events.TicketMissed) -> State:
    """Nobody came: for good, or back in line behind others."""
    ticket = state.tickets[event.ticket]
    if event.returns_after is None:
        return _ended(state, record, ticket, TicketState.NO_SHOW, missed=ticket.missed + 1)
    place = state.tickets.behind(ticket, event.returns_after, state.issued)
    state = replace(state, issued=state.issued + 1)
    return _away(
        state,
        record,
        ticket,
        "missed",
        to=TicketState.WAITING,
        missed=ticket.missed + 1,
        place=place,
    )


def held(plan: HallPlan, state: State, record: Record, event: events.TicketHeld) -> State:
    """The number is kept."""
    ticket = state.tickets[event.ticket]
    return _away(state, record, ticket, "held", to=TicketState.HELD, note=event.reason, trying=None)


def diverted(plan: HallPlan, state: State, record: Record, event: events.TicketDiverted) -> State:
    """The number is kept while its holder tries something else."""
    ticket = state.tickets[event.ticket]
    return _away(
        state, record, ticket, "diverted", to=TicketState.HELD, note=event.to, trying=event.to
    )


def resumed(plan: HallPlan, state: State, record: Record, event: events.TicketResumed) -> State:
    """A kept number waits again."""
    ticket = state.tickets[event.ticket]
    return _away(state, record, ticket, "resumed", to=TicketState.WAITING, trying=None)


def transferred(
    plan: HallPlan, state: State, record: Record, event: events.TicketTransferred
) -> State:
    """The ticket waits elsewhere; one kept for an absent visitor stays kept."""
    ticket = state.tickets[event.ticket]
    kept = ticket.state is TicketState.HELD
    return _away(
        state,
        record,
        ticket,
        "transferred",
        to=TicketState.HELD if kept else TicketState.WAITING,
        note=event.reason,
        service=event.service,
        also=tuple(each for each in ticket.also if each != event.service),
        reserved=event.window,
    )


def rated(plan: HallPlan, state: State, record: Record, event: events.TicketRated) -> State:
    """The visit was judged, and perhaps someone has to call back."""
    ticket = state.tickets[event.ticket]
    state = _changed(
        state, record, ticket.id, "rated", note=str(int(event.level)), rating=event.level
    )
    if event.callback_due is None:
        return state
    callback = CallbackNow(ticket.id, ticket.number, event.level, event.comment, event.callback_due)
    return replace(state, callbacks={**state.callbacks, ticket.id: callback})


def callback_done(
    plan: HallPlan, state: State, record: Record, event: events.CallbackDone
) -> State:
    """A visitor was called back."""
    done = replace(state.callbacks[event.ticket], done_at=record.at, note=event.note)
    return replace(state, callbacks={**state.callbacks, event.ticket: done})


CHANGES: Final[dict[type, Change]] = {
    events.TicketIssued: issued,
    events.TicketCalled: called,
    events.TicketRecalled: recalled,
    events.ServiceStarted: started,
    events.ServiceFinished: service_finished,
    events.TicketFinished: finished,
    events.TicketCancelled: cancelled,
    events.TicketMissed: missed,
    events.TicketHeld: held,
    events.TicketDiverted: diverted,
    events.TicketResumed: resumed,
    events.TicketTransferred: transferred,
    events.TicketRated: rated,
    events.CallbackDone: callback_done,
}


def at_window(state: State, window: str, /, **changes: object) -> State:
    """The hall with one window changed."""
    changed = replace(state.window(window), **changes)
    return replace(state, windows={**state.windows, window: changed})


def _changed(
    state: State, record: Record, ticket: UUID, what: str, /, note: str = "", **changes: object
) -> State:
    """The hall with one ticket changed, and the change in its history."""
    before = state.tickets[ticket]
    changed = {"service": before.service, "window": before.window, **changes}
    step = Step(record.at, what, record.actor, changed["service"], changed["window"], note)  # type: ignore[arg-type]
    after = replace(before, **changes, history=(*before.history, step))
    return replace(state, tickets=state.tickets.put(after))


def _away(
    state: State,
    record: Record,
    ticket: TicketNow,
    what: str,
    *,
    to: Literal[TicketState.WAITING, TicketState.HELD],
    note: str = "",
    **changes: object,
) -> State:
    """The ticket waits or is kept, and is at no window any more."""
    state = _changed(
        state,
        record,
        ticket.id,
        what,
        note,
        **{
            "state": to,
            "window": None,
            "called_at": None,
            "started_at": None,
            "reason": None,
            **changes,
        },
    )
    return at_window(state, ticket.window, ticket=None) if ticket.window else state


def _ended(
    state: State,
    record: Record,
    ticket: TicketNow,
    final: TicketState,
    /,
    note: str = "",
    **changes: object,
) -> State:
    """The ticket is over; where it was last stays known."""
    state = _changed(
        state,
        record,
        ticket.id,
        final.value,
        note,
        **{"state": final, "ended_at": record.at, "trying": None, **changes},
    )
    return at_window(state, ticket.window, ticket=None) if ticket.window else state


def _learned(plan: HallPlan, state: State, ticket: TicketNow, now: datetime) -> State:
    """What a finished service tells of its clerk."""
    window = plan.window_by_id.get(ticket.window or "")
    service = plan.service_by_id.get(ticket.service)
    if window is None or service is None or ticket.started_at is None:
        return state
    clerk = state.window(window.id).clerk
    if clerk is None:
        return state
    low, high = RATIO_RANGE
    took_s = (now - ticket.started_at).total_seconds()
    ratio = took_s / (plan.minutes_at(window, service) * 60)
    pace = state.pace.get(clerk, Pace()).after(min(max(ratio, low), high))
    return replace(state, pace={**state.pace, clerk: pace})
