"""Tells from a stream's own times how long each frame waited between the camera and us."""

from math import inf
from typing import Final

DRIFT: Final = 0.001  # by so much a camera's clock may run slow; real ones stay far below
LATE_MAX_S: Final = 0.5  # older frames are not shown to anyone
LATE_FOR_S: Final = 5.0  # a stream that stays late for so long has fallen behind
PATIENCE_S: Final = 3.0


class Timeline:
    """The times of one connection; `now` is seconds of a clock that only goes forward.

    Whatever lies between camera and program (an encoder, a network, buffers) can only delay a
    frame. The least difference ever seen between arrival and stream time is therefore taken for
    no delay, and what exceeds it for the age of the frame: the lower envelope that RTP receivers
    estimate clock offsets with. A camera's constant delay stays invisible.
    """

    def __init__(self) -> None:
        self._shown_s: float | None = None
        self._now = self._settled_at = 0.0
        self._least_s = inf
        self._late_since: float | None = None
        self._blind = False

    def behind(self, now: float) -> bool:
        """Whether only old frames have come for LATE_FOR_S; what is queued is best given up."""
        return self._late_since is not None and now - self._late_since > LATE_FOR_S

    def age_s(self, shown_s: float, now: float) -> float:
        """Age of the frame of stream time `shown_s` that arrives now, in seconds.

        Infinite while a backlog pours in faster than it was taken, since its age cannot be told
        before its end. Always zero once the times have made no sense for PATIENCE_S: then a frame
        without a known age is better than none.
        """
        age_s = self._delay_s(shown_s, now)
        if age_s <= LATE_MAX_S:
            self._late_since = None
        elif self._late_since is None:
            self._late_since = now
        return age_s

    def _delay_s(self, shown_s: float, now: float) -> float:
        if self._shown_s is None:
            self._settled_at = now
        delay_s = now - shown_s
        step_s = shown_s - (shown_s if self._shown_s is None else self._shown_s)
        least_s = self._least_s + DRIFT * (now - self._now)
        settled = step_s > 0 and delay_s >= least_s - step_s / 2
        self._shown_s, self._now = shown_s, now
        self._least_s = min(least_s, delay_s) if step_s > 0 else delay_s
        if settled:
            self._settled_at = now
        elif now - self._settled_at > PATIENCE_S:
            self._blind = True
        if self._blind:
            return 0.0
        return max(0.0, delay_s - least_s) if settled else inf
