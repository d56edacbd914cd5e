"""A simulated network camera: serves raw pictures over RTSP, each with its own time drawn in.

It stands for a real camera in tests and measurements only. It runs on Debian's python3 with
GStreamer (python3-gi, gir1.2-gst-rtsp-server-1.0), prints the port it bound, and obeys lines on
standard input: `size W H` changes the resolution in mid-stream, `garbage` and `clean` the content.
"""

import argparse
import sys
import time
from pathlib import Path
from threading import Thread
from typing import Any, Final

import gi

gi.require_version("Gst", "1.0")
gi.require_version("GstRtspServer", "1.0")
from gi.repository import GLib, Gst, GstRtspServer  # noqa: E402 - only after the versions

# One slice a picture: between several, GStreamer repeats the parameter sets inside a key frame,
# which no decoder takes for one picture.
ENCODERS: Final = {
    "h264": "x264enc threads=1 sliced-threads=false {how} ! {spoiler} ! rtph264pay name=pay0 {pay}",
    "h265": "x265enc {how} ! {spoiler} ! rtph265pay name=pay0 {pay}",
}
HOW: Final = "tune=zerolatency speed-preset=ultrafast bitrate=2000 key-int-max={gop}"
SPOILER: Final = "breakmydata name=spoiler probability=0 seed=1"
PAY: Final = "pt=96 config-interval=-1"
GOP_S: Final = 2
STAMP_BITS: Final = 32  # lowest of milliseconds since 1970, highest first, across the top
STAMP_ROWS: Final = 16
BLACK, WHITE = b"\x10", b"\xeb"


class Pictures:
    """Raw I420 pictures of one size, one after the other, for ever."""

    def __init__(self, path: Path, width: int, height: int) -> None:
        size = width * height * 3 // 2
        content = path.read_bytes()
        self.width, self.height = width, height
        self._pictures = [content[at : at + size] for at in range(0, len(content), size)]
        self._next = 0

    def stamped(self, now_ms: int) -> bytes:
        """The next picture with `now_ms` drawn into its first rows."""
        picture = self._pictures[self._next % len(self._pictures)]
        self._next += 1
        block = self.width // STAMP_BITS
        bits = (now_ms >> place & 1 for place in reversed(range(STAMP_BITS)))
        row = b"".join((WHITE if bit else BLACK) * block for bit in bits).ljust(self.width, BLACK)
        return row * STAMP_ROWS + picture[len(row) * STAMP_ROWS :]


class Simulator:
    """One stream that all viewers share."""

    def __init__(self, options: argparse.Namespace) -> None:
        self._folder, self._fps = options.pictures, options.fps
        self._source: Any = None
        self._spoiler: Any = None
        self._show(*options.size)
        how = HOW.format(gop=GOP_S * self._fps)
        encoder = ENCODERS[options.codec].format(how=how, spoiler=SPOILER, pay=PAY)
        factory = GstRtspServer.RTSPMediaFactory()
        factory.set_shared(True)
        factory.set_launch(
            f"( appsrc name=source is-live=true format=time do-timestamp=true ! queue ! {encoder} )"
        )
        factory.connect("media-configure", self._configure)
        self._server = GstRtspServer.RTSPServer()
        self._server.set_address("127.0.0.1")
        self._server.set_service(str(options.port))
        self._server.get_mount_points().add_factory("/stream", factory)
        self._server.attach(None)
        GLib.timeout_add(1000 // self._fps, self._push)

    @property
    def port(self) -> int:
        """Where it listens."""
        port: int = self._server.get_bound_port()
        return port

    def obey(self, line: str) -> bool:
        """Do what one line of standard input asks for."""
        verb, *given = line.split()
        if verb == "size":
            self._show(*map(int, given))
            self._tell_size()
        elif self._spoiler:
            self._spoiler.set_property("probability", 0.5 if verb == "garbage" else 0.0)
        return False

    def _show(self, width: int, height: int) -> None:
        self._pictures = Pictures(self._folder / f"{width}x{height}.i420", width, height)

    def _tell_size(self) -> None:
        if self._source:
            self._source.set_property(
                "caps",
                Gst.Caps.from_string(
                    f"video/x-raw,format=I420,width={self._pictures.width},"
                    f"height={self._pictures.height},framerate={self._fps}/1"
                ),
            )

    def _configure(self, factory: object, media: GstRtspServer.RTSPMedia) -> None:
        elements = media.get_element()
        self._source = elements.get_by_name("source")
        self._spoiler = elements.get_by_name("spoiler")
        self._tell_size()
        media.connect("unprepared", self._forget)

    def _forget(self, media: object) -> None:
        self._source = self._spoiler = None

    def _push(self) -> bool:
        if self._source:
            picture = self._pictures.stamped(time.time_ns() // 1_000_000)
            self._source.emit("push-buffer", Gst.Buffer.new_wrapped(picture))
        return True


def main() -> None:
    """Serve until standard input ends."""
    parser = argparse.ArgumentParser(prog="camera_simulator.py", description=__doc__)
    parser.add_argument("pictures", type=Path, metavar="DIR", help="holds WxH.i420, raw pictures")
    parser.add_argument("--port", type=int, default=0)
    parser.add_argument("--codec", choices=sorted(ENCODERS), default="h264")
    parser.add_argument("--size", type=int, nargs=2, default=(640, 480), metavar=("W", "H"))
    parser.add_argument("--fps", type=int, default=10)
    options = parser.parse_args()
    Gst.init(None)
    simulator = Simulator(options)
    loop = GLib.MainLoop()

    def listen() -> None:
        for line in sys.stdin:
            GLib.idle_add(simulator.obey, line)
        GLib.idle_add(loop.quit)

    Thread(target=listen, daemon=True).start()
    print(simulator.port, flush=True)
    loop.run()


if __name__ == "__main__":
    main()
