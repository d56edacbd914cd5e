"""Pictures that the build needs: the demo clip's first frames and photographs of free licence."""

import subprocess
import sys
import venv
from pathlib import Path
from zipfile import ZipFile

import cv2
import numpy as np

from edge.detector import Picture
from models.digest import verified

PACKAGE = "scikit-image==0.26.0"
# From skimage/data; the package's documentation of each says that nobody holds rights in it.
PHOTOGRAPHS = {
    # Eileen Collins, by NASA; public domain
    "astronaut.png": "88431cd9653ccd539741b555fb0a46b61558b301d4110412b5bc28b5e3ea6cb5",
    # a man with a camera on a lawn, by Lav Varshney; CC0
    "camera.png": "b0793d2adda0fa6ae899c03989482bff9a42d3d5690fc7e3648f2795d730c23a",
    # a cup on a table, by Rachel Michetti; CC0
    "coffee.png": "cc02f8ca188b167c775a7101b5d767d1e71792cf762c33d6fa15a4599b5a8de7",
}
CALIBRATION_FRAMES = range(0, 100, 4)


def clip_frames(clip: Path) -> list[Picture]:
    """Every fourth of the clip's first hundred frames. Exits when the clip has fewer."""
    capture = cv2.VideoCapture(str(clip))
    frames = []
    for number in range(CALIBRATION_FRAMES.stop):
        read, picture = capture.read()
        if not read:
            raise SystemExit(f"{clip}: no frame {number}; scripts/setup gets the clip")
        if number in CALIBRATION_FRAMES:
            frames.append(picture)
    return frames


def photographs(wheel: Path | None, folder: Path) -> dict[str, Picture]:
    """The photographs by name, verified, out of the `wheel` or of the one that pip gets."""
    if wheel is None:
        wheel = _download(folder)
    with ZipFile(wheel) as archive:
        for name in PHOTOGRAPHS:
            (folder / name).write_bytes(archive.read(f"skimage/data/{name}"))
    paths = [verified(folder / name, sha256, PACKAGE) for name, sha256 in PHOTOGRAPHS.items()]
    return {path.name: read_picture(path) for path in paths}


def read_picture(path: Path) -> Picture:
    """The picture of a file; exits when it holds none."""
    picture = cv2.imread(str(path))
    if picture is None:
        raise SystemExit(f"{path}: not a picture that can be read")
    return picture


def proof_picture(photos: dict[str, Picture]) -> Picture:
    """One picture of the model's size with people large and small, so that nothing is scaled."""
    side = 480 // len(photos)
    large = cv2.resize(photos["astronaut.png"], (480, 480), interpolation=cv2.INTER_AREA)
    small = [
        cv2.resize(each, (side, side), interpolation=cv2.INTER_AREA) for each in photos.values()
    ]
    return np.hstack([large, np.vstack(small)])


def _download(folder: Path) -> Path:
    """The wheel from the package index; our own environment carries no pip."""
    venv.create(folder / "pip", with_pip=True)
    command = [str(folder / "pip/bin/python"), "-m", "pip", "download", "--quiet", "--no-deps"]
    only_wheels = ["--only-binary", ":all:", "--dest", str(folder), PACKAGE]
    subprocess.run([*command, *only_wheels], check=True, stdout=sys.stderr)  # noqa: S603
    return next(folder.glob("*.whl"))
