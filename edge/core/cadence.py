"""When something regular is due, on a fixed beat that neither drifts nor catches up."""

from typing import Final

EARLY_SHARE: Final = 0.1


class Cadence:
    """A beat every `period_s`; `now` is seconds of any clock that only goes forward."""

    def __init__(self, period_s: float) -> None:
        self._period_s = period_s
        self._due: float | None = None

    def due(self, now: float) -> bool:
        """Whether the beat has come; if so the next one is a period later.

        A tenth of a period early counts, so that a beat is not missed by a hair; beats that were
        slept through are not made up for.
        """
        early = EARLY_SHARE * self._period_s
        if self._due is not None and now < self._due - early:
            return False
        on_beat = now if self._due is None else self._due
        self._due = max(on_beat + self._period_s, now + self._period_s - early)
        return True

    def wait_s(self, now: float) -> float:
        """Seconds until the next beat."""
        return 0.0 if self._due is None else max(0.0, self._due - now)
