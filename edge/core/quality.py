"""Whether a camera's picture can be counted on, judged from a small grey copy of it.

Thresholds stand between what was measured on clean clips and on the same clips with faults, where
the detector began to miss people: docs/picture-quality.md has the figures.
"""

from typing import Final, NamedTuple

import numpy as np
from numpy.typing import NDArray

from edge.core.faults import PictureQuality
from edge.core.lasting import OK, Lasting
from edge.core.view import COLUMNS, ROWS, TILE_PX, Plane, Small, View, smooth, tiles

HOLD_S: Final = 3.0  # a fault has lasted so long when it is said, and the cure likewise
STILL_S: Final = 15.0  # a picture that repeats itself so long is frozen; codecs repeat for less
DARK_BELOW: Final = 20  # grey level that nine tenths of the picture stay under
BRIGHT_SHARE: Final = 0.9
WHITE_FROM: Final = 250
WHITE_SHARE: Final = 0.5
PLAIN_BELOW: Final = 0.05  # texture of a tile, by the brightness of the picture
PLAIN_SHARE: Final = 0.5  # of the picture, when something is before the lens
SOFT_FROM: Final = 0.62  # of the edges' energy left when smoothed: sharp ones lose most
CHANGED_SHARE: Final = 0.0005  # of the pixels, as a clock changes; noise changes far more
REACH_PX: Final = 5  # between the pixels whose levels make texture
LEAST_TILE_SHARE: Final = 0.25  # of a tile that must be visible to tell something


class Judgement(NamedTuple):
    """What one picture looks like, and what is to be said of the camera after it."""

    seen: PictureQuality
    said: PictureQuality


class Quality:
    """Judges the pictures of one camera one after the other.

    `hidden` marks the pixels under privacy masks, shape (120, 160), with some margin: they are as
    if they were not there. `reference` is a picture of the view that the camera was calibrated
    for, (120, 160) grey levels; see `View`. Raises ValueError where next to nothing is visible.
    """

    def __init__(
        self, *, hidden: NDArray[np.bool_] | None = None, reference: Small | None = None
    ) -> None:
        shown = np.ones((ROWS, COLUMNS), bool) if hidden is None else ~hidden
        self._shown = shown
        self._beside, self._below = shown[:, 1:] & shown[:, :-1], shown[1:] & shown[:-1]
        self._across, self._down = _all_three(shown), _all_three(shown.T).T
        self._compared = tiles(np.mean([self._across, self._down], axis=0, dtype=np.float32))
        self._told = self._compared >= LEAST_TILE_SHARE * TILE_PX**2
        if not self._told.any():
            raise ValueError("the privacy masks leave nothing to judge the picture by")
        self._view = View(shown.astype(np.float32), reference)
        self._lasting = Lasting(HOLD_S)
        self._last: Small | None = None
        self._still_since = 0.0

    def judge(self, grey: Small, now: float) -> Judgement:
        """One more picture, (120, 160) grey levels, at `now` in seconds that only go forward."""
        seen = self._see(grey, self._frozen(grey, now), now)
        return Judgement(seen, self._lasting.see(seen, now))

    def _see(self, grey: Small, frozen: bool, now: float) -> PictureQuality:  # noqa: FBT001
        """The first fault that holds: what hides others comes before them."""
        levels = np.bincount(grey[self._shown], minlength=256).cumsum()
        bright = int(np.searchsorted(levels, BRIGHT_SHARE * levels[-1]))
        if bright < DARK_BELOW:
            return PictureQuality.DARK
        if levels[-1] - levels[WHITE_FROM - 1] >= WHITE_SHARE * levels[-1]:
            return PictureQuality.OVEREXPOSED
        plane = grey.astype(np.float32)
        softened = smooth(np.pad(plane, 1, mode="edge"))
        if self._plain_share(softened, bright) >= PLAIN_SHARE:
            return PictureQuality.BLOCKED
        if self._softness(plane, softened) >= SOFT_FROM:
            return PictureQuality.BLURRED
        if frozen:
            return PictureQuality.FROZEN
        return PictureQuality.MOVED if self._view.moved(grey, now) else OK

    def _frozen(self, grey: Small, now: float) -> bool:
        """Whether the picture has repeated itself; a few pixels may change, such as a clock's."""
        last, self._last = self._last, grey
        if last is None or _share((grey != last)[self._shown]) > CHANGED_SHARE:
            self._still_since = now
        return now - self._still_since >= STILL_S

    def _plain_share(self, softened: Plane, bright: int) -> float:
        """Share of tiles without texture: levels change evenly along each axis, or not at all.

        Looked for in the `softened` picture, where a sensor's noise in the dark is no texture.
        """
        bends = np.zeros_like(softened)
        bends[:, REACH_PX:-REACH_PX] = np.square(_bend(softened))
        bends *= self._across
        bends[REACH_PX:-REACH_PX] += np.square(_bend(softened.T).T) * self._down[REACH_PX:-REACH_PX]
        texture = np.sqrt(tiles(bends)[self._told] / self._compared[self._told])
        return _share(texture < PLAIN_BELOW * bright)

    def _softness(self, plane: Plane, softened: Plane) -> float:
        """Energy of edges after smoothing by that before (after Crété et al., SPIE 6492, 2007)."""
        return self._edges(softened) / max(self._edges(plane), 1e-6)

    def _edges(self, plane: Plane) -> float:
        """Sum of squared differences of neighbours, both visible."""
        across = np.diff(plane, axis=1)[self._beside]
        down = np.diff(plane, axis=0)[self._below]
        return float(np.square(across).sum() + np.square(down).sum())


def _share(marks: NDArray[np.bool_]) -> float:
    return float(marks.mean())


def _bend(plane: Plane) -> Plane:
    """Second difference along rows over `REACH_PX`."""
    left, right = plane[:, : -2 * REACH_PX], plane[:, 2 * REACH_PX :]
    bend: Plane = left + right - 2 * plane[:, REACH_PX:-REACH_PX]
    return bend


def _all_three(shown: NDArray[np.bool_]) -> NDArray[np.bool_]:
    """Where `_bend` sees visible pixels only."""
    all_three = np.zeros_like(shown)
    all_three[:, REACH_PX:-REACH_PX] = (
        shown[:, : -2 * REACH_PX] & shown[:, 2 * REACH_PX :] & shown[:, REACH_PX:-REACH_PX]
    )
    return all_three
