"""Kills the hub at random moments of a load and sees that no ticket was lost or given twice."""

import http.client
import json
import random
import tempfile
import time
from collections import Counter
from collections.abc import Mapping
from dataclasses import dataclass, field
from pathlib import Path
from threading import Event, Thread
from typing import Any, Final

from one_hub import OneHub, one_hub
from postgres_server import postgres_server
from run_options import ROOT

from hub.core.events import TicketIssued
from hub.store import Store

ROUNDS: Final = 50
CLIENTS: Final = 8
LIVES_S: Final = (0.05, 1.5)
SERVICE: Final = "tax-certificate"


@dataclass
class Load:
    """Clients that take tickets until their hub dies, and ask again with the same keys."""

    name: str
    given: dict[str, Any] = field(default_factory=dict)
    unanswered: list[str] = field(default_factory=list)
    refused: Counter[int] = field(default_factory=Counter)

    def run(self, hub: OneHub, enough: Event) -> list[Thread]:
        """Begin with what an earlier hub left unanswered, then take new tickets."""
        again, self.unanswered = self.unanswered, []
        clients = [
            Thread(target=self._client, args=(hub, again[number::CLIENTS], number, enough))
            for number in range(CLIENTS)
        ]
        for client in clients:
            client.start()
        return clients

    def _client(self, hub: OneHub, keys: list[str], number: int, enough: Event) -> None:
        connection = http.client.HTTPConnection("127.0.0.1", hub.port, timeout=30)
        taken = 0
        while keys or not enough.is_set():
            key = keys.pop() if keys else f"{self.name}-{hub.port}-{number}-{taken}"
            taken += 1
            try:
                self._take(connection, hub.token, key)
            except (OSError, http.client.HTTPException):
                self.unanswered += [key, *keys]
                break
        connection.close()

    def _take(self, connection: http.client.HTTPConnection, token: str, key: str) -> None:
        headers = {
            "Authorization": f"Bearer {token}",
            "Content-Type": "application/json",
            "Idempotency-Key": key,
        }
        connection.request("POST", "/api/v1/tickets", json.dumps({"service": SERVICE}), headers)
        answer = connection.getresponse()
        content = answer.read()
        if answer.status == http.client.CREATED:
            self.given[key] = json.loads(content)["id"]
        else:
            self.refused[answer.status] += 1


def kill_often(
    data: Path, rounds: int, seed: int = 1, environ: Mapping[str, str] | None = None
) -> dict[str, float]:
    """Kill `rounds` hubs on one data folder under load, then let a last one answer what is left.

    Raises AssertionError with what was lost or doubled.
    """
    chance, load = random.Random(seed), Load("kills")  # noqa: S311 no secret
    restarts_s = []
    for _ in range(rounds):
        with one_hub(data, environ) as hub:
            restarts_s.append(hub.ready_s)
            enough = Event()
            clients = load.run(hub, enough)
            time.sleep(chance.uniform(*LIVES_S))
            hub.process.kill()
            enough.set()
            for client in clients:
                client.join()
    cut_off = len(load.unanswered)
    with one_hub(data, environ) as hub:
        done = Event()
        done.set()
        for client in load.run(hub, done):
            client.join()
    _check(data, load, environ)
    return {
        "kills": rounds,
        "tickets": len(load.given),
        "cut_off_at_the_last_kill": cut_off,
        "ready_max_s": max(restarts_s),
    }


def _check(data: Path, load: Load, environ: Mapping[str, str] | None) -> None:
    store = Store.open(data, (environ or {}).get("HUITING_HUB__STORE__URL"))
    try:
        issued = [r.event for r in store.journal.records() if isinstance(r.event, TicketIssued)]
    finally:
        store.close()
    tickets = Counter(str(event.ticket) for event in issued)
    told = Counter(load.given.values())
    wrong = {
        "refused": dict(load.refused),
        "unanswered": len(load.unanswered),
        "lost": len(told.keys() - tickets.keys()),
        "unasked": len(tickets.keys() - told.keys()),
        "told twice": sum(times > 1 for times in told.values()),
        "numbers twice": len(issued) - len({event.number for event in issued}),
    }
    if any(wrong.values()):
        raise AssertionError(f"not what was promised: {wrong}")


def measure(rounds: int = ROUNDS) -> dict[str, float]:
    """`rounds` kills on SQLite and as many on PostgreSQL."""
    figures = {}
    with tempfile.TemporaryDirectory(dir=ROOT / "var") as folder:
        for name, value in kill_often(Path(folder) / "sqlite", rounds).items():
            figures[f"sqlite_{name}"] = value
        with postgres_server() as server:
            environ = {"HUITING_HUB__STORE__URL": server.create("hall")}
            found = kill_often(Path(folder) / "postgresql", rounds, environ=environ)
        for name, value in found.items():
            figures[f"postgresql_{name}"] = value
    return figures
