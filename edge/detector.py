"""Finds people in a picture: letterbox, network, boxes from the model's cells."""

from collections.abc import Callable, Sequence
from functools import partial
from pathlib import Path
from typing import Final, NamedTuple, TypeVar

import cv2
import numpy as np
from numpy.typing import NDArray

from edge.core.sight import (
    CELL_PX,
    CHANNELS,
    COLUMNS,
    LEAST_SCORE,
    OVERLAP,
    ROWS,
    Sight,
)
from edge.manifest import OURS, ModelFacts, Proof, find_model
from edge.network import CPU, Network
from hall.settings import Mistake

Picture = cv2.typing.MatLike
Boxes = NDArray[np.float32]

STRIDES: Final = (8, 16, 32)
BINS: Final = 11
MEAN_BGR: Final = (103.53, 116.28, 123.675)
SPREAD_BGR: Final = (57.375, 57.12, 58.395)
OUTPUTS: Final = tuple(f"{kind}{stride}" for stride in STRIDES for kind in ("score", "reg"))


class Doubt(NamedTuple):
    """Why a model is not used: its scores on the proof picture are not what they should be."""

    model: str
    deviation: float
    tolerance: float


class Detector:
    """A loaded model. `find` keeps no state: several cameras may share one detector.

    Without `model` it is the best one of the folder `ours` whose numbers come out right on this
    processor; `doubt` says what kept it from a better one. A `model` that is given is used all the
    same. Where int8 saturates it is computed exactly, at twice the time.
    Raises Mistake when a file is missing, damaged, not a model or of another shape.
    """

    def __init__(
        self,
        model: Path | None = None,
        *,
        threads: int = 1,
        providers: Sequence[str] = CPU,
        ours: Path = OURS,
    ) -> None:
        cv2.setNumThreads(threads)
        path, self.facts = find_model(model, ours)
        self.doubt: Doubt | None = None
        load = partial(_network, threads=threads, providers=providers)
        self._network = load(path, self.facts)
        proof = self.facts.proof
        if proof:
            wrong = partial(deviation, proof=proof, folder=path.parent, facts=self.facts)
            exact = partial(load, path, self.facts, exact=True)
            self._network, off = trusted(self._network, exact, wrong, proof.tolerance)
            if off is not None and model is None:
                self.doubt = Doubt(path.stem, off, proof.tolerance)
                path, self.facts = find_model(ours / proof.otherwise, ours)
                self._network = load(path, self.facts)
        self.name = path.stem
        self.adaptable = self._network.shape("features") == [1, CHANNELS, ROWS, COLUMNS]

    def find(self, picture: Picture, threshold: float | None = None) -> Boxes:
        """People in a BGR `picture`, a row each: left, top, right, bottom, score.

        Sides are fractions of the picture's width and height. `threshold` is the least score,
        by default the manifest's.
        """
        least = self.facts.threshold if threshold is None else threshold
        images, scale = letterbox(picture, *self.facts.input)
        outputs = self._network.run(images, OUTPUTS)
        return self._boxes(outputs, picture, scale, least=least, overlap=self.facts.overlap)

    def look(self, picture: Picture) -> Sight:
        """All that the fit to a camera's place needs of a BGR `picture`, in one run.

        Raises Mistake when the model is one that cannot be fitted.
        """
        if not self.adaptable:
            raise Mistake(f"{self.name}: this model shows no features that can be fitted")
        images, scale = letterbox(picture, *self.facts.input)
        *outputs, features = self._network.run(images, [*OUTPUTS, "features"])
        rows, columns = _size(picture, scale)
        grey = np.zeros(self.facts.input, np.uint8)
        resized = cv2.resize(picture, (columns, rows))
        grey[:rows, :columns] = cv2.cvtColor(resized, cv2.COLOR_BGR2GRAY)
        return Sight(
            features=features[0],
            scores=np.stack(
                [
                    _per_cell(each[0, :, 0], stride)
                    for stride, each in zip(STRIDES, outputs[::2], strict=True)
                ]
            ),
            grey=grey,
            boxes=self._boxes(outputs, picture, scale, least=LEAST_SCORE, overlap=OVERLAP),
            extent_px=(columns, rows),
        )

    def extent_px(self, picture: Picture) -> tuple[int, int]:
        """Width and height of the picture once it is scaled into the model's input."""
        height, width = self.facts.input
        rows, columns = _size(picture, min(height / picture.shape[0], width / picture.shape[1]))
        return columns, rows

    def _boxes(
        self,
        outputs: list[NDArray[np.float32]],
        picture: Picture,
        scale: float,
        *,
        least: float,
        overlap: float,
    ) -> Boxes:
        width = self.facts.input[1]
        found = [
            decode(scores[0, :, 0], sides[0], stride=stride, columns=width // stride, least=least)
            for stride, scores, sides in zip(STRIDES, outputs[::2], outputs[1::2], strict=True)
        ]
        boxes = _one_each(np.concatenate(found), overlap)
        rows, columns = picture.shape[:2]
        boxes[:, :4] /= np.array([columns, rows, columns, rows], np.float32) * np.float32(scale)
        boxes[:, :4] = boxes[:, :4].clip(0, 1)
        return boxes


def letterbox(picture: Picture, height: int, width: int) -> tuple[NDArray[np.float32], float]:
    """The picture scaled into the top left of the model's input, and that scale.

    The rest stays zero, which is the mean colour.
    """
    scale = min(height / picture.shape[0], width / picture.shape[1])
    rows, columns = _size(picture, scale)
    resized = cv2.resize(picture, (columns, rows))
    images = np.zeros((1, 3, height, width), np.float32)
    for channel, (mean, spread) in enumerate(zip(MEAN_BGR, SPREAD_BGR, strict=True)):
        plane = images[0, channel, :rows, :columns]
        np.multiply(resized[..., channel], np.float32(1 / spread), out=plane)
        plane -= np.float32(mean / spread)
    return images, scale


def decode(
    scores: NDArray[np.float32],
    sides: NDArray[np.float32],
    *,
    stride: int,
    columns: int,
    least: float,
) -> Boxes:
    """Boxes in input pixels of the cells that score at least `least`.

    A cell says how far each side is from its centre as logits over 0…10 strides: the distance is
    their expectation (generalised focal loss, Li et al. 2020).
    """
    cells = np.flatnonzero(scores >= least)
    logits = sides[cells].reshape(-1, 4, BINS)
    weights = np.exp(logits - logits.max(axis=2, keepdims=True))
    weights /= weights.sum(axis=2, keepdims=True)
    left, top, right, bottom = (weights @ np.arange(BINS, dtype=np.float32)).T * stride
    x = (cells % columns + 0.5) * stride - 0.5
    y = (cells // columns + 0.5) * stride - 0.5
    corners = (x - left, y - top, x + right, y + bottom, scores[cells])
    return np.stack(corners, axis=1).astype(np.float32)


def _size(picture: Picture, scale: float) -> tuple[int, int]:
    """Rows and columns of the scaled picture; rounding never passes the input's."""
    return round(picture.shape[0] * scale), round(picture.shape[1] * scale)


def _per_cell(scores: NDArray[np.float32], stride: int) -> NDArray[np.float32]:
    """Mean scores of a stride in the cells of a Sight, [30, 40]."""
    plane = scores.reshape(-1, COLUMNS * CELL_PX // stride)
    way = cv2.INTER_AREA if stride < CELL_PX else cv2.INTER_NEAREST
    return cv2.resize(plane, (COLUMNS, ROWS), interpolation=way).astype(np.float32, copy=False)


def _one_each(boxes: Boxes, overlap: float) -> Boxes:
    """The best box of each person: non-maximum suppression."""
    corners = boxes[:, :4].copy()
    corners[:, 2:] -= corners[:, :2]
    kept = cv2.dnn.NMSBoxes(corners.tolist(), boxes[:, 4].tolist(), 0.0, overlap)
    best: Boxes = boxes[np.asarray(kept, int).reshape(-1)]
    return best


N = TypeVar("N")


def trusted(
    fast: N, exact: Callable[[], N], wrong: Callable[[N], float], tolerance: float
) -> tuple[N, float | None]:
    """`fast`, or what `exact` makes where `fast` is wrong by more than `tolerance` or by NaN.

    Second, by how much that one is too wrong to be trusted, if it is.
    """
    if wrong(fast) <= tolerance:
        return fast, None
    careful = exact()
    off = wrong(careful)
    return careful, None if off <= tolerance else off


def deviation(network: Network, proof: Proof, folder: Path, facts: ModelFacts) -> float:
    """How far the scores of the proof's cells are from the expected ones: mean, NaN if any is.

    Raises Mistake when the picture in `folder` cannot be read.
    """
    path = folder / proof.picture
    picture = cv2.imread(str(path))
    if picture is None:
        raise Mistake(f"{path}: not a picture that can be read; install Huiting again")
    names = [f"score{stride}" for stride in STRIDES]
    scores = network.run(letterbox(picture, *facts.input)[0], names)
    found = dict(zip(STRIDES, scores, strict=True))
    errors = [found[stride][0, cell, 0] - score for stride, cell, score in proof.scores]
    return float(np.abs(errors).mean())


def _network(
    path: Path,
    facts: ModelFacts,
    *,
    threads: int,
    providers: Sequence[str],
    exact: bool = False,
) -> Network:
    height, width = facts.input
    shapes = {"images": [1, 3, height, width]}
    for stride in STRIDES:
        cells = height * width // stride**2
        shapes |= {f"score{stride}": [1, cells, 1], f"reg{stride}": [1, cells, 4 * BINS]}
    return Network(path, shapes, threads=threads, providers=providers, exact=exact)
