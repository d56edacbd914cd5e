"""How the queue of each service usually goes, told of all days or of all but one."""

from collections.abc import Iterable, Mapping
from dataclasses import dataclass
from datetime import date
from typing import Final, Self

import numpy as np

from hub.core.forecast import Wait
from hub.core.sight import Sight
from hub.core.wait_model import SHORT_LINE, Usual
from hub.learning.boosting import Array

# What a service hardly seen takes from the hall: minutes by the formula, and samples.
PRIOR_MIN: Final = 20.0
PRIOR: Final = 10.0
SMALLEST: Final = 1e-3


@dataclass(frozen=True, slots=True)
class Sample:
    """What a queue looked like on some day, what the formula said, and how long one then waited."""

    service: str
    day: date
    sight: Sight
    formula: Wait
    wait_min: float = 0.0

    @property
    def formula_min(self) -> float:
        """The formula's median in minutes."""
        return self.formula.p50_s / 60


@dataclass(frozen=True, slots=True)
class Sums:
    """Sums over samples: of the hall, of services, of services on a day.

    In each: samples; waits, formula; waits in short lines, and their number; open windows, waiting,
    calls over 30 minutes and the day; distance of waits from the formula x scale, and the latter.
    """

    hall: Array
    services: Mapping[str, Array]
    days: Mapping[tuple[str, date], Array]

    @classmethod
    def of(cls, samples: Iterable[Sample]) -> Self:
        """The sums of these samples, of which there must be one."""
        days: dict[tuple[str, date], Array] = {}
        for sample in samples:
            key = sample.service, sample.day
            days[key] = days.get(key, 0.0) + _figures(sample)
        services = _by_service(days)
        hall = np.sum(list(services.values()), axis=0)
        scales = {service: _scale(each, hall) for service, each in services.items()}
        for sample in samples:
            expected = sample.formula_min * scales[sample.service]
            days[sample.service, sample.day][-2:] += (abs(sample.wait_min - expected), expected)
        services = _by_service(days)
        return cls(np.sum(list(services.values()), axis=0), services, days)

    def usual(self, service: str, without: date | None = None) -> Usual:
        """How a service goes, `without` what one day adds; one never seen goes as the hall."""
        seen = self.services.get(service, np.zeros_like(self.hall))
        if without is not None:
            seen = seen - self.days.get((service, without), 0.0)
        hall = self.hall / max(self.hall[0], SMALLEST)
        count = seen[0] + PRIOR

        def mean(index: int) -> float:
            return float((seen[index] + PRIOR * hall[index]) / count)

        short = self.hall[3] / max(self.hall[4], SMALLEST)
        return Usual(
            scale=_scale(seen, self.hall),
            short_min=float((seen[3] + PRIOR * short) / (seen[4] + PRIOR)),
            windows=mean(5),
            waiting=mean(6),
            called=mean(7),
            called_day=mean(8),
            spread=float(mean(9) / max(mean(10), SMALLEST)),
        )


def _figures(sample: Sample) -> Array:
    sight, short = sample.sight, sample.sight.waiting <= SHORT_LINE
    return np.array(
        [
            1.0,
            sample.wait_min,
            sample.formula_min,
            sample.wait_min if short else 0.0,
            float(short),
            sight.windows,
            sight.waiting,
            sight.called_30,
            sight.called_day,
            0.0,
            0.0,
        ]
    )


def _by_service(days: Mapping[tuple[str, date], Array]) -> dict[str, Array]:
    services: dict[str, Array] = {}
    for (service, _), each in days.items():
        services[service] = services.get(service, 0.0) + each
    return services


def _scale(seen: Array, hall: Array) -> float:
    of_hall = hall[1] / max(hall[2], SMALLEST)
    return max(float((seen[1] + PRIOR_MIN * of_hall) / (seen[2] + PRIOR_MIN)), SMALLEST)
