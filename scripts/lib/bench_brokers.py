"""Starts the embedded broker or Mosquitto on a free port, for benchmarks, and ends it."""

import shutil
import socket
import subprocess
import sys
import time
from collections.abc import Iterator
from contextlib import contextmanager
from pathlib import Path
from typing import Final, Literal

import psutil
from run_options import ROOT

from hub.broker import write_accounts

Kind = Literal["embedded", "mosquitto"]
PASSWORD: Final = "made-up-for-one-benchmark"  # noqa: S105 opens nothing but this broker
READY_WITHIN_S: Final = 30


@contextmanager
def one_broker(kind: Kind, folder: Path) -> Iterator[tuple[int, psutil.Process]]:
    """The port and the process of a broker. Raises RuntimeError when it does not start."""
    with socket.socket() as probe:
        probe.bind(("127.0.0.1", 0))
        port: int = probe.getsockname()[1]
    command = _embedded(folder, port) if kind == "embedded" else _mosquitto(folder, port)
    with (folder / "broker.log").open("wb") as sink:
        process = subprocess.Popen(command, cwd=ROOT, stdout=sink, stderr=sink)
    try:
        patience = time.monotonic() + READY_WITHIN_S
        while not _answers(port):
            if process.poll() is not None or time.monotonic() > patience:
                raise RuntimeError((folder / "broker.log").read_text())
            time.sleep(0.05)
        yield port, psutil.Process(process.pid)
    finally:
        process.terminate()
        process.wait()


def _embedded(folder: Path, port: int) -> list[str]:
    accounts = folder / "accounts"
    write_accounts(accounts, dict.fromkeys(("hub", "edge-bench"), PASSWORD))
    return [sys.executable, "-m", "hub.broker", "--port", str(port), "--accounts", str(accounts)]


def _mosquitto(folder: Path, port: int) -> list[str]:
    """As shipped, but for TLS and access by identity."""
    shipped = (ROOT / "config" / "mosquitto" / "mosquitto.conf").read_text()
    kept = [
        line
        for line in shipped.splitlines()
        if line.startswith(("persistence ", "autosave", "max_", "message_size", "set_tcp"))
    ]
    config = folder / "mosquitto.conf"
    own = [f"listener {port} 127.0.0.1", "allow_anonymous true", f"persistence_location {folder}/"]
    config.write_text("\n".join([*own, *kept, "user root", ""]))
    found = shutil.which("mosquitto", path="/usr/sbin:/sbin:/usr/bin:/usr/local/sbin")
    if found is None:
        raise RuntimeError("mosquitto is not installed: run scripts/setup --dev")
    return [found, "-c", str(config)]


def _answers(port: int) -> bool:
    with socket.socket() as probe:
        return probe.connect_ex(("127.0.0.1", port)) == 0
