"""Runs the edge for simulated days and through thousands of openings, and measures what it keeps.

Memory is resident size after a warm-up against that at the end; a leak shows as growth.
"""

import ctypes
import gc
import tempfile
import time
from collections.abc import Callable
from datetime import UTC, datetime, timedelta
from itertools import cycle
from pathlib import Path
from threading import Event
from typing import Final

import cv2
import psutil
from cv2.typing import MatLike
from simulated_camera import SimulatedCamera, raw_pictures

from edge.camera import Camera, Frame
from edge.capture import configure_ffmpeg, open_capture
from edge.core.quality import Quality
from edge.detector import Boxes, Detector, Picture
from edge.pipeline import Pipeline
from edge.settings import CameraSettings, read
from hall.messages import Crowd

ROOT: Final = Path(__file__).resolve().parents[2]
CLIP: Final = ROOT / "var" / "cache" / "clips" / "vtest.avi"
MIB: Final = 1024 * 1024
DAY_S: Final = 86_400.0
WARM_UP_SHARE: Final = 0.1
START: Final = datetime(2026, 3, 16, tzinfo=UTC)
PICTURES: Final = 20
DEADLINE_S: Final = 60.0


def measure(
    *, days: float = 3, openings: int = 2000, analyses: int = 2000, stall_s: float = 30
) -> dict[str, float]:
    """Growth in MiB by what was repeated, and what a long stall led to."""
    configure_ffmpeg("tcp")
    capture = cv2.VideoCapture(str(CLIP))
    pictures = [capture.read()[1] for _ in range(PICTURES)]
    capture.release()
    detector = Detector()
    seen = [detector.find(each) for each in pictures]
    feed = cycle(pictures)
    missing = Path(tempfile.gettempdir()) / "no-such-clip.avi"
    return {
        **simulated_days(days, pictures, seen),
        "analyses": analyses,
        "analyses_growth_mib": growth_mib(lambda: detector.find(next(feed)), analyses),
        "openings": openings,
        "openings_growth_mib": growth_mib(lambda: open_once(str(CLIP)), openings),
        "failures_growth_mib": growth_mib(lambda: open_once(str(missing)), openings),
        **network_camera(pictures, max(5, openings // 20), stall_s),
    }


def growth_mib(act: Callable[[], object], times: int) -> float:
    """Growth of this process from a tenth of the repetitions on."""
    warm = int(times * WARM_UP_SHARE)
    for _ in range(warm):
        act()
    before = resident_mib()
    for _ in range(times - warm):
        act()
    return resident_mib() - before


def resident_mib() -> float:
    """Memory of this process; what was freed is given back first, lest a leak hide in it."""
    gc.collect()
    ctypes.CDLL(None).malloc_trim(0)
    return psutil.Process().memory_info().rss / MIB


def open_once(source: str) -> None:
    """Open a source, take one picture, and let it go."""
    capture = open_capture(CameraSettings(id="soak", source=source))
    if capture.grab():
        capture.retrieve()
    capture.release()


class Calendar(Event):
    """Stands for the event that stops a pipeline: waiting passes simulated time at once."""

    def __init__(self, days: float) -> None:
        super().__init__()
        self.now = 0.0
        self.end = days * DAY_S
        self.warm_mib = 0.0

    def wait(self, timeout: float | None = None) -> bool:
        """Let the time pass; whether the days are over."""
        self.now += timeout or 0.0
        if not self.warm_mib and self.now > WARM_UP_SHARE * self.end:
            self.warm_mib = resident_mib()
        return self.now >= self.end

    def ticks(self) -> float:
        """Seconds since the first day began."""
        return self.now

    def clock(self) -> datetime:
        """The time of day."""
        return START + timedelta(seconds=self.now)


class Recorded:
    """Camera and finder of a recorded scene: pictures in turn, and the people once found there."""

    trouble = ""

    def __init__(self, calendar: Calendar, pictures: list[MatLike], seen: list[Boxes]) -> None:
        self._calendar = calendar
        self._scene = cycle(zip(pictures, seen, strict=True))
        self._boxes = seen[0]
        detector = Detector()
        self.name, self.facts = detector.name, detector.facts

    def next(self, timeout_s: float) -> Frame:
        """The next picture, taken now."""
        picture, self._boxes = next(self._scene)
        return Frame(picture, self._calendar.clock())

    def find(self, picture: Picture, threshold: float | None = None) -> Boxes:
        """Who was found in the picture that was handed over last."""
        return self._boxes


def simulated_days(days: float, pictures: list[MatLike], seen: list[Boxes]) -> dict[str, float]:
    """The demo's pipeline from picture to payload, as many times as in so many days."""
    calendar = Calendar(days)
    scene = Recorded(calendar, pictures, seen)
    readings = 0

    def publish(crowd: Crowd) -> None:
        nonlocal readings
        readings += bool(crowd.model_dump_json())

    Pipeline(
        read(ROOT / "config" / "demo" / "edge.toml").camera[0],
        frames=scene,
        finder=scene,
        judge=Quality(),
        publish=publish,
        clock=calendar.clock,
        stopping=calendar,
        ticks=calendar.ticks,
    ).run()
    return {
        "days": days,
        "readings": readings,
        "days_growth_mib": resident_mib() - calendar.warm_mib,
    }


def network_camera(pictures: list[MatLike], openings: int, stall_s: float) -> dict[str, float]:
    """A simulated RTSP camera opened again and again, then stalled."""
    with tempfile.TemporaryDirectory() as folder:
        simulator = SimulatedCamera(raw_pictures(Path(folder), pictures))
        simulator.start()
        try:
            grown = growth_mib(lambda: open_once(simulator.url), openings)
            return {
                "rtsp_openings": openings,
                "rtsp_openings_growth_mib": grown,
                "stall_s": stall_s,
                "back_after_stall_s": stalled(simulator, stall_s),
            }
        finally:
            simulator.kill()


def stalled(simulator: SimulatedCamera, stall_s: float) -> float:
    """Seconds from the end of a stall to the first frame; raises RuntimeError if none comes."""
    settings = CameraSettings(id="soak", source=simulator.url)
    camera = Camera(settings, clock=lambda: START)
    camera.start()
    try:
        if not camera.next(DEADLINE_S):
            raise RuntimeError(f"the simulated camera {camera.trouble}")
        simulator.stall()
        ends_at = time.monotonic() + stall_s
        while (left_s := ends_at - time.monotonic()) > 0:
            camera.next(left_s)
        simulator.resume()
        if not camera.next(DEADLINE_S):
            raise RuntimeError(f"after the stall the simulated camera {camera.trouble}")
        return time.monotonic() - ends_at
    finally:
        camera.stop()
