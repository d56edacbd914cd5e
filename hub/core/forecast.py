"""How long visitors will wait: the queue in front of them, played forward on the open windows."""

from collections.abc import Container, Iterable, Mapping
from dataclasses import dataclass
from math import inf, sqrt
from typing import Final

Z90: Final = 1.2816

# Until when a window is taken: mean in seconds, and variance in square seconds.
_Busy = tuple[float, float]
_FREE: Final[_Busy] = (0.0, 0.0)


@dataclass(frozen=True, slots=True)
class Wait:
    """Median and 90th percentile of a wait, in whole seconds."""

    p50_s: float = 0.0
    p90_s: float = 0.0


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
        pace: Mapping[tuple[str, str], float] | None = None,
    ) -> None:
        """`able`: windows by service; `being_served`: services by busy window; `shut`: not open.

        `pace`: how long a window takes for a service, as a multiple of `service_s`.
        """
        self._able = {service: sorted(windows) for service, windows in able.items()}
        self._service_s, self._shut, self._pace = service_s, shut, pace or {}
        self._busy: dict[str, _Busy] = {
            window: _then(_FREE, self._takes_s(window, service))
            for window, service in being_served.items()
        }

    def copy(self) -> "Forecast":
        """The same queue, to be played on without changing this one."""
        twin = Forecast.__new__(Forecast)
        twin.__dict__ |= {**self.__dict__, "_busy": self._busy.copy()}
        return twin

    def join(self, service: str) -> Wait:
        """The wait of the next visitor in line, who takes their window's time."""
        window, taken = self._first_free(service)
        self._busy[window] = _then(taken, self._takes_s(window, service))
        return _wait(taken)

    def newcomer(self, service: str) -> Wait:
        """The wait of someone who would come after all who joined."""
        return _wait(self._first_free(service)[1])

    def _takes_s(self, window: str, service: str) -> float:
        return self._service_s[service] * self._pace.get((window, service), 1.0)

    def _first_free(self, service: str) -> tuple[str, _Busy]:
        opening = _then(_FREE, self._service_s[service])
        first, soonest = "", (inf, 0.0)
        for window in self._able[service]:
            taken = self._busy.get(window) or (opening if window in self._shut else _FREE)
            if taken[0] < soonest[0]:
                first, soonest = window, taken
        return first, soonest


def _then(taken: _Busy, service_s: float) -> _Busy:
    return taken[0] + service_s, taken[1] + service_s**2


def _wait(taken: _Busy) -> Wait:
    mean_s, variance = taken
    return Wait(round(mean_s), round(mean_s + Z90 * sqrt(variance)))
