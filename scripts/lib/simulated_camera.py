"""Starts, stalls and kills the simulated RTSP camera, and reads the time off its pictures."""

import signal
import socket
import subprocess
from collections.abc import Sequence
from pathlib import Path
from typing import Final

import cv2
from cv2.typing import MatLike

SYSTEM_PYTHON: Final = "/usr/bin/python3"  # Debian's GStreamer bindings are for Debian's Python
SIMULATOR: Final = Path(__file__).with_name("camera_simulator.py")
SIZES: Final = ((640, 480), (320, 240))
STAMP_BITS: Final = 32
GREY: Final = 127
STOP_S: Final = 30


def raw_pictures(folder: Path, pictures: Sequence[MatLike]) -> Path:
    """Write pictures in the simulator's sizes and form into a folder."""
    for size in SIZES:
        width, height = size
        with (folder / f"{width}x{height}.i420").open("wb") as sink:
            for each in pictures:
                raw = cv2.cvtColor(cv2.resize(each, size), cv2.COLOR_BGR2YUV_I420)
                sink.write(raw.tobytes())
    return folder


def taken_ms(picture: MatLike) -> int:
    """When the simulator took a picture: milliseconds since 1970, modulo 2**32."""
    block = picture.shape[1] // STAMP_BITS
    bits = (
        picture[4:12, each * block + block // 4 : each * block + 3 * block // 4].mean() > GREY
        for each in range(STAMP_BITS)
    )
    places = reversed(range(STAMP_BITS))
    return sum(bool(bit) << place for place, bit in zip(places, bits, strict=True))


class SimulatedCamera:
    """The simulator as a process that can be stalled, killed and started again at its address."""

    def __init__(self, folder: Path, codec: str = "h264", *, fps: int = 10) -> None:
        self._command = [SYSTEM_PYTHON, str(SIMULATOR), str(folder), "--codec", codec]
        self._command += ["--fps", str(fps)]
        self._process: subprocess.Popen[str] | None = None
        with socket.socket() as probe:
            probe.bind(("127.0.0.1", 0))
            self.port: int = probe.getsockname()[1]

    @property
    def url(self) -> str:
        """Its address, with a password that it does not ask for."""
        return f"rtsp://viewer:open-sesame@127.0.0.1:{self.port}/stream"

    def start(self) -> None:
        """Serve from now on. Raises RuntimeError where GStreamer is missing."""
        self._process = subprocess.Popen(
            [*self._command, "--port", str(self.port)],
            stdin=subprocess.PIPE,
            stdout=subprocess.PIPE,
            text=True,
        )
        assert self._process.stdout  # noqa: S101 - it was asked for
        if self._process.stdout.readline().strip() != str(self.port):
            raise RuntimeError(
                "the camera simulator does not run: scripts/setup --dev brings GStreamer"
            )

    def tell(self, line: str) -> None:
        """Give it a command."""
        if self._process and self._process.stdin:
            self._process.stdin.write(line + "\n")
            self._process.stdin.flush()

    def stall(self) -> None:
        """Stop sending, with all connections open."""
        if self._process:
            self._process.send_signal(signal.SIGSTOP)

    def resume(self) -> None:
        """Go on."""
        if self._process:
            self._process.send_signal(signal.SIGCONT)

    def kill(self) -> None:
        """End as a camera without power does."""
        if self._process:
            self._process.kill()
            self._process.communicate(timeout=STOP_S)
            self._process = None
