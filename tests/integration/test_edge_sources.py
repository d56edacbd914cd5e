"""Real network cameras in trouble: what the edge then shows, says and publishes."""

import os
import socket
from collections.abc import Callable, Iterator
from datetime import UTC, datetime
from pathlib import Path
from threading import Thread
from typing import Final

import cv2
import numpy as np
import pytest
from simulated_camera import SIZES, SimulatedCamera, taken_ms

from edge.camera import Camera, Frame
from edge.capture import configure_ffmpeg, open_capture
from edge.settings import CameraSettings
from tests.clips.faulty import CLIP, frames, picture
from tests.integration.brokers import free_port, until
from tests.integration.cameras import http_camera, network

DEADLINE_S: Final = 30
MODULUS_MS: Final = 2**32
FRESH_MS: Final = 1500  # on a busy machine; what a stream buffers is twice as old
FFMPEG: Final = ("OPENCV_FFMPEG_CAPTURE_OPTIONS", "OPENCV_FFMPEG_LOGLEVEL")


def now() -> datetime:
    return datetime.now(UTC)  # noqa: TID251 - the simulator draws the time of day, too


def true_age_ms(frame: Frame, at: datetime) -> float:
    """How long before `at` the simulator took the frame."""
    age = (at.timestamp() * 1000 - taken_ms(frame.picture)) % MODULUS_MS
    return age if age < MODULUS_MS / 2 else age - MODULUS_MS


@pytest.fixture(autouse=True)
def ffmpeg(monkeypatch: pytest.MonkeyPatch) -> None:
    """Settings as in the program, whatever ran before."""
    for name in FFMPEG:
        monkeypatch.delenv(name, raising=False)
    configure_ffmpeg("tcp")


@pytest.fixture
def watch() -> Iterator[Callable[[str], Camera]]:
    cameras: list[Camera] = []

    def begin(url: str) -> Camera:
        cameras.append(Camera(CameraSettings(id="lobby", source=url), clock=now))
        cameras[-1].start()
        return cameras[-1]

    yield begin
    for camera in cameras:
        camera.stop()


def look(camera: Camera) -> Frame:
    frame = camera.next(DEADLINE_S)
    assert frame, camera.trouble
    return frame


def sharpness(frame: Frame) -> float:
    return float(cv2.Laplacian(frame.picture[16:], cv2.CV_64F).var())


class TestRtsp:
    @pytest.mark.parametrize("codec", ["h264", "h265"])
    def test_a_frame_is_new_from_the_first_one_on_and_knows_its_time(
        self, codec: str, simulate: Callable[..., SimulatedCamera], watch: Callable[[str], Camera]
    ) -> None:
        camera = watch(simulate(codec).url)
        for _ in range(10):
            frame = look(camera)
            assert frame.picture.shape == (480, 640, 3)
            # A frame period in FFmpeg's parser and an encoding; far less than the two seconds and
            # more that a stream's opening buffers.
            assert true_age_ms(frame, frame.at) < FRESH_MS

    def test_a_stalled_camera_shows_nothing_from_before_when_it_goes_on(
        self, simulate: Callable[..., SimulatedCamera], watch: Callable[[str], Camera]
    ) -> None:
        simulator = simulate()
        camera = watch(simulator.url)
        look(camera)
        simulator.stall()
        until(lambda: camera.next(0.5) is None, what="the silence")
        until(
            lambda: camera.trouble in {"stopped sending", "fell behind"},
            what="the end of patience",
        )
        resumed = now()
        simulator.resume()
        assert true_age_ms(look(camera), resumed) < 0

    def test_what_the_network_held_back_is_shown_to_nobody(
        self, simulate: Callable[..., SimulatedCamera], watch: Callable[[str], Camera]
    ) -> None:
        with network(simulate().port) as link:
            camera = watch(link.url)
            for _ in range(5):
                look(camera)
            link.open.clear()
            until(lambda: camera.next(0.5) is None, what="the silence")
            assert camera.next(2) is None
            link.open.set()
            for _ in range(10):
                frame = look(camera)
                assert true_age_ms(frame, frame.at) < FRESH_MS
            assert camera.trouble == "not opened yet"

    def test_a_camera_that_loses_power_is_seen_again_when_it_is_back(
        self, simulate: Callable[..., SimulatedCamera], watch: Callable[[str], Camera]
    ) -> None:
        simulator = simulate()
        camera = watch(simulator.url)
        look(camera)
        simulator.kill()
        until(lambda: camera.trouble == "does not answer", what="the loss")
        back = now()
        simulator.start()
        assert true_age_ms(look(camera), back) < 0

    def test_a_resolution_that_changes_in_mid_stream_changes_the_picture_alone(
        self, simulate: Callable[..., SimulatedCamera], watch: Callable[[str], Camera]
    ) -> None:
        simulator = simulate()
        camera = watch(simulator.url)
        sharp = sharpness(look(camera))
        width, height = SIZES[1]
        simulator.tell(f"size {width} {height}")
        until(lambda: sharpness(look(camera)) < sharp / 2, what="the coarser picture")
        assert camera.trouble == "not opened yet"

    def test_a_camera_that_sends_garbage_is_seen_again_when_it_makes_sense(
        self, simulate: Callable[..., SimulatedCamera], watch: Callable[[str], Camera]
    ) -> None:
        simulator = simulate()
        camera = watch(simulator.url)
        look(camera)
        simulator.tell("garbage")
        until(lambda: camera.next(0.5) is None, what="the silence")
        simulator.tell("clean")
        until(
            lambda: abs(true_age_ms(look(camera), now())) < 1000,
            what="pictures that make sense",
        )

    def test_what_is_no_rtsp_at_all_cannot_be_opened(self, watch: Callable[[str], Camera]) -> None:
        with socket.create_server(("127.0.0.1", 0)) as server:
            asked: list[bytes] = []

            def answer() -> None:
                for _ in range(2):
                    peer, _ = server.accept()
                    with peer:
                        asked.append(peer.recv(1024))
                        peer.sendall(os.urandom(4096))

            thread = Thread(target=answer, daemon=True)
            thread.start()
            camera = watch(f"rtsp://127.0.0.1:{server.getsockname()[1]}/stream")
            until(lambda: camera.trouble == "cannot be opened", what="the refusal")
            thread.join(DEADLINE_S)
        assert all(each.startswith(b"OPTIONS rtsp://") for each in asked)

    def test_a_camera_that_accepts_and_never_answers_is_given_up(
        self, watch: Callable[[str], Camera]
    ) -> None:
        with socket.create_server(("127.0.0.1", 0)) as server:
            camera = watch(f"rtsp://127.0.0.1:{server.getsockname()[1]}/stream")
            until(lambda: camera.trouble == "does not answer", what="the end of patience")

    def test_a_camera_that_hangs_while_it_is_opened_holds_up_no_other(
        self, watch: Callable[[str], Camera]
    ) -> None:
        with socket.create_server(("127.0.0.1", 0)) as server, http_camera() as well:
            well.show(picture(0))
            hanging = watch(f"rtsp://127.0.0.1:{server.getsockname()[1]}/stream")
            connection, _ = server.accept()
            with connection:
                other = watch(well.url)
                for _ in range(10):
                    look(other)
                assert hanging.trouble == "not opened yet"


class TestHttp:
    def test_mjpeg_is_shown_without_delay(self, watch: Callable[[str], Camera]) -> None:
        with http_camera() as server:
            people = picture(0)
            server.show(people)
            camera = watch(server.url)
            assert look(camera).picture.shape == people.shape
            server.show(np.zeros_like(people))
            for _ in range(2):
                last = look(camera)
            assert last.picture.max() < 20

    def test_a_resolution_that_changes_in_mid_stream_is_followed(
        self, watch: Callable[[str], Camera]
    ) -> None:
        with http_camera() as server:
            server.show(picture(0))
            camera = watch(server.url)
            look(camera)
            server.show(np.zeros((240, 320, 3), np.uint8))
            until(lambda: look(camera).picture.max() < 20, what="the other picture")

    def test_garbage_in_the_place_of_pictures_is_a_loss_until_it_ends(
        self, watch: Callable[[str], Camera]
    ) -> None:
        with http_camera() as server:
            server.show(picture(0))
            camera = watch(server.url)
            look(camera)
            server.send(os.urandom(20_000))
            until(lambda: camera.next(0.5) is None, what="the silence")
            server.show(picture(0))
            look(camera)

    def test_a_server_that_ends_is_a_loss_until_it_is_back(
        self, watch: Callable[[str], Camera]
    ) -> None:
        port = free_port()
        with http_camera(port) as server:
            server.show(picture(0))
            camera = watch(server.url)
            look(camera)
        until(lambda: camera.trouble == "does not answer", what="the loss")
        with http_camera(port) as server:
            server.show(picture(0))
            look(camera)


def test_a_folder_of_pictures_plays_again_and_again(
    tmp_path: Path, watch: Callable[[str], Camera]
) -> None:
    for number, each in zip(range(3), frames(), strict=False):
        cv2.imwrite(str(tmp_path / f"{number}.bmp"), each)
    camera = watch(str(tmp_path))
    seen: set[bytes] = set()

    def all_seen() -> bool:
        seen.add(look(camera).picture.tobytes())
        return len(seen) == 3

    until(all_seen, what="all three pictures")
    look(camera)


@pytest.mark.parametrize("source", ["clip", "camera"])
def test_hardware_decoding_falls_back_by_itself(
    source: str, simulate: Callable[..., SimulatedCamera]
) -> None:
    place = str(CLIP) if source == "clip" else simulate().url
    capture = open_capture(CameraSettings(id="lobby", source=place, hardware_decode=True))
    assert capture.grab()
    assert capture.retrieve()[1].any()
    capture.release()
