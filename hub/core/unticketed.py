"""How many people are in the hall without a ticket: those whom cameras see, less those with one."""

from typing import Final

from hall.messages import Text, TicketState
from hub.core.situation import Signal, Situation

WITH_TICKET: Final = (TicketState.WAITING, TicketState.CALLED, TicketState.SERVING)


def unticketed(situation: Situation) -> Signal:
    """People seen in all zones, less tickets that wait or are served; stale unless all are seen.

    Companions of ticket holders and staff in view count as people without a ticket, so that a rule
    wants a level well above what the hall has on a quiet day.
    """
    seen = [zone for zone in situation.zones.values() if zone.at is not None]
    present = sum(zone.count or 0.0 for zone in seen)
    tickets = situation.state.tickets
    holders = sum(tickets.count(service, *WITH_TICKET) for service in situation.plan.service_by_id)
    return Signal(
        value=max(0.0, present - holders),
        at=max((zone.at for zone in seen if zone.at), default=situation.now),
        stale=not seen or any(zone.stale for zone in seen),
        note=Text(
            zh=f"在场 {present:.0f} 人，有号 {holders} 人",
            en=f"{present:.0f} present, {holders} with a ticket",
        ),
    )
