"""What is done to every picture before anybody looks: privacy masks, and the judge's small copy."""

from collections.abc import Iterable
from typing import Final

import cv2
import numpy as np
import shapely
from numpy.typing import NDArray

from edge.core.view import COLUMNS, ROWS
from edge.detector import Picture

BLACK: Final = (0, 0, 0)
BORDER_PX: Final = 3


def burn_in(picture: Picture, masks: Iterable[shapely.Polygon]) -> None:
    """Blacken the `masks`, polygons in fractions of width and height, in the picture itself.

    Black is every pixel that a mask touches, and a border of one more.
    """
    size = np.array([picture.shape[1], picture.shape[0]])
    for mask in masks:
        corners = np.floor(shapely.get_coordinates(mask) * size).astype(np.int32)
        cv2.fillPoly(picture, [corners], BLACK)
        cv2.polylines(picture, [corners], isClosed=True, color=BLACK, thickness=BORDER_PX)


def small_view(grey: NDArray[np.uint8], extent_px: tuple[int, int]) -> NDArray[np.uint8]:
    """`small_grey` of a grey picture that fills `extent_px` (width, height) of a canvas."""
    width, height = extent_px
    shown = grey[:height, :width]
    return np.asarray(cv2.resize(shown, (COLUMNS, ROWS), interpolation=cv2.INTER_AREA), np.uint8)


def small_grey(picture: Picture) -> NDArray[np.uint8]:
    """The picture as (120, 160) grey levels, each the mean of the pixels that it stands for."""
    grey = cv2.cvtColor(picture, cv2.COLOR_BGR2GRAY)
    return np.asarray(cv2.resize(grey, (COLUMNS, ROWS), interpolation=cv2.INTER_AREA), np.uint8)
