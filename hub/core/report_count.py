"""What counting works with: the hall, what goes on, the sums; and the time spent at windows."""

from dataclasses import dataclass
from datetime import datetime

from hub.core.plan import HallPlan
from hub.core.report_carry import Carry, Desk
from hub.core.report_tally import Tally


@dataclass(slots=True)
class Count:
    """A day being counted: `carry` and `tally` change with each record."""

    plan: HallPlan
    carry: Carry
    tally: Tally


def spent(tally: Tally, window: str, desk: Desk, until: datetime) -> None:
    """The time until then for which a window was as it is."""
    ms = max(0, round((until - desk.since).total_seconds() * 1000))
    if desk.state == "paused":
        tally.add("paused_ms", window, desk.reason, n=ms)
    elif desk.state == "open":
        tally.add("open_ms", "window", window, n=ms)
        if desk.clerk is not None:
            tally.add("open_ms", "clerk", desk.clerk, n=ms)


def busy(tally: Tally, window: str, desk: Desk, until: datetime) -> None:
    """The time until then for which a visitor was at a window."""
    if desk.busy_since is None:
        return
    ms = max(0, round((until - desk.busy_since).total_seconds() * 1000))
    tally.add("busy_ms", "window", window, n=ms)
    if desk.clerk is not None:
        tally.add("busy_ms", "clerk", desk.clerk, n=ms)
