"""Between which bounds the true count lies when a count is published."""

from bisect import bisect
from collections.abc import Sequence
from math import sqrt
from typing import Final, NamedTuple

LEAST_ROWS: Final = 2
NINE_IN_TEN: Final = 1.645  # standard deviations of a normal law
STAY_S: Final = 8.0


class Bounds(NamedTuple):
    """The true count was from `low` to `high` in 90 % of frames with this `published` count."""

    published: float
    low: float
    high: float


def check_bounds(measured: tuple[Bounds, ...]) -> tuple[Bounds, ...]:
    """`measured` if `interval` can use it. Raises ValueError saying why not."""
    published = [each.published for each in measured]
    if len(published) < LEAST_ROWS or published[0] != 0 or sorted(set(published)) != published:
        raise ValueError("give two rows or more, their published counts rising from 0")
    if any(not 0 <= each.low <= each.published <= each.high for each in measured):
        raise ValueError("each row is [published, low, high] with low <= published <= high")
    return measured


def interval(count: float, measured: Sequence[Bounds]) -> tuple[float, float]:
    """Bounds around `count` >= 0 by straight lines between the `measured` ones.

    `measured` has passed `check_bounds`. Beyond its last row the bounds grow in proportion.
    """
    above = bisect([each.published for each in measured], count)
    if above == len(measured):
        last = measured[-1]
        ratio = count / last.published
        return last.low * ratio, last.high * ratio
    left, right = measured[above - 1], measured[above]
    share = (count - left.published) / (right.published - left.published)
    low = left.low + share * (right.low - left.low)
    high = left.high + share * (right.high - left.high)
    return low, high


def widened(low: float, high: float, *, count: float, age_s: float) -> tuple[float, float]:
    """The bounds of a `count` that was published `age_s` ago, when nothing was counted since.

    People come and go by chance: as many of either as there are, once every `STAY_S`, which is how
    long people stay where they only walk through. So the variance grows with the age, and the
    bounds without limit. With 8 s they hold the true counts of 88 to 100 % of pairs of frames 1 to
    300 s apart in a mall (30 people, Loy et al. 2012), and of all such pairs of the demo clip.
    """
    spread = NINE_IN_TEN * sqrt(2 * (count + 1) * max(0.0, age_s) / STAY_S)
    return max(0.0, low - spread), high + spread
