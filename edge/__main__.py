"""The edge program: puts cameras, detector and bus together and runs them until told to stop."""

import argparse
import sys
import time
from collections.abc import Callable
from datetime import UTC, datetime
from functools import partial
from pathlib import Path
from threading import Event, Thread

import structlog

from edge.adapted import Adapted
from edge.calibration.snapshots import forget_old
from edge.camera import Camera, check_file
from edge.core.cadence import Cadence
from edge.detector import Detector
from edge.pipeline import Pipeline
from edge.redrawing import Redrawing
from edge.settings import CameraSettings, EdgeSettings, read
from edge.site import SiteFile
from hall.bus import Bus
from hall.messages import Crowd
from hall.process import configure_logging, fail, notify, on_stop, settle, version
from hall.settings import Mistake
from hall.topics import CROWD

EXIT_FAILED = 1
REDRAWN_WITHIN_S = 2.0
FORGETTING_S = 3600.0

log = structlog.get_logger()


def arguments() -> argparse.Namespace:
    """The command line."""
    parser = argparse.ArgumentParser(
        prog="huiting-edge", description="counts the people that cameras see; frames stay here"
    )
    parser.add_argument("--config", type=Path, required=True, metavar="FILE", help="edge.toml")
    parser.add_argument(
        "--check-config", action="store_true", help="say what is wrong, one line each, and exit"
    )
    parser.add_argument(
        "--source",
        type=_source,
        action="append",
        default=[],
        metavar="CAMERA=URL",
        help="read this camera from another file, URL or device",
    )
    commands = parser.add_subparsers(dest="command", title="instead of running")
    calibrate = commands.add_parser(
        "calibrate", help="serve the page on which a camera is fitted to its place"
    )
    calibrate.add_argument("camera", metavar="CAMERA", help="id of a [[camera]]")
    calibrate.add_argument("--bind", metavar="ADDRESS", help="instead of calibration.bind")
    calibrate.add_argument("--port", type=int, metavar="N", help="instead of calibration.port")
    return parser.parse_args()


def _source(text: str) -> tuple[str, str]:
    camera, equals, source = text.partition("=")
    if not (camera and equals and source):
        raise argparse.ArgumentTypeError(f"{text!r} is not CAMERA=URL")
    return camera, source


def prepare(path: Path, sources: dict[str, str]) -> tuple[EdgeSettings, Detector]:
    """Everything that can be wrong before a camera or the broker is asked. Raises Mistake."""
    settings = read(path, sources)
    lines: list[str] = []
    for number, camera in enumerate(settings.camera):
        try:
            check_file(camera, number)
        except Mistake as mistake:
            lines += [f"{path}: {line}" for line in mistake.lines]
    if lines:
        raise Mistake(*lines)
    return settings, Detector(settings.model, threads=settings.threads)


class _Post:
    """One camera at work: a thread that reads it and one that counts, until stopped."""

    def __init__(self, settings: CameraSettings, work: Callable[[Camera, Event], None]) -> None:
        self._camera = Camera(settings, clock=now)
        self._stopping = Event()
        self._thread = Thread(
            target=work, args=(self._camera, self._stopping), name=settings.id, daemon=True
        )
        self._camera.start()
        self._thread.start()

    def stop(self) -> None:
        """End both threads."""
        self._stopping.set()
        self._camera.stop()
        self._thread.join()


class Edge:
    """All threads of the program; a failure in one of them ends it, for systemd to start anew."""

    def __init__(self, settings: EdgeSettings, detector: Detector) -> None:
        self._settings, self._detector = settings, detector
        self._stopping = Event()
        self._failed = False
        self._bus = Bus(
            settings.mqtt,
            hall=settings.hall,
            program="edge",
            node=settings.node,
            version=version(),
            clock=now,
        )

    def stop(self) -> None:
        """Ask `run` to return."""
        self._stopping.set()

    def run(self) -> bool:
        """Work until stopped; whether nothing failed."""
        self._bus.start()
        drawings = Redrawing(self._settings)
        posts = {each.id: self._post(each) for each in self._settings.camera}
        log.info("edge_ready", node=self._settings.node, cameras=len(posts))
        notify("READY=1")
        forgetting = Cadence(FORGETTING_S)
        while not self._stopping.wait(REDRAWN_WITHIN_S):
            for camera in drawings.changed():
                posts[camera.id].stop()
                posts[camera.id] = self._post(camera)
            if forgetting.due(time.monotonic()):
                self._forget()
        notify("STOPPING=1")
        for post in posts.values():
            post.stop()
        self._bus.close()
        log.info("edge_stopped", node=self._settings.node)
        return not self._failed

    def _forget(self) -> None:
        try:
            gone = forget_old(self._settings.data / "calibration", now())
        except OSError as error:
            log.warning("snapshots_not_deleted", reason=error.strerror)
        else:
            if gone:
                log.info("snapshots_expired", number=gone)

    def _post(self, settings: CameraSettings) -> _Post:
        return _Post(settings, partial(self._work, settings))

    def _work(self, settings: CameraSettings, camera: Camera, stopping: Event) -> None:
        pipeline = Pipeline(
            settings,
            frames=camera,
            finder=self._detector,
            publish=partial(self._publish, settings.id),
            clock=now,
            stopping=stopping,
            turned=partial(notify, "WATCHDOG=1"),
            adapted=Adapted(
                settings.id,
                self._detector,
                SiteFile(self._settings.data, settings.id, self._detector.facts.sha256),
                zones={zone.id: zone.outline for zone in settings.zone},
                ignored=settings.masks("ignore"),
            ),
        )
        try:
            pipeline.run()
        except Exception:
            log.exception("camera_failed", camera=settings.id)
            self._failed = True
            self._stopping.set()

    def _publish(self, camera: str, crowd: Crowd) -> None:
        self._bus.publish(CROWD, crowd, camera=camera)


def now() -> datetime:
    """The time of day."""
    return datetime.now(UTC)  # noqa: TID251 - the composition root reads the clock


def main() -> None:
    """Run the program."""
    given = arguments()
    sources = dict(given.source)
    settings, detector = settle(lambda path: prepare(path, sources), given.config)
    if given.check_config:
        print(f"{given.config}: in order")
        return
    configure_logging()
    if given.command == "calibrate":
        _calibrate(given, settings, detector)
        return
    edge = Edge(settings, detector)
    on_stop(edge.stop)
    sys.exit(None if edge.run() else EXIT_FAILED)


def _calibrate(given: argparse.Namespace, settings: EdgeSettings, detector: Detector) -> None:
    from edge.calibration import command  # noqa: PLC0415 a counting edge loads no web server

    changes = {"bind": given.bind, "port": given.port}
    page = settings.calibration.model_copy(
        update={key: value for key, value in changes.items() if value is not None}
    )
    settings = settings.model_copy(update={"calibration": page})
    try:
        command.serve(settings, given.camera, detector, clock=now)
    except Mistake as mistake:
        fail(mistake.lines)


if __name__ == "__main__":
    main()
