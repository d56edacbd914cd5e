"""Whether a camera still looks where it looked: the fixed outlines of the place tell."""

from typing import Final

import numpy as np
from numpy.typing import NDArray

Small = NDArray[np.uint8]
Plane = NDArray[np.float32]

ROWS: Final = 120
COLUMNS: Final = 160
TILE_PX: Final = 20
MARGIN_PX: Final = 4  # how far `outlines` looks around a pixel, and one more

RECENT_S: Final = 2.0  # people move on within it, outlines of the place stay
FIRST_S: Final = 10.0
FADES_S: Final = 300.0
LANDMARK_RMS: Final = 0.3  # of a tile, where the whole picture's is 1
LANDMARKS_MIN: Final = 8
ALIKE: Final = 0.7  # correlation of a tile with itself as it was
KEPT_SHARE: Final = 0.15  # of landmarks; fewer, and the view is another
NUDGES_PX: Final = (  # within about a hundredth of the picture zones are where they were
    *((0, 0), (1, 1), (1, -1), (-1, 1), (-1, -1)),
    *((2, 0), (-2, 0), (0, 2), (0, -2)),
)


def tiles(plane: Plane) -> Plane:
    """Sums over tiles of `TILE_PX` squared."""
    rows, columns = plane.shape
    blocks = plane.reshape(rows // TILE_PX, TILE_PX, columns // TILE_PX, TILE_PX)
    sums: Plane = blocks.sum(axis=(1, 3))
    return sums


def smooth(plane: Plane) -> Plane:
    """Each pixel mixed with its neighbours, 1 : 2 : 1 along both axes; two smaller a side."""
    down = plane[:-2] + 2 * plane[1:-1] + plane[2:]
    mixed: Plane = (down[:, :-2] + 2 * down[:, 1:-1] + down[:, 2:]) / 16
    return mixed


def outlines(grey: Small, visible: Plane) -> Plane:
    """Edges about three pixels wide, as a plane of mean square 1, 0 where not `visible`.

    A difference of two smoothings: how bright the light is and how it falls across the picture is
    in both of them.
    """
    once = smooth(np.pad(grey.astype(np.float32), 3, mode="edge"))
    band = (once[2:-2, 2:-2] - smooth(smooth(once))) * visible
    power = float(np.square(band).mean())
    return band / np.float32(max(power, 1e-6) ** 0.5)


class View:
    """The place as it is without the people: a mean of outlines, given or slowly learnt.

    With a `reference`, a small grey picture of the calibrated view, it is never learnt anew: a
    camera that was turned stays turned. Without one the mean of the last minutes is the reference,
    so that a new view is taken for normal after about three of them. Tiles that show an outline all
    the time are landmarks; the view is another when next to none of them is where it was, or a
    nudge beside it, in the mean of the last two seconds. A crowd hides landmarks, but scarcely ever
    all of them.
    """

    def __init__(self, visible: Plane, reference: Small | None = None) -> None:
        self._visible = visible
        self._bound = reference is not None
        self._learnt = None if reference is None else outlines(reference, visible)
        self._recent: Plane | None = None
        self._learnt_s = 0.0
        self._last = 0.0

    def moved(self, grey: Small, now: float) -> bool:
        """Whether the view is another, one more usable picture included; `now` in seconds."""
        seen = outlines(grey, self._visible)
        elapsed_s = max(0.0, now - self._last) if self._recent is not None else RECENT_S
        self._last = now
        self._recent = _mixed(self._recent, seen, 1 - np.exp(-elapsed_s / RECENT_S))
        if not self._bound:
            self._learn(seen, min(elapsed_s, RECENT_S))
        learnt = self._learnt
        return learnt is not None and not any(
            _alike(np.roll(learnt, nudge, (0, 1)), self._recent) for nudge in NUDGES_PX
        )

    def _learn(self, seen: Plane, elapsed_s: float) -> None:
        """A plain mean of the first pictures, then one in which the past fades over `FADES_S`.

        A gap counts for no more than a moment: what happens behind it must not become normal.
        """
        self._learnt_s += elapsed_s
        span_s = self._learnt_s if self._learnt_s <= FIRST_S else FADES_S
        self._learnt = _mixed(self._learnt, seen, elapsed_s / span_s)


def _mixed(old: Plane | None, new: Plane, share: float) -> Plane:
    if old is None:
        return new
    mixed: Plane = old + np.float32(share) * (new - old)
    return mixed


def _alike(before: Plane, after: Plane) -> bool:
    """Whether landmarks are where they were; with too few of them nobody can tell otherwise."""
    power_before, power_after = tiles(np.square(before)), tiles(np.square(after))
    landmarks = power_before >= (LANDMARK_RMS * TILE_PX) ** 2
    if landmarks.sum() < LANDMARKS_MIN:
        return True
    likeness = tiles(before * after) / np.sqrt(np.maximum(power_before * power_after, 1e-6))
    return float((likeness[landmarks] >= ALIKE).mean()) > KEPT_SHARE
