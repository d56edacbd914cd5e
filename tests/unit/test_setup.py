"""Setting up says in one sentence why it cannot go on."""

import subprocess
import tarfile
from pathlib import Path

import clip
import pytest
import setup_system
from setup_command import Trouble, explain, run

ROOT = Path(__file__).resolve().parents[2]


@pytest.mark.parametrize(
    ("output", "sentence"),
    [
        ("E: Write error - write (28: No space left on device)", "disk is full"),
        ("error: Failed to write (os error 28)", "disk is full"),
        ("Temporary failure in name resolution", "network does not answer"),
        ("Could not resolve 'deb.debian.org'", "network does not answer"),
        ("npm error code ENOTFOUND", "network does not answer"),
        ("E: Could not get lock /var/lib/dpkg/lock-frontend", "another program"),
        ("E: Unable to locate package opencv-doc", "apt does not know"),
    ],
)
def test_known_failures_are_told_with_what_to_do(output: str, sentence: str) -> None:
    assert sentence in explain(output)


def test_an_unknown_failure_is_told_by_its_last_line() -> None:
    assert explain("working\n\nsomething odd\n\n") == "something odd"
    assert explain("") == "it said nothing"


def test_a_failed_command_leaves_all_its_words_in_the_log(tmp_path: Path) -> None:
    log = tmp_path / "log" / "setup.log"
    run(["echo", "before: No space left on device"], log)
    with pytest.raises(Trouble, match="only this") as trouble:
        run(["sh", "-c", "echo more; echo only this; exit 3"], log)
    assert str(log) in str(trouble.value)
    assert "more\nonly this\n" in log.read_text()


def test_a_command_that_does_not_exist_is_told(tmp_path: Path) -> None:
    with pytest.raises(Trouble, match="no-such-program: No such file"):
        run(["no-such-program"], tmp_path / "log")


def test_the_window_and_the_tests_ask_for_their_packages_only_when_wanted() -> None:
    bare = set(setup_system.wanted(window=False, tests=False))
    window = set(setup_system.wanted(window=True, tests=False))
    tests = set(setup_system.wanted(window=False, tests=True))
    assert bare < window < tests
    assert "fonts-noto-cjk" in window
    assert {"mosquitto", "chromium"} <= tests - window


@pytest.mark.parametrize("version", ["3.9", "3.14", None])
def test_a_python_that_does_not_fit_is_refused_in_one_sentence(
    tmp_path: Path, version: str | None
) -> None:
    for name in ("dirname", "bash", "env"):
        (tmp_path / name).symlink_to(f"/usr/bin/{name}")
    if version:
        python = tmp_path / "python3"
        python.write_text(
            f'#!/bin/bash\n[ "$1" = --version ] && echo Python {version}.1 && exit 0\nexit 1\n'
        )
        python.chmod(0o755)
    ended = subprocess.run(
        [ROOT / "scripts" / "setup"],
        env={"PATH": str(tmp_path)},
        capture_output=True,
        text=True,
        check=False,
    )
    assert ended.returncode == 2
    (line,) = ended.stderr.splitlines()
    assert "needs Python 3.11, 3.12 or 3.13" in line
    assert (f"Python {version}.1" if version else "none") in line


def test_the_clip_alone_is_unpacked_from_a_package(tmp_path: Path) -> None:
    package = make_package(tmp_path, clip.MEMBER.removeprefix("./"))
    clip.unpack(package, tmp_path / "out.avi")
    assert (tmp_path / "out.avi").read_bytes() == b"pictures"


def test_a_package_without_the_clip_is_told(tmp_path: Path) -> None:
    package = make_package(tmp_path, "usr/share/doc/other.avi")
    with pytest.raises(Trouble, match="scripts/run --clip"):
        clip.unpack(package, tmp_path / "out.avi")


def make_package(folder: Path, member: str) -> Path:
    """A Debian package with one file in it."""
    (folder / "clip").write_bytes(b"pictures")
    (folder / "debian-binary").write_text("2.0\n")
    (folder / "control").write_text(
        "Package: made-up\nVersion: 1\nArchitecture: all\nMaintainer: nobody <n@example.org>\n"
        "Description: made up\n"
    )
    for name, source, inside in (("control", "control", "./control"), ("data", "clip", member)):
        with tarfile.open(folder / f"{name}.tar.gz", "w:gz") as archive:
            archive.add(folder / source, inside if name == "control" else f"./{inside}")
    package = folder / "made-up.deb"
    parts = [folder / name for name in ("debian-binary", "control.tar.gz", "data.tar.gz")]
    with package.open("wb") as sink:
        sink.write(b"!<arch>\n")
        for part in parts:
            content = part.read_bytes()
            head = f"{part.name:<16}{0:<12}{0:<6}{0:<6}{'100644':<8}{len(content):<10}`\n"
            sink.write(head.encode() + content + b"\n" * (len(content) % 2))
    return package
