"""Decides what relieves a crowded hall beside windows: diversion, a guide, fewer bookings."""

from datetime import datetime, timedelta

from hub.core import alert_events
from hub.core.commands import Actor, CallGuide, CloseSlots, UrgeDiversion
from hub.core.events import Event
from hub.core.plan import HallPlan
from hub.core.refusals import Refused
from hub.core.state import State


def urge_diversion(
    plan: HallPlan, state: State, command: UrgeDiversion, actor: Actor, now: datetime
) -> list[Event] | Refused:
    """Offer kiosks and experts to all who gain, for a while."""
    return [alert_events.DiversionUrged(until=now + timedelta(minutes=command.minutes))]


def call_guide(
    plan: HallPlan, state: State, command: CallGuide, actor: Actor, now: datetime
) -> list[Event] | Refused:
    """Call a guide."""
    return [alert_events.GuideCalled(text=command.text)]


def close_slots(
    plan: HallPlan, state: State, command: CloseSlots, actor: Actor, now: datetime
) -> list[Event] | Refused:
    """Take no further bookings for a while."""
    if not all(service in plan.service_by_id for service in command.services):
        return Refused("unknown_service")
    until = now + timedelta(minutes=command.minutes)
    return [alert_events.SlotsClosed(services=command.services, until=until)]
