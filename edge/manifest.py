"""What we know of each model file: checksum, origin, input and the figures measured with it."""

import hashlib
from pathlib import Path
from typing import Annotated, Final

from pydantic import Field, field_validator

from edge.core.interval import Bounds, check_bounds
from hall.settings import Mistake, Section, load

DEFAULT_MODEL: Final = "nanodet-person-480x640-int8.onnx"
PACKAGED: Final = Path(__file__).parent / "_data" / "models"
CHECKOUT: Final = Path(__file__).parents[1] / "models"

OURS: Final = PACKAGED if (PACKAGED / DEFAULT_MODEL).exists() else CHECKOUT

Fraction = Annotated[float, Field(gt=0, lt=1)]


class Proof(Section):
    """What a model must say about a picture; if it says otherwise, this processor cannot run it."""

    picture: str = Field(description="file beside the manifest, of the model's input size")
    tolerance: float = Field(gt=0, description="mean difference of scores that changes nothing")
    otherwise: str = Field(description="file of the model that is used instead")
    scores: tuple[tuple[int, int, float], ...] = Field(
        min_length=1, description="stride, cell in rows, score"
    )


class ModelFacts(Section):
    """One model of the manifest; `models/NAME.md` is its card."""

    file: str
    sha256: str = Field(pattern="^[0-9a-f]{64}$")
    source: str
    licence: str
    input: tuple[int, int] = Field(description="height and width in pixels, multiples of 32")
    threshold: Fraction = Field(description="score from which a box is a person")
    overlap: Fraction = Field(description="intersection over union of boxes of the same person")
    interval: tuple[Bounds, ...] = Field(min_length=2)
    proof: Proof | None = None

    @field_validator("interval")
    @classmethod
    def _rises_from_nothing(cls, measured: tuple[Bounds, ...]) -> tuple[Bounds, ...]:
        return check_bounds(measured)


class Manifest(Section):
    """`manifest.toml`, which lies beside the models."""

    model: tuple[ModelFacts, ...]


def find_model(configured: Path | None, ours: Path = OURS) -> tuple[Path, ModelFacts]:
    """The model file, its checksum verified, and what the manifest beside it says.

    Looks at `configured`, else into the folder `ours`: that of the installed package, else of the
    checkout. Raises Mistake.
    """
    path = configured or ours / DEFAULT_MODEL
    try:
        content = path.read_bytes()
    except OSError as error:
        raise Mistake(f"{path}: the model cannot be read: {error.strerror or error}") from error
    manifest = path.parent / "manifest.toml"
    facts = {each.file: each for each in load(Manifest, manifest).model}.get(path.name)
    if facts is None:
        raise Mistake(f"{manifest}: does not list {path.name}; add its checksum and figures")
    if hashlib.sha256(content).hexdigest() != facts.sha256:
        raise Mistake(
            f"{path}: the model is damaged or not the one that {manifest.name} lists: "
            "its sha256 differs; run scripts/setup or install Huiting again"
        )
    return path, facts
