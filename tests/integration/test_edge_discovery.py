import os
import re
import subprocess
import sys
from collections.abc import Iterator

import pytest

from tests.integration.brokers import ROOT
from tests.integration.onvif_camera import (
    LOOPBACK,
    PASSWORD,
    USER,
    OnvifCamera,
    onvif_camera,
)

DEADLINE_S = 60


@pytest.fixture
def camera() -> Iterator[OnvifCamera]:
    with onvif_camera() as running:
        yield running


def discover(*arguments: str, password: str = PASSWORD) -> list[str]:
    """What `huiting-edge discover` says."""
    return subprocess.check_output(
        [sys.executable, "-m", "edge", "discover", "--interface", LOOPBACK, *arguments],
        cwd=ROOT,
        text=True,
        env=os.environ | {"HUITING_CAMERA_PASSWORD": password},
        timeout=DEADLINE_S,
    ).splitlines()


def test_a_camera_of_the_network_is_listed_once_without_being_asked_more(
    camera: OnvifCamera,
) -> None:
    assert discover("--wait", "1") == ["127.0.0.1  Lobby east (SIM-1)"]
    assert camera.requests == []


def test_with_a_user_its_streams_are_listed_though_its_clock_is_wrong(camera: OnvifCamera) -> None:
    assert discover("--wait", "1", "--user", USER) == [
        "127.0.0.1  Lobby east (SIM-1)",
        "  main  2560x1440 H265  rtsp://127.0.0.1/p&1",
        "  sub  640x480 H264  rtsp://127.0.0.1/p2",
    ]
    assert not any(PASSWORD in request for request in camera.requests)


def test_a_wrong_password_is_said_to_be_refused(camera: OnvifCamera) -> None:
    _, why = discover("--wait", "1", "--user", USER, password="wrong")
    assert why == "  refuses: Sender not authorized"


@pytest.mark.parametrize(
    ("said", "why"),
    [
        ("rubbish", "no XML message"),
        ("<dev:Nothing/>", "tells no time"),
        ('<!DOCTYPE x [<!ENTITY e "e">]>', "no XML message"),
    ],
)
def test_a_camera_that_talks_nonsense_is_listed_with_what_is_wrong(
    camera: OnvifCamera, said: str, why: str
) -> None:
    camera.said = said
    [_, line] = discover("--wait", "1", "--user", USER)
    assert why in line


def test_a_signature_is_never_sent_to_another_host(camera: OnvifCamera) -> None:
    camera.media = camera.media.replace(LOOPBACK, "127.0.0.2")
    [_, line] = discover("--wait", "1", "--user", USER)
    assert "not at its own address" in line
    camera.requests.clear()
    camera.services = "http://127.0.0.2/onvif file:///etc/passwd"
    [_, line] = discover("--wait", "1", "--user", USER)
    assert "names no service at its own address" in line
    assert camera.requests == []


def test_a_name_cannot_command_the_terminal(camera: OnvifCamera) -> None:
    camera.name = "a%1B%5B2J%0Ab"
    [line] = discover("--wait", "1")
    assert re.match(r"127\.0\.0\.1  a\?\[2J\?b ", line)


def test_silence_is_said() -> None:
    [line] = discover("--wait", "0.2")
    assert line.startswith("no camera answered")


def test_an_interface_that_is_not_ours_is_one_line() -> None:
    ended = subprocess.run(
        [sys.executable, "-m", "edge", "discover", "--interface", "192.0.2.1"],
        cwd=ROOT,
        text=True,
        capture_output=True,
        timeout=DEADLINE_S,
        check=False,
    )
    assert ended.returncode == 2
    [line] = ended.stderr.splitlines()
    assert line.startswith("cannot ask the network: ")
    assert line.endswith("try --interface ADDRESS")
