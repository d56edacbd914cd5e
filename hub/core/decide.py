"""The one door to all decisions: `decide(plan, state, command, actor, now) -> events | Refused`."""

from collections.abc import Callable
from datetime import datetime
from typing import Any, Final, get_args

from hub.core import appointments, commands, detours, relief, tickets
from hub.core.alert_commands import command_alert, sound_duress
from hub.core.commands import (
    Actor,
    AlertCommand,
    Command,
    RequestThumbnail,
    StaffingCommand,
    WindowCommand,
)
from hub.core.elastic import command_staffing
from hub.core.events import Event, ThumbnailRequested
from hub.core.plan import HallPlan
from hub.core.refusals import Refused
from hub.core.state import State
from hub.core.windows import command_window

Decision = Callable[[HallPlan, State, Any, Actor, datetime], list[Event] | Refused]


def _note(
    plan: HallPlan, state: State, command: RequestThumbnail, actor: Actor, now: datetime
) -> list[Event] | Refused:
    """Every request to look is written down, also one that will be refused."""
    return [ThumbnailRequested(camera=command.camera)]


_DECIDE: Final[dict[type, Decision]] = {
    commands.IssueTicket: tickets.issue,
    commands.MergePaperTicket: tickets.merge_paper,
    commands.CancelTicket: tickets.cancel,
    commands.HoldTicket: detours.hold,
    commands.ResumeTicket: detours.resume,
    commands.TransferTicket: detours.transfer,
    commands.DivertTicket: detours.divert,
    commands.CompleteDiversion: detours.complete_diversion,
    commands.RateTicket: tickets.rate,
    commands.FinishCallback: tickets.finish_callback,
    commands.BookAppointment: appointments.book,
    commands.TakeOverBooking: appointments.take_over,
    commands.MoveAppointment: appointments.move,
    commands.CancelAppointment: appointments.cancel_appointment,
    commands.CheckIn: appointments.check_in,
    **dict.fromkeys(get_args(WindowCommand), command_window),
    **dict.fromkeys(get_args(StaffingCommand), command_staffing),
    **dict.fromkeys(get_args(AlertCommand), command_alert),
    commands.SoundDuress: sound_duress,
    commands.UrgeDiversion: relief.urge_diversion,
    commands.CallGuide: relief.call_guide,
    commands.CloseSlots: relief.close_slots,
    RequestThumbnail: _note,
}


def decide(
    plan: HallPlan, state: State, command: Command, actor: Actor, now: datetime
) -> list[Event] | Refused:
    """What happens if `actor` asks for `command` at `now`; an empty list if it is so already."""
    return _DECIDE[type(command)](plan, state, command, actor, now)
