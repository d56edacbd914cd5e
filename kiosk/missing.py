"""Says in one line what this machine lacks for Qt to open a window."""

import ctypes
import re
from importlib.util import find_spec
from pathlib import Path
from typing import Final

INSTALL_HINT: Final = "scripts/setup installs all that the window needs"

_LIBRARY = re.compile(r"(lib[^\s:]+?)\.so(?:\.(\d+))?(?=[\s:.]|$)")


def why_no_import(error: ImportError) -> str:
    """For an import of PySide6 that failed."""
    if error.name and error.name.startswith(("PySide6", "shiboken6", "segno", "httpx")):
        return f"kiosk: the Python package {error.name} is missing; {INSTALL_HINT}"
    return f"kiosk: {_library(str(error))}"


def why_no_window(platform: str) -> str:
    """For a Qt that gave up on `platform`."""
    plugin = _plugin(platform)
    if plugin is None:
        return f'kiosk: Qt has no platform "{platform}"; leave QT_QPA_PLATFORM unset or at xcb'
    try:
        ctypes.CDLL(str(plugin))
    except OSError as error:
        return f"kiosk: {_library(str(error))}"
    return (
        "kiosk: no display answers; start it in a graphical session or set DISPLAY,"
        " or leave the window out with scripts/run --headless"
    )


def _library(error: str) -> str:
    """The file that the loader missed, and where Debian has it."""
    found = _LIBRARY.search(error)
    if found is None:
        return f"Qt cannot be loaded: {error}; {INSTALL_HINT}"
    name, version = found.group(1), found.group(2) or ""
    dash = "-" if name[-1].isdigit() and version else ""
    package = f"{name}{dash}{version}".lower()
    return f"Qt needs {found.group(0)}; on Debian: apt install {package} ({INSTALL_HINT})"


def _plugin(platform: str) -> Path | None:
    """The file of Qt's plugin for `platform`, if there is one."""
    spec = find_spec("PySide6")
    folders = spec.submodule_search_locations if spec else None
    for folder in folders or ():
        plugin = Path(folder) / "Qt" / "plugins" / "platforms" / f"libq{platform}.so"
        if plugin.exists():
            return plugin
    return None
