from pathlib import Path

import pytest

from edge.settings import read
from hall.settings import Mistake

ROOT = Path(__file__).resolve().parents[2]
PLAIN = """
hall = "demo"
node = "edge-1"

[[camera]]
id = "lobby"
source = "clips/a.avi"

[[camera.zone]]
id = "waiting"
polygon = [[0.1, 0.1], [0.9, 0.1], [0.9, 0.9]]
area_m2 = 10
"""
QUEUE = "area_m2 = 10\nqueue_line = [[0.6, 0.3], [0.8, 0.5]]"
GROUND = "[camera.ground]\npeople = [[0.15, 0.40], [0.47, 0.95]]\n"


def lines(folder: Path, text: str, **sources: str) -> tuple[str, ...]:
    path = folder / "edge.toml"
    path.write_text(text)
    with pytest.raises(Mistake) as refused:
        read(path, sources)
    return refused.value.lines


@pytest.mark.parametrize(
    ("wrong", "instead_of", "key", "why"),
    [
        ('colour = "red"\n[[camera]]', "[[camera]]", "colour", "not permitted"),
        ('source = ""', 'source = "clips/a.avi"', "camera.0.source", "at least 1"),
        ("[1.5, 0.1]", "[0.9, 0.1]", "camera.0.zone.0.polygon", "outside the picture"),
        ("[0.9, 0.9], [0.9, 0.1], [0.1, 0.9]", "[0.9, 0.1], [0.9, 0.9]", "polygon", "crosses"),
        ("area_m2 = 0", "area_m2 = 10", "camera.0.zone.0.area_m2", "greater than 0"),
        ('id = "Lobby"', 'id = "lobby"', "camera.0.id", "match pattern"),
        ("interval = [[0, 0, 1]]\nsource", "source", "camera.0.interval", "two rows"),
        ("", "area_m2 = 10", "camera.0", "zone waiting has neither area_m2 nor a [camera.ground]"),
        ("area_m2 = 10\nline = [[0.5, 0.5]]", "area_m2 = 10", "zone.0", "line needs 2 different"),
        (QUEUE, "area_m2 = 10", "camera.0", "queue_line, which needs [camera.ground]"),
        (QUEUE.replace("0.8, 0.5", "0.2, 0.8"), "area_m2 = 10", "zone.0", "leaves its zone"),
        (QUEUE.replace("0.8, 0.5", "0.8, 5"), "area_m2 = 10", "zone.0", "outside the picture"),
        (f"{GROUND}focal = nan\n[[camera.zone]]", "[[camera.zone]]", "ground.focal", "less than"),
        ("[camera.ground]\n[[camera.zone]]", "[[camera.zone]]", "camera.0.ground", "give either"),
        (
            f"{GROUND}corners = [[0, 0], [1, 0], [1, 1], [0, 1]]\n[[camera.zone]]",
            "[[camera.zone]]",
            "camera.0.ground",
            "give either",
        ),
        (
            "[camera.ground]\npeople = [[0.3, 0.5]]\n[[camera.zone]]",
            "[[camera.zone]]",
            "camera.0.ground",
            "the ground has 1 people; give at least 2",
        ),
    ],
)
def test_each_mistake_is_one_line_with_file_key_and_reason(
    tmp_path: Path, wrong: str, instead_of: str, key: str, why: str
) -> None:
    [line] = lines(tmp_path, PLAIN.replace(instead_of, wrong, 1))
    assert line.startswith(str(tmp_path / "edge.toml"))
    assert key in line
    assert why in line


def test_a_zone_without_area_is_measured_on_the_ground(tmp_path: Path) -> None:
    path = tmp_path / "edge.toml"
    areas_m2 = []
    for person_m in (1.0, 2.0):
        ground = f"{GROUND}person_m = {person_m}\n[[camera.zone]]"
        text = PLAIN.replace("area_m2 = 10", "").replace("[[0.1, 0.1]", "[[0.1, 0.5]")
        path.write_text(text.replace("[[camera.zone]]", ground).replace("[0.9, 0.1]", "[0.9, 0.5]"))
        [camera] = read(path).camera
        areas_m2.append(camera.area_m2(camera.zone[0]))
    assert areas_m2[1] == pytest.approx(4 * areas_m2[0])


def test_a_zone_up_to_the_horizon_is_refused_unless_its_area_is_stated(tmp_path: Path) -> None:
    ground = "[camera.ground]\npeople = [[0.40, 0.58], [0.34, 0.90]]\n[[camera.zone]]"
    text = PLAIN.replace("[[camera.zone]]", ground)
    path = tmp_path / "edge.toml"
    path.write_text(text)
    assert read(path).camera[0].area_m2(read(path).camera[0].zone[0]) == 10
    [line] = lines(tmp_path, text.replace("area_m2 = 10", ""))
    assert "zone waiting reaches the horizon" in line


def test_two_cameras_of_one_name_are_refused(tmp_path: Path) -> None:
    camera = PLAIN[PLAIN.index("[[camera]]") :]
    [line] = lines(tmp_path, PLAIN + camera)
    assert "camera lobby appears twice" in line


def test_two_zones_of_one_name_are_refused(tmp_path: Path) -> None:
    zone = PLAIN[PLAIN.index("[[camera.zone]]") :]
    [line] = lines(tmp_path, PLAIN + zone)
    assert "zone waiting appears twice" in line


def test_files_lie_relative_to_the_settings_and_the_command_line_wins(tmp_path: Path) -> None:
    path = tmp_path / "edge.toml"
    path.write_text('model = "m/x.onnx"\n' + PLAIN)
    settings = read(path)
    assert settings.camera[0].source == str(tmp_path / "clips/a.avi")
    assert settings.model == tmp_path / "m/x.onnx"
    assert read(path, {"lobby": "rtsp://other"}).camera[0].source == "rtsp://other"


def test_a_source_for_an_unknown_camera_is_refused(tmp_path: Path) -> None:
    [line] = lines(tmp_path, PLAIN, door="rtsp://other")
    assert "door" in line
    assert "lobby" in line


@pytest.mark.parametrize("name", ["config/edge.toml", "config/demo/edge.toml"])
def test_the_settings_we_ship_are_in_order(name: str) -> None:
    assert read(ROOT / name).camera


def test_the_environment_wins_over_the_file(
    tmp_path: Path, monkeypatch: pytest.MonkeyPatch
) -> None:
    path = tmp_path / "edge.toml"
    path.write_text(PLAIN)
    monkeypatch.setenv("HUITING_EDGE__MQTT__PORT", "2883")
    settings = read(path)
    assert settings.mqtt.port == 2883


def test_a_node_without_cameras_is_refused(tmp_path: Path) -> None:
    [line] = lines(tmp_path, 'hall = "demo"\nnode = "edge-1"\ncamera = []\n')
    assert "add a [[camera]] table" in line
