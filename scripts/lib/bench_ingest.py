"""Measures how readings come in: the hub's processor time, and publish to handled."""

import argparse
import json
import signal
import subprocess
import sys
import tempfile
import time
from http import HTTPStatus
from http.client import HTTPConnection
from pathlib import Path
from statistics import quantiles
from typing import Any, Final

import psutil
from bench_brokers import PASSWORD, Kind, one_broker
from bench_tickets import PLAN, SECONDS, load_with_tickets
from ingest_hub import NOTES
from one_hub import OneHub, one_hub
from run_options import ROOT

from hall.settings import load
from hub.core.plan import HallPlan

BESIDE_PER_S: Final = 500
PUBLISHER: Final = Path(__file__).with_name("ingest_publisher.py")
CONNECTED_WITHIN_S: Final = 30
QUIET_SECONDS: Final = 4
IDLE_CPU_S: Final = 0.05  # in a second, as without any load
# Which broker, readings a second, for how long.
LOADS: Final[tuple[tuple[Kind, int, float], ...]] = (
    ("embedded", 500, 30),
    ("mosquitto", 500, 30),
    ("mosquitto", 10_000, 30),
)


def add_options(parser: argparse.ArgumentParser) -> None:
    """The load, where another one than the three of the table is wanted."""
    parser.add_argument("--broker", choices=["embedded", "mosquitto"])
    parser.add_argument("--rate", type=int, default=500, help="readings a second, with --broker")
    parser.add_argument("--seconds", type=float, default=30, help="how long, with --broker")


def measure(options: argparse.Namespace) -> dict[str, float]:
    """Figures of each load, on a fresh hub and broker: `embedded_500_cpu_percent` and so on."""
    one = (options.broker, options.rate, options.seconds)
    figures: dict[str, float] = {}
    for kind, rate, seconds in [one] if options.broker else LOADS:
        measured = _load(kind, rate, seconds)
        figures |= {f"{kind}_{rate}_{name}": value for name, value in measured.items()}
    return figures if options.broker else figures | _tickets_beside_readings()


def _tickets_beside_readings() -> dict[str, float]:
    """Tickets by themselves, and while readings come in and are kept."""
    services = ",".join(service.id for service in load(HallPlan, PLAN).services)
    with (
        tempfile.TemporaryDirectory(dir=ROOT / "var") as name,
        one_broker("mosquitto", Path(name)) as (port, _),
        one_hub(Path(name) / "data", _told(port)) as hub,
    ):
        _connected(hub)
        alone = load_with_tickets(hub, services, "alone")
        publisher = _publisher(port, BESIDE_PER_S, 2 * SECONDS)
        with subprocess.Popen(publisher, stdout=subprocess.DEVNULL) as publishing:
            beside = load_with_tickets(hub, services, "beside")
            publishing.wait()
    return {
        f"tickets_{when}_{figure}": found[figure]
        for when, found in (("alone", alone), ("beside", beside))
        for figure in ("per_s", "p99_ms")
    }


def _told(port: int) -> dict[str, str]:
    return {
        "HUITING_HUB__MQTT__PORT": str(port),
        "HUITING_HUB__MQTT__USERNAME": "hub",
        "HUITING_HUB__MQTT__PASSWORD": PASSWORD,
    }


def _publisher(port: int, rate: int, seconds: float) -> list[str]:
    options = {"port": port, "password": PASSWORD, "rate": rate, "seconds": seconds}
    words = [word for name, value in options.items() for word in (f"--{name}", str(value))]
    return [sys.executable, str(PUBLISHER), *words]


def _load(kind: Kind, rate: int, seconds: float) -> dict[str, float]:
    with tempfile.TemporaryDirectory(dir=ROOT / "var") as name:
        folder = Path(name)
        notes = folder / "notes.json"
        with one_broker(kind, folder) as (port, broker):
            environ = {**_told(port), NOTES: str(notes)}
            with one_hub(folder / "data", environ, module="ingest_hub") as hub:
                _connected(hub)
                figures = _published(hub, broker, port, rate, seconds)
                hub.process.send_signal(signal.SIGTERM)
                hub.process.wait()
        ages_ms = json.loads(notes.read_text())
    cuts = quantiles(ages_ms, n=100)
    return {
        **figures,
        "lost": figures["sent"] - len(ages_ms),
        "p50_ms": cuts[49],
        "p99_ms": cuts[98],
        "max_ms": max(ages_ms),
    }


def _connected(hub: OneHub) -> None:
    """Wait for the broker, and until the start has been got over."""
    patience = time.monotonic() + CONNECTED_WITHIN_S
    while _ask(hub, "/readyz")[0] != HTTPStatus.OK:
        if time.monotonic() > patience:
            raise RuntimeError("the hub did not reach the broker")
        time.sleep(0.05)
    time.sleep(QUIET_SECONDS)


def _published(
    hub: OneHub, broker: psutil.Process, port: int, rate: int, seconds: float
) -> dict[str, float]:
    """Publish and wait until the hub has nothing left to do with it."""
    watched = psutil.Process(hub.process.pid)
    before, broker_before = _cpu_s(watched), _cpu_s(broker)
    command = _publisher(port, rate, seconds)
    said = subprocess.run(command, capture_output=True, text=True, check=True)
    found: dict[str, Any] = json.loads(said.stdout)
    used_s, broker_s = _cpu_s(watched) - before, _cpu_s(broker) - broker_before
    quiet = 0
    while quiet < QUIET_SECONDS:  # what is left of the work belongs to the load, too
        time.sleep(1)
        more = _cpu_s(watched) - before
        quiet = quiet + 1 if more - used_s < IDLE_CPU_S else 0
        used_s = more
    return {
        "sent": found["sent"],
        "sent_per_s": found["sent"] / found["took_s"],
        "cpu_percent": used_s / found["took_s"] * 100,
        "cpu_us_each": used_s / found["sent"] * 1e6,
        "broker_cpu_percent": broker_s / found["took_s"] * 100,
        "kept_dropped": _dropped(hub),
        "memory_mib": watched.memory_full_info().pss / 2**20,
    }


def _dropped(hub: OneHub) -> float:
    _, metrics = _ask(hub, "/metrics")
    for line in metrics.splitlines():
        if line.startswith("huiting_observations_dropped "):
            return float(line.split()[1])
    raise RuntimeError("the hub tells no huiting_observations_dropped")


def _ask(hub: OneHub, path: str) -> tuple[int, str]:
    connection = HTTPConnection("127.0.0.1", hub.port, timeout=CONNECTED_WITHIN_S)
    try:
        connection.request("GET", path)
        answer = connection.getresponse()
        return answer.status, answer.read().decode()
    finally:
        connection.close()


def _cpu_s(process: psutil.Process) -> float:
    times = process.cpu_times()
    return float(times.user + times.system)
