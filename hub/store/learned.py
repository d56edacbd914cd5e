"""What a hall has learned from its journal: files in DIR/learned, whole and known, or refused."""

import hashlib
import json
import os
from pathlib import Path
from typing import Final

import structlog

log = structlog.get_logger()

FORMAT: Final = 1


class Learned:
    """One file per thing learned: a line of JSON that says what follows, and the body.

    Whatever is missing, damaged, of another hall or in another form counts as not learned: the hub
    goes on with what it works out by itself.
    """

    def __init__(self, folder: Path, hall: str) -> None:
        """`folder`: the hub's data folder."""
        self._folder, self._hall = folder / "learned", hall

    def stamp(self, name: str) -> tuple[int, int] | None:
        """Differs whenever the file was replaced; None while there is none."""
        try:
            found = (self._folder / name).stat()
        except OSError:
            return None
        return found.st_mtime_ns, found.st_ino

    def load(self, name: str) -> bytes | None:
        """The body of a file that is good; why another one is refused goes to the log."""
        try:
            head, _, body = (self._folder / name).read_bytes().partition(b"\n")
            said = json.loads(head)
            if (said["format"], said["hall"]) != (FORMAT, self._hall):
                log.warning("learned_elsewhere", file=name, hall=said["hall"])
                return None
            if said["sha256"] != hashlib.sha256(body).hexdigest():
                log.warning("learned_damaged", file=name)
                return None
        except FileNotFoundError:
            return None
        except (OSError, ValueError, LookupError, TypeError) as error:
            log.warning("learned_unreadable", file=name, reason=str(error).splitlines()[0])
            return None
        return body

    def save(self, name: str, body: bytes) -> None:
        """Replace the file, whole or not at all. Raises OSError when it cannot be written."""
        self._folder.mkdir(mode=0o700, parents=True, exist_ok=True)
        head = {
            "format": FORMAT,
            "hall": self._hall,
            "sha256": hashlib.sha256(body).hexdigest(),
        }
        path = self._folder / name
        fresh = path.with_name(f".{name}.fresh")
        fresh.touch(mode=0o600)
        with fresh.open("wb") as file:
            file.write(json.dumps(head).encode() + b"\n" + body)
            file.flush()
            os.fsync(file.fileno())
        fresh.replace(path)

    def drop(self, name: str) -> None:
        """Forget what was learned, if anything was."""
        (self._folder / name).unlink(missing_ok=True)
