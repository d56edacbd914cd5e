"""What was drawn wins over edge.toml, and a running edge notices that it was drawn anew."""

from pathlib import Path

import pytest
import structlog

from edge.redrawing import Redrawing
from edge.settings import EdgeSettings, read
from edge.site import site_of
from hall.settings import Mistake
from tests.unit.test_edge_settings import PLAIN

ZONE = '[[zone]]\nid = "door"\npolygon = [[0, 0], [1, 0], [1, 1]]\narea_m2 = 3\n'


@pytest.fixture
def config(tmp_path: Path) -> Path:
    path = tmp_path / "edge.toml"
    path.write_text('data = "own"\n' + PLAIN)
    return path


@pytest.fixture
def drawing(tmp_path: Path) -> Path:
    (tmp_path / "own" / "cameras").mkdir(parents=True)
    return tmp_path / "own" / "cameras" / "lobby.toml"


def zones(settings: EdgeSettings) -> list[str]:
    return [zone.id for zone in settings.camera[0].zone]


class TestReading:
    def test_without_a_drawing_the_settings_hold(self, config: Path) -> None:
        assert zones(read(config)) == ["waiting"]

    def test_a_drawing_replaces_all_shapes_and_nothing_else(
        self, config: Path, drawing: Path
    ) -> None:
        before = read(config).camera[0]
        drawing.write_text(ZONE)
        drawn = read(config).camera[0]
        assert [zone.id for zone in drawn.zone] == ["door"]
        assert drawn.model_copy(update={"zone": before.zone}) == before

    def test_an_empty_drawing_leaves_no_zone(self, config: Path, drawing: Path) -> None:
        drawing.write_text("")
        assert zones(read(config)) == []

    @pytest.mark.parametrize(
        ("text", "key", "why"),
        [
            ('source = "rtsp://evil"\n', "source", "is not drawn"),
            (ZONE.replace("[1, 1]", "[1, 9]"), "zone.0.polygon", "outside the picture"),
            (ZONE + ZONE, "whole file", "appears twice"),
            ("[[zone", "not valid TOML", ""),
        ],
    )
    def test_a_mistake_in_it_is_one_line_with_its_own_name(
        self, config: Path, drawing: Path, text: str, key: str, why: str
    ) -> None:
        drawing.write_text(text)
        with pytest.raises(Mistake) as refused:
            read(config)
        [line] = refused.value.lines
        assert line.startswith(str(drawing))
        assert key in line
        assert why in line

    def test_the_data_folder_lies_beside_the_settings_or_in_the_working_folder(
        self, config: Path, tmp_path: Path, monkeypatch: pytest.MonkeyPatch
    ) -> None:
        assert read(config).data == tmp_path / "own"
        config.write_text(PLAIN)
        monkeypatch.chdir(tmp_path)
        assert read(config).data == tmp_path / "var" / "edge"


class TestRunning:
    def test_a_new_drawing_is_noticed_once(self, config: Path, drawing: Path) -> None:
        redrawing = Redrawing(read(config))
        assert list(redrawing.changed()) == []
        drawing.write_text(ZONE)
        [camera] = redrawing.changed()
        assert [zone.id for zone in camera.zone] == ["door"]
        assert list(redrawing.changed()) == []

    def test_a_changed_drawing_is_noticed_again(self, config: Path, drawing: Path) -> None:
        drawing.write_text(ZONE)
        redrawing = Redrawing(read(config))
        assert list(redrawing.changed()) == []
        drawing.write_text(ZONE.replace("door", "counter"))
        [camera] = redrawing.changed()
        assert [zone.id for zone in camera.zone] == ["counter"]

    def test_a_new_fit_is_noticed_once_whether_anything_was_drawn_or_not(
        self, config: Path
    ) -> None:
        redrawing = Redrawing(settings := read(config))
        fit = site_of(settings.data, "lobby")
        fit.parent.mkdir(parents=True)
        fit.write_bytes(b"fitted")
        [camera] = redrawing.changed()
        assert [zone.id for zone in camera.zone] == ["waiting"]
        assert list(redrawing.changed()) == []

    def test_a_refused_drawing_changes_nothing_and_is_told_of_once(
        self, config: Path, drawing: Path
    ) -> None:
        redrawing = Redrawing(read(config))
        drawing.write_text(ZONE.replace("[1, 1]", "[1, 9]"))
        with structlog.testing.capture_logs() as logged:
            assert list(redrawing.changed()) == []
            assert list(redrawing.changed()) == []
        assert [line["event"] for line in logged] == ["drawing_refused"]

    def test_a_deleted_drawing_holds_until_a_new_start(self, config: Path, drawing: Path) -> None:
        drawing.write_text(ZONE)
        redrawing = Redrawing(read(config))
        drawing.unlink()
        assert list(redrawing.changed()) == []
        assert zones(read(config)) == ["waiting"]
