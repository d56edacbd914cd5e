"""Notices that a camera was drawn anew while the program runs."""

from collections.abc import Iterator
from pathlib import Path

import structlog

from edge.settings import CameraSettings, EdgeSettings, drawing_of, with_drawing
from hall.settings import Mistake

log = structlog.get_logger()

Stamp = tuple[int, int, int]


class Redrawing:
    """Drawings of all cameras; `settings` are those that the program was started with."""

    def __init__(self, settings: EdgeSettings) -> None:
        self._cameras = [(each, drawing_of(settings.data, each.id)) for each in settings.camera]
        self._seen = {path: _stamp(path) for _, path in self._cameras}

    def changed(self) -> Iterator[CameraSettings]:
        """Cameras whose drawing changed since the last call, as they are drawn now.

        A drawing that is refused changes nothing and is told of once; so does one that was
        deleted, until the program starts anew.
        """
        for camera, path in self._cameras:
            stamp = _stamp(path)
            if stamp == self._seen[path]:
                continue
            self._seen[path] = stamp
            if stamp is None:
                log.info("drawing_deleted", camera=camera.id)
                continue
            try:
                drawn = with_drawing(camera, path)
            except Mistake as mistake:
                log.warning("drawing_refused", camera=camera.id, why=mistake.lines)
                continue
            log.info("camera_redrawn", camera=camera.id)
            yield drawn


def _stamp(path: Path) -> Stamp | None:
    try:
        found = path.stat()
    except OSError:
        return None
    return found.st_ino, found.st_mtime_ns, found.st_size
