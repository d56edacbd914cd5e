"""What the edge program says and publishes when a network camera loses power."""

import json
import os
import subprocess
import sys
from collections.abc import Callable, Iterator
from datetime import UTC, datetime
from pathlib import Path
from typing import Final

import psutil
import pytest
from simulated_camera import SimulatedCamera

from hall.bus import Bus
from hall.messages import Crowd
from hall.topics import CROWD
from tests.integration.brokers import ROOT, RunningBroker, until

DEADLINE_S: Final = 30
FFMPEG: Final = ("OPENCV_FFMPEG_CAPTURE_OPTIONS", "OPENCV_FFMPEG_LOGLEVEL")
CONFIG = """
hall = "demo"
node = "hall"
rtsp_transport = "{transport}"

[[camera]]
id = "lobby"
source = "{source}"
"""


def now() -> datetime:
    return datetime.now(UTC)  # noqa: TID251 - the program stamps with the time of day


@pytest.fixture
def edge(
    tmp_path: Path, embedded_broker: RunningBroker
) -> Iterator[Callable[..., subprocess.Popen[str]]]:
    processes: list[subprocess.Popen[str]] = []
    settings = embedded_broker.settings("edge-hall")
    environment = os.environ | {
        "HUITING_EDGE__MQTT__PORT": str(settings.port),
        "HUITING_EDGE__MQTT__USERNAME": settings.username,
        "HUITING_EDGE__MQTT__PASSWORD": settings.password.get_secret_value(),
    }
    for name in FFMPEG:
        environment.pop(name, None)

    def begin(url: str, transport: str) -> subprocess.Popen[str]:
        path = tmp_path / "edge.toml"
        path.write_text(CONFIG.format(source=url, transport=transport))
        processes.append(
            subprocess.Popen(
                [sys.executable, "-m", "edge", "--config", str(path)],
                cwd=ROOT,
                env=environment,
                stderr=subprocess.PIPE,
                text=True,
            )
        )
        return processes[-1]

    yield begin
    for process in processes:
        process.kill()
        process.communicate()


@pytest.mark.parametrize("transport", ["tcp", "udp"])
def test_a_killed_camera_is_one_line_when_lost_and_one_when_back_and_no_password_is_told(
    transport: str,
    embedded_broker: RunningBroker,
    simulate: Callable[..., SimulatedCamera],
    edge: Callable[..., subprocess.Popen[str]],
) -> None:
    crowds: list[Crowd] = []
    hub = Bus(
        embedded_broker.settings("hub"),
        hall="demo",
        program="hub",
        node="1",
        version="1",
        clock=now,
    )
    hub.subscribe(CROWD, lambda levels, crowd: crowds.append(crowd))
    hub.start()
    simulator = simulate()
    process = edge(simulator.url, transport)
    until(lambda: len(crowds) >= 2, what="two readings")
    listens = psutil.Process(process.pid).net_connections("udp")
    assert bool(listens) == (transport == "udp")
    simulator.kill()
    logged = [json.loads(line) for line in until_lost(process)]
    before = len(crowds)
    back = now()
    simulator.start()
    until(lambda: len(crowds) >= before + 2, what="two readings more")
    process.terminate()
    _, rest = process.communicate(timeout=DEADLINE_S)
    hub.close()
    logged += [json.loads(line) for line in rest.splitlines()]
    changes = [each for each in logged if each["event"].startswith("camera_")]
    assert [each["event"] for each in changes] == ["camera_lost", "camera_back"]
    assert changes[0]["source"] == simulator.url.replace("open-sesame", "***")
    assert "open-sesame" not in json.dumps(logged)
    assert [each.seq for each in crowds] == list(range(1, len(crowds) + 1))
    assert all(each.at > back for each in crowds[before:])
    assert process.returncode == 0


def until_lost(process: subprocess.Popen[str]) -> Iterator[str]:
    """Lines that a program logs, up to the one that tells of the loss."""
    assert process.stderr
    for line in process.stderr:
        yield line
        if "camera_lost" in line:
            return
