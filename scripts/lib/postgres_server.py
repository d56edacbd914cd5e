"""A PostgreSQL server of Debian's on a folder and port of its own, for tests and benchmarks."""

import os
import shutil
import socket
import subprocess
import tempfile
from collections.abc import Iterator
from contextlib import contextmanager
from pathlib import Path
from typing import Final

INSTALLED: Final = Path("/usr/lib/postgresql")
USER: Final = "postgres"  # who runs the server where we are root, which it refuses to be


class PostgresServer:
    """An empty server; whoever is on this machine may connect as `USER`."""

    def __init__(self, folder: Path) -> None:
        """Raises FileNotFoundError with what to do when PostgreSQL is not installed."""
        versions = sorted(INSTALLED.glob("*/bin"), key=lambda path: int(path.parent.name))
        if not versions:
            raise FileNotFoundError("postgresql is not installed: run scripts/setup --dev")
        self._bin, self._data, self._log = versions[-1], folder / "data", folder / "log"
        self.port = _free_port()
        self._run("initdb", "-A", "trust", "-U", USER, "-E", "UTF8", "--locale=C.UTF-8")

    def start(self) -> None:
        """Start it and wait until it answers."""
        options = f"-p {self.port} -h 127.0.0.1 -k ''"
        self._run("pg_ctl", "-w", "-l", str(self._log), "-o", options, "start")

    def stop(self, how: str = "fast") -> None:
        """End it; "immediate" is like a power cut."""
        self._run("pg_ctl", "-w", "-m", how, "stop")

    def create(self, name: str, *options: str) -> str:
        """A new database; its address as the hub's settings take it."""
        where = ("-h", "127.0.0.1", "-p", str(self.port), "-U", USER)
        subprocess.run([self._bin / "createdb", *where, *options, name], check=True)
        return f"postgresql://{USER}@127.0.0.1:{self.port}/{name}"

    def _run(self, tool: str, *arguments: str) -> None:
        """Raises RuntimeError with what the tool said when it fails."""
        said = subprocess.run(
            [*_as_nobody_special(), str(self._bin / tool), "-D", str(self._data), *arguments],
            stdout=subprocess.PIPE if tool != "pg_ctl" else subprocess.DEVNULL,
            stderr=subprocess.STDOUT,
            text=True,
            cwd="/",
            check=False,
        )
        if said.returncode:
            raise RuntimeError(f"{tool} failed: {said.stdout or self._log.read_text()}")


@contextmanager
def postgres_server() -> Iterator[PostgresServer]:
    """A running server, gone afterwards with all that it held."""
    folder = Path(tempfile.mkdtemp(prefix="huiting-postgres-"))
    if os.geteuid() == 0:
        shutil.chown(folder, USER)
    try:
        server = PostgresServer(folder)
        server.start()
        try:
            yield server
        finally:
            server.stop("immediate")
    finally:
        shutil.rmtree(folder)


def _as_nobody_special() -> tuple[str, ...]:
    if os.geteuid() != 0:
        return ()
    return ("setpriv", f"--reuid={USER}", f"--regid={USER}", "--clear-groups")


def _free_port() -> int:
    with socket.socket() as probe:
        probe.bind(("127.0.0.1", 0))
        port: int = probe.getsockname()[1]
        return port
