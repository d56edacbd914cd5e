"""What every program does as a process: log, stop on signals, tell systemd that it is ready."""

import logging
import os
import signal
import socket
import sys
from collections.abc import Callable, Sequence
from importlib import metadata
from pathlib import Path
from types import FrameType
from typing import NoReturn, TypeVar

import structlog

from hall.settings import Mistake

T = TypeVar("T")

EXIT_MISTAKE = 2


def configure_logging(*, stream_is_terminal: bool | None = None) -> None:
    """Log transitions to standard error: readable on a terminal, else one JSON object a line."""
    terminal = sys.stderr.isatty() if stream_is_terminal is None else stream_is_terminal
    renderer: structlog.typing.Processor = (
        structlog.dev.ConsoleRenderer() if terminal else structlog.processors.JSONRenderer()
    )
    structlog.configure(
        processors=[
            structlog.contextvars.merge_contextvars,
            structlog.processors.add_log_level,
            structlog.processors.TimeStamper(fmt="iso", utc=True),
            structlog.processors.format_exc_info,
            renderer,
        ],
        wrapper_class=structlog.make_filtering_bound_logger(logging.INFO),
        logger_factory=structlog.PrintLoggerFactory(sys.stderr),
    )


def on_stop(stop: Callable[[], None]) -> None:
    """Call `stop` once on Ctrl-C or SIGTERM; a second signal ends the process at once."""

    def handle(number: int, frame: FrameType | None) -> None:
        for each in (signal.SIGINT, signal.SIGTERM):
            signal.signal(each, signal.SIG_DFL)
        stop()

    for each in (signal.SIGINT, signal.SIGTERM):
        signal.signal(each, handle)


def notify(state: str) -> None:
    """Tell systemd (sd_notify protocol), e.g. "READY=1" or "WATCHDOG=1"; elsewhere nothing."""
    address = os.environ.get("NOTIFY_SOCKET")
    if not address:
        return
    if address.startswith("@"):
        address = "\0" + address[1:]
    with socket.socket(socket.AF_UNIX, socket.SOCK_DGRAM | socket.SOCK_CLOEXEC) as peer:
        peer.sendto(state.encode(), address)


def version() -> str:
    """The installed release, or "checkout" where Huiting runs from its sources."""
    try:
        return metadata.version("huiting")
    except metadata.PackageNotFoundError:
        return "checkout"


def settle(read: Callable[[Path], T], path: Path) -> T:
    """The settings, or exit 2 with one line per mistake on standard error."""
    try:
        return read(path)
    except Mistake as mistake:
        fail(mistake.lines)


def fail(lines: Sequence[str]) -> NoReturn:
    """Exit 2 after one line per mistake: what a person running the program reads."""
    for line in lines:
        print(line, file=sys.stderr)
    sys.exit(EXIT_MISTAKE)
