"""Starts one hub process on a data folder of its own, without a broker, and ends it."""

import os
import signal
import socket
import subprocess
import sys
import time
import urllib.request
from collections.abc import Iterator, Mapping
from contextlib import contextmanager
from dataclasses import dataclass
from pathlib import Path
from typing import Final
from urllib.error import URLError

from run_options import ROOT

from hub import accounts
from hub.store import Store

READY_WITHIN_S: Final = 600
LOOK_EVERY_S: Final = 0.01
CONFIG: Final = ROOT / "config" / "demo" / "hub.toml"


@dataclass(frozen=True, slots=True)
class OneHub:
    """A running hub, a kiosk's token for it, and how long it took to answer."""

    process: subprocess.Popen[bytes]
    port: int
    token: str
    ready_s: float

    @property
    def url(self) -> str:
        """Root of the hub."""
        return f"http://127.0.0.1:{self.port}"


@contextmanager
def one_hub(
    data: Path, environ: Mapping[str, str] | None = None, *, module: str = "hub"
) -> Iterator[OneHub]:
    """A hub of the demo hall on `data`, killed afterwards if it still runs.

    `module` is what is run, with the hub's own command line.

    Raises RuntimeError with what it printed if it does not answer in time.
    """
    store = Store.open(data, (environ or {}).get("HUITING_HUB__STORE__URL"))
    token = accounts.add_device(store, "bench")
    store.close()
    port, printed = _free_port(), data / "printed.log"
    told = {
        "PYTHONPATH": os.pathsep.join((str(ROOT), str(ROOT / "scripts" / "lib"))),
        "HUITING_HUB__DATA": str(data),
        "HUITING_HUB__HTTP__PORT": str(port),
        "HUITING_HUB__MQTT__PORT": str(_free_port()),
    }
    started = time.monotonic()
    with printed.open("wb") as sink:
        process = subprocess.Popen(
            [sys.executable, "-m", module, "--config", str(CONFIG)],
            stdout=sink,
            stderr=sink,
            env={**os.environ, **told, **(environ or {})},
        )
    try:
        while not _answers(port):
            if process.poll() is not None or time.monotonic() - started > READY_WITHIN_S:
                raise RuntimeError(f"the hub did not start: {printed.read_text()}")
            time.sleep(LOOK_EVERY_S)
        yield OneHub(process, port, token, time.monotonic() - started)
    finally:
        process.send_signal(signal.SIGKILL)
        process.wait()


def _answers(port: int) -> bool:
    try:
        with urllib.request.urlopen(f"http://127.0.0.1:{port}/healthz", timeout=1):
            return True
    except (URLError, OSError):
        return False


def _free_port() -> int:
    with socket.socket() as probe:
        probe.bind(("127.0.0.1", 0))
        port: int = probe.getsockname()[1]
        return port
