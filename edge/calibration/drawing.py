"""Keeps what was drawn on the picture as tables of the camera's own settings file."""

from pathlib import Path

import shapely
import tomli_w
from pydantic import Field

from edge.keeping import private_folder, write
from edge.settings import (
    DRAWN,
    CameraSettings,
    GroundSettings,
    MaskSettings,
    ZoneSettings,
    redrawn,
)
from hall.settings import Section


class Drawing(Section):
    """What can be drawn: the tables of [[camera]] that are shapes in the picture."""

    ground: GroundSettings | None = None
    zone: tuple[ZoneSettings, ...] = Field(default=(), max_length=32)
    mask: tuple[MaskSettings, ...] = Field(default=(), max_length=32)


class DrawingFile:
    """The drawing of one camera. The running edge reads the file anew when it changes."""

    def __init__(self, path: Path, camera: CameraSettings) -> None:
        self._path, self._camera = path, camera

    @property
    def camera(self) -> CameraSettings:
        """The camera with what is drawn now."""
        return self._camera

    def get(self) -> Drawing:
        """What is drawn now."""
        return Drawing.model_validate(
            self._camera.model_dump(include=set(DRAWN), exclude_unset=True)
        )

    def put(self, drawing: Drawing) -> None:
        """Draw anew. Raises Mistake or OSError, the old drawing kept."""
        tables = drawing.model_dump(mode="json", exclude_unset=True, exclude_none=True)
        camera = redrawn(self._camera, tables, self._path)
        private_folder(self._path.parent)
        write(self._path, tomli_w.dumps(tables).encode())
        self._camera = camera

    def hidden(self) -> tuple[shapely.Polygon, ...]:
        """The privacy masks."""
        return self._camera.masks("privacy")
