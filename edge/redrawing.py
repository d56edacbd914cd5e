"""Notices that a camera was drawn or fitted anew while the program runs."""

from collections.abc import Iterator
from pathlib import Path

import structlog

from edge.settings import CameraSettings, EdgeSettings, drawing_of, with_drawing
from edge.site import site_of
from hall.settings import Mistake

log = structlog.get_logger()

Stamp = tuple[int, int, int]


class Redrawing:
    """Drawings and fits of all cameras; `settings` are those that the program started with."""

    def __init__(self, settings: EdgeSettings) -> None:
        self._data = settings.data
        self._cameras = settings.camera
        self._drawn = {each.id: _stamp(drawing_of(self._data, each.id)) for each in self._cameras}
        self._fitted = {each.id: _stamp(site_of(self._data, each.id)) for each in self._cameras}

    def changed(self) -> Iterator[CameraSettings]:
        """Cameras whose drawing or fit changed since the last call, as they are drawn now.

        A drawing that is refused changes nothing and is told of once; so does one that was
        deleted, until the program starts anew.
        """
        for camera in self._cameras:
            path = drawing_of(self._data, camera.id)
            redrawn = _changes(self._drawn, camera.id, stamp := _stamp(path))
            refitted = _changes(self._fitted, camera.id, _stamp(site_of(self._data, camera.id)))
            if redrawn and stamp is None:
                log.info("drawing_deleted", camera=camera.id)
            if not refitted and (stamp is None or not redrawn):
                continue
            try:
                drawn = with_drawing(camera, path)
            except Mistake as mistake:
                log.warning("drawing_refused", camera=camera.id, why=mistake.lines)
                continue
            log.info("camera_redrawn", camera=camera.id)
            yield drawn


def _changes(seen: dict[str, Stamp | None], camera: str, stamp: Stamp | None) -> bool:
    """Remember the camera's newest stamp; whether it is another one."""
    before, seen[camera] = seen[camera], stamp
    return stamp != before


def _stamp(path: Path) -> Stamp | None:
    try:
        found = path.stat()
    except OSError:
        return None
    return found.st_ino, found.st_mtime_ns, found.st_size
