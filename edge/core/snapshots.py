"""Which snapshots of a camera to keep, so that few teach much.

A snapshot teaches by differing from the others: in how many people it seems to show and in its
time. Twenty labels from one short stretch lose most of the gain (docs/adr/0006).
"""

from collections.abc import Sequence
from datetime import datetime, timedelta
from typing import Final, NamedTuple

SHORT_STRETCH: Final = timedelta(hours=1)
QUIET_AND_BUSY: Final = 1.5  # the busiest shows at least so many times the people of the quietest
HALF_A_DAY: Final = timedelta(hours=12)


class Snapshot(NamedTuple):
    """One picture: `seen` is the detector's count, `fixed` means labelled or taken by hand."""

    id: str
    at: datetime
    seen: float
    fixed: bool = False


def surplus(snapshots: Sequence[Snapshot], at_most: int) -> list[str]:
    """Which to delete so that `at_most` remain: each time the one most like another.

    Never a fixed one, so that more may remain when more are fixed.
    """
    left = list(snapshots)
    gone: list[str] = []
    while len(left) > at_most and not all(each.fixed for each in left):
        reach = _reach(left)
        loose = [each for each in left if not each.fixed]
        dull = min(loose, key=lambda each: (_gap(each, left, reach), each.at, each.id))
        left.remove(dull)
        gone.append(dull.id)
    return gone


class Spread(NamedTuple):
    """What is wrong with the choice of snapshots; nothing where both are false."""

    short_stretch: bool
    alike: bool


def spread(snapshots: Sequence[Snapshot]) -> Spread:
    """Whether all are from one short stretch, and whether all show about as many people."""
    if not snapshots:
        return Spread(short_stretch=False, alike=False)
    times = [each.at for each in snapshots]
    seen = [each.seen for each in snapshots]
    return Spread(
        short_stretch=max(times) - min(times) < SHORT_STRETCH,
        alike=max(seen) + 1 < QUIET_AND_BUSY * (min(seen) + 1),
    )


def _reach(snapshots: Sequence[Snapshot]) -> tuple[float, timedelta]:
    """The whole range of counts and the span of times, by which differences are measured."""
    seen = [each.seen for each in snapshots] or [0.0]
    times = [each.at for each in snapshots]
    span = max(times) - min(times) if times else timedelta()
    return max(1.0, max(seen) - min(seen)), min(max(span, timedelta(minutes=1)), HALF_A_DAY)


def _gap(
    one: Snapshot, others: Sequence[Snapshot], reach: tuple[float, timedelta]
) -> tuple[float, float]:
    """How unlike the most similar other it is: count and time together, then count alone."""
    people, span = reach
    return min(
        (
            abs(one.seen - other.seen) / people + min(1.0, abs(one.at - other.at) / span) / 2,
            abs(one.seen - other.seen),
        )
        for other in others
        if other is not one
    )
