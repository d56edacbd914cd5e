"""How long visitors will wait: the queue in front of them, played forward on the open windows."""

from collections.abc import Container, Iterable, Mapping
from dataclasses import dataclass
from math import sqrt
from typing import Final

Z90: Final = 1.2816


@dataclass(frozen=True, slots=True)
class Wait:
    """Median and 90th percentile of a wait, in whole seconds."""

    p50_s: float = 0.0
    p90_s: float = 0.0


@dataclass(frozen=True, slots=True)
class _Busy:
    """Until when a window is taken: mean in seconds, and variance in square seconds."""

    mean_s: float = 0.0
    variance: float = 0.0

    def then(self, service_s: float) -> "_Busy":
        return _Busy(self.mean_s + service_s, self.variance + service_s**2)

    def wait(self) -> Wait:
        p90_s = self.mean_s + Z90 * sqrt(self.variance)
        return Wait(round(self.mean_s), round(p90_s))


class Forecast:
    """Plays a queue forward, first come first served, on windows with skills.

    Each visitor in turn takes the able window that is free first, for the mean time of the
    service (list scheduling, Graham 1969). Service times are taken as exponential, so that
    someone being served needs the mean still, and their sum as normal. A window that is not open
    is taken to open after the time of one visitor.
    """

    def __init__(
        self,
        able: Mapping[str, Iterable[str]],
        service_s: Mapping[str, float],
        being_served: Mapping[str, str],
        shut: Container[str] = (),
        pace: Mapping[str, float] | None = None,
    ) -> None:
        """`able`: windows by service; `being_served`: services by busy window; `shut`: not open.

        `pace`: how long a window takes, as a multiple of `service_s`.
        """
        self._able, self._service_s, self._shut = able, service_s, shut
        self._pace = pace or {}
        self._busy = {
            window: _Busy().then(self._takes_s(window, service))
            for window, service in being_served.items()
        }

    def join(self, service: str) -> Wait:
        """The wait of the next visitor in line, who takes their window's time."""
        window, taken = self._first_free(service)
        self._busy[window] = taken.then(self._takes_s(window, service))
        return taken.wait()

    def newcomer(self, service: str) -> Wait:
        """The wait of someone who would come after all who joined."""
        return self._first_free(service)[1].wait()

    def _takes_s(self, window: str, service: str) -> float:
        return self._service_s[service] * self._pace.get(window, 1.0)

    def _first_free(self, service: str) -> tuple[str, _Busy]:
        opening = _Busy().then(self._service_s[service])
        return min(
            (
                (window, self._busy.get(window, opening if window in self._shut else _Busy()))
                for window in sorted(self._able[service])
            ),
            key=lambda candidate: candidate[1].mean_s,
        )
