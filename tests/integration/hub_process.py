"""The hub as a process of its own on a data folder and free port, for tests that end it badly."""

import os
import signal
import subprocess
import sys
from collections.abc import Mapping
from dataclasses import dataclass, field
from pathlib import Path
from typing import Any

import httpx

from hall.messages import Role
from hub import accounts
from hub.store import Store
from tests.integration.brokers import DEADLINE_S, ROOT, RunningBroker, free_port, until

DEMO = ROOT / "config" / "demo" / "hub.toml"
TOKEN = "token-of-the-test-kiosk"
PASSWORD = "password-of-the-manager"


def run_hub(*arguments: str, **environ: str) -> subprocess.CompletedProcess[str]:
    """A hub that is expected to end by itself; one that trains takes only what others leave."""
    return subprocess.run(
        [sys.executable, "-m", "hub", *arguments],
        cwd=ROOT,
        env={**os.environ, **environ},
        capture_output=True,
        text=True,
        timeout=10 * DEADLINE_S,
        check=False,
    )


@dataclass
class RunningHub:
    """A hub on the demo hall, with a kiosk's token and a manager; without a broker by default."""

    data: Path
    broker: RunningBroker | None = None
    port: int = field(default_factory=free_port)
    process: subprocess.Popen[bytes] | None = None
    printed: Path = Path()
    more: Mapping[str, str] = field(default_factory=dict)

    def __post_init__(self) -> None:
        self.printed = self.data.with_suffix(".log")
        store = Store.open(self.data)
        accounts.add_device(store, "kiosk-1", TOKEN)
        accounts.add_staff(store, "boss", PASSWORD, Role.MANAGER)
        store.close()
        self.client = httpx.Client(
            base_url=f"http://127.0.0.1:{self.port}", trust_env=False, timeout=DEADLINE_S
        )

    def environ(self) -> Mapping[str, str]:
        """The variables that tell the hub where it is."""
        identity = "hub"
        return {
            "HUITING_HUB__DATA": str(self.data),
            "HUITING_HUB__HTTP__PORT": str(self.port),
            "HUITING_HUB__MQTT__PORT": str(self.broker.port if self.broker else free_port()),
            "HUITING_HUB__MQTT__USERNAME": identity,
            "HUITING_HUB__MQTT__PASSWORD": f"secret-of-{identity}",
            **self.more,
        }

    def start(self) -> None:
        """Start it and wait until it answers."""
        with self.printed.open("ab") as sink:
            process = subprocess.Popen(
                [sys.executable, "-m", "hub", "--config", str(DEMO)],
                cwd=ROOT,
                env={**os.environ, **self.environ()},
                stdout=sink,
                stderr=sink,
            )
        self.process = process
        until(lambda: process.poll() is not None or self.answers(), what="the hub")
        assert process.poll() is None, self.printed.read_text()

    def answers(self) -> bool:
        """Whether it serves."""
        try:
            return self.client.get("/healthz").status_code == httpx.codes.OK
        except httpx.TransportError:
            return False

    def end(self, number: int = signal.SIGTERM) -> int:
        """Send a signal; the exit status."""
        assert self.process
        self.process.send_signal(number)
        return self.process.wait(DEADLINE_S)

    def close(self) -> None:
        """End it if it still runs."""
        if self.process and self.process.poll() is None:
            self.end(signal.SIGKILL)
        self.client.close()

    def get(self, path: str, **headers: str) -> httpx.Response:
        """The answer to a question."""
        return self.client.get(f"/api/v1{path}", headers=headers)

    def post(self, path: str, token: str = TOKEN, **body: str) -> httpx.Response:
        """The answer to a command."""
        headers = {"Authorization": f"Bearer {token}"}
        return self.client.post(f"/api/v1{path}", headers=headers, json=body)

    def take_ticket(self) -> dict[str, Any]:
        """A ticket as the kiosk gets it."""
        answer = self.post("/tickets", service="tax-certificate")
        assert answer.status_code == httpx.codes.CREATED, answer.text
        ticket: dict[str, Any] = answer.json()
        return ticket

    def sign_in(self) -> str:
        """The manager's token."""
        answer = self.client.post(
            "/api/v1/session", json={"username": "boss", "password": PASSWORD}
        )
        self.client.cookies.clear()
        return str(answer.json()["token"])
