"""Starts, watches and stops the processes of the demo; it supervises nothing beyond that."""

import ctypes
import os
import signal
import subprocess
from collections.abc import Mapping
from dataclasses import dataclass, field
from pathlib import Path
from typing import Final

LAST_LINES: Final = 5
STOP_WITHIN_S: Final = 8
_PR_SET_PDEATHSIG: Final = 1
_libc: Final = ctypes.CDLL(None)


@dataclass(slots=True)
class Children:
    """The running processes, in the order in which they were started."""

    logs: Path
    running: dict[str, subprocess.Popen[bytes]] = field(default_factory=dict)

    def start(self, name: str, command: list[str], environ: Mapping[str, str]) -> None:
        """Start a process with its output in `name`.log; the log of the run before is kept."""
        path = self.logs / f"{name}.log"
        if path.exists():
            path.replace(path.with_suffix(".log.1"))
        with path.open("wb") as sink:
            self.running[name] = subprocess.Popen(
                command,
                stdin=subprocess.DEVNULL,
                stdout=sink,
                stderr=subprocess.STDOUT,
                env={**os.environ, **environ},
                start_new_session=True,
                preexec_fn=_end_with_parent,  # noqa: PLW1509 there are no threads here
            )

    def ended(self) -> str | None:
        """The first process found to have ended, if any."""
        return next(
            (name for name, child in self.running.items() if child.poll() is not None), None
        )

    def forget(self, name: str) -> int:
        """Stop watching a process that has ended; its exit code."""
        return self.running.pop(name).wait()

    def last_lines(self, name: str) -> list[str]:
        """The end of a process's log."""
        text = (self.logs / f"{name}.log").read_text(encoding="utf-8", errors="replace")
        return text.splitlines()[-LAST_LINES:]

    def stop(self) -> None:
        """End all; the first started, which the others speak through, last."""
        started = list(self.running.values())
        for group in (started[1:], started[:1]):
            for child in group:
                child.terminate()
            for child in group:
                try:
                    child.wait(STOP_WITHIN_S)
                except subprocess.TimeoutExpired:
                    child.kill()
                    child.wait()


def _end_with_parent() -> None:
    """A launcher that is killed leaves no orphans on its ports (prctl(2), Linux)."""
    _libc.prctl(_PR_SET_PDEATHSIG, signal.SIGTERM)
