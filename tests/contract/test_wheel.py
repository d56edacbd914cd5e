"""The wheel carries all that the programs need, and runs without the checkout."""

import subprocess
import sys
from pathlib import Path
from zipfile import ZipFile

import pytest

ROOT = Path(__file__).resolve().parents[2]
NEEDED = {
    "hall/tokens.toml",
    "edge/calibration/static/calibration.html",
    "hub/web/static/dashboard.html",
    "hub/web/static/ticket.html",
    "kiosk/ui/Main.qml",
    "kiosk/ui/sentences.toml",
    "edge/_data/models/nanodet-person-480x640-int8.onnx",
    "edge/_data/models/nanodet-person-480x640-fp32.onnx",
    "edge/_data/models/proof.jpg",
    "edge/_data/models/licences/nanodet-Apache-2.0.txt",
    "hub/_data/config/calendar-2026.toml",
    "hub/_data/config/demo/hall.toml",
}


@pytest.fixture(scope="module")
def wheel(tmp_path_factory: pytest.TempPathFactory) -> Path:
    """The wheel, built as a release is."""
    folder = tmp_path_factory.mktemp("wheel")
    command = [sys.executable, "-m", "hatchling", "build", "-t", "wheel", "-d", str(folder)]
    subprocess.run(command, cwd=ROOT, check=True, capture_output=True)
    return next(folder.glob("huiting-*.whl"))


def test_the_wheel_carries_pages_models_licences_and_defaults(wheel: Path) -> None:
    names = set(ZipFile(wheel).namelist())
    assert names >= NEEDED
    assert {Path(name).name for name in names if "/licenses/" in name} >= {"LICENSE", "NOTICE"}


def test_the_wheel_carries_no_sources_of_pages_and_no_tests(wheel: Path) -> None:
    names = ZipFile(wheel).namelist()
    assert not [name for name in names if name.endswith((".ts", ".vue")) or "node_modules" in name]
    assert {name.split("/")[0] for name in names if "dist-info" not in name} == {
        "hall",
        "edge",
        "hub",
        "kiosk",
    }


@pytest.mark.parametrize(
    ("program", "config"),
    [("edge", "edge/_data/config/edge.toml"), ("hub", "hub/_data/config/hub.toml")],
)
def test_programs_read_their_defaults_from_the_wheel_alone(
    wheel: Path, tmp_path: Path, program: str, config: str
) -> None:
    ZipFile(wheel).extractall(tmp_path)
    checked = subprocess.run(
        [sys.executable, "-m", program, "--config", str(tmp_path / config), "--check-config"],
        cwd=tmp_path,
        env={"PYTHONPATH": str(tmp_path)},
        capture_output=True,
        text=True,
        check=False,
    )
    assert checked.returncode == 0, checked.stderr
