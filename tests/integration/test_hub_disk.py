"""A disk that fills up refuses tickets with a clear answer, loses none, and recovers by itself."""

import os
import subprocess
from collections.abc import Iterator
from pathlib import Path

import pytest

from tests.integration.brokers import until
from tests.integration.hub_process import RunningHub

SIZE = "2m"
CHUNK = b"x" * 4096


@pytest.fixture
def small_disk(tmp_path: Path) -> Iterator[Path]:
    """A file system of two megabytes."""
    folder = tmp_path / "disk"
    folder.mkdir()
    made = subprocess.run(
        ["mount", "-t", "tmpfs", "-o", f"size={SIZE}", "tmpfs", folder],
        capture_output=True,
        check=False,
    )
    if made.returncode:
        pytest.skip("mounting a small disk needs root")
    yield folder
    subprocess.run(["umount", folder], check=True)


@pytest.mark.skipif(os.geteuid() != 0, reason="mounting a small disk needs root")
def test_a_full_disk_is_said_and_left_behind(small_disk: Path) -> None:
    hub = RunningHub(small_disk / "data")
    hub.printed = small_disk.parent / "hub.log"
    hub.start()
    given = [hub.take_ticket()["number"]]
    ballast = small_disk / "ballast"
    with ballast.open("wb", buffering=0) as file:
        try:
            while file.write(CHUNK):
                pass
        except OSError:
            pass
    refused = hub.post("/tickets", service="tax-certificate")
    while refused.status_code == 201:
        given.append(refused.json()["number"])
        refused = hub.post("/tickets", service="tax-certificate")
    assert refused.status_code == 503
    assert refused.json()["code"] == "unavailable"
    ballast.unlink()

    def takes_again() -> bool:
        answer = hub.post("/tickets", service="tax-certificate")
        if answer.status_code == 201:
            given.append(answer.json()["number"])
        return answer.status_code == 201

    until(takes_again, what="recovery")
    hub.end(9)
    hub.start()
    given.append(hub.take_ticket()["number"])
    assert given == [f"D{number:03d}" for number in range(1, len(given) + 1)]
    hub.close()
