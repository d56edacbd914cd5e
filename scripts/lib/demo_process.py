"""Starts the demo as a person would, waits until it is ready, and ends it."""

import json
import os
import subprocess
import sys
import time
from collections.abc import Iterator
from contextlib import contextmanager
from dataclasses import dataclass
from pathlib import Path
from typing import Any, Final

from run_options import ROOT

READY_WITHIN_S: Final = 60
LOOK_EVERY_S: Final = 0.05


@dataclass(frozen=True, slots=True)
class Demo:
    """A running demo and what its demo.json says."""

    process: subprocess.Popen[bytes]
    data: Path
    access: dict[str, Any]
    ready_s: float

    @property
    def url(self) -> str:
        """Root of the hub."""
        return str(self.access["url"])


@contextmanager
def running_demo(data: Path, *options: str) -> Iterator[Demo]:
    """The demo in the data folder `data` on a free port, ended with SIGTERM afterwards.

    Raises RuntimeError with what it printed if it is not ready in time.
    """
    command = [sys.executable, str(ROOT / "scripts" / "lib" / "run_main.py"), "--port", "0"]
    data.mkdir(parents=True, exist_ok=True)
    printed = data / "printed.log"
    started = time.monotonic()
    with printed.open("wb") as sink:
        process = subprocess.Popen(
            [*command, "--data", str(data), *options],
            stdout=sink,
            stderr=subprocess.STDOUT,
            env={**os.environ, "PYTHONPATH": str(ROOT)},
        )
    try:
        while not (data / "demo.json").exists():
            if process.poll() is not None or time.monotonic() - started > READY_WITHIN_S:
                raise RuntimeError(f"the demo did not start: {printed.read_text()}")
            time.sleep(LOOK_EVERY_S)
        ready_s = time.monotonic() - started
        access = json.loads((data / "demo.json").read_text())
        yield Demo(process, data, access, ready_s)
    finally:
        process.terminate()
        process.wait()
