"""Knows files by their sha256."""

import hashlib
from pathlib import Path


def digest(path: Path) -> str:
    """Sha256 of a file."""
    return hashlib.sha256(path.read_bytes()).hexdigest()


def verified(path: Path, sha256: str, source: str) -> Path:
    """`path` if it is the file that we know of `source`; exits otherwise."""
    if digest(path) != sha256:
        raise SystemExit(f"{path}: not the file of {source}")
    return path
