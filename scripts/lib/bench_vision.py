"""Measures the detector: milliseconds a frame, how well it counts, several cameras at once."""

import argparse
import logging
import shutil
import socket
import sys
import tempfile
import time
from collections import Counter
from collections.abc import Iterator
from contextlib import contextmanager
from datetime import UTC, datetime
from pathlib import Path
from statistics import median
from typing import Final

import psutil
import structlog
from children import Children
from run_options import CLIP, ROOT

from edge.capture import open_capture
from edge.detector import Detector
from edge.settings import CameraSettings
from hall.bus import Bus, BusSettings
from hall.messages import Crowd
from hall.topics import CROWD
from models.judge import PUBLISHED_SPAN, judge_clip

BOXES: Final = Path("crowd/pets_s2l1_gt.txt")
FRAMES: Final = 150
CAMERAS: Final = (1, 2, 4)
READY_WITHIN_S: Final = 60
SETTLING_S: Final = 5
WATCHED_S: Final = 20
MIB: Final = 1024 * 1024

NODE: Final = """
hall = "bench"
node = "{node}"

[mqtt]
port = {port}
"""
CAMERA: Final = """
[[camera]]
id = "{camera}"
source = "{clip}"
rate_hz = 2.0
"""


def add_options(parser: argparse.ArgumentParser) -> None:
    """What `scripts/bench vision` may be told."""
    parser.add_argument(
        "--data", type=Path, metavar="DIR", help=f"where {BOXES} has the people of the demo clip"
    )


def measure(options: argparse.Namespace) -> dict[str, float]:
    """Milliseconds, people, MiB, and percent of all cores; names say which."""
    quiet = structlog.make_filtering_bound_logger(logging.ERROR)
    structlog.configure(wrapper_class=quiet)
    started = time.monotonic()
    detector = Detector()
    figures = {"start_ms": 1000 * (time.monotonic() - started)}
    for threads in (1, 2):
        figures |= frame_ms(Detector(threads=threads), f"{threads}_thread")
    boxes = options.data and options.data / BOXES
    if boxes and boxes.is_file():
        counted = judge_clip(detector, CLIP, boxes)[f"clip, median of {PUBLISHED_SPAN}"]
        figures |= {
            "clip_mae": counted.error,
            "clip_within_1_pct": 100 * counted.within_one,
            "clip_interval_covers_pct": 100 * counted.covered,
        }
    for cameras in CAMERAS:
        figures |= at_once(cameras, processes=1)
        if cameras > 1:
            figures |= at_once(cameras, processes=cameras)
    return figures


def frame_ms(detector: Detector, name: str) -> dict[str, float]:
    """Median over the clip's first frames: decode and find people, one after the other.

    Processor time tells on a busy machine what the time on the wall tells on a quiet one.
    """
    capture = open_capture(CameraSettings(id="clip", source=str(CLIP)))
    wall_ms, processor_ms = [], []
    for _ in range(FRAMES):
        wall, processor = time.perf_counter(), time.process_time()
        capture.grab()
        detector.find(capture.retrieve()[1])
        wall_ms.append(1000 * (time.perf_counter() - wall))
        processor_ms.append(1000 * (time.process_time() - processor))
    capture.release()
    return {f"frame_ms_{name}": median(wall_ms), f"frame_cpu_ms_{name}": median(processor_ms)}


def at_once(cameras: int, *, processes: int) -> dict[str, float]:
    """So many cameras on the clip at two analyses a second, shared out over edge processes."""
    readings: Counter[str] = Counter()
    with tempfile.TemporaryDirectory() as folder, _broker(Path(folder)) as (children, port):
        bus = Bus(
            BusSettings(port=port),
            hall="bench",
            program="hub",
            node="bench",
            version="bench",
            clock=_now,
        )
        bus.subscribe(CROWD, lambda levels, crowd: _count(readings, crowd))
        bus.start()
        for number in range(processes):
            path = Path(folder) / f"edge-{number}.toml"
            mine = range(number, cameras, processes)
            text = NODE.format(node=path.stem, port=port)
            text += "".join(CAMERA.format(camera=f"c{each}", clip=CLIP) for each in mine)
            path.write_text(text)
            command = [sys.executable, "-m", "edge", "--config", str(path)]
            children.start(path.stem, command, {"PYTHONPATH": str(ROOT)})
        _wait_for(readings, cameras, children)
        time.sleep(SETTLING_S)
        readings.clear()
        watched = [psutil.Process(children.running[name].pid) for name in _edges(children)]
        busy_s, started = -_cpu_s(watched), time.monotonic()
        time.sleep(WATCHED_S)
        busy_s += _cpu_s(watched)
        elapsed_s = time.monotonic() - started
        memory = [process.memory_full_info().pss / MIB for process in watched]
        bus.close()
    name = f"{cameras}_cameras_{processes}_process"
    return {
        f"{name}_load_pct": 100 * busy_s / elapsed_s / (psutil.cpu_count() or 1),
        f"{name}_pss_mib": sum(memory),
        f"{name}_pss_max_mib": max(memory),
        f"{name}_readings_hz": sum(readings.values()) / elapsed_s / cameras,
    }


@contextmanager
def _broker(folder: Path) -> Iterator[tuple[Children, int]]:
    """A broker on a free port of the loopback, and the processes that will talk through it."""
    children = Children(folder)
    with socket.socket() as probe:
        probe.bind(("127.0.0.1", 0))
        port: int = probe.getsockname()[1]
    mosquitto = shutil.which("mosquitto", path="/usr/sbin:/usr/local/sbin:/usr/bin")
    if mosquitto is None:
        raise SystemExit("mosquitto is not installed: run scripts/setup --dev")
    children.start("broker", [mosquitto, "-p", str(port)], {})
    try:
        yield children, port
    finally:
        children.stop()


def _wait_for(readings: Counter[str], cameras: int, children: Children) -> None:
    deadline = time.monotonic() + READY_WITHIN_S
    while len(readings) < cameras:
        ended = children.ended()
        if ended or time.monotonic() > deadline:
            said = "\n".join(children.last_lines(ended or _edges(children)[0]))
            raise SystemExit(f"{len(readings)} of {cameras} cameras came up: {said}")
        time.sleep(0.1)


def _edges(children: Children) -> list[str]:
    return [name for name in children.running if name != "broker"]


def _cpu_s(processes: list[psutil.Process]) -> float:
    return sum(sum(process.cpu_times()[:2]) for process in processes)


def _count(readings: Counter[str], crowd: Crowd) -> None:
    readings[crowd.camera] += 1


def _now() -> datetime:
    return datetime.now(UTC)  # noqa: TID251 - this program reads the clock
