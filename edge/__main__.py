"""The edge program: puts cameras, detector and bus together and runs them until told to stop."""

import argparse
import os
import sys
import time
from collections.abc import Callable
from datetime import UTC, datetime
from functools import partial
from getpass import getpass
from pathlib import Path
from threading import Event, Lock, Thread

import structlog

from edge.adapted import Adapted
from edge.calibration.snapshots import forget_old
from edge.camera import Camera
from edge.capture import check_file, configure_ffmpeg
from edge.core.cadence import Cadence
from edge.core.quality import Quality
from edge.core.rollcall import RollCall
from edge.core.site import Site
from edge.core.view import COLUMNS, MARGIN_PX, ROWS
from edge.core.zones import pixels
from edge.detector import Detector
from edge.discovery import Credentials, find, listing
from edge.floor import Floor
from edge.network import check_providers
from edge.picture import small_view
from edge.pipeline import Pipeline
from edge.redrawing import Redrawing
from edge.settings import CameraSettings, EdgeSettings, masked, read
from edge.site import SiteFile
from edge.thumbnails import Thumbnails, refusal
from edge.watch import DoubtFile, Watch
from hall.bus import Bus
from hall.messages import Crowd
from hall.process import configure_logging, fail, notify, on_stop, settle, version
from hall.settings import Mistake
from hall.thumbnails import Thumbnail, ThumbnailRequest
from hall.topics import CROWD, THUMBNAIL, THUMBNAIL_REQUEST

EXIT_FAILED = 1
CAMERA_PASSWORD = "HUITING_CAMERA_PASSWORD"  # noqa: S105 - the name of a variable
REDRAWN_WITHIN_S = 2.0
FORGETTING_S = 3600.0

log = structlog.get_logger()


def arguments() -> argparse.Namespace:
    """The command line."""
    parser = argparse.ArgumentParser(
        prog="huiting-edge", description="counts the people that cameras see; frames stay here"
    )
    parser.add_argument("--config", type=Path, metavar="FILE", help="edge.toml")
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
    search = commands.add_parser(
        "discover", help="list the ONVIF cameras of the local network; needs no --config"
    )
    search.add_argument(
        "--user",
        metavar="NAME",
        help=f"list streams, too; the password is asked for, or taken from {CAMERA_PASSWORD}",
    )
    search.add_argument("--interface", metavar="ADDRESS", help="own address to ask from")
    search.add_argument("--wait", type=float, default=3.0, metavar="S", help="for answers")
    calibrate = commands.add_parser(
        "calibrate", help="serve the page on which a camera is fitted to its place"
    )
    calibrate.add_argument("camera", metavar="CAMERA", help="id of a [[camera]]")
    calibrate.add_argument("--bind", metavar="ADDRESS", help="instead of calibration.bind")
    calibrate.add_argument("--port", type=int, metavar="N", help="instead of calibration.port")
    given = parser.parse_args()
    if given.command != "discover" and given.config is None:
        parser.error("--config FILE is needed")
    return given


def _source(text: str) -> tuple[str, str]:
    camera, equals, source = text.partition("=")
    if not (camera and equals and source):
        raise argparse.ArgumentTypeError(f"{masked(text)!r} is not CAMERA=URL")
    return camera, source


def prepare(path: Path, sources: dict[str, str]) -> tuple[EdgeSettings, Detector]:
    """Everything that can be wrong before a camera or the broker is asked. Raises Mistake."""
    settings = read(path, sources)
    configure_ffmpeg(settings.rtsp_transport)
    lines: list[str] = []
    try:
        check_providers(settings.providers)
    except Mistake as mistake:
        lines += [f"{path}: {line}" for line in mistake.lines]
    for number, camera in enumerate(settings.camera):
        try:
            check_file(camera, number)
        except Mistake as mistake:
            lines += [f"{path}: {line}" for line in mistake.lines]
    if lines:
        raise Mistake(*lines)
    return settings, Detector(
        settings.model, threads=settings.threads, providers=settings.providers
    )


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
        self._floor = Floor()
        self._turning = RollCall(camera.id for camera in settings.camera)
        self._turns = Lock()
        self._bus = Bus(
            settings.mqtt,
            hall=settings.hall,
            program="edge",
            node=settings.node,
            version=version(),
            clock=now,
        )
        self._thumbnails = {
            camera.id: Thumbnails(settings.node, self._answer, now)
            for camera in settings.camera
            if camera.thumbnail
        }
        self._bus.subscribe(THUMBNAIL_REQUEST, self._asked, id=settings.node)

    def stop(self) -> None:
        """Ask `run` to return."""
        self._stopping.set()

    def run(self) -> bool:
        """Work until stopped; whether nothing failed."""
        self._bus.start()
        drawings = Redrawing(self._settings)
        posts = {each.id: self._post(each) for each in self._settings.camera}
        if self._detector.doubt:
            log.warning("model_replaced", by=self._detector.name, **self._detector.doubt._asdict())
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

    def _judge(self, settings: CameraSettings, site: Site | None) -> Quality:
        """A camera that was fitted to its place is bound to the view that it had then."""
        return Quality(
            hidden=pixels(settings.masks("privacy"), ROWS, COLUMNS, MARGIN_PX),
            reference=small_view(site.scene.background, site.scene.extent_px) if site else None,
        )

    def _work(self, settings: CameraSettings, camera: Camera, stopping: Event) -> None:
        sites = SiteFile(self._settings.data, settings.id, self._detector.facts.sha256)
        pipeline = Pipeline(
            settings,
            frames=camera,
            finder=self._detector,
            judge=self._judge(settings, sites.current()),
            publish=partial(self._publish, settings.id),
            clock=now,
            stopping=stopping,
            turned=partial(self._turned, settings.id),
            adapted=Adapted(
                settings.id,
                self._detector,
                sites,
                zones={zone.id: zone.outline for zone in settings.zone},
                ignored=settings.masks("ignore"),
                watch=Watch(settings.id, DoubtFile(self._settings.data, settings.id), clock=now),
            ),
            floor=self._floor,
            thumbnails=self._thumbnails.get(settings.id),
        )
        try:
            pipeline.run()
        except Exception:
            log.exception("camera_failed", camera=settings.id)
            self._failed = True
            self._stopping.set()

    def _turned(self, camera: str) -> None:
        """Feed the watchdog once every camera's work went round: one that hangs is noticed."""
        with self._turns:
            if self._turning.answer(camera):
                notify("WATCHDOG=1")

    def _asked(self, levels: dict[str, str], request: ThumbnailRequest) -> None:
        if thumbnails := self._thumbnails.get(request.camera):
            thumbnails.ask(request)
        else:
            self._answer(refusal(request, "off", now()))

    def _answer(self, answer: Thumbnail) -> None:
        """A picture does not wait for a broker that is away."""
        if self._bus.connected:
            self._bus.publish(THUMBNAIL, answer, id=self._settings.node)

    def _publish(self, camera: str, crowd: Crowd) -> None:
        self._bus.publish(CROWD, crowd, camera=camera)


def discover(user: str | None, interface: str | None, wait_s: float) -> None:
    """List cameras, with a user's name their streams."""
    credentials = None
    if user is not None:
        password = os.environ.get(CAMERA_PASSWORD)
        asked = getpass("Password: ") if password is None else password
        credentials = Credentials(user, asked, now)
    try:
        cameras = find(wait_s=wait_s, interface=interface)
    except OSError as error:
        fail([f"cannot ask the network: {error.strerror or error}; try --interface ADDRESS"])
    for line in listing(cameras, credentials):
        print(line, flush=True)
    if not cameras:
        print("no camera answered; is ONVIF switched on in it, and is it in this network?")


def now() -> datetime:
    """The time of day."""
    return datetime.now(UTC)  # noqa: TID251 - the composition root reads the clock


def main() -> None:
    """Run the program."""
    given = arguments()
    if given.command == "discover":
        discover(given.user, given.interface, given.wait)
        return
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
