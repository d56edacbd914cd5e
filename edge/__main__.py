"""The edge program: puts cameras, detector and bus together and runs them until told to stop."""

import argparse
import sys
from datetime import UTC, datetime
from functools import partial
from pathlib import Path
from threading import Event, Thread

import structlog

from edge.adapted import Adapted
from edge.camera import Camera, check_file
from edge.detector import Detector
from edge.network import check_providers
from edge.pipeline import Pipeline
from edge.settings import CameraSettings, EdgeSettings, read
from edge.site import SiteFile
from hall.bus import Bus
from hall.messages import Crowd
from hall.process import configure_logging, notify, on_stop, settle, version
from hall.settings import Mistake
from hall.topics import CROWD

EXIT_FAILED = 1

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
        cameras = [Camera(each, clock=now) for each in self._settings.camera]
        threads = [
            Thread(target=self._work, args=(settings, camera), name=settings.id, daemon=True)
            for settings, camera in zip(self._settings.camera, cameras, strict=True)
        ]
        for camera, thread in zip(cameras, threads, strict=True):
            camera.start()
            thread.start()
        if self._detector.doubt:
            log.warning("model_replaced", by=self._detector.name, **self._detector.doubt._asdict())
        log.info("edge_ready", node=self._settings.node, cameras=len(cameras))
        notify("READY=1")
        self._stopping.wait()
        notify("STOPPING=1")
        for camera in cameras:
            camera.stop()
        for thread in threads:
            thread.join()
        self._bus.close()
        log.info("edge_stopped", node=self._settings.node)
        return not self._failed

    def _work(self, settings: CameraSettings, camera: Camera) -> None:
        pipeline = Pipeline(
            settings,
            frames=camera,
            finder=self._detector,
            publish=partial(self._publish, settings.id),
            clock=now,
            stopping=self._stopping,
            turned=partial(notify, "WATCHDOG=1"),
            adapted=Adapted(
                settings.id,
                self._detector,
                SiteFile(self._settings.data, settings.id, self._detector.facts.sha256),
                zones={zone.id: zone.outline for zone in settings.zone},
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
    edge = Edge(settings, detector)
    on_stop(edge.stop)
    sys.exit(None if edge.run() else EXIT_FAILED)


if __name__ == "__main__":
    main()
