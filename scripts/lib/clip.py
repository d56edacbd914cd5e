"""Fetches the demo clip, real people crossing a square, out of Debian's opencv-doc package."""

import hashlib
import shutil
import subprocess
import tarfile
import tempfile
from pathlib import Path

from setup_command import Trouble, run
from setup_system import root_prefix

MEMBER = "./usr/share/doc/opencv-doc/examples/data/vtest.avi"
SHA256 = "45cddc9490be69345cbdab64ca583be65987e864ca408038e648db99e10516cf"


def sha256(path: Path) -> str:
    """Hex digest of a file."""
    with path.open("rb") as source:
        return hashlib.file_digest(source, "sha256").hexdigest()


def fetch(clip: Path, log: Path) -> str:
    """Put the clip at `clip` unless it is there already, and say how that went.

    Raises Trouble when this machine can, but did not, get it.
    """
    if clip.is_file() and sha256(clip) == SHA256:
        return "all there"
    if not shutil.which("apt-get"):
        return "no apt here to get it with: pass scripts/run --clip FILE_OR_RTSP"
    clip.parent.mkdir(parents=True, exist_ok=True)
    with tempfile.TemporaryDirectory(dir=clip.parent) as folder:
        run(
            ["apt-get", "-o", "Acquire::Retries=3", "download", "opencv-doc"], log, cwd=Path(folder)
        )
        package = next(Path(folder).glob("opencv-doc_*.deb"))
        part = Path(folder) / clip.name
        unpack(package, part)
        if sha256(part) != SHA256:
            raise Trouble(
                f"the clip in {package.name} is not the one that Huiting knows:"
                " pass scripts/run --clip FILE_OR_RTSP"
            )
        part.replace(clip)
    return "fetched"


def download(folder: Path, log: Path) -> None:
    """Get the package into a folder; apt needs no root for that but once fetched lists."""
    command = ["apt-get", "-o", "Acquire::Retries=3", "download", "opencv-doc"]
    try:
        run(command, log, cwd=folder)
    except Trouble as trouble:
        root = root_prefix()
        if root is None:
            raise Trouble(
                f"{trouble}. If apt has no lists yet, type: sudo apt-get update; or go without the"
                " demo clip: scripts/run --clip FILE_OR_RTSP"
            ) from trouble
        run([*root, "apt-get", "update"], log)
        run(command, log, cwd=folder)


def unpack(package: Path, target: Path) -> None:
    """Copy the clip alone out of a Debian package."""
    with subprocess.Popen(
        ["dpkg-deb", "--fsys-tarfile", str(package)], stdout=subprocess.PIPE
    ) as reader:
        with tarfile.open(fileobj=reader.stdout, mode="r|") as archive:
            for entry in archive:
                content = archive.extractfile(entry) if entry.name == MEMBER else None
                if content:
                    with target.open("wb") as sink:
                        shutil.copyfileobj(content, sink)
                    break
        reader.kill()
    if not target.exists():
        raise Trouble(f"{package.name} holds no {MEMBER}: pass scripts/run --clip FILE_OR_RTSP")
