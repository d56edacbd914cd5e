"""How much of the hall's windows the work of the next half hour would keep busy."""

from typing import Final

from hall.messages import Text
from hub.core.situation import Signal, Situation
from hub.core.staffing import offered_load, recent_arrivals

AHEAD_MIN: Final = 30


def load_ahead(situation: Situation) -> Signal:
    """Load over the next AHEAD_MIN minutes in percent of all windows that could open."""
    plan, state = situation.plan, situation.state
    staffing = plan.staffing.model_copy(update={"horizon_min": AHEAD_MIN})
    ahead = plan.model_copy(update={"staffing": staffing})
    arrivals = recent_arrivals(plan, state, situation.now)
    busy = sum(offered_load(ahead, state, arrivals).values())
    could_open = len(plan.windows)
    return Signal(
        value=100 * busy / could_open,
        at=situation.now,
        note=Text(
            zh=f"约需 {busy:.1f} 个窗口，可开的共 {could_open} 个",
            en=f"work for about {busy:.1f} windows of {could_open} that could open",
        ),
    )
