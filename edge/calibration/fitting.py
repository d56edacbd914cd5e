"""Runs one fit at a time beside the page: begun, watched, stopped, and used only when accepted."""

from collections.abc import Callable, Sequence
from dataclasses import dataclass
from datetime import datetime
from threading import Event, Lock, Thread
from typing import Literal, Protocol

import structlog
from pydantic import BaseModel, ConfigDict, Field

from edge.calibration.labels import Label
from edge.detector import Picture
from edge.watch import Doubt

log = structlog.get_logger()


class Errors(BaseModel):
    """Mean absolute errors in people, by cross-validation over the labelled snapshots."""

    model_config = ConfigDict(frozen=True)

    constant: float = Field(description="always the mean of the labels")
    detector: float = Field(description="the detector as it comes")
    calibrated: float = Field(description="the detector with threshold and scale of this camera")
    adapted: float = Field(description="what would be used: detector and density head blended")


class Report(BaseModel):
    """What a fit came to, for a person to accept or not."""

    model_config = ConfigDict(frozen=True)

    labels: int
    with_heads: int
    head_weight: float = Field(description="share of the density head in the count, 0 to 1")
    whole: Errors = Field(description="of the whole picture")
    zones: dict[str, Errors] = Field(description="by zone; only from labels with heads")
    cautions: tuple[Literal["short_stretch", "all_the_same"], ...] = ()


Stage = Literal["idle", "running", "done", "failed"]
Why = Literal["", "too_few", "all_the_same", "damaged", "refused", "defect"]


class FitStatus(BaseModel):
    """How the newest fit stands; `in_use` tells whether an accepted one counts people now."""

    stage: Stage
    progress: float = 0.0
    report: Report | None = None
    accepted: bool = False
    in_use: bool = False
    why: Why = ""


@dataclass(frozen=True)
class Example:
    """A snapshot, labelled or not; its picture is read when it is needed."""

    at: datetime
    picture: Callable[[], Picture]
    label: Label | None


class CannotFit(Exception):
    """These labels give no fit; the page says `why` in the reader's language."""

    def __init__(self, why: Why) -> None:
        super().__init__(why)
        self.why: Why = why


class Stopped(Exception):
    """The person at the page stopped the fit."""


class Fitted(Protocol):
    """A finished fit that nobody uses yet."""

    @property
    def report(self) -> Report:
        """What it came to."""

    def accept(self) -> None:
        """Let the running edge use it from now on. Raises Mistake, the old one kept."""


class Fitter(Protocol):
    """What fits the counting to the place of one camera."""

    def in_use(self) -> bool:
        """Whether an accepted fit counts now."""

    def doubt(self) -> Doubt | None:
        """Why the fit in use no longer describes what the camera sees, if so."""

    def retire(self) -> None:
        """Count with the detector alone again. Raises OSError."""

    def fit(self, snapshots: Sequence[Example], tell: Callable[[float], None]) -> Fitted:
        """Fit to `snapshots`, oldest first. `tell` hears progress, 0 to 1.

        Raises CannotFit, and whatever `tell` raises.
        """


class FitJob:
    """The newest fit. Safe to use from several threads."""

    def __init__(self, fitter: Fitter) -> None:
        self._fitter = fitter
        self._lock = Lock()
        self._stop = Event()
        self._thread: Thread | None = None
        self._stage: Stage = "idle"
        self._progress = 0.0
        self._why: Why = ""
        self._fitted: Fitted | None = None
        self._accepted = False

    def status(self) -> FitStatus:
        """How it stands now."""
        with self._lock:
            return FitStatus(
                stage=self._stage,
                progress=round(self._progress, 3),
                report=self._fitted.report if self._fitted else None,
                accepted=self._accepted,
                in_use=self._fitter.in_use(),
                why=self._why,
            )

    def doubt(self) -> Doubt | None:
        """Why the fit in use no longer describes what the camera sees, if so."""
        return self._fitter.doubt()

    def start(self, snapshots: Sequence[Example]) -> bool:
        """Begin a fit; false while one is running."""
        with self._lock:
            if self._stage == "running":
                return False
            self._stop = Event()
            self._stage, self._progress, self._why = "running", 0.0, ""
            self._fitted, self._accepted = None, False
            self._thread = Thread(target=self._run, args=(snapshots,), name="fit", daemon=True)
            self._thread.start()
            return True

    def stop(self) -> None:
        """End a running fit without a result; returns when it has ended."""
        self._stop.set()
        thread = self._thread
        if thread:
            thread.join()

    def accept(self) -> bool:
        """Use the finished fit; false when there is none. Raises Mistake, the old one kept."""
        with self._lock:
            if self._fitted is None:
                return False
            self._fitted.accept()
            self._accepted = True
            return True

    def retire(self) -> None:
        """Count with the detector alone again, the newest fit forgotten. Raises OSError."""
        self.stop()
        with self._lock:
            self._fitter.retire()
            self._stage, self._fitted, self._accepted = "idle", None, False

    def wait(self) -> None:
        """Return when no fit is running."""
        if self._thread:
            self._thread.join()

    def _run(self, snapshots: Sequence[Example]) -> None:
        try:
            fitted = self._fitter.fit(snapshots, self._tell)
        except Stopped:
            self._end("idle")
        except CannotFit as error:
            self._end("failed", why=error.why)
        except Exception:
            log.exception("fit_failed")
            self._end("failed", why="defect")
        else:
            self._end("done", fitted)

    def _tell(self, progress: float) -> None:
        if self._stop.is_set():
            raise Stopped
        self._progress = progress

    def _end(self, stage: Stage, fitted: Fitted | None = None, why: Why = "") -> None:
        with self._lock:
            self._stage, self._fitted, self._why = stage, fitted, why
