"""Runs the commands that setting up needs, and puts their failures into one clear sentence."""

import os
import re
import subprocess
from collections.abc import Mapping, Sequence
from pathlib import Path

FULL = r"No space left on device|os error 28|Disk quota exceeded"
OFFLINE = (
    r"name resolution|[Cc]ould not resolve|dns error|failed to lookup address"
    r"|Network is unreachable|Connection (?:refused|timed out|reset)|timed out|ETIMEDOUT"
    r"|ENOTFOUND|EAI_AGAIN|ECONNREFUSED|Failed to establish a new connection"
    r"|error sending request|Failed to fetch"
)
LOCKED = r"Could not get lock|Unable to acquire the dpkg"
UNKNOWN = r"Unable to locate package|has no installation candidate"

FAILURES = (
    (FULL, "the disk is full: make at least 3 GB free, then run scripts/setup again"),
    (OFFLINE, "the network does not answer: connect this machine and run scripts/setup again"),
    (LOCKED, "another program is installing packages: wait for it and run scripts/setup again"),
    (UNKNOWN, "apt does not know the packages: see that /etc/apt lists Debian's main archive"),
)


class Trouble(Exception):
    """Why setting up cannot go on and what to do, as one sentence for a person."""


def explain(output: str) -> str:
    """The sentence for a failed command, from what it printed."""
    for pattern, sentence in FAILURES:
        if re.search(pattern, output):
            return sentence
    lines = [line.strip() for line in output.splitlines() if line.strip()]
    return lines[-1] if lines else "it said nothing"


def run(
    command: Sequence[str],
    log: Path,
    *,
    env: Mapping[str, str] | None = None,
    cwd: Path | None = None,
) -> None:
    """Run a command with its output appended to `log`.

    Raises Trouble with one sentence when it fails.
    """
    log.parent.mkdir(parents=True, exist_ok=True)
    with log.open("ab") as sink:
        sink.write(f"\n$ {' '.join(command)}\n".encode())
        sink.flush()
        start = sink.tell()
        try:
            code = subprocess.run(
                command,
                stdin=subprocess.DEVNULL,
                stdout=sink,
                stderr=subprocess.STDOUT,
                env={**os.environ, **(env or {})},
                cwd=cwd,
                check=False,
            ).returncode
        except OSError as error:
            raise Trouble(f"{command[0]}: {error.strerror}") from error
    if code:
        output = log.read_bytes()[start:].decode(errors="replace")
        raise Trouble(f"{explain(output)} (all that was said: {log})")
