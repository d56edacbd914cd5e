"""How fast clerks are at each service, as finished services teach it."""

from collections.abc import Iterable, Mapping
from dataclasses import dataclass, field, replace
from datetime import date
from typing import Final

# A visit this much slower or faster than planned says that a button was forgotten.
RATIO_RANGE: Final = (0.1, 5.0)
MEMORY: Final = 200
PRIOR_VISITS: Final = 20.0
PRIOR_RANGE: Final = (5.0, 200.0)
FREEDOM_NEEDED: Final = 4


@dataclass(frozen=True, slots=True)
class Pace:
    """How long one clerk takes for one service, as a multiple of the hall's own time.

    Mean and mean square of `visits` ratios; `last` is the hall's day of the newest.
    """

    visits: int = 0
    mean: float = 1.0
    square: float = 1.0
    last: date = date.min

    def after(self, ratio: float, day: date) -> "Pace":
        """With one more visit; those long ago fade once there are many."""
        low, high = RATIO_RANGE
        ratio = min(max(ratio, low), high)
        visits = min(self.visits + 1, MEMORY)
        return Pace(
            visits,
            self.mean + (ratio - self.mean) / visits,
            self.square + (ratio**2 - self.square) / visits,
            max(self.last, day),
        )

    @property
    def scatter(self) -> float:
        """Sum of squares around the mean: `visits` - 1 times the variance of one visit."""
        return max(0.0, self.visits * (self.square - self.mean**2))


@dataclass(frozen=True, slots=True)
class Paces:
    """The paces of all clerks, by clerk and service, and how much weight the few visits bear.

    A few visits say little. What a clerk takes for a service is drawn towards what they take for
    all others, as if seen in `service_prior` visits, and that towards the hall's own times, as if
    seen in `clerk_prior`. These weights are found in the data where there is enough: the variance
    of one visit over that between services of a clerk, and over that between clerks (empirical
    Bayes; Bühlmann & Straub, Bulletin SAV 70, 1970, with two levels as Jewell 1975).
    """

    cells: Mapping[str, Mapping[str, Pace]] = field(default_factory=dict)
    clerk_prior: float = PRIOR_VISITS
    service_prior: float = PRIOR_VISITS

    def after(self, clerk: str, service: str, ratio: float, day: date) -> "Paces":
        """With one more visit that took `ratio` times what was planned."""
        theirs = self.cells.get(clerk, {})
        pace = theirs.get(service, Pace()).after(ratio, day)
        return replace(self, cells={**self.cells, clerk: {**theirs, service: pace}})

    def of(self, clerk: str | None, services: Iterable[str]) -> dict[str, float]:
        """What to count on for each of these services, as a multiple of the hall's own times."""
        theirs = self.cells.get(clerk or "")
        if theirs is None:
            return dict.fromkeys(services, 1.0)
        visits, total = _pooled(theirs.values())
        found = {}
        for service in services:
            own = theirs.get(service, Pace())
            others, theirs_total = visits - own.visits, total - own.visits * own.mean
            base = (self.clerk_prior + theirs_total) / (self.clerk_prior + others)
            found[service] = (self.service_prior * base + own.visits * own.mean) / (
                self.service_prior + own.visits
            )
        return found

    def since(self, day: date) -> "Paces":
        """Without what nobody has added to since `day`, and with weights as the rest has them."""
        cells = {
            clerk: kept
            for clerk, theirs in self.cells.items()
            if (kept := {key: pace for key, pace in theirs.items() if pace.last >= day})
        }
        clerk_prior, service_prior = _priors(cells)
        return Paces(cells, clerk_prior, service_prior)


def _pooled(paces: Iterable[Pace]) -> tuple[int, float]:
    """Visits in all, and the sum of their ratios."""
    visits, total = 0, 0.0
    for pace in paces:
        visits += pace.visits
        total += pace.visits * pace.mean
    return visits, total


def _priors(cells: Mapping[str, Mapping[str, Pace]]) -> tuple[float, float]:
    """How many visits the hall's own time is worth for a clerk, and a clerk's for a service.

    The method of moments: what the means differ by beyond what chance alone would make of it.
    """
    within = between_services = between_clerks = 0.0
    freedom = freedom_services = 0
    visits_services = visits_all = 0.0
    for theirs in cells.values():
        visits, total = _pooled(theirs.values())
        mean = total / visits
        within += sum(pace.scatter for pace in theirs.values())
        freedom += visits - len(theirs)
        freedom_services += len(theirs) - 1
        between_services += sum(p.visits * (p.mean - mean) ** 2 for p in theirs.values())
        visits_services += visits - sum(p.visits**2 for p in theirs.values()) / visits
        between_clerks += visits * (mean - 1) ** 2
        visits_all += visits
    if freedom < FREEDOM_NEEDED:
        return PRIOR_VISITS, PRIOR_VISITS
    variance = within / freedom
    return (
        _prior(variance, between_clerks, len(cells), visits_all),
        _prior(variance, between_services, freedom_services, visits_services),
    )


def _prior(variance: float, between: float, freedom: int, visits: float) -> float:
    if freedom < FREEDOM_NEEDED:
        return PRIOR_VISITS
    low, high = PRIOR_RANGE
    beyond_chance = max(0.0, between - freedom * variance) / visits
    return min(max(variance / beyond_chance, low), high) if beyond_chance > 0 else high
