"""The kiosk as a process: it becomes ready without its hub and broker, and stops when told."""

import os
import signal
import socket
import subprocess
import sys
from pathlib import Path

import pytest

ROOT = Path(__file__).parents[2]
PATIENCE_S = 60


def closed_port() -> int:
    with socket.socket() as listening:
        listening.bind(("127.0.0.1", 0))
        port: int = listening.getsockname()[1]
    return port


@pytest.mark.parametrize("told", [signal.SIGTERM, signal.SIGINT])
def test_it_starts_before_its_hub_and_stops_cleanly(told: signal.Signals) -> None:
    port = str(closed_port())
    with subprocess.Popen(
        [sys.executable, "-m", "kiosk", "--config", "config/demo/kiosk.toml"],
        cwd=ROOT,
        env=os.environ
        | {
            "QT_QPA_PLATFORM": "offscreen",
            "HUITING_KIOSK__TOKEN": "secret-of-the-device",
            "HUITING_KIOSK__HUB_URL": f"http://127.0.0.1:{port}",
            "HUITING_KIOSK__MQTT__PORT": port,
        },
        stderr=subprocess.PIPE,
        text=True,
    ) as program:
        try:
            assert program.stderr is not None
            said = []
            for line in program.stderr:
                said.append(line)
                if '"away"' in line:
                    break
            program.send_signal(told)
            said += program.stderr.readlines()
            status = program.wait(PATIENCE_S)
        finally:
            program.kill()

    assert status == 0
    assert any("kiosk_ready" in line for line in said)
    assert "kiosk_stopped" in said[-1]
    assert "secret-of-the-device" not in "".join(said)
    assert "Traceback" not in "".join(said)
