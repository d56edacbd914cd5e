"""The kiosk's settings, command line and what it says when Qt cannot start."""

import os
import subprocess
import sys
from pathlib import Path
from string import Formatter

import pytest

from hall.settings import Mistake, load
from kiosk.missing import why_no_import, why_no_window
from kiosk.settings import KioskSettings
from kiosk.ui.sentences import read_sentences

ROOT = Path(__file__).parents[2]
FILES = [ROOT / "config/kiosk.toml", ROOT / "config/demo/kiosk.toml"]


@pytest.mark.parametrize("file", FILES, ids=lambda file: str(file.relative_to(ROOT)))
def test_the_files_that_we_ship_are_right(file: Path, monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setenv("HUITING_KIOSK__TOKEN", "secret")

    assert load(KioskSettings, file).id == "kiosk-1"


def test_a_missing_token_says_where_it_goes(monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.delenv("HUITING_KIOSK__TOKEN", raising=False)

    with pytest.raises(Mistake) as mistake:
        load(KioskSettings, FILES[1])
    assert "HUITING_KIOSK__TOKEN" in mistake.value.lines[0]


def test_each_mistake_is_one_line(tmp_path: Path, monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setenv("HUITING_KIOSK__TOKEN", "secret")
    file = tmp_path / "kiosk.toml"
    file.write_text('hall = "Hall"\nid = "kiosk-1"\nhub_url = "ftp://x"\nhubb = 1\n')

    with pytest.raises(Mistake) as mistake:
        load(KioskSettings, file)
    assert {line.split(": ")[1] for line in mistake.value.lines} == {"hall", "hub_url", "hubb"}


def run(*arguments: str, **environment: str) -> subprocess.CompletedProcess[str]:
    inherited = {key: value for key, value in os.environ.items() if key != "QT_QPA_PLATFORM"}
    for display in ("DISPLAY", "WAYLAND_DISPLAY"):
        inherited.pop(display, None)
    return subprocess.run(
        [sys.executable, "-m", "kiosk", *arguments],
        cwd=ROOT,
        env=inherited | environment,
        capture_output=True,
        text=True,
        timeout=60,
        check=False,
    )


def test_check_config_needs_no_display() -> None:
    done = run("--config", str(FILES[1]), "--check-config", HUITING_KIOSK__TOKEN="x")

    assert done.returncode == 0
    assert "ok" in done.stdout


def test_a_broken_file_ends_with_status_2_and_no_traceback(tmp_path: Path) -> None:
    done = run("--config", str(tmp_path / "none.toml"))

    assert done.returncode == 2
    assert done.stderr.strip().splitlines() == [f"{tmp_path}/none.toml: No such file or directory"]


@pytest.mark.skipif(sys.platform != "linux", reason="names Debian's display variables")
@pytest.mark.parametrize("display", [None, ":987"])
def test_without_a_display_one_last_line_says_what_to_do(display: str | None) -> None:
    environment = {"HUITING_KIOSK__TOKEN": "x"} | ({"DISPLAY": display} if display else {})
    done = run("--config", str(FILES[1]), **environment)

    assert done.returncode == 2
    assert "DISPLAY" in done.stderr.strip().splitlines()[-1]
    assert "Traceback" not in done.stderr


def test_an_unknown_platform_is_named() -> None:
    done = run("--config", str(FILES[1]), HUITING_KIOSK__TOKEN="x", QT_QPA_PLATFORM="periscope")

    assert done.returncode == 2
    assert "periscope" in done.stderr.strip().splitlines()[-1]


@pytest.mark.parametrize(
    ("complaint", "package"),
    [
        ("libEGL.so.1: cannot open shared object file: No such file or directory", "libegl1"),
        ("libxcb-cursor.so.0: cannot open shared object file", "libxcb-cursor0"),
        ("libdbus-1.so.3: cannot open shared object file", "libdbus-1-3"),
        ("libxkbcommon-x11.so.0: cannot open shared object file", "libxkbcommon-x11-0"),
    ],
)
def test_a_missing_library_is_named_with_its_package(complaint: str, package: str) -> None:
    assert f"apt install {package} " in why_no_import(ImportError(complaint))


def test_a_missing_package_is_named() -> None:
    error = ModuleNotFoundError("No module named 'PySide6'", name="PySide6")

    assert "PySide6" in why_no_import(error)
    assert "scripts/setup" in why_no_import(error)


def test_a_silent_display_is_the_reason_when_nothing_else_is() -> None:
    assert "no display" in why_no_window("offscreen")


def blanks(sentence: str) -> set[str]:
    return {name for _, name, _, _ in Formatter().parse(sentence) if name}


def test_every_sentence_has_the_same_blanks_in_both_languages() -> None:
    for key, sentence in read_sentences().items():
        blanks = [
            sorted(part.split("}")[0] for part in text.split("{")[1:])
            for text in (sentence.zh, sentence.en)
        ]
        assert blanks[0] == blanks[1], key
        assert "!" not in sentence.en
        assert "！" not in sentence.zh
