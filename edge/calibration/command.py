"""The command `calibrate`: opens the page for one camera and serves it until told to stop."""

import fcntl
import os
import socket
from collections.abc import Callable, Iterator
from contextlib import contextmanager
from datetime import datetime, timedelta
from functools import partial
from pathlib import Path
from threading import Event, Thread
from typing import Final

import uvicorn

from edge.calibration.access import Door
from edge.calibration.adapting import SiteFitter
from edge.calibration.app import create_app
from edge.calibration.context import Context
from edge.calibration.desk import Desk
from edge.calibration.drawing import DrawingFile
from edge.calibration.fitting import FitJob
from edge.calibration.labels import Labels
from edge.calibration.proposals import Proposals
from edge.calibration.snapshots import Snapshots
from edge.calibration.view import View
from edge.camera import Camera
from edge.detector import Detector
from edge.keeping import private_folder
from edge.settings import CalibrationSettings, CameraSettings, EdgeSettings, drawing_of
from edge.site import SiteFile
from edge.watch import DoubtFile
from hall.process import notify, version
from hall.settings import Mistake

GRACE_S: Final = 3


class _Server(uvicorn.Server):
    """uvicorn that returns when told to stop, so that camera and fit are ended after it."""

    def handle_exit(self, sig: int, frame: object) -> None:
        """A signal to stop came; a second one drops open requests."""
        self.force_exit = self.should_exit
        self.should_exit = True


def serve(
    settings: EdgeSettings,
    name: str,
    detector: Detector,
    *,
    clock: Callable[[], datetime],
) -> None:
    """Serve the page until a signal comes. Raises Mistake before anything is begun."""
    camera, page = _choose(settings, name), settings.calibration
    with _listening(page) as sock, _held(settings.data / "calibration" / name) as folder:
        site = SiteFile(settings.data, name, detector.facts.sha256)
        doubt = DoubtFile(settings.data, name)
        drawing = DrawingFile(drawing_of(settings.data, name), camera)
        snapshots = Snapshots(folder)
        desk = Desk(
            snapshots=snapshots,
            labels=Labels(folder / "labels.json"),
            drawing=drawing,
            proposals=Proposals(detector, snapshots),
            fit=FitJob(SiteFitter(detector, site, lambda: drawing.camera, doubt)),
            clock=clock,
        )
        _say(f"http://{_shown(page.bind)}:{sock.getsockname()[1]}/")
        door = Door(clock=clock, announce=lambda code: _say(f"code {code}"))
        # The view burns in masks as they are drawn now; the reader's would be those of the start.
        reader = Camera(camera.model_copy(update={"mask": ()}), clock=clock)
        with _looking(reader, camera, detector, desk=desk, page=page, clock=clock) as view:
            context = Context(name, door, desk, view, page.every_min)
            notify("READY=1")
            _server(context).run(sockets=[sock])
        desk.fit.stop()


@contextmanager
def _looking(
    reader: Camera,
    camera: CameraSettings,
    detector: Detector,
    *,
    desk: Desk,
    page: CalibrationSettings,
    clock: Callable[[], datetime],
) -> Iterator[View]:
    """The view of a camera that is read while inside."""
    stopping = Event()
    view = View(
        frames=reader,
        finder=detector,
        threshold=camera.threshold,
        hidden=desk.drawing.hidden,
        keep=partial(desk.keep, by_hand=False),
        every=timedelta(minutes=page.every_min),
        clock=clock,
        stopping=stopping,
    )
    threads = [
        Thread(target=view.run, name="view", daemon=True),
        Thread(target=desk.proposals.run, args=(stopping,), name="proposals", daemon=True),
    ]
    reader.start()
    for thread in threads:
        thread.start()
    try:
        yield view
    finally:
        stopping.set()
        reader.stop()
        for thread in threads:
            thread.join()


def _server(context: Context) -> _Server:
    return _Server(
        uvicorn.Config(
            create_app(context, version()),
            log_config=None,
            access_log=False,
            server_header=False,
            proxy_headers=False,
            timeout_graceful_shutdown=GRACE_S,
        )
    )


def _choose(settings: EdgeSettings, name: str) -> CameraSettings:
    known = {each.id: each for each in settings.camera}
    if name not in known:
        raise Mistake(f"calibrate {name}: no camera of this id; there are: {', '.join(known)}")
    return known[name]


@contextmanager
def _listening(page: CalibrationSettings) -> Iterator[socket.socket]:
    family = socket.AF_INET6 if ":" in page.bind else socket.AF_INET
    listening = socket.socket(family, socket.SOCK_STREAM)
    listening.setsockopt(socket.SOL_SOCKET, socket.SO_REUSEADDR, 1)
    try:
        listening.bind((page.bind, page.port))
        listening.listen()  # whoever comes while the page opens waits instead of being refused
    except (OSError, OverflowError) as error:
        listening.close()
        raise Mistake(
            f"calibration: port {page.port} on {page.bind}: {error}; choose another with --port"
        ) from error
    with listening:
        yield listening


@contextmanager
def _held(path: Path) -> Iterator[Path]:
    """The private folder at `path`, ours alone while inside: labels are kept in memory, too."""
    try:
        handle = os.open(private_folder(path), os.O_RDONLY)
    except OSError as error:
        raise Mistake(f"{path}: {error.strerror}; data in edge.toml names its place") from error
    try:
        fcntl.flock(handle, fcntl.LOCK_EX | fcntl.LOCK_NB)
        yield path
    except BlockingIOError as error:
        raise Mistake(f"{path}: this camera is being calibrated already; stop that run") from error
    finally:
        os.close(handle)


def _shown(bind: str) -> str:
    """What to type into a browser for an address that we listen on."""
    anywhere = {"0.0.0.0": socket.gethostname(), "::": socket.gethostname()}  # noqa: S104 compared
    return anywhere.get(bind, f"[{bind}]" if ":" in bind else bind)


def _say(line: str) -> None:
    print(line, flush=True)  # noqa: T201 a person reads it where the command was typed
