import os
import re
import signal
import subprocess
import sys
from collections.abc import Callable, Iterator
from datetime import UTC, datetime
from pathlib import Path
from typing import Final

import pytest
from structlog.testing import capture_logs

from edge.__main__ import Edge
from edge.camera import Camera
from edge.detector import Detector, Doubt
from edge.settings import CameraSettings, read
from hall.bus import Bus
from hall.messages import Crowd, NodeStatus
from hall.topics import CROWD, STATUS
from tests.clips.faulty import CLIP, frames, resized, truncated
from tests.integration.brokers import ROOT, RunningBroker, until

DEADLINE_S: Final = 30
NOON = datetime(2026, 3, 16, 4, tzinfo=UTC)
NODE = "hall"  # the edge identity of the test's brokers
CONFIG = """
hall = "demo"
node = "{node}"

[[camera]]
id = "lobby"
source = "{source}"

[[camera.zone]]
id = "waiting"
polygon = {polygon}
area_m2 = 390
"""
SQUARE = "[[0.1, 0.1], [0.9, 0.1], [0.9, 0.9], [0.1, 0.9]]"


def config(folder: Path, *, source: Path = CLIP, polygon: str = SQUARE, more: str = "") -> Path:
    path = folder / "edge.toml"
    path.write_text(more + CONFIG.format(node=NODE, source=source, polygon=polygon))
    return path


def refused(*arguments: str | Path) -> str:
    """The one line that a mistake leaves on standard error."""
    ended = subprocess.run(
        [sys.executable, "-m", "edge", *arguments],
        cwd=ROOT,
        capture_output=True,
        text=True,
        timeout=DEADLINE_S,
        check=False,
    )
    assert ended.returncode == 2, ended.stderr
    [line] = ended.stderr.splitlines()
    return line


class TestMistakes:
    def test_settings_in_order_are_said_to_be(self, tmp_path: Path) -> None:
        path = config(tmp_path)
        said = subprocess.check_output(
            [sys.executable, "-m", "edge", "--config", path, "--check-config"], cwd=ROOT, text=True
        )
        assert said == f"{path}: in order\n"

    def test_an_unknown_key(self, tmp_path: Path) -> None:
        line = refused("--config", config(tmp_path, more="colour = 1\n"), "--check-config")
        assert re.search(r"edge\.toml: colour: .* not permitted", line)

    def test_a_zone_outside_the_picture(self, tmp_path: Path) -> None:
        path = config(tmp_path, polygon="[[0.1, 0.1], [1.9, 0.1], [0.9, 0.9]]")
        assert "corner [1.9, 0.1] lies outside the picture" in refused("--config", path)

    def test_a_zone_that_crosses_itself(self, tmp_path: Path) -> None:
        path = config(tmp_path, polygon="[[0.1, 0.1], [0.9, 0.9], [0.9, 0.1], [0.1, 0.9]]")
        assert "crosses itself" in refused("--config", path)

    def test_a_missing_clip(self, tmp_path: Path) -> None:
        path = config(tmp_path, source=tmp_path / "none.avi")
        assert "none.avi: no such video file" in refused("--config", path)

    def test_a_clip_cut_off_before_its_first_picture(self, tmp_path: Path) -> None:
        path = config(tmp_path, source=truncated(tmp_path / "cut.avi", 0.0001))
        assert "cut.avi: not a video that can be read" in refused("--config", path)

    def test_a_missing_model(self, tmp_path: Path) -> None:
        path = config(tmp_path, more='model = "none.onnx"\n')
        assert "none.onnx: the model cannot be read" in refused("--config", path)

    def test_an_execution_provider_that_is_not_there(self, tmp_path: Path) -> None:
        path = config(tmp_path, more='providers = ["AbacusExecutionProvider"]\n')
        line = refused("--config", path)
        assert f"{path}: providers: this onnxruntime has no AbacusExecutionProvider" in line
        assert "it has" in line
        assert "CPUExecutionProvider" in line

    def test_a_source_for_a_camera_that_is_not_there(self, tmp_path: Path) -> None:
        line = refused("--config", config(tmp_path), "--source", "door=rtsp://192.0.2.1/")
        assert "no camera of this id" in line

    def test_missing_settings(self, tmp_path: Path) -> None:
        assert "No such file" in refused("--config", tmp_path / "none.toml")


def test_a_model_that_is_not_trusted_is_named_once_in_the_log(tmp_path: Path) -> None:
    settings = read(config(tmp_path))
    detector = Detector()
    detector.doubt = Doubt("better", deviation=0.5, tolerance=0.1)
    with capture_logs() as logs:
        edge = Edge(settings, detector)
        edge.stop()
        assert edge.run()
    said = [line for line in logs if line["event"] == "model_replaced"]
    doubt = {"model": "better", "deviation": 0.5, "tolerance": 0.1}
    assert said == [
        {"event": "model_replaced", "log_level": "warning", "by": detector.name, **doubt}
    ]


def test_the_cameras_of_one_edge_share_one_floor(tmp_path: Path) -> None:
    ground = (
        "[camera.ground]\npoints = [[0, 1, 0, 0], [1, 1, 6, 0], [0.8, 0, 6, 9], [0.2, 0, 0, 9]]"
    )
    zone = f'[[camera.zone]]\nid = "waiting"\npolygon = {SQUARE}'
    cameras = [
        f'[[camera]]\nid = "{name}"\nsource = "{CLIP}"\n{ground}\n{zone}\n'
        for name in ("east", "west")
    ]
    path = tmp_path / "edge.toml"
    path.write_text("\n".join([f'hall = "demo"\nnode = "{NODE}"', *cameras]))
    with capture_logs() as logs:
        edge = Edge(read(path), Detector())
        edge.stop()
        assert edge.run()
    [said] = [line for line in logs if line["event"] == "zone_merged"]
    assert (said["zone"], said["cameras"]) == ("waiting", ["east", "west"])
    assert said["both_see_m2"] > 10


class TestClips:
    @pytest.fixture
    def watch(self) -> Iterator[Callable[[Path], Camera]]:
        cameras: list[Camera] = []

        def begin(path: Path) -> Camera:
            settings = CameraSettings(id="lobby", source=str(path))
            cameras.append(Camera(settings, clock=lambda: NOON))
            cameras[-1].start()
            return cameras[-1]

        yield begin
        for camera in cameras:
            camera.stop()

    def test_a_clip_cut_off_in_the_middle_plays_as_far_as_it_goes(
        self, tmp_path: Path, watch: Callable[[Path], Camera]
    ) -> None:
        path = truncated(tmp_path / "cut.avi", 0.02)
        pictures = sum(1 for _ in frames(path))
        assert 0 < pictures < 50
        camera = watch(path)
        for _ in range(3):
            assert camera.next(DEADLINE_S)

    def test_the_resolution_may_change_when_a_file_is_replaced(
        self, tmp_path: Path, watch: Callable[[Path], Camera]
    ) -> None:
        path = resized(tmp_path / "a.avi", 640, 480)
        camera = watch(path)
        first = camera.next(DEADLINE_S)
        assert first
        assert first.picture.shape == (480, 640, 3)
        resized(tmp_path / "b.avi", 320, 240).replace(path)

        def changed() -> bool:
            frame = camera.next(DEADLINE_S)
            return frame is not None and frame.picture.shape == (240, 320, 3)

        until(changed, what="the new resolution")

    def test_a_lost_file_comes_back(self, tmp_path: Path, watch: Callable[[Path], Camera]) -> None:
        path = resized(tmp_path / "a.avi", 320, 240, count=5)
        camera = watch(path)
        assert camera.next(DEADLINE_S)
        hidden = path.rename(tmp_path / "hidden.avi")
        until(lambda: camera.trouble == "cannot be opened", what="the loss")
        hidden.rename(path)
        assert camera.next(DEADLINE_S)


class TestRunning:
    @pytest.fixture
    def edge(self, tmp_path: Path, broker: RunningBroker) -> Iterator[subprocess.Popen[str]]:
        settings = broker.settings("edge-hall")
        environment = os.environ | {
            "HUITING_EDGE__MQTT__PORT": str(settings.port),
            "HUITING_EDGE__MQTT__USERNAME": settings.username,
            "HUITING_EDGE__MQTT__PASSWORD": settings.password.get_secret_value(),
        }
        command = [sys.executable, "-m", "edge", "--config", str(config(tmp_path))]
        process = subprocess.Popen(
            command, cwd=ROOT, env=environment, stderr=subprocess.PIPE, text=True
        )
        yield process
        process.kill()
        process.communicate()

    def test_a_real_clip_becomes_readings_until_the_program_is_told_to_stop(
        self, broker: RunningBroker, edge: subprocess.Popen[str]
    ) -> None:
        crowds: list[Crowd] = []
        states: list[NodeStatus] = []
        hub = Bus(
            broker.settings("hub"),
            hall="demo",
            program="hub",
            node="1",
            version="1",
            clock=lambda: NOON,
        )
        hub.subscribe(CROWD, lambda levels, crowd: crowds.append(crowd))
        hub.subscribe(
            STATUS,
            lambda levels, status: states.append(status) if levels["program"] == "edge" else None,
        )
        hub.start()
        until(lambda: len(crowds) >= 3, what="three readings")
        edge.send_signal(signal.SIGTERM)
        _, logged = edge.communicate(timeout=DEADLINE_S)
        until(lambda: [each.state for each in states][-1:] == ["offline"], what="the farewell")
        hub.close()
        assert edge.returncode == 0, logged
        assert states[0].state == "online"
        assert [each.seq for each in crowds] == list(range(1, len(crowds) + 1))
        assert all(0 < each.count <= 12 for each in crowds)
        assert {each.quality for each in crowds} == {"ok"}
        assert all(each.count_low <= each.count <= each.count_high for each in crowds)
        assert all(each.zones[0].zone == "waiting" for each in crowds)
        assert [line for line in logged.splitlines() if "Traceback" in line] == []
