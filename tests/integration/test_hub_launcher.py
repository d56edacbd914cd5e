"""The launcher of the demo: each obstacle is one line, and a dead child ends the run."""

import os
import signal
import socket
import subprocess
import sys
from pathlib import Path

import httpx
import psutil
import pytest
from demo_process import running_demo

from tests.integration.brokers import DEADLINE_S, ROOT, until

LAUNCHER = [sys.executable, str(ROOT / "scripts" / "lib" / "run_main.py"), "--headless"]


def refused(*options: str) -> str:
    """The one line in which the launcher says why it does not run."""
    ended = subprocess.run(
        [*LAUNCHER, *options],
        env={**os.environ, "PYTHONPATH": str(ROOT)},
        capture_output=True,
        text=True,
        timeout=DEADLINE_S,
        check=False,
    )
    assert (ended.returncode, ended.stdout) == (2, "")
    (line,) = ended.stderr.splitlines()
    return line.removeprefix("scripts/run: ")


@pytest.fixture
def clip(tmp_path: Path) -> str:
    """A file where a clip is looked for."""
    path = tmp_path / "clip.avi"
    path.touch()
    return str(path)


def test_a_missing_clip_is_told_before_anything_starts(tmp_path: Path) -> None:
    missing = str(tmp_path / "none.avi")
    line = refused("--clip", missing, "--data", str(tmp_path / "data"))
    assert line == f"there is no clip {missing}: pass --clip FILE_OR_RTSP"
    assert not (tmp_path / "data").exists()


def test_a_port_in_use_is_told(tmp_path: Path, clip: str) -> None:
    with socket.create_server(("127.0.0.1", 0)) as taken:
        port = str(taken.getsockname()[1])
        line = refused("--port", port, "--data", str(tmp_path / "data"), "--clip", clip)
    assert line.startswith(f"port {port}: ")
    assert line.endswith("choose another with --port N")


def test_a_data_folder_that_is_none_is_told(tmp_path: Path, clip: str) -> None:
    line = refused("--data", clip, "--clip", clip)
    assert line.startswith(f"{clip}: ")
    assert line.endswith("choose another with --data DIR")


def test_the_demo_runs_once_per_folder_keeps_its_secrets_and_ends_with_its_children(
    tmp_path: Path, clip: str
) -> None:
    data = tmp_path / "hall"
    with running_demo(data, "--headless") as demo:
        described = data / "demo.json"
        assert described.stat().st_mode & 0o777 == 0o600
        assert httpx.get(f"{demo.url}/readyz", trust_env=False).status_code == 200
        line = refused("--port", "0", "--data", str(data), "--clip", clip)
        assert line == f"{data} is used by another run: stop it, or pass --data DIR"
        assert described.exists()
        children = psutil.Process(demo.process.pid).children(recursive=True)
        (hub,) = [child for child in children if child.cmdline()[1:3] == ["-m", "hub"]]
        hub.send_signal(signal.SIGKILL)
        assert demo.process.wait(DEADLINE_S) == 1
        assert not described.exists()
        printed = (data / "printed.log").read_text()
        assert "scripts/run: hub ended with status -9; its last lines:" in printed
        until(lambda: not any(child.is_running() for child in children), what="the children's end")
        secret = demo.access["logins"]["manager"]["password"]
        logs = "".join(path.read_text() for path in (data / "log").iterdir())
        assert secret not in logs
        assert demo.access["kiosk_token"] not in logs


def test_sigterm_ends_the_demo_with_status_0_and_removes_its_description(tmp_path: Path) -> None:
    data = tmp_path / "hall"
    with running_demo(data, "--headless") as demo:
        demo.process.terminate()
        assert demo.process.wait(DEADLINE_S) == 0
        assert not (data / "demo.json").exists()
        last = (data / "log" / "hub.log").read_text().splitlines()[-1]
        assert "hub_stopped" in last
