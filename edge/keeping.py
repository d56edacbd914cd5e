"""Writes private files so that a crash or a full disk leaves the old content or the new, whole."""

import os
import tempfile
from contextlib import suppress
from pathlib import Path
from typing import Final

FOLDER_MODE: Final = 0o700
UNFINISHED: Final = ".part"


def private_folder(path: Path) -> Path:
    """The folder at `path`, made if need be, for its owner alone. Raises OSError."""
    path.mkdir(mode=FOLDER_MODE, parents=True, exist_ok=True)
    path.chmod(FOLDER_MODE)
    return path


def write(path: Path, content: bytes) -> None:
    """Put `content` at `path`, mode 0600, durable on return. Raises OSError, the old file kept."""
    handle, name = tempfile.mkstemp(dir=path.parent, prefix=".", suffix=UNFINISHED)
    try:
        with os.fdopen(handle, "wb") as part:
            part.write(content)
            part.flush()
            os.fsync(part.fileno())
        Path(name).replace(path)
    except BaseException:
        with suppress(OSError):
            Path(name).unlink()
        raise
    folder = os.open(path.parent, os.O_RDONLY)
    try:
        os.fsync(folder)
    finally:
        os.close(folder)


def sweep(folder: Path) -> None:
    """Delete what a crash in the middle of `write` left behind."""
    for part in folder.glob(f".*{UNFINISHED}"):
        part.unlink(missing_ok=True)
