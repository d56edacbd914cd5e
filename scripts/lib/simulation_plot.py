"""Draws the figures of policies side by side as SVG: a dot for each, a line for its interval."""

from collections.abc import Iterator, Mapping
from pathlib import Path
from typing import Any, Final
from xml.sax.saxutils import escape

from simulation_table import Figure

from hall.settings import read_toml

TOKENS: Final = Path(__file__).resolve().parents[2] / "hall/tokens.toml"
PANELS: Final = (
    Figure("mean_wait_min", "mean wait, min"),
    Figure("p95_wait_min", "P95 wait, min"),
    Figure("p95_priority_min", "P95 wait with priority, min"),
    Figure("abandoned", "left before served, %", 100),
    Figure("window_hours", "window-hours a day"),
)
LABELS, PANEL, ROW, TOP = 160, 190, 34, 64  # widths and heights, px
MARGIN: Final = 16
SAID: Final = 60  # room for the number at the end of each row, px

Point = tuple[float, float]


def svg(title: str, figures: Mapping[str, Mapping[str, Any]]) -> str:
    """The picture; policies from top to bottom, a panel from zero for each figure."""
    colours = read_toml(TOKENS)["colour"]["light"]
    width = LABELS + len(PANELS) * PANEL + MARGIN
    height = TOP + ROW * len(figures) + MARGIN
    parts = [
        f'<svg xmlns="http://www.w3.org/2000/svg" width="{width}" height="{height}" role="img">',
        f"<title>{escape(title)}</title>",
        f'<rect width="{width}" height="{height}" fill="{colours["surface"]}"/>',
        _text((MARGIN, 24), title, colours["ink"]),
    ]
    for row, policy in enumerate(figures):
        parts.append(_text((LABELS - 10, _middle(row) + 4), policy, colours["ink"], "end"))
    for number, panel in enumerate(PANELS):
        parts += _panel(LABELS + number * PANEL, panel, figures, colours)
    return "\n".join([*parts, "</svg>", ""])


def _panel(
    left: float, panel: Figure, figures: Mapping[str, Mapping[str, Any]], colours: Mapping[str, str]
) -> Iterator[str]:
    known = {
        row: (theirs[panel.key], *theirs["ci95"][panel.key])
        for row, theirs in enumerate(figures.values())
        if theirs[panel.key] is not None
    }
    most = max((high for _, _, high in known.values()), default=0) or 1
    scale = (PANEL - SAID) / most
    yield _text((left, TOP - 16), panel.called, colours["quiet"])
    yield _line((left, TOP - 8), (left, TOP + ROW * len(figures)), colours["border"])
    for row, (value, low, high) in known.items():
        y = _middle(row)
        yield _line((left, y), (left + PANEL - SAID, y), colours["line"])
        yield _line((left + low * scale, y), (left + high * scale, y), colours["accent"], 3)
        x = left + value * scale
        yield f'<circle cx="{x:.1f}" cy="{y:.1f}" r="4.5" fill="{colours["accent"]}"/>'
        told = f"{value * panel.times:{panel.form}}"
        yield _text((left + PANEL - SAID + 8, y + 4), told, colours["ink"])


def _middle(row: int) -> float:
    return TOP + ROW * row + ROW / 2


def _text(at: Point, said: str, colour: str, anchor: str = "start") -> str:
    return (
        f'<text x="{at[0]:.1f}" y="{at[1]:.1f}" fill="{colour}" text-anchor="{anchor}"'
        f' font-family="sans-serif" font-size="12">{escape(said)}</text>'
    )


def _line(start: Point, end: Point, colour: str, width: float = 1) -> str:
    return (
        f'<line x1="{start[0]:.1f}" y1="{start[1]:.1f}" x2="{end[0]:.1f}" y2="{end[1]:.1f}"'
        f' stroke="{colour}" stroke-width="{width}" stroke-linecap="round"/>'
    )
