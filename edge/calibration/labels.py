"""Keeps what a person saw in each snapshot: where the heads are, or only how many there are."""

from pathlib import Path
from threading import Lock
from typing import Annotated, Self

from pydantic import BaseModel, ConfigDict, Field, TypeAdapter, ValidationError, model_validator

from edge.keeping import write
from hall.settings import Mistake

HEADS_MOST = 2000

Share = Annotated[float, Field(ge=0, le=1, allow_inf_nan=False)]
Head = tuple[Share, Share]


class Label(BaseModel):
    """Either `heads`, [x, y] in fractions of the picture, none for nobody; or the `total` alone."""

    model_config = ConfigDict(frozen=True)

    heads: tuple[Head, ...] | None = Field(default=None, max_length=HEADS_MOST)
    total: int | None = Field(default=None, ge=0, le=HEADS_MOST)

    @model_validator(mode="after")
    def _is_one_of_both(self) -> Self:
        if (self.heads is None) == (self.total is None):
            raise ValueError("give heads or total, one of both")
        return self

    @property
    def count(self) -> int:
        """How many people there are."""
        return len(self.heads) if self.heads is not None else self.total or 0


_FILE = TypeAdapter(dict[str, Label])


class Labels:
    """The labels of one camera, in one file that is replaced as a whole. Safe across threads.

    Raises Mistake when the file was damaged by other hands.
    """

    def __init__(self, path: Path) -> None:
        self._path = path
        self._lock = Lock()
        try:
            self._labels = _FILE.validate_json(path.read_bytes()) if path.exists() else {}
        except (OSError, ValidationError) as error:
            raise Mistake(
                f"{path}: not a file of labels; move it away to begin anew, or bring back a copy"
            ) from error

    def all(self) -> dict[str, Label]:
        """Labels by snapshot."""
        return self._labels

    def put(self, snapshot: str, label: Label) -> None:
        """Set the label of a snapshot. Raises OSError, the old labels kept."""
        with self._lock:
            self._replace(self._labels | {snapshot: label})

    def drop(self, snapshots: set[str]) -> None:
        """Forget the labels of snapshots. Raises OSError, the old labels kept."""
        with self._lock:
            left = {name: label for name, label in self._labels.items() if name not in snapshots}
            if left != self._labels:
                self._replace(left)

    def _replace(self, labels: dict[str, Label]) -> None:
        write(self._path, _FILE.dump_json(labels, exclude_none=True, indent=1))
        self._labels = labels
