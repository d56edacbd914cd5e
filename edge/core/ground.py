"""The floor that a picture shows: where on it, in metres, a point of the picture lies."""

from collections.abc import Sequence
from dataclasses import dataclass
from typing import Final

import numpy as np
from numpy.typing import ArrayLike, NDArray

from edge.core.zones import Point

Metres = NDArray[np.float64]

HORIZON_SHARE: Final = 0.02


class ImpossibleGround(ValueError):
    """Points, distances or heights that no level floor can have."""


@dataclass(frozen=True, eq=False, slots=True)
class Ground:
    """A homography from fractions of the picture to metres on a level floor.

    `matrix` is 3 x 3; its last row is 0 at the horizon and grows with nearness to the camera. Where
    the floor's axes begin and point to is up to whoever surveyed it.
    """

    matrix: NDArray[np.float64]

    def place(self, points: ArrayLike) -> Metres:
        """[x, y] in fractions to [x, y] in metres, a row each; NaN at and above the horizon."""
        seen = np.asarray(points, np.float64).reshape(-1, 2)
        across, down, offset = self.matrix.T
        mapped = seen[:, :1] * across + seen[:, 1:] * down + offset  # no @: rings must stay closed
        nearness = np.where(mapped[:, 2] > 0, mapped[:, 2], np.nan)
        metres: Metres = mapped[:, :2] / nearness[:, None]
        return metres

    def stretch(self, points: ArrayLike) -> NDArray[np.float64]:
        """Metres on the floor for a small step from each point, a matrix [2, 2] each.

        The derivative of `place`: its columns are steps of one picture to the right and down.
        """
        seen = np.asarray(points, np.float64).reshape(-1, 2)
        nearness = seen @ self.matrix[2, :2] + self.matrix[2, 2]
        turned = self.matrix[:2, :2] - self.place(seen)[:, :, None] * self.matrix[2, :2]
        steps: NDArray[np.float64] = turned / nearness[:, None, None]
        return steps

    def show(self, places: ArrayLike) -> NDArray[np.float64]:
        """[x, y] in metres to [x, y] in fractions: the inverse of `place`."""
        there = np.asarray(places, np.float64).reshape(-1, 2)
        inverse = np.linalg.inv(self.matrix)
        mapped = there @ inverse[:, :2].T + inverse[:, 2]
        fractions: NDArray[np.float64] = mapped[:, :2] / mapped[:, 2:]
        return fractions

    def trace(self, drawn: Sequence[Point]) -> Metres:
        """Corners of what was drawn on the floor, in metres; straight lines stay straight.

        Raises ImpossibleGround where the drawing comes to the horizon: a hundredth of the picture
        is a hall's length there.
        """
        nearness = np.asarray(drawn) @ self.matrix[2, :2] + self.matrix[2, 2]
        corners = np.array([(0, 0), (1, 0), (1, 1), (0, 1)]) @ self.matrix[2, :2]
        if nearness.min() <= HORIZON_SHARE * (corners.max() + self.matrix[2, 2]):
            raise ImpossibleGround("reaches the horizon of [camera.ground]; draw it on the floor")
        return self.place(drawn)

    def area_m2(self, corners: Sequence[Point]) -> float:
        """Square metres of floor inside the polygon of `corners`. Raises ImpossibleGround."""
        x, y = self.trace(corners).T
        return float(abs(x @ np.roll(y, -1) - y @ np.roll(x, -1)) / 2)
