"""Measures how long the hub takes to start after a year of tickets, with a snapshot and without."""

import tempfile
from collections.abc import Iterator
from datetime import UTC, datetime, timedelta
from pathlib import Path
from statistics import median
from typing import Final
from uuid import UUID

import psutil
import uuid_utils.compat
from one_hub import one_hub
from run_options import ROOT

from hall.messages import Channel, Priority, Text
from hall.settings import load
from hub.core.events import (
    DayBegun,
    Event,
    Record,
    ServiceStarted,
    TicketCalled,
    TicketFinished,
    TicketIssued,
)
from hub.core.plan import HallPlan
from hub.store import Store

DAYS: Final = 250
TICKETS_A_DAY: Final = 1200
BATCH: Final = 5000
PLAN: Final = ROOT / "config" / "demo" / "hall.toml"


def measure(days: int = DAYS, runs: int = 3) -> dict[str, float]:
    """Seconds from the start of the process to its first answer, and rows of the journal."""
    with tempfile.TemporaryDirectory(dir=ROOT / "var") as folder:
        empty = _starts(Path(folder) / "empty", runs)
        data = Path(folder) / "year"
        rows = generate(data, load(HallPlan, PLAN), days)
        with one_hub(data) as hub:
            replay_s = hub.ready_s
            hub.process.terminate()
            hub.process.wait()
        year = _starts(data, runs)
    return {
        "journal_rows": rows,
        "start_s": year[0],
        "start_cpu_s": year[1],
        "start_empty_s": empty[0],
        "start_empty_cpu_s": empty[1],
        "start_replaying_all_s": replay_s,
    }


def _starts(data: Path, runs: int) -> tuple[float, float]:
    """Medians of seconds to the first answer and of processor seconds until then."""
    ready_s, cpu_s = [], []
    for _ in range(runs):
        with one_hub(data) as hub:
            ready_s.append(hub.ready_s)
            cpu_s.append(sum(psutil.Process(hub.process.pid).cpu_times()[:2]))
    return median(ready_s), median(cpu_s)


def generate(data: Path, plan: HallPlan, days: int) -> int:
    """A journal of so many working days in which everyone is served; the number of its rows."""
    store, batch = Store.open(data), []
    today = datetime.now(UTC) - timedelta(hours=7)  # noqa: TID251 the last day ends now
    for day in reversed(range(days)):
        for record in _day(plan, today - timedelta(days=day)):
            batch.append(record)
            if len(batch) == BATCH:
                store.journal.commit(batch, [])
                batch = []
    store.journal.commit(batch, [])
    rows = store.journal.last
    store.journal.advance("mqtt", rows)
    store.close()
    return rows


def _day(plan: HallPlan, begins: datetime) -> Iterator[Record]:
    """One day: each ticket is issued, called, started and finished."""
    at = begins
    yield _record(DayBegun(day=plan.local(begins).date()), at)
    window = plan.windows[0].id
    for number in range(1, TICKETS_A_DAY + 1):
        ticket, at = uuid_utils.compat.uuid7(), at + timedelta(seconds=20)
        for after_s, event in enumerate(_life(plan, ticket, number, window)):
            yield _record(event, at + timedelta(seconds=after_s))


def _life(plan: HallPlan, ticket: UUID, number: int, window: str) -> tuple[Event, ...]:
    service = plan.services[number % len(plan.services)]
    name = f"{plan.group_by_id[service.group].prefix}{number:03d}"
    return (
        TicketIssued(
            ticket=ticket,
            number=name,
            service=service.id,
            priority=Priority.NONE,
            channel=Channel.KIOSK,
            token=ticket.hex,
        ),
        TicketCalled(
            ticket=ticket, number=name, window=window, speech=Text(zh=f"请{name}号", en=name)
        ),
        ServiceStarted(ticket=ticket),
        TicketFinished(ticket=ticket),
    )


def _record(event: Event, at: datetime) -> Record:
    return Record(id=uuid_utils.compat.uuid7(), at=at, actor="bench", event=event)
