"""How often something may be done: the generic cell rate algorithm, without a clock."""

from dataclasses import dataclass
from datetime import datetime, timedelta


@dataclass(frozen=True, slots=True)
class Limit:
    """At most `count` at once, and as many again over each `per`, spread evenly.

    (GCRA, ITU-T I.371: a leaky bucket that keeps one moment per bucket.)
    """

    count: int
    per: timedelta

    @property
    def interval(self) -> timedelta:
        """After how long one more is allowed."""
        return self.per / self.count

    def after(self, due: datetime, now: datetime) -> datetime | None:
        """When the bucket will be empty if one is done `now` that was to be empty by `due`.

        None if that would be too many. No bucket is due later than a full one, unless the clock was
        set back: then it counts as empty.
        """
        latest = now + self.per + self.interval / 2  # half an interval is for rounding
        later = (due if now < due <= latest else now) + self.interval
        return later if later <= latest else None
