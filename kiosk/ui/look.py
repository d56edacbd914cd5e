"""Colours and sizes for QML, computed from the design tokens."""

from importlib.resources import files
from pathlib import Path
from typing import Any, Final

import hall
from hall.settings import read_toml

LANDSCAPE: Final = (1920, 1080)
"""The size that the screens are designed at, in Qt logical pixels; portrait is its turn."""


def read_tokens() -> dict[str, Any]:
    """The token file that web and kiosk share."""
    return read_toml(Path(str(files(hall) / "tokens.toml")))


def look(tokens: dict[str, Any], *, elder: bool) -> dict[str, Any]:
    """Every value that QML takes its looks from; the keys are always the same."""
    scale = tokens["type"]["elder_scale"] if elder else 1
    kiosk, target = tokens["kiosk_type"], tokens["target"]
    return {
        **{f"{name}_colour": value for name, value in tokens["colour"]["light"].items()},
        **{f"{name}_size": round(size * scale) for name, size in kiosk.items()},
        "figure_size": round(tokens["type"]["figure"] * scale),
        "line_height": tokens["type"]["line_height_zh"],
        "unit": tokens["space"]["unit"],
        "gap": tokens["space"]["gap_targets"],
        "target": round(target["kiosk"] * scale),
        "motion_ms": 0 if elder else tokens["motion"]["short"],
        "landscape_width": LANDSCAPE[0],
        "landscape_height": LANDSCAPE[1],
    }
