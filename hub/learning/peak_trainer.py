"""Learns from the journal when a hall's peaks come: the trainer `peaks`."""

from collections.abc import Iterator
from datetime import date, datetime, timedelta
from typing import Final

from hub.core.events import DayBegun, Record
from hub.core.glances import glances
from hub.core.peaks import PEAKS_FILE, Glance
from hub.core.plan import HallPlan
from hub.core.state import State, apply
from hub.learning.peaks import fit, judge, levels, told_by_others, where_to_warn, worked
from hub.learning.trained import Trained

LATELY: Final = timedelta(days=90)
DAYS_AT_LEAST: Final = 10
PEAKS_AT_LEAST: Final = 20


def train_peaks(journal: Iterator[Record], plan: HallPlan, now: datetime) -> Trained:
    """The model of a hall's peaks, or none where a plain level warns as well."""
    days = dict(days_of(journal, plan, now))
    if not days or len(worked(days)) < DAYS_AT_LEAST:
        return Trained(
            f"{len(days)} days are too few ({DAYS_AT_LEAST} are needed)", {PEAKS_FILE: None}
        )
    (model,), found = fit([days])
    tables = list(told_by_others(days))
    plain = judge(tables, levels(tables), where_to_warn(tables, levels(tables)))
    said = (
        f"of {found.peaks} peaks (from {model.level:.0f} waiting) on days not learned from,"
        f" {100 * found.recall:.0f} % were warned of {found.lead_min:.0f} minutes before,"
        f" {100 * found.precision:.0f} % of warnings were right; by a plain level"
        f" {100 * plain.recall:.0f} %, {plain.lead_min:.0f} minutes, {100 * plain.precision:.0f} %"
    )
    if found.peaks < PEAKS_AT_LEAST or found.precision <= plain.precision:
        return Trained(f"{said}: not better, no warnings", {PEAKS_FILE: None})
    return Trained(f"{said}: kept", {PEAKS_FILE: model.model_dump_json().encode()})


def days_of(
    journal: Iterator[Record], plan: HallPlan, now: datetime
) -> Iterator[tuple[date, tuple[Glance, ...]]]:
    """The whole days before today, of the last 90, as they looked every five minutes."""
    state, today = State(), plan.local(now).date()
    for record in journal:
        if isinstance(record.event, DayBegun) and today - LATELY <= state.day < today:
            yield from _day(plan, state)
        state = apply(plan, state, record)
    # The last day before today ends without a DayBegun when nobody has come since.
    if today - LATELY <= state.day < today:
        yield from _day(plan, state)


def _day(plan: HallPlan, state: State) -> Iterator[tuple[date, tuple[Glance, ...]]]:
    midnight = datetime.combine(state.day + timedelta(days=1), datetime.min.time(), plan.zone)
    if seen := glances(plan, state.tickets.by_id.values(), state.day, midnight):
        yield state.day, seen
