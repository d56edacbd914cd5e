"""A system at the other end of a webhook, which answers as told."""

from collections.abc import Iterator, Mapping
from contextlib import contextmanager
from dataclasses import dataclass, field
from http.server import BaseHTTPRequestHandler, HTTPServer
from threading import Event, Thread


@dataclass
class Receiver:
    """What it heard; `answers` are given in turn, then `otherwise`."""

    answers: list[int] = field(default_factory=list)
    otherwise: int = 200
    heard: list[tuple[Mapping[str, str], bytes]] = field(default_factory=list)
    news: Event = field(default_factory=Event)
    url: str = ""


@contextmanager
def receiving(*answers: int, otherwise: int = 200) -> Iterator[Receiver]:
    """A receiver on this machine, gone afterwards."""
    receiver = Receiver(list(answers), otherwise)

    class Handler(BaseHTTPRequestHandler):
        def do_POST(self) -> None:
            body = self.rfile.read(int(self.headers["content-length"]))
            receiver.heard.append((dict(self.headers.items()), body))
            status = receiver.answers.pop(0) if receiver.answers else receiver.otherwise
            self.send_response(status)
            if 300 <= status < 400:
                self.send_header("Location", f"{receiver.url}elsewhere")
            self.send_header("Content-Length", "0")
            self.end_headers()
            receiver.news.set()

        def log_message(self, *_: object) -> None:
            pass

    server = HTTPServer(("127.0.0.1", 0), Handler)
    receiver.url = f"http://127.0.0.1:{server.server_port}/"
    thread = Thread(target=server.serve_forever, daemon=True)
    thread.start()
    yield receiver
    server.shutdown()
    thread.join()
    server.server_close()
