"""Snapshots of the state beside the journal, so that a start replays only what came after."""

import hashlib
import json
import os
from collections.abc import Callable
from dataclasses import dataclass
from importlib.resources import files
from pathlib import Path
from typing import Final

import structlog

from hub.core import snapshot
from hub.core.state import State

log = structlog.get_logger()

CODE: Final = (
    ("hub.core", "*.py"),
    ("hall", "messages.py"),
    ("hall", "alerts.py"),
    ("hall", "wire.py"),
)


@dataclass(frozen=True, slots=True)
class Snapshot:
    """The state that rows 1 to `seq` of the journal lead to; `record` is the id of the last."""

    seq: int
    record: str
    state: State


class Snapshots:
    """One file: a line of JSON that says what follows, and the state.

    It is only a saving of time. Made by other code, for a hall in another time zone, damaged or
    missing, it is left alone and the journal is replayed from its first row. Other changes of the
    hall file are no reason: they are for what comes, not for what was.
    """

    def __init__(self, folder: Path, timezone: str) -> None:
        self._path = folder / "state.snapshot"
        self._made_by = _fingerprint(timezone)

    def load(self, holds: Callable[[int, str], bool]) -> Snapshot | None:
        """The snapshot, if it is good and the journal `holds(seq, record)` its last row."""
        try:
            head, _, body = self._path.read_bytes().partition(b"\n")
            said = json.loads(head)
            if said["made_by"] != self._made_by:
                log.info("snapshot_of_another_release")
                return None
            if said["sha256"] != hashlib.sha256(body).hexdigest():
                log.warning("snapshot_damaged")
                return None
            found = Snapshot(int(said["seq"]), str(said["record"]), snapshot.load(body))
        except FileNotFoundError:
            return None
        except (OSError, ValueError, LookupError, TypeError) as error:
            log.warning("snapshot_unreadable", reason=str(error).splitlines()[0])
            return None
        if not holds(found.seq, found.record):
            log.warning("snapshot_of_another_journal", seq=found.seq)
            return None
        return found

    def save(self, made: Snapshot) -> None:
        """Replace the file, whole or not at all. A full disk is logged and costs only time."""
        body = snapshot.dump(made.state)
        head = {
            "seq": made.seq,
            "record": made.record,
            "made_by": self._made_by,
            "sha256": hashlib.sha256(body).hexdigest(),
        }
        fresh = self._path.with_suffix(".fresh")
        try:
            fresh.touch(mode=0o600)
            with fresh.open("wb") as file:
                file.write(json.dumps(head).encode() + b"\n" + body)
                file.flush()
                os.fsync(file.fileno())
            fresh.replace(self._path)
        except OSError as error:
            log.warning("snapshot_not_written", reason=error.strerror)


def _fingerprint(timezone: str) -> str:
    """What a state depends on besides the journal: the code that applies events, the time zone."""
    digest = hashlib.sha256(timezone.encode())
    for package, pattern in CODE:
        for source in sorted(Path(str(files(package))).glob(pattern)):
            digest.update(source.read_bytes())
    return digest.hexdigest()
