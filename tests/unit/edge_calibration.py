"""A calibration page without camera, network or model, for its tests."""

from collections.abc import Callable, Iterator, Sequence
from contextlib import contextmanager
from datetime import UTC, datetime, timedelta
from pathlib import Path
from threading import Event
from typing import Any

import httpx
import numpy as np

from edge.calibration.access import Door
from edge.calibration.app import create_app
from edge.calibration.context import Context
from edge.calibration.desk import Desk
from edge.calibration.drawing import DrawingFile
from edge.calibration.entry import CSRF_HEADER
from edge.calibration.fitting import CannotFit, Errors, Example, FitJob, Report, Why
from edge.calibration.labels import Labels
from edge.calibration.proposals import Proposals
from edge.calibration.snapshots import Snapshots
from edge.calibration.view import View
from edge.camera import Frame
from edge.core.sight import CHANNELS, COLUMNS, HEIGHT_PX, ROWS, WIDTH_PX, Sight
from edge.detector import Boxes, Picture
from edge.settings import CameraSettings, drawing_of
from edge.watch import Doubt
from hall.settings import Mistake
from tests.unit.hub_web import browsing
from tests.unit.test_edge_pipeline import FACTS

NOON = datetime(2026, 3, 16, 4, tzinfo=UTC)
API = "/api/v1"
URL = "http://127.0.0.1:8010"
CAMERA = CameraSettings.model_validate(
    {
        "id": "lobby",
        "source": "0",
        "zone": [{"id": "left", "polygon": [[0, 0], [0.5, 0], [0.5, 1]], "area_m2": 2}],
    }
)
MASK = {"kind": "privacy", "polygon": [[0, 0], [0.5, 0], [0.5, 1], [0, 1]]}


def picture(value: int = 200) -> Picture:
    """A grey picture of 96 x 64."""
    return np.full((64, 96, 3), value, np.uint8)


class Clock:
    """A time of day that stands still until it is told."""

    def __init__(self) -> None:
        self.at = NOON

    def __call__(self) -> datetime:
        return self.at


class Nobody:
    """A camera that sends nothing by itself."""

    trouble = "cannot be opened"

    def next(self, timeout_s: float) -> Frame | None:
        return None


class Seer:
    """Sees as many people as the picture's last value says, and features of that strength."""

    name, facts = "fake", FACTS

    def look(self, picture: Picture) -> Sight:
        strength = float(picture[-1, -1, 0])
        return Sight(
            features=np.full((CHANNELS, ROWS, COLUMNS), strength, np.float32),
            scores=np.zeros((3, ROWS, COLUMNS), np.float32),
            grey=np.zeros((HEIGHT_PX, WIDTH_PX), np.uint8),
            boxes=np.zeros((0, 5), np.float32),
            extent_px=(WIDTH_PX, HEIGHT_PX),
        )

    def find(self, picture: Picture, threshold: float | None = None) -> Boxes:
        return np.zeros((int(picture[-1, -1, 0]) // 10, 5), np.float32)


class Fit:
    """A finished fit that remembers whether it was accepted."""

    def __init__(self, report: Report, used: list[str]) -> None:
        self._report, self._used = report, used

    @property
    def report(self) -> Report:
        return self._report

    def accept(self) -> None:
        if "full" in self._used:
            raise Mistake("lobby.site: cannot be written: No space left on device")
        self._used.append("site")


class Fitter:
    """Fits at once unless told to hold on; refuses what a test wants refused."""

    def __init__(self) -> None:
        self.used: list[str] = []
        self.go_on, self.started = Event(), Event()
        self.go_on.set()
        self.refusal: Why = ""
        self.unlabelled = 0
        self.in_doubt: Doubt | None = None

    def in_use(self) -> bool:
        return bool(self.used)

    def doubt(self) -> Doubt | None:
        return self.in_doubt

    def retire(self) -> None:
        self.used.clear()

    def fit(self, snapshots: Sequence[Example], tell: Callable[[float], None]) -> Fit:
        self.started.set()
        while not self.go_on.wait(0.01):
            tell(0.5)
        if self.refusal:
            raise CannotFit(self.refusal)
        labels = [each.label for each in snapshots if each.picture().any() and each.label]
        self.unlabelled = len(snapshots) - len(labels)
        errors = Errors(constant=4, detector=3, calibrated=2.5, adapted=2)
        report = Report(labels=len(labels), with_heads=0, head_weight=0.5, whole=errors, zones={})
        return Fit(report, self.used)


class Studio:
    """The page's parts, and a browser that knows the code."""

    def __init__(self, folder: Path) -> None:
        self.clock, self.fitter = Clock(), Fitter()
        self.codes: list[str] = []
        self.data, self.folder = folder, folder / "calibration" / "lobby"
        snapshots = Snapshots(self.folder)
        self.desk = Desk(
            snapshots=snapshots,
            proposals=Proposals(Seer(), snapshots),
            labels=Labels(self.folder / "labels.json"),
            drawing=DrawingFile(drawing_of(folder, "lobby"), CAMERA),
            fit=FitJob(self.fitter),
            clock=self.clock,
        )
        self.view = View(
            frames=Nobody(),
            finder=Seer(),
            threshold=None,
            hidden=self.desk.drawing.hidden,
            keep=lambda sight: self.desk.keep(sight, by_hand=False),
            every=timedelta(minutes=10),
            clock=self.clock,
            stopping=Event(),
        )
        self.view._taking.due(0.0)  # the first one, which is taken at once
        self.door = Door(clock=self.clock, announce=self.codes.append)
        self.app = create_app(Context("lobby", self.door, self.desk, self.view, 10), "1")
        self._csrf = ""

    @contextmanager
    def open(self) -> Iterator["Studio"]:
        """Serve, and let the browser in."""
        with browsing(self.app, URL) as self.client:
            answer = self.enter(self.codes[-1])
            self._csrf = answer.json()["csrf"]
            self.cookie = answer.headers["set-cookie"]
            yield self

    def enter(self, code: str) -> httpx.Response:
        """Type a code."""
        return self.client.post(f"{API}/session", json={"code": code})

    def ask(self, method: str, path: str, **options: Any) -> httpx.Response:  # noqa: ANN401 httpx's own
        """A request as the page sends it."""
        headers = {CSRF_HEADER: self._csrf, **options.pop("headers", {})}
        return self.client.request(method, f"{API}{path}", headers=headers, **options)

    def look(self, value: int = 200, *, now: float = 0.0) -> None:
        """The camera sends a picture."""
        self.view.take(picture(value), self.clock(), now)

    def take(self, value: int = 200) -> str:
        """A snapshot by hand, a minute after the last; its id."""
        self.clock.at += timedelta(minutes=1)
        self.look(value)
        answer = self.ask("POST", "/snapshots")
        assert answer.status_code == httpx.codes.CREATED, answer.text
        return str(answer.json()["id"])

    def label(self, name: str, **label: object) -> httpx.Response:
        """Say who is in a snapshot."""
        return self.ask("PUT", f"/snapshots/{name}/label", json=label)


def problem_of(answer: httpx.Response) -> tuple[int, str]:
    """Status and code of a refusal."""
    assert answer.headers["content-type"] == "application/problem+json", answer.text
    return answer.status_code, answer.json()["code"]
