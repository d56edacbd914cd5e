"""The design tokens hold what docs/design.md promises: contrast, sizes, targets."""

import re
import tomllib
from pathlib import Path
from typing import Any

import pytest

ROOT = Path(__file__).resolve().parents[2]
TOKENS: dict[str, Any] = tomllib.loads((ROOT / "hall" / "tokens.toml").read_text(encoding="utf-8"))
THEMES = ("light", "dark")
TEXT = ("ink", "quiet", "accent", "calm", "busy", "crowded", "critical")
GROUNDS = ("paper", "surface")
TEXT_LEAST = 4.5
SHAPE_LEAST = 3.0


def luminance(colour: str) -> float:
    """Relative luminance of `#RRGGBB`, 0 to 1 (WCAG 2.2)."""
    parts = (int(colour[at : at + 2], 16) / 255 for at in (1, 3, 5))
    red, green, blue = (
        part / 12.92 if part <= 0.04045 else ((part + 0.055) / 1.055) ** 2.4 for part in parts
    )
    return 0.2126 * red + 0.7152 * green + 0.0722 * blue


def contrast(one: str, other: str) -> float:
    low, high = sorted((luminance(one), luminance(other)))
    return (high + 0.05) / (low + 0.05)


def test_contrast_is_that_of_the_standard() -> None:
    assert contrast("#000000", "#FFFFFF") == pytest.approx(21)
    assert contrast("#777777", "#FFFFFF") == pytest.approx(4.48, abs=0.01)


@pytest.mark.parametrize("theme", THEMES)
@pytest.mark.parametrize("ground", GROUNDS)
@pytest.mark.parametrize("name", TEXT)
def test_text_is_readable_on_every_ground(theme: str, ground: str, name: str) -> None:
    colours = TOKENS["colour"][theme]
    assert contrast(colours[name], colours[ground]) >= TEXT_LEAST


@pytest.mark.parametrize("theme", THEMES)
def test_text_is_readable_on_the_accent(theme: str) -> None:
    colours = TOKENS["colour"][theme]
    assert contrast(colours["on_accent"], colours["accent"]) >= TEXT_LEAST


@pytest.mark.parametrize("theme", THEMES)
@pytest.mark.parametrize("ground", GROUNDS)
@pytest.mark.parametrize("name", ["border", "focus"])
def test_controls_and_focus_are_seen_on_every_ground(theme: str, ground: str, name: str) -> None:
    colours = TOKENS["colour"][theme]
    assert contrast(colours[name], colours[ground]) >= SHAPE_LEAST


def test_both_themes_have_the_same_colours() -> None:
    assert list(TOKENS["colour"]["light"]) == list(TOKENS["colour"]["dark"])


def test_sizes_and_targets_keep_their_least() -> None:
    sizes = TOKENS["type"]
    assert min(sizes[name] for name in ("caption", "body", "lead", "title", "figure")) >= 14
    assert sizes["elder_minimum"] >= 18
    assert TOKENS["target"]["staff"] >= 44
    assert TOKENS["target"]["elder"] >= 60
    assert TOKENS["target"]["kiosk"] >= 60


@pytest.mark.parametrize("theme", THEMES)
def test_the_design_page_names_every_colour(theme: str) -> None:
    words = (ROOT / "docs" / "design.md").read_text(encoding="utf-8")
    told = set(re.findall(r"`(#[0-9A-F]{6})`", words))
    assert set(TOKENS["colour"][theme].values()) <= told
