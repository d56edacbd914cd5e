"""An HTTP camera for the tests, and a network that holds back what an RTSP camera sends."""

import socket
import threading
from collections.abc import Iterator
from contextlib import contextmanager
from http.server import BaseHTTPRequestHandler, ThreadingHTTPServer

import cv2
from cv2.typing import MatLike

from tests.integration.brokers import DEADLINE_S


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
