import os
from pathlib import Path

import cv2
import numpy as np
import pytest

from edge.capture import Folder, check_file, configure_ffmpeg, open_capture
from edge.settings import CameraSettings
from hall.settings import Mistake


def write(folder: Path, name: str, value: int) -> None:
    cv2.imwrite(str(folder / name), np.full((4, 6, 3), value, np.uint8))


def values(folder: Path) -> list[int]:
    capture = open_capture(CameraSettings(id="lobby", source=str(folder)))
    seen = []
    while capture.grab():
        read, picture = capture.retrieve()
        seen.append(int(picture[0, 0, 0]) if read else -1)
    return seen


def refusal(source: Path) -> str:
    with pytest.raises(Mistake) as refused:
        check_file(CameraSettings(id="lobby", source=str(source)), 3)
    [line] = refused.value.lines
    return line


def test_a_folder_shows_its_pictures_in_the_order_of_their_names(tmp_path: Path) -> None:
    for name, value in (("b.png", 2), ("a.PNG", 1), ("c.bmp", 3)):
        write(tmp_path, name, value)
    (tmp_path / "notes.txt").write_text("no picture")
    assert values(tmp_path) == [1, 2, 3]


def test_a_damaged_picture_in_a_folder_is_passed_over(tmp_path: Path) -> None:
    write(tmp_path, "a.png", 1)
    (tmp_path / "b.png").write_bytes(b"rubbish")
    write(tmp_path, "c.png", 3)
    assert values(tmp_path) == [1, -1, 3]


def test_a_folder_that_is_gone_ends_like_a_lost_source(tmp_path: Path) -> None:
    capture = Folder(tmp_path / "none")
    assert not capture.grab()
    assert capture.silence == "shows no picture"


def test_a_folder_with_a_picture_is_in_order(tmp_path: Path) -> None:
    (tmp_path / "a.png").write_bytes(b"rubbish")
    write(tmp_path, "b.png", 2)
    check_file(CameraSettings(id="lobby", source=str(tmp_path)), 0)


@pytest.mark.parametrize("content", [None, b"rubbish"], ids=["empty", "damaged"])
def test_a_folder_without_a_readable_picture_is_refused(
    tmp_path: Path, content: bytes | None
) -> None:
    if content:
        (tmp_path / "a.png").write_bytes(content)
    line = refusal(tmp_path)
    assert line.startswith(f"camera.3.source: {tmp_path}: a folder without a picture")


def test_a_mistyped_url_is_refused_without_its_password(tmp_path: Path) -> None:
    line = refusal(Path("rtsp:/viewer:open-sesame@192.0.2.1/stream"))
    assert "no such video file" in line
    assert "open-sesame" not in line


def test_streams_and_devices_are_not_asked_before_they_are_needed() -> None:
    for source in ("rtsp://192.0.2.1/", "http://192.0.2.1/", "0", "/dev/video9"):
        check_file(CameraSettings(id="lobby", source=source), 0)


def test_a_device_that_is_not_there_is_a_lost_source() -> None:
    capture = open_capture(CameraSettings(id="lobby", source="/dev/video99"))
    assert not capture.grab()
    assert capture.silence == "cannot be opened"


def test_what_the_environment_says_to_ffmpeg_is_respected(monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setenv("OPENCV_FFMPEG_CAPTURE_OPTIONS", "rtsp_transport;http")
    configure_ffmpeg("udp")
    assert os.environ["OPENCV_FFMPEG_CAPTURE_OPTIONS"] == "rtsp_transport;http"
