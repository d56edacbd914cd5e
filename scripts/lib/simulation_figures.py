"""What many simulated days say of each policy: figures, and bootstrap intervals over the days."""

from collections.abc import Mapping, Sequence
from dataclasses import dataclass, field
from typing import Any, Final

import numpy as np
from numpy.typing import NDArray
from simulation_days import CLASSES, DayPlayed
from simulation_policies import BASELINE

from hall.messages import VisitClass

DRAWS: Final = 1000
BIN_MIN: Final = 0.05  # how finely intervals of quantiles are told
LONGEST_MIN: Final = 600.0
EVERYONE: Final = "all"

Array = NDArray[np.float64]

# Sums over days and visitors, divided: shares of visitors are from 0 to 1.
RATIOS: Final[Mapping[str, tuple[str, str]]] = {
    "mean_wait_min": ("wait_min", "visitors"),
    "abandoned": ("left", "visitors"),
    "over_30_min": ("over_30", "visitors"),
    "over_60_min": ("over_60", "visitors"),
    "window_hours": ("window_hours", "days"),
    "utilisation": ("busy_hours", "window_hours"),
    "mean_walk_in_min": ("wait_walk_in_min", "walk_in"),
    "kiosk_share": ("kiosk", "visitors"),
    "expert_share": ("expert", "visitors"),
    "overtaken": ("overtaken", "walk_ins_at_windows"),
    "visitors": ("visitors", "days"),
    "turned_away": ("turned_away", "days"),
}
P95: Final[Mapping[str, str]] = {
    "p95_wait_min": EVERYONE,
    "p95_priority_min": VisitClass.PRIORITY,
    "p95_appointment_min": VisitClass.APPOINTMENT,
    "p95_walk_in_min": VisitClass.WALK_IN,
}
COMPARED: Final = ("mean_wait_min", "p95_wait_min", "p95_walk_in_min", "abandoned", "window_hours")


@dataclass
class Days:
    """The days of one policy, gathered one by one."""

    waits_min: dict[str, list[Array]] = field(default_factory=dict)
    sums: list[Mapping[str, float]] = field(default_factory=list)

    def add(self, day: DayPlayed) -> None:
        """One more day."""
        waits = day.waits_min
        groups = {EVERYONE: waits} | {
            visit.value: waits[day.classes == number] for number, visit in enumerate(CLASSES)
        }
        for group, theirs in groups.items():
            self.waits_min.setdefault(group, []).append(theirs)
        walk_in = groups[VisitClass.WALK_IN]
        self.sums.append(
            {
                **day.sums,
                "wait_min": float(waits.sum()),
                "over_30": float((waits > 30).sum()),  # noqa: PLR2004 as the figure says
                "over_60": float((waits > 60).sum()),  # noqa: PLR2004
                "walk_in": float(walk_in.size),
                "wait_walk_in_min": float(walk_in.sum()),
            }
        )


def figures(days: Mapping[str, Days], seed: int) -> dict[str, dict[str, Any]]:
    """Per policy its figures, `ci95` of each, and `change` against the baseline with `change_ci95`.

    Percentile bootstrap over whole days; every policy is drawn the same days, so that changes are
    paired. Changes are shares: -0.5 is half. A figure that nobody bears on is None.
    """
    baseline = BASELINE if BASELINE in days else next(iter(days))
    count = len(days[baseline].sums)
    chance = np.random.default_rng(seed)
    drawn = chance.multinomial(count, np.full(count, 1 / count), size=DRAWS).astype(float)
    points = {policy: _points(gathered) for policy, gathered in days.items()}
    spread = {policy: _bootstrap(gathered, drawn) for policy, gathered in days.items()}
    return {
        policy: {
            **{key: _number(value) for key, value in points[policy].items()},
            "ci95": {key: _interval(values) for key, values in spread[policy].items()},
            "change": {
                key: _number(_change(points[policy][key], points[baseline][key]))
                for key in COMPARED
            },
            "change_ci95": {
                key: _interval(_change(spread[policy][key], spread[baseline][key]))
                for key in COMPARED
            },
        }
        for policy in days
    }


def _points(days: Days) -> dict[str, float]:
    total = {key: sum(day[key] for day in days.sums) for key in days.sums[0]}
    quantiles = {
        key: float(np.quantile(pooled, 0.95)) if pooled.size else np.nan
        for key, group in P95.items()
        for pooled in (np.concatenate(days.waits_min[group]),)
    }
    return {
        key: _ratio(total[above], total[below]) for key, (above, below) in RATIOS.items()
    } | quantiles


def _bootstrap(days: Days, drawn: Array) -> dict[str, Array]:
    """Each figure for each draw of days [DRAWS, days]."""
    sums = {key: drawn @ np.array([day[key] for day in days.sums]) for key in days.sums[0]}
    return {key: _ratio(sums[above], sums[below]) for key, (above, below) in RATIOS.items()} | {
        key: _p95(days.waits_min[group], drawn) for key, group in P95.items()
    }


def _p95(waits_min: Sequence[Array], drawn: Array) -> Array:
    longest = max((float(day.max()) for day in waits_min if day.size), default=0.0)
    bins = int(min(longest, LONGEST_MIN) / BIN_MIN) + 1
    counts = np.array(
        [
            np.bincount((day / BIN_MIN).astype(int).clip(0, bins - 1), minlength=bins)
            for day in waits_min
        ],
        float,
    )
    cumulative = np.cumsum(drawn @ counts, axis=1)
    reached = (cumulative < 0.95 * cumulative[:, -1:]).sum(axis=1) * BIN_MIN
    return np.where(cumulative[:, -1] > 0, reached + BIN_MIN / 2, np.nan)


def _ratio(above: Any, below: Any) -> Any:  # noqa: ANN401 numbers or arrays of them
    with np.errstate(divide="ignore", invalid="ignore"):
        return np.where(np.equal(below, 0), np.nan, np.divide(above, below))


def _change(now: Any, before: Any) -> Any:  # noqa: ANN401 numbers or arrays of them
    return _ratio(np.subtract(now, before), before)


def _number(value: Any) -> float | None:  # noqa: ANN401 a number of numpy's
    return None if np.isnan(value) else float(value)


def _interval(values: Array) -> list[float] | None:
    known = values[~np.isnan(values)]
    return [float(edge) for edge in np.quantile(known, (0.025, 0.975))] if known.size else None
