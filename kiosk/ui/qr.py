"""QR codes as outlines that QML fills.

An item painted by Python would be simpler, but each one made by QML outlives its screen.
"""

from functools import lru_cache
from itertools import groupby
from typing import Final

import segno

QUIET_MODULES: Final = 4

Matrix = tuple[bytearray, ...]


def matrix(text: str) -> Matrix:
    """The modules of `text`, 1 where dark; empty when there is no text or it is too long."""
    if not text:
        return ()
    try:
        return tuple(segno.make_qr(text, error="m").matrix)
    except segno.DataOverflowError:
        return ()


@lru_cache(maxsize=1)  # asked for at every tick, and nothing of a visitor is kept once they left
def outline(text: str) -> tuple[int, str]:
    """Modules on a side with the quiet zone, and an SVG path around the dark ones."""
    modules = matrix(text)
    path = "".join(
        f"M{QUIET_MODULES + start},{QUIET_MODULES + row}h{length}v1h-{length}z"
        for row, line in enumerate(modules)
        for start, length in _dark_runs(line)
    )
    return (len(modules) + 2 * QUIET_MODULES if modules else 0), path


def _dark_runs(line: bytearray) -> list[tuple[int, int]]:
    """Start and length of each stretch of dark modules."""
    runs, column = [], 0
    for dark, stretch in groupby(line):
        length = len(list(stretch))
        if dark:
            runs.append((column, length))
        column += length
    return runs
