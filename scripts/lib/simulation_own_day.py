"""Reads a hall's own exported day, so that policies can be compared on who really came."""

import csv
import io
import json
from collections import Counter
from collections.abc import Iterable, Sequence
from dataclasses import dataclass
from datetime import UTC, date, datetime, timedelta
from pathlib import Path
from random import Random
from typing import Final
from uuid import UUID

from pydantic import ValidationError

from hall.http import TicketRow, Tickets
from hall.messages import TicketState, VisitClass
from hall.settings import Mistake, load
from hub.core.plan import HallPlan
from hub.core.staffing import recent_arrivals
from hub.simulation.assumptions import ByClock, Demand, Habits, ServiceDemand, Staff
from hub.simulation.crew import Expect
from hub.simulation.visitors import (
    SHORTEST_VISIT_MIN,
    Day,
    People,
    midnight_of,
)

# Of those who waited for a window, whom a kiosk or an expert could have helped: no export tells.
KIOSK_ABLE: Final = 0.5
EXPERT_ABLE: Final = 0.4
HALF_HOUR: Final = timedelta(minutes=30)


@dataclass(frozen=True)
class OwnDay:
    """A day of a real hall: who came when and for what, and how long it took, are taken from it."""

    name: str
    plan: HallPlan
    demand: Demand
    habits: Habits
    staff: Staff
    date: date
    rows: tuple[TicketRow, ...]

    def day(self, chance: Random) -> Day:
        """The day's people; what the export does not tell of them is by chance."""
        midnight = midnight_of(self.plan, self.date)
        people = People(self.plan, self.demand, self.habits, chance)
        visitors = (
            people.visitor(
                (row.issued_at - midnight) / timedelta(minutes=1),
                row.service,
                **self._known(number, row, midnight),
            )
            for number, row in enumerate(self.rows)
        )
        return Day(self.date, tuple(visitors), people.pace())

    def expect(self, *, offered: bool) -> Expect:
        """What came of late goes on: one day tells nothing of what is usual."""
        return recent_arrivals

    def _known(self, number: int, row: TicketRow, midnight: datetime) -> dict[str, object]:
        """What the export tells of a visitor."""
        known: dict[str, object] = {"priority": row.priority}
        if row.visit is VisitClass.APPOINTMENT:
            known |= {"appointment": UUID(int=number + 1), "slot": self._slot(row, midnight)}
        if (minutes := _took_min(self.plan, row)) is not None:
            known["work_min"] = max(SHORTEST_VISIT_MIN, minutes)
        if row.state is TicketState.DONE and row.window is None:  # helped elsewhere
            kiosk = self.plan.service_by_id[row.service].kiosk
            known |= {"kiosk_taste": 0, "kiosk_fails": False} if kiosk else {"expert_taste": 0}
        return known

    def _slot(self, row: TicketRow, midnight: datetime) -> datetime:
        """The slot nearest to when they came: the export does not tell which it was."""
        step = timedelta(minutes=self.plan.appointments.slot_min)
        opens = midnight + timedelta(minutes=self.plan.spans(self.date)[0][0])
        return (opens + round((row.issued_at - opens) / step) * step).astimezone(UTC)


def read(hall: Path, export: Path, habits: Habits, staff: Staff) -> OwnDay:
    """The hall file and the export as `GET /api/v1/tickets` gives it, JSON or CSV.

    `habits`, `staff`: what the export cannot tell; the roster is the windows that were busy in each
    half hour, and no spare ones. Raises Mistake with a line for each mistake.
    """
    plan = load(HallPlan, hall)
    rows = _rows(export)
    if not rows:
        raise Mistake(f"{export}: no tickets in it")
    day = Counter(plan.local(row.issued_at).date() for row in rows).most_common(1)[0][0]
    rows = sorted(
        (row for row in rows if plan.local(row.issued_at).date() == day),
        key=lambda row: row.issued_at,
    )
    if unknown := sorted({row.service for row in rows} - plan.service_by_id.keys()):
        raise Mistake(*(f"{export}: the hall file has no service {each}" for each in unknown))
    if not plan.spans(day):
        raise Mistake(f"{hall}: hours: the hall is closed on {day:%A}, the day of the export")
    plan = _most_used_first(plan, rows)
    roster = ByClock(steps=_busy(plan, rows, day))
    staff = staff.model_copy(update={"roster": roster, "most": roster, "least": 1})
    return OwnDay(export.stem, plan, _demand(plan, rows), habits, staff, day, tuple(rows))


def _rows(export: Path) -> Sequence[TicketRow]:
    try:
        text = export.read_text(encoding="utf-8-sig")
        if text.lstrip().startswith("{"):
            return Tickets.model_validate_json(text).tickets
        cells = csv.DictReader(io.StringIO(text))
        return [
            TicketRow.model_validate({key: cell or None for key, cell in row.items() if key})
            for row in cells
        ]
    except OSError as error:
        raise Mistake(f"{export}: {error.strerror or error}") from error
    except (UnicodeDecodeError, csv.Error, json.JSONDecodeError) as error:
        raise Mistake(f"{export}: neither JSON nor CSV: {error}") from error
    except ValidationError as error:
        first = error.errors(include_url=False, include_input=False)[0]
        where = ".".join(map(str, first["loc"])) or "(whole file)"
        raise Mistake(f"{export}: not an export of tickets: {where}: {first['msg']}") from error


def _took_min(plan: HallPlan, row: TicketRow) -> float | None:
    """How long the service took, at a window for whose services it is."""
    if row.state is not TicketState.DONE or row.started_at is None or row.ended_at is None:
        return None
    minutes = (row.ended_at - row.started_at) / timedelta(minutes=1)
    window = plan.window_by_id.get(row.window or "")
    service = plan.service_by_id[row.service]
    return (
        minutes if window is None else minutes * service.minutes / plan.minutes_at(window, service)
    )


def _most_used_first(plan: HallPlan, rows: Iterable[TicketRow]) -> HallPlan:
    served = Counter(row.window for row in rows)
    windows = sorted(plan.windows, key=lambda window: -served[window.id])
    tables = {name: getattr(plan, name) for name in HallPlan.model_fields}
    return HallPlan(**tables | {"windows": windows})


def _busy(plan: HallPlan, rows: Sequence[TicketRow], day: date) -> dict[str, int]:
    """Windows at which someone was called or served, by half hour from opening to closing."""
    midnight, spans = midnight_of(plan, day), plan.spans(day)
    busy = {}
    for minute in range(spans[0][0], spans[-1][1], 30):
        start = midnight + timedelta(minutes=minute)
        windows = {
            row.window
            for row in rows
            if row.window in plan.window_by_id
            and row.called_at is not None
            and row.called_at < start + HALF_HOUR
            and (row.ended_at or row.called_at) >= start
        }
        busy[f"{minute // 60:02d}:{minute % 60:02d}"] = max(1, len(windows))
    return busy


def _demand(plan: HallPlan, rows: Sequence[TicketRow]) -> Demand:
    """What of the day's demand draws what is not known of its people."""
    came = Counter(row.service for row in rows)
    when = Counter(_half_hour(plan, row.issued_at) for row in rows)
    return Demand(
        visitors=len(rows),
        arrivals=dict(sorted(when.items())),
        services={
            service: ServiceDemand(
                share=count / len(rows),
                kiosk=KIOSK_ABLE if plan.service_by_id[service].kiosk else 0,
                expert=EXPERT_ABLE if plan.service_by_id[service].expert else 0,
            )
            for service, count in came.items()
        },
    )


def _half_hour(plan: HallPlan, at: datetime) -> str:
    local = plan.local(at)
    return f"{local.hour:02d}:{local.minute // 30 * 30:02d}"
