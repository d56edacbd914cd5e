"""Keeps the fit of each camera on disk: encrypted, private, and only for the view it was made of.

The file holds a background picture of the place. Its key is a systemd credential named
`site-key` where there is one ($CREDENTIALS_DIRECTORY), else DIR/keys/site.key.
"""

import io
import json
import os
import tempfile
from collections.abc import Mapping, Sequence
from dataclasses import replace
from pathlib import Path
from typing import Any, Final

import numpy as np
import structlog
from cryptography.fernet import Fernet, InvalidToken
from numpy.typing import NDArray

from edge.core.interval import Bounds, check_bounds
from edge.core.sight import CELLS, CHANNELS, HEIGHT_PX, WIDTH_PX, Standing
from edge.core.site import EXTRAS, TERMS, Calibration, Limits, Scene, Site, Strangeness
from edge.keeping import private_folder, write
from hall.settings import Mistake

FORM: Final = 2  # of the file
UNWATCHED_FORM: Final = 1  # counts as well, but does not tell what its pictures were like
CREDENTIAL: Final = "site-key"
ARRAYS: Final[dict[str, tuple[tuple[int, ...], type[np.generic]]]] = {
    "usual": ((CHANNELS, CELLS), np.float16),
    "background": ((HEIGHT_PX, WIDTH_PX), np.uint8),
    "mean": ((CHANNELS + EXTRAS,), np.float32),
    "deviation": ((CHANNELS + EXTRAS,), np.float32),
    "weights": ((TERMS,), np.float32),
}

log = structlog.get_logger()


def site_of(data: Path, camera: str) -> Path:
    """Where a camera's fit lies in the data folder."""
    return data / "sites" / f"{camera}.site"


class SiteFile:
    """The fit of one camera in the edge's data folder `data`, for the model of this sha256."""

    def __init__(self, data: Path, camera: str, model_sha256: str) -> None:
        self.path = site_of(data, camera)
        self._data, self._camera, self._model = data, camera, model_sha256
        self._seen: tuple[int, int, int] | None = None
        self._site: Site | None = None

    def write(self, site: Site) -> None:
        """Put `site` in the place of the present one, whole or not at all. Raises Mistake."""
        about = {
            "form": FORM,
            "camera": self._camera,
            "model": self._model,
            "extent_px": site.scene.extent_px,
            "standing": [site.scene.standing.slope, site.scene.standing.least],
            "calibration": [site.calibration.threshold, site.calibration.scale],
            "share": site.share,
            "bounds": site.bounds,
            "known": _known(site) if site.watchable else None,
        }
        packed = io.BytesIO()
        arrays = {
            name: site.weights if name == "weights" else getattr(site.scene, name)
            for name in ARRAYS
        }
        np.savez_compressed(packed, allow_pickle=False, about=np.array(json.dumps(about)), **arrays)
        replace_private(self.path, Fernet(_key(self._data)).encrypt(packed.getvalue()))

    def read(self) -> Site:
        """The fit. Raises Mistake when it is damaged, another camera's or another model's."""
        try:
            content = self.path.read_bytes()
        except OSError as error:
            raise Mistake(f"{self.path}: cannot be read: {error.strerror or error}") from error
        try:
            packed = Fernet(_key(self._data)).decrypt(content)
            with np.load(io.BytesIO(packed), allow_pickle=False) as stored:
                about = json.loads(str(stored["about"]))
                self._check_origin(about)
                return _site(about, {name: _checked(stored[name], name) for name in ARRAYS})
        except InvalidToken as error:
            raise Mistake(f"{self.path}: damaged, or not encrypted with this box's key") from error
        except (KeyError, TypeError, ValueError, IndexError) as error:
            raise Mistake(f"{self.path}: damaged: {error}") from error

    def current(self) -> Site | None:
        """The fit as it lies on disk now; None without one or when it is refused.

        A changed file is read once; what came of it is logged once.
        """
        try:
            status = self.path.stat()
        except OSError:
            found = None
        else:
            found = (status.st_mtime_ns, status.st_size, status.st_ino)
        if found != self._seen:
            self._seen = found
            self._site = self._load() if found else None
        return self._site

    def _load(self) -> Site | None:
        try:
            site = self.read()
        except Mistake as mistake:
            log.warning("site_refused", camera=self._camera, reason=mistake.lines[0])
            return None
        log.info("site_in_use", camera=self._camera, share=site.share, watched=site.watchable)
        return site

    def _check_origin(self, about: Mapping[str, Any]) -> None:
        if about["form"] not in {FORM, UNWATCHED_FORM}:
            raise Mistake(f"{self.path}: written by another version; fit the camera again")
        if about["camera"] != self._camera:
            raise Mistake(f"{self.path}: the fit of camera {about['camera']}, not {self._camera}")
        if about["model"] != self._model:
            raise Mistake(f"{self.path}: fitted with another model; fit the camera again")


def _site(about: Mapping[str, Any], arrays: Mapping[str, NDArray[Any]]) -> Site:
    width, height = about["extent_px"]
    share = float(about["share"])
    if not (0 < width <= WIDTH_PX and 0 < height <= HEIGHT_PX and 0 <= share <= 1):
        raise ValueError("numbers out of range")
    scene = Scene(
        usual=arrays["usual"],
        background=arrays["background"],
        mean=arrays["mean"],
        deviation=arrays["deviation"],
        standing=Standing(*map(float, about["standing"])),
        extent_px=(int(width), int(height)),
    )
    site = Site(
        scene=scene,
        weights=arrays["weights"],
        calibration=Calibration(*map(float, about["calibration"])),
        share=share,
        bounds=check_bounds(tuple(Bounds(*map(float, row)) for row in about["bounds"])),
    )
    return _knowing(site, about["known"]) if about.get("known") else site


def _known(site: Site) -> dict[str, Sequence[float]]:
    """What the pictures of the fit were like."""
    return {"strangest": site.scene.strangest, "gaps": site.gaps, "people": site.people}


def _knowing(site: Site, known: Mapping[str, Sequence[float]]) -> Site:
    """The site that knows what its pictures were like."""
    if not np.isfinite([*known["strangest"], *known["gaps"], *known["people"]]).all():
        raise ValueError("what is known is not finite")
    return replace(
        site,
        scene=replace(site.scene, strangest=Strangeness(*known["strangest"])),
        gaps=Limits(*known["gaps"]),
        people=Limits(*known["people"]),
    )


def _checked(array: NDArray[Any], name: str) -> NDArray[Any]:
    shape, kind = ARRAYS[name]
    if array.shape != shape or array.dtype != kind:
        raise ValueError(f"{name} is {array.dtype} {array.shape}")
    if not np.isfinite(array).all():
        raise ValueError(f"{name} is not finite")
    return array


def _key(data: Path) -> bytes:
    """The box's key, made when there is none. Raises Mistake."""
    given = os.environ.get("CREDENTIALS_DIRECTORY")
    credential = Path(given) / CREDENTIAL if given else None
    path = credential if credential and credential.exists() else data / "keys" / "site.key"
    try:
        if not path.exists():
            _make_key(path)
        key = path.read_bytes().strip()
        Fernet(key)
    except OSError as error:
        raise Mistake(f"{path}: the key cannot be read: {error.strerror or error}") from error
    except ValueError as error:
        raise Mistake(f"{path}: not a key; remove it and fit the cameras again") from error
    return key


def _make_key(path: Path) -> None:
    """A new key, unless another program makes one at this moment: then that one."""
    private_folder(path.parent)
    with tempfile.NamedTemporaryFile(dir=path.parent) as part:
        part.write(Fernet.generate_key())
        part.flush()
        os.fsync(part.fileno())
        try:
            path.hardlink_to(part.name)
        except FileExistsError:
            return


def replace_private(path: Path, content: bytes) -> None:
    """Write a file that only its owner may read, whole or not at all. Raises Mistake."""
    try:
        private_folder(path.parent)
        write(path, content)
    except OSError as error:
        raise Mistake(f"{path}: cannot be written: {error.strerror or error}") from error
