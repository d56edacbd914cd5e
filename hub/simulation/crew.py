"""How many windows a simulated hall opens when: by a roster, or as a manager follows `elastic`."""

from collections.abc import Callable, Mapping
from dataclasses import dataclass
from datetime import datetime

from hub.core.plan import HallPlan
from hub.core.staffing import Changes, changes_to, needed, offered_load
from hub.core.state import State
from hub.simulation.assumptions import HALF_HOUR_MIN, Demand, Habits, Staff, minute_of

# Arrivals per minute by service that are to be expected from now on, as far as windows go.
Expect = Callable[[HallPlan, State, datetime], Mapping[str, float]]


@dataclass(frozen=True, slots=True)
class Crew:
    """The windows that can be staffed; `expect` None leaves them to the roster alone."""

    staff: Staff
    expect: Expect | None = None

    def roster_changes(self, opens_min: float, closes_min: float) -> tuple[float, ...]:
        """When the roster changes during opening hours; never under `elastic`."""
        if self.expect is not None:
            return ()
        return tuple(each for each in self.staff.roster.changes if opens_min < each < closes_min)

    def advice(self, plan: HallPlan, state: State, now: datetime, minute: float) -> Changes:
        """What the rule `elastic` would open or close, within what the crew allows."""
        if self.expect is None:
            return Changes()
        load = offered_load(plan, state, self.expect(plan, state, now))
        most = min(self.staff.most.at(minute), len(plan.windows))
        return changes_to(
            plan, state, max(self.staff.least, min(sum(needed(plan, load).values()), most))
        )


@dataclass(frozen=True, slots=True)
class Profile:
    """What a hall that knows its days expects: its usual day, corrected by what came so far.

    The factor is the mean of a gamma distributed level of the day after Poisson arrivals:
    (a + came) / (a + expected), a = 1 / cv^2.
    """

    demand: Demand
    at_windows: Mapping[str, float]

    @classmethod
    def of(cls, demand: Demand, habits: Habits, *, offered: bool) -> "Profile":
        """`offered`: whether kiosks and experts are offered to those whom they save time."""
        kiosk = habits.kiosk_offered if offered else habits.kiosk_unasked
        expert = habits.expert_offered if offered else habits.expert_unasked
        return cls(
            demand,
            {
                service: each.share
                * (1 - each.kiosk * kiosk * (1 - habits.kiosk_fails))
                * (1 - each.expert * expert)
                for service, each in demand.services.items()
            },
        )

    def __call__(self, plan: HallPlan, state: State, now: datetime) -> dict[str, float]:
        """Arrivals per minute over the horizon that windows will have to serve."""
        demand, horizon = self.demand, plan.staffing.horizon_min
        local = plan.local(now)
        minute = local.hour * 60 + local.minute + local.second / 60
        visitors = demand.visitors * (1 - demand.booked * demand.no_shows)
        expected = visitors * self._by(minute)
        factor = 1.0
        if demand.day_cv:
            prior = 1 / demand.day_cv**2
            factor = (prior + sum(state.taken.values())) / (prior + expected)
        coming = visitors * self._by(minute + horizon) - expected
        return {
            service: share * coming * factor / horizon for service, share in self.at_windows.items()
        }

    def _by(self, minute: float) -> float:
        """The share of a day's visitors who have come by a minute since midnight."""
        came = 0.0
        for clock, weight in self.demand.arrivals.items():
            into = (minute - minute_of(clock)) / HALF_HOUR_MIN
            came += weight * min(max(into, 0.0), 1.0)
        return came / sum(self.demand.arrivals.values())
