"""Measures durable tickets per second through HTTP, and the time of one call decision."""

import json
import subprocess
import tempfile
import time
from datetime import UTC, datetime
from pathlib import Path
from statistics import median
from typing import Any, Final
from uuid import UUID

import psutil
from one_hub import OneHub, one_hub
from run_options import ROOT

from hall.messages import Channel, Priority, Role
from hall.settings import load
from hub.core.commands import Actor, CallNext, IssueTicket, OpenWindow
from hub.core.decide import decide
from hub.core.events import Record
from hub.core.plan import HallPlan
from hub.core.refusals import Refused
from hub.core.state import State, apply

SECONDS: Final = 10
CONNECTIONS: Final = 16
WAITING: Final = 2000
DECISIONS: Final = 200
LUA: Final = Path(__file__).with_name("wrk_tickets.lua")
PLAN: Final = ROOT / "config" / "demo" / "hall.toml"


def measure(runs: int = 3) -> dict[str, float]:
    """Medians of `runs` loads of wrk on a fresh hub each, and of decisions with WAITING waiting.

    Raises RuntimeError when a request failed: such a load measures nothing.
    """
    plan = load(HallPlan, PLAN)
    services = ",".join(service.id for service in plan.services)
    loads = []
    for run in range(runs):
        with (
            tempfile.TemporaryDirectory(dir=ROOT / "var") as folder,
            one_hub(Path(folder)) as hub,
        ):
            loads.append(load_with_tickets(hub, services, str(run)))
    figures = {name: median(each[name] for each in loads) for name in loads[0]}
    return {**figures, "decide_2000_ms": decide_ms(plan)}


def load_with_tickets(hub: OneHub, services: str, run: str) -> dict[str, float]:
    """What SECONDS of wrk come to. Raises RuntimeError when a request failed."""
    before = _cpu_s(hub)
    command = ["wrk", "-t1", f"-c{CONNECTIONS}", f"-d{SECONDS}s", "-s", str(LUA), hub.url]
    said = subprocess.run(
        [*command, "--", hub.token, run, services], capture_output=True, text=True, check=True
    )
    found: dict[str, Any] = json.loads(said.stdout.splitlines()[-1])
    if found["taken"] != found["asked"] or found["failed"]:
        raise RuntimeError(f"some requests got no ticket: {found}")
    return {
        "per_s": found["taken"] / found["duration_us"] * 1e6,
        "p50_ms": found["p50_us"] / 1e3,
        "p99_ms": found["p99_us"] / 1e3,
        "cpu_us_per_ticket": (_cpu_s(hub) - before) / found["taken"] * 1e6,
    }


def _cpu_s(hub: OneHub) -> float:
    times = psutil.Process(hub.process.pid).cpu_times()
    return float(times.user + times.system)


def decide_ms(plan: HallPlan) -> float:
    """Median time of `call-next` at a window that can serve, with WAITING tickets waiting."""
    boss, now = Actor("boss", Role.MANAGER), datetime(2026, 3, 2, 4, tzinfo=UTC)
    state, window = State(), plan.windows[0].id

    def happen(state: State, command: IssueTicket | OpenWindow) -> State:
        happened = decide(plan, state, command, boss, now)
        if isinstance(happened, Refused):
            raise TypeError(happened.code)
        for event in happened:
            record = Record(id=UUID(int=0), at=now, actor=boss.name, event=event)
            state = apply(plan, state, record)
        return state

    for number in range(WAITING):
        service = plan.services[number % len(plan.services)].id
        state = happen(
            state,
            IssueTicket(UUID(int=number), str(number), service, Priority.NONE, Channel.KIOSK),
        )
    state = happen(state, OpenWindow(window))
    taken_ms = []
    for _ in range(DECISIONS):
        started = time.perf_counter()
        decide(plan, state, CallNext(window), boss, now)
        taken_ms.append((time.perf_counter() - started) * 1e3)
    return median(taken_ms)
