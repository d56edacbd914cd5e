"""The command `calibrate` as a process: what it refuses, what it prints, how it ends."""

import os
import socket
import subprocess
import sys
from collections.abc import Callable, Iterator
from pathlib import Path

import httpx
import pytest

from tests.integration.brokers import ROOT
from tests.integration.test_edge_command import config, refused

DEADLINE_S = 30
Start = Callable[..., subprocess.Popen[str]]


@pytest.fixture
def settings(tmp_path: Path) -> Path:
    return config(tmp_path, more='data = "own"\n')


@pytest.fixture
def start(settings: Path) -> Iterator[Start]:
    """Starts the command; what still runs afterwards is killed."""
    running: list[subprocess.Popen[str]] = []

    def begin(*more: str) -> subprocess.Popen[str]:
        process = subprocess.Popen(
            [sys.executable, "-m", "edge", "--config", settings, "calibrate", "lobby", *more],
            cwd=ROOT,
            env=os.environ | {"OMP_NUM_THREADS": "1"},
            stdout=subprocess.PIPE,
            stderr=subprocess.PIPE,
            text=True,
        )
        running.append(process)
        return process

    yield begin
    for process in running:
        process.kill()
        process.communicate()


def line(process: subprocess.Popen[str]) -> str:
    assert process.stdout
    return process.stdout.readline().strip()


def test_it_prints_address_and_code_serves_on_loopback_and_ends_when_told(
    start: Start, settings: Path
) -> None:
    process = start("--port", "0")
    address, code = line(process), line(process).removeprefix("code ")
    assert address.startswith("http://127.0.0.1:")
    with httpx.Client(base_url=address, trust_env=False, timeout=DEADLINE_S) as browser:
        assert "/assets/" in browser.get("/").text
        entered = browser.post("/api/v1/session", json={"code": code})
        assert entered.json()["camera"] == "lobby"
        assert browser.get("/api/v1/snapshots").status_code == 200
    process.terminate()
    _, logged = process.communicate(timeout=DEADLINE_S)
    assert process.returncode == 0, logged
    assert "Traceback" not in logged
    assert code.replace(" ", "") not in logged.replace(" ", "")
    assert (settings.parent / "own/calibration/lobby").stat().st_mode & 0o077 == 0


def test_an_unknown_camera(settings: Path) -> None:
    line = refused("--config", settings, "calibrate", "door", "--port", "0")
    assert line == "calibrate door: no camera of this id; there are: lobby"


def test_a_port_that_is_taken(settings: Path) -> None:
    with socket.create_server(("127.0.0.1", 0)) as other:
        port = str(other.getsockname()[1])
        line = refused("--config", settings, "calibrate", "lobby", "--port", port)
    assert f"port {port} on 127.0.0.1" in line
    assert "--port" in line


@pytest.mark.parametrize(("option", "value"), [("--port", "70000"), ("--bind", "192.0.2.1")])
def test_an_address_that_cannot_be(settings: Path, option: str, value: str) -> None:
    assert value in refused("--config", settings, "calibrate", "lobby", option, value)


def test_a_camera_that_is_being_calibrated_already(start: Start, settings: Path) -> None:
    line(start("--port", "0"))
    said = refused("--config", settings, "calibrate", "lobby", "--port", "0")
    assert "is being calibrated already" in said


def test_labels_that_other_hands_damaged(settings: Path) -> None:
    labels = settings.parent / "own/calibration/lobby/labels.json"
    labels.parent.mkdir(parents=True)
    labels.write_text("{")
    said = refused("--config", settings, "calibrate", "lobby", "--port", "0")
    assert said.startswith(f"{labels}: not a file of labels")


def test_a_data_folder_that_cannot_be_made(settings: Path) -> None:
    (settings.parent / "own").write_text("a file")
    said = refused("--config", settings, "calibrate", "lobby", "--port", "0")
    assert "own/calibration/lobby" in said


def test_an_edge_that_counts_loads_no_web_server() -> None:
    code = "import edge.__main__, sys; print({'fastapi', 'uvicorn'} & sys.modules.keys())"
    said = subprocess.check_output([sys.executable, "-c", code], cwd=ROOT, text=True)
    assert said == "set()\n"
