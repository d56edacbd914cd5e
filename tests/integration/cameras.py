"""Cameras for the tests: a simulated RTSP camera on GStreamer, and an HTTP one of our own.

Every RTSP picture tells in its top rows when it was taken, so that its true age can be read off.
"""

import signal
import socket
import subprocess
import threading
from collections.abc import Iterator
from contextlib import contextmanager
from functools import cached_property
from http.server import BaseHTTPRequestHandler, ThreadingHTTPServer
from pathlib import Path

import cv2
import pytest
from cv2.typing import MatLike

from tests.clips.faulty import frames
from tests.integration.brokers import DEADLINE_S, ROOT, answers, free_port, until

SYSTEM_PYTHON = "/usr/bin/python3"  # Debian's GStreamer bindings are for Debian's Python
SIMULATOR = ROOT / "scripts" / "lib" / "camera_simulator.py"
SIZES = ((640, 480), (320, 240))
PICTURES = 20
STAMP_BITS = 32


def raw_pictures(folder: Path) -> Path:
    """The demo clip's first pictures in the simulator's sizes and form."""
    for size in SIZES:
        width, height = size
        with (folder / f"{width}x{height}.i420").open("wb") as sink:
            for _, each in zip(range(PICTURES), frames(), strict=False):
                raw = cv2.cvtColor(cv2.resize(each, size), cv2.COLOR_BGR2YUV_I420)
                sink.write(raw.tobytes())
    return folder


def taken_ms(picture: MatLike) -> int:
    """When the simulator took a picture: milliseconds since 1970, modulo 2**32."""
    block = picture.shape[1] // STAMP_BITS
    bits = (
        picture[4:12, each * block + block // 4 : each * block + 3 * block // 4].mean() > 127
        for each in range(STAMP_BITS)
    )
    return sum(bool(bit) << place for place, bit in zip(reversed(range(32)), bits, strict=True))


class RtspCamera:
    """The simulator as a process that can be stalled, killed and started again at its address."""

    def __init__(self, folder: Path, codec: str = "h264", *, fps: int = 10) -> None:
        self._command = [SYSTEM_PYTHON, str(SIMULATOR), str(folder), "--codec", codec]
        self._command += ["--fps", str(fps)]
        self._process: subprocess.Popen[str] | None = None

    @cached_property
    def port(self) -> int:
        """Where it listens, whenever it does."""
        return free_port()

    @property
    def url(self) -> str:
        """Its address, with a password that it does not ask for."""
        return f"rtsp://viewer:open-sesame@127.0.0.1:{self.port}/stream"

    def start(self) -> None:
        """Serve from now on."""
        self._process = subprocess.Popen(
            [*self._command, "--port", str(self.port)],
            stdin=subprocess.PIPE,
            stdout=subprocess.PIPE,
            text=True,
        )
        assert self._process.stdout
        if self._process.stdout.readline().strip() != str(self.port):
            pytest.fail("the camera simulator does not run: scripts/setup --dev brings GStreamer")
        until(lambda: answers(self.port), what="the simulator")

    def tell(self, line: str) -> None:
        """Give it a command."""
        assert self._process
        assert self._process.stdin
        self._process.stdin.write(line + "\n")
        self._process.stdin.flush()

    def stall(self) -> None:
        """Stop sending, with all connections open."""
        assert self._process
        self._process.send_signal(signal.SIGSTOP)

    def resume(self) -> None:
        """Go on."""
        assert self._process
        self._process.send_signal(signal.SIGCONT)

    def kill(self) -> None:
        """End as a camera without power does."""
        if self._process:
            self._process.kill()
            self._process.communicate(timeout=DEADLINE_S)
            self._process = None


class _Boundaries(BaseHTTPRequestHandler):
    """Answers every request with an endless row of JPEG pictures."""

    def do_GET(self) -> None:
        """The stream, until the viewer goes or the server ends."""
        self.send_response(200)
        self.send_header("Content-Type", "multipart/x-mixed-replace; boundary=frame")
        self.end_headers()
        server = self.server
        assert isinstance(server, _Mjpeg)
        try:
            while not server.ended.wait(0.05):
                if not server.stalled.is_set():
                    part = server.part
                    head = f"--frame\r\nContent-Type: image/jpeg\r\nContent-Length: {len(part)}"
                    self.wfile.write(head.encode() + b"\r\n\r\n" + part + b"\r\n")
        except OSError:
            return

    def log_message(self, *arguments: object) -> None:
        """Keep the tests' output clean."""


class _Mjpeg(ThreadingHTTPServer):
    daemon_threads = True

    def __init__(self, port: int) -> None:
        super().__init__(("127.0.0.1", port), _Boundaries)
        self.ended, self.stalled = threading.Event(), threading.Event()
        self.part = b""


class HttpCamera:
    """A camera that sends MJPEG over HTTP, twenty pictures a second."""

    def __init__(self, server: _Mjpeg) -> None:
        self._server = server
        self.url = f"http://127.0.0.1:{server.server_port}/video"

    def show(self, picture: MatLike) -> None:
        """Send this picture from now on."""
        self._server.part = cv2.imencode(".jpg", picture)[1].tobytes()

    def send(self, content: bytes) -> None:
        """Send this in the place of pictures from now on."""
        self._server.part = content

    def stall(self, *, stalled: bool = True) -> None:
        """Stop sending, with all connections open, or go on."""
        (self._server.stalled.set if stalled else self._server.stalled.clear)()


@contextmanager
def http_camera(port: int = 0) -> Iterator[HttpCamera]:
    """A running HTTP camera."""
    server = _Mjpeg(port)
    thread = threading.Thread(target=server.serve_forever, args=(0.05,), daemon=True)
    thread.start()
    yield HttpCamera(server)
    server.ended.set()
    server.shutdown()
    server.server_close()
    thread.join(DEADLINE_S)


class Link:
    """A network between a viewer and a camera; while it is not `open` it holds back what comes."""

    def __init__(self, listener: socket.socket, port: int) -> None:
        self._listener, self._port = listener, port
        self.url = f"rtsp://127.0.0.1:{listener.getsockname()[1]}/stream"
        self.open = threading.Event()
        self.open.set()

    def serve(self) -> None:
        """Join viewers to the camera, until the listener is closed."""
        while True:
            try:
                viewer, _ = self._listener.accept()
            except OSError:
                return
            camera = socket.create_connection(("127.0.0.1", self._port))
            for source, sink in ((viewer, camera), (camera, viewer)):
                threading.Thread(target=self._carry, args=(source, sink), daemon=True).start()

    def _carry(self, source: socket.socket, sink: socket.socket) -> None:
        with source, sink:
            try:
                while content := source.recv(65536):
                    self.open.wait(DEADLINE_S)
                    sink.sendall(content)
            except OSError:
                return


@contextmanager
def network(port: int) -> Iterator[Link]:
    """A link to the camera at `port`."""
    with socket.create_server(("127.0.0.1", 0)) as listener:
        link = Link(listener, port)
        thread = threading.Thread(target=link.serve, daemon=True)
        thread.start()
        yield link
        listener.shutdown(socket.SHUT_RDWR)
        thread.join(DEADLINE_S)
