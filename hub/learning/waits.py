"""Trains the model of waits on a hall's journal, and keeps it only if it beats the formula."""

from collections.abc import Iterator, Sequence
from datetime import datetime
from math import ceil
from statistics import fmean
from typing import Final, NamedTuple

from hub.core.events import Record
from hub.core.plan import HallPlan
from hub.core.wait_model import WAITS_FILE, WaitModel
from hub.learning.fitting import HIGH, fit
from hub.learning.samples import samples
from hub.learning.trained import Trained
from hub.learning.usual import Sample

DAYS_AT_LEAST: Final = 6
SAMPLES_AT_LEAST: Final = 600
HELD_SHARE: Final = 0.25  # of the days, the latest, on which model and formula are compared
BETTER: Final = 0.98  # of the formula's loss, at most: less is chance


class Judged(NamedTuple):
    """On the days held back: mean absolute error in minutes, and pinball loss of 90th percentiles.

    `covered`: the share that waited no longer than their 90th percentile.
    """

    error_min: float
    pinball: float
    covered: float

    @property
    def loss(self) -> float:
        """Both quantiles' pinball losses together: a proper score of what is told."""
        return self.error_min / 2 + self.pinball


def train_waits(journal: Iterator[Record], plan: HallPlan, now: datetime) -> Trained:
    """The model of a hall's waits, or none where the formula does as well or little is known."""
    found = list(samples(journal, plan, now))
    days = sorted({sample.day for sample in found})
    if len(days) < DAYS_AT_LEAST or len(found) < SAMPLES_AT_LEAST:
        return Trained(
            f"{len(found)} waits on {len(days)} days are too few"
            f" ({SAMPLES_AT_LEAST} on {DAYS_AT_LEAST} are needed); the formula goes on",
            {WAITS_FILE: None},
        )
    first_held = days[-ceil(HELD_SHARE * len(days))]
    held = [sample for sample in found if sample.day >= first_held]
    model = fit([sample for sample in found if sample.day < first_held])
    ours, formula = judge(model, held)
    said = (
        f"on the latest {len([day for day in days if day >= first_held])} days"
        f" ({len(held)} waits) it was {ours.error_min:.1f} minutes off,"
        f" the formula {formula.error_min:.1f};"
        f" {100 * ours.covered:.0f} % waited no longer than its 90th percentile"
    )
    if ours.loss > BETTER * formula.loss:
        return Trained(f"{said}: not better, the formula goes on", {WAITS_FILE: None})
    return Trained(f"{said}: kept", {WAITS_FILE: fit(found).model_dump_json().encode()})


def judge(model: WaitModel, held: Sequence[Sample]) -> tuple[Judged, Judged]:
    """How model and formula do on the same waits."""
    told = [model.curve(each.service, each.sight)(each.formula) for each in held]
    waits = [each.wait_min for each in held]
    return (
        _judged(waits, [(wait.p50_s / 60, wait.p90_s / 60) for wait in told]),
        _judged(waits, [(each.formula.p50_s / 60, each.formula.p90_s / 60) for each in held]),
    )


def _judged(waits: Sequence[float], told: Sequence[tuple[float, float]]) -> Judged:
    pairs = list(zip(waits, told, strict=True))
    return Judged(
        fmean(abs(wait - p50) for wait, (p50, _) in pairs),
        fmean(max(HIGH * (wait - p90), (HIGH - 1) * (wait - p90)) for wait, (_, p90) in pairs),
        fmean(wait <= p90 for wait, (_, p90) in pairs),
    )
