"""Brokers for the tests: a real mosquitto with the shipped configuration, and the embedded one.

Fixtures that start them are in conftest.py.
"""

import os
import shutil
import socket
import subprocess
import sys
import threading
import time
from collections.abc import Callable
from pathlib import Path

import pytest
from pydantic import SecretStr

from hall.bus import BusSettings
from hub.broker import write_accounts

ROOT = Path(__file__).resolve().parents[2]
CONFIG = ROOT / "config" / "mosquitto"
IDENTITIES = ("hub", "edge-hall", "kiosk-1", "demo-test")
DEADLINE_S = 30


def free_port() -> int:
    """A port of the loopback that nobody listens on now."""
    with socket.socket() as probe:
        probe.bind(("127.0.0.1", 0))
        port: int = probe.getsockname()[1]
        return port


def until(condition: Callable[[], object], *, what: str = "the condition") -> None:
    """Wait until `condition` holds; fail with `what` after a generous deadline."""
    deadline = time.monotonic() + DEADLINE_S
    pause = threading.Event()
    while not condition():
        if time.monotonic() > deadline:
            pytest.fail(f"waited {DEADLINE_S} s for {what}")
        pause.wait(0.01)


def answers(port: int) -> bool:
    """Whether somebody listens on the port."""
    with socket.socket() as probe:
        return probe.connect_ex(("127.0.0.1", port)) == 0


def find_tool(name: str) -> str:
    """Path of a system program; the test fails with what to do when it is not there."""
    found = shutil.which(name, path=f"{os.environ.get('PATH', '')}:/usr/sbin:/sbin")
    if not found:
        pytest.fail(f"{name} is not installed: run scripts/setup --dev")
    return found


class RunningBroker:
    """A broker process on a free port of the loopback, with an account for each identity."""

    def __init__(self, command: list[str], port: int, folder: Path) -> None:
        self.command, self.port, self.folder = command, port, folder
        self.process: subprocess.Popen[bytes] | None = None

    def start(self) -> None:
        """Start it, with all it remembers, and wait until it listens."""
        with (self.folder / "broker.log").open("ab") as sink:
            process = subprocess.Popen(self.command, cwd=ROOT, stdout=sink, stderr=sink)
        self.process = process
        until(lambda: process.poll() is not None or answers(self.port), what="the broker")
        if process.poll() is not None:
            pytest.fail((self.folder / "broker.log").read_text())

    def stop(self) -> None:
        """Ask it to end."""
        if self.process:
            self.process.terminate()
            self.process.wait(DEADLINE_S)

    def kill(self) -> None:
        """End it as a power cut would, and let it forget everything."""
        assert self.process
        self.process.kill()
        self.process.wait(DEADLINE_S)
        (self.folder / "mosquitto.db").unlink(missing_ok=True)

    def settings(self, identity: str) -> BusSettings:
        """How an identity connects."""
        return BusSettings(
            port=self.port, username=identity, password=SecretStr(f"secret-of-{identity}")
        )


def embedded(folder: Path) -> RunningBroker:
    """The embedded broker, not started."""
    port, accounts = free_port(), folder / "accounts"
    write_accounts(accounts, {name: f"secret-of-{name}" for name in IDENTITIES})
    command = [sys.executable, "-m", "hub.broker", "--port", str(port), "--accounts", str(accounts)]
    return RunningBroker(command, port, folder)


def mosquitto_config(folder: Path, port: int, tls_port: int | None = None) -> Path:
    """The shipped configuration with this folder's paths and ports; TLS only with a port for it."""
    text = (CONFIG / "mosquitto.conf").read_text()
    if tls_port is None:
        start, end = text.index("# Edge boxes"), text.index("# Retained state")
        text = text[:start] + text[end:]
    text = text.replace("listener 1883 127.0.0.1", f"listener {port} 127.0.0.1")
    text = text.replace("listener 8883", f"listener {tls_port} 127.0.0.1")
    text = text.replace("/etc/mosquitto/huiting", str(folder))
    text = text.replace("/var/lib/mosquitto/", f"{folder}/")
    # As root, mosquitto would become a user who may not read a test's folder.
    path = folder / "mosquitto.conf"
    path.write_text(text + ("\nuser root\n" if os.geteuid() == 0 else ""))
    shutil.copy(CONFIG / "acl", folder / "acl")
    (folder / "acl").chmod(0o600)
    return path


def real(folder: Path, tls_port: int | None = None) -> RunningBroker:
    """Mosquitto with the shipped configuration, not started."""
    port, passwords = free_port(), folder / "passwords"
    passwords.touch(mode=0o600)
    for name in IDENTITIES:
        subprocess.run(
            [find_tool("mosquitto_passwd"), "-b", str(passwords), name, f"secret-of-{name}"],
            check=True,
            capture_output=True,
        )
    config = mosquitto_config(folder, port, tls_port)
    return RunningBroker([find_tool("mosquitto"), "-c", str(config)], port, folder)
