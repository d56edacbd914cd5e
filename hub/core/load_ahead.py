"""How much of the hall's windows the work of the next half hour would keep busy."""

from hall.messages import Text
from hub.core.peaks import AHEAD_MIN, load_ahead
from hub.core.situation import Signal, Situation


def percent_busy(situation: Situation) -> Signal:
    """Load over the next AHEAD_MIN minutes in percent of all windows that could open."""
    plan, now = situation.plan, situation.now
    busy = load_ahead(plan, situation.state, situation.patterns, now, AHEAD_MIN).expected
    could_open = len(plan.windows)
    return Signal(
        value=100 * busy / could_open,
        at=now,
        note=Text(
            zh=f"约需 {busy:.1f} 个窗口，可开的共 {could_open} 个",
            en=f"work for about {busy:.1f} windows of {could_open} that could open",
        ),
    )
