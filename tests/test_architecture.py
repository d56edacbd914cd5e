"""The house rules that no linter knows: homes of libraries, purity, budgets, licences.

The layers between and inside the programs are import-linter's, in pyproject.toml.
"""

import ast
import ctypes
import re
import sys
import tomllib
from collections.abc import Iterator
from importlib import metadata
from pathlib import Path

import pytest
from packaging.requirements import Requirement

ROOT = Path(__file__).resolve().parents[1]
PROGRAMS = ("hall", "edge", "hub", "kiosk")
FILE_LINES, FUNCTION_LINES = 400, 40

ANYWHERE = PROGRAMS
# Where each third-party library may be imported: a module, or a package with all that is in it.
HOMES: dict[str, tuple[str, ...]] = {
    "PySide6": ("kiosk.ui", "kiosk.worker", "kiosk.__main__"),
    "alembic": ("hub.store",),
    "amqtt": ("hub.broker",),
    "argon2": ("hub.accounts", "hub.broker"),
    "cryptography": ("edge.site",),
    "cv2": (
        "edge.calibration.snapshots",
        "edge.camera",
        "edge.capture",
        "edge.detector",
        "edge.picture",
    ),
    "defusedxml": ("edge.onvif",),
    "fastapi": ("hub.web", "edge.calibration"),
    "httpx": ("kiosk.hub_client",),
    "immutables": ("hub.core",),
    "lightgbm": ("hub.learning.boosting",),
    "numpy": ("edge", "hub.learning", "hub.planning.solver"),
    "onnxruntime": ("edge.network",),
    "paho": ("hall.bus",),
    "prometheus_client": ("hub.web.health",),
    "pydantic": ANYWHERE,
    "pydantic_core": ("hub.core.register",),
    "pydantic_settings": ("hall.settings", "edge.settings", "hub.settings", "kiosk.settings"),
    "pydyf": ("hub.web.pdf",),
    "scipy": ("hub.planning.solver",),
    "segno": ("hub.web.bookings", "kiosk.ui.qr"),
    "shapely": (
        "edge.adapted",
        "edge.calibration",
        "edge.core.flow",
        "edge.core.overlap",
        "edge.core.sight",
        "edge.core.zones",
        "edge.floor",
        "edge.picture",
        "edge.settings",
    ),
    "sqlalchemy": ("hub.store",),
    "starlette": ("hub.web", "edge.calibration"),
    "structlog": ANYWHERE,
    "tomli_w": ("edge.calibration.drawing",),
    "uuid_utils": ("edge.pipeline", "hub.__main__"),
    "uvicorn": ("hub.__main__", "edge.calibration.command"),
    "xlsxwriter": ("hub.web.spreadsheet",),
}
# A core is given its time, its chance and its data; all that it may not fetch by itself.
IMPURE_NAMES = {"uuid1", "uuid4", "uuid6", "uuid7", "open", "print", "input", "now", "today"}
PURE = (
    "edge.core",
    "hub.core",
    "hub.simulation",
    "kiosk.core",
    "hall.bookings",
    "hall.forecasts",
    "hall.alerts",
    "hall.http",
    "hall.messages",
    "hall.observations",
    "hall.overview",
    "hall.reports",
    "hall.staffing",
    "hall.thumbnails",
    "hall.topics",
    "hall.wire",
)


def within(folder: str, pattern: str = "*.py") -> list[Path]:
    return sorted(
        path
        for path in (ROOT / folder).rglob(pattern)
        if not {"node_modules", "generated", "static", "dist"} & set(path.relative_to(ROOT).parts)
    )


def named(path: Path) -> str:
    return str(path.relative_to(ROOT))


PRODUCT = [path for program in PROGRAMS for path in within(program)]
TOOLS = within("scripts/lib") + within("models")
TESTS = within("tests")
PAGES = [
    path
    for folder in ("hub/web/ui", "edge/calibration/ui")
    for kind in ("*.ts", "*.vue", "*.css")
    for path in within(folder, kind)
]
QML = within("kiosk/ui", "*.qml")


def module(path: Path) -> str:
    return ".".join(path.relative_to(ROOT).with_suffix("").parts).removesuffix(".__init__")


def tree(path: Path) -> ast.Module:
    return ast.parse(path.read_text(encoding="utf-8"))


def belongs(name: str, homes: tuple[str, ...]) -> bool:
    return any(name == home or name.startswith(f"{home}.") for home in homes)


def imported(path: Path) -> Iterator[str]:
    """Top-level names of what a file imports."""
    for node in ast.walk(tree(path)):
        if isinstance(node, ast.Import):
            yield from (alias.name.partition(".")[0] for alias in node.names)
        elif isinstance(node, ast.ImportFrom) and node.module and not node.level:
            yield node.module.partition(".")[0]


@pytest.mark.parametrize("path", PRODUCT, ids=named)
def test_each_library_is_imported_only_in_its_home(path: Path) -> None:
    strangers = set(imported(path)) - sys.stdlib_module_names - set(PROGRAMS)
    unknown = strangers - HOMES.keys()
    assert not unknown, f"give {unknown} a home in the table of this test"
    astray = {name for name in strangers if not belongs(module(path), HOMES[name])}
    assert not astray, f"{astray} may be imported only in {[HOMES[name] for name in astray]}"


def test_the_table_of_homes_names_only_what_is_used() -> None:
    used = {name for path in PRODUCT for name in imported(path)}
    assert HOMES.keys() <= used


@pytest.mark.parametrize(
    "path", [path for path in PRODUCT if belongs(module(path), PURE)], ids=named
)
def test_pure_code_takes_time_chance_and_data_as_arguments(path: Path) -> None:
    names = {
        node.id if isinstance(node, ast.Name) else node.attr
        for call in ast.walk(tree(path))
        if isinstance(call, ast.Call)
        for node in [call.func]
        if isinstance(node, ast.Name | ast.Attribute)
    }
    assert not names & IMPURE_NAMES


@pytest.mark.parametrize("path", [*PRODUCT, *TOOLS, *TESTS, *PAGES, *QML], ids=named)
def test_no_file_is_longer_than_its_budget(path: Path) -> None:
    assert len(path.read_text(encoding="utf-8").splitlines()) <= FILE_LINES


@pytest.mark.parametrize("path", [*PRODUCT, *TOOLS], ids=named)
def test_no_function_is_longer_than_its_budget(path: Path) -> None:
    long = {
        node.name: (node.end_lineno or 0) - node.lineno + 1
        for node in ast.walk(tree(path))
        if isinstance(node, ast.FunctionDef | ast.AsyncFunctionDef)
    }
    assert not {name: lines for name, lines in long.items() if lines > FUNCTION_LINES}


@pytest.mark.parametrize("path", [*PRODUCT, *TOOLS], ids=named)
def test_every_module_says_its_one_responsibility(path: Path) -> None:
    first_line = (ast.get_docstring(tree(path)) or "").partition("\n")[0]
    assert first_line.endswith((".", ":")), "the docstring's first line is one sentence"


@pytest.mark.parametrize("path", [*PRODUCT, *TOOLS], ids=named)
def test_no_work_is_left_as_a_note(path: Path) -> None:
    assert not re.search(r"#\s*(TODO|FIXME|XXX|HACK)\b", path.read_text(encoding="utf-8"))


@pytest.mark.parametrize("path", [*PRODUCT, *TOOLS], ids=named)
def test_no_file_is_named_for_nothing_in_particular(path: Path) -> None:
    assert not re.search(r"(?:^|_)(?:utils?|manager|common|helpers?|misc)(?:_|$)", path.stem)


@pytest.mark.parametrize("program", PROGRAMS)
def test_no_installed_distribution_ships_a_package_of_our_name(program: str) -> None:
    assert set(metadata.packages_distributions().get(program, [])) <= {"huiting"}


def shipped() -> list[str]:
    """Distributions that an installation with all extras brings along."""
    project = tomllib.loads((ROOT / "pyproject.toml").read_text(encoding="utf-8"))["project"]
    waiting = [
        Requirement(line)
        for lines in (project["dependencies"], *project["optional-dependencies"].values())
        for line in lines
    ]
    found: set[str] = set()
    while waiting:
        requirement = waiting.pop()
        name = requirement.name.lower()
        extras = [{"extra": extra} for extra in ("", *requirement.extras)]
        if name in found:
            continue
        found.add(name)
        waiting += [
            needed
            for needed in map(Requirement, metadata.requires(requirement.name) or ())
            if not needed.marker or any(needed.marker.evaluate(extra) for extra in extras)
        ]
    return sorted(found)


@pytest.mark.parametrize("name", shipped())
def test_nothing_that_we_ship_binds_us_to_the_gpl(name: str) -> None:
    about = metadata.metadata(name)
    said = next((about[key] for key in ("License-Expression", "License") if key in about), "")
    classifiers = [line for line in about.get_all("Classifier") or () if line.startswith("License")]
    choices = said.split(" OR ") if said else classifiers
    assert choices, f"{name} says no licence: look it up and say it in NOTICE"
    assert any(not re.search(r"\bA?GPL|Affero|GNU General", choice) for choice in choices)


def test_the_ffmpeg_that_opencv_carries_is_built_without_its_gpl_parts() -> None:
    folder = Path(str(metadata.distribution("opencv-python-headless").locate_file("")))
    libraries = sorted((folder / "opencv_python_headless.libs").glob("libavcodec-*"))
    assert libraries
    for path in libraries:
        said = ctypes.CDLL(str(path)).avcodec_license
        said.restype = ctypes.c_char_p
        assert said() == b"LGPL version 2.1 or later"
