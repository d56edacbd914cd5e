"""The kiosk program: settings, broker connection and window put together."""

import argparse
import os
import sys
import time
from collections.abc import Sequence
from datetime import UTC, datetime
from functools import partial
from pathlib import Path
from types import ModuleType

import structlog

from hall.bus import Bus
from hall.messages import Fault
from hall.process import configure_logging, fail, notify, on_stop, settle, version
from hall.settings import load
from hall.topics import FAULT
from kiosk.missing import why_no_import
from kiosk.settings import KioskSettings

log = structlog.get_logger()

DEFAULT_CONFIG = Path("config/kiosk.toml")


def main(argv: Sequence[str] | None = None) -> None:
    """Run the command line."""
    arguments = _parser().parse_args(argv)
    configure_logging()
    settings = settle(partial(load, KioskSettings), arguments.config)
    if arguments.check_config:
        print(f"{arguments.config}: ok, kiosk {settings.id} of {settings.hub_url}")
        return
    # Kiosks have modest graphics, and the software renderer draws the same on all of them.
    os.environ.setdefault("QT_QUICK_BACKEND", "software")
    sys.exit(_serve(settings, _load_window()))


def _load_window() -> ModuleType:
    """Qt, or exit 2 with what it lacks: importing it loads system libraries."""
    try:
        from kiosk.ui import window  # noqa: PLC0415 the settings must be checkable without Qt
    except ImportError as error:
        fail([why_no_import(error)])
    return window


def _serve(settings: KioskSettings, ui: ModuleType) -> int:
    bus = Bus(
        settings.mqtt,
        hall=settings.hall,
        program="kiosk",
        node=settings.id,
        version=version(),
        clock=_now,
    )

    def tell_faults(faults: tuple[str, ...]) -> None:
        bus.publish(FAULT, Fault(at=_now(), faults=faults), id=settings.id)

    window = ui.Window(settings, clock=time.monotonic, faults=tell_faults, ready=_ready)
    on_stop(window.quit)
    bus.start()
    log.info("kiosk_started", kiosk=settings.id, hub=str(settings.hub_url))
    status: int = window.run()
    bus.close()
    log.info("kiosk_stopped")
    return status


def _ready() -> None:
    log.info("kiosk_ready")
    notify("READY=1")


def _parser() -> argparse.ArgumentParser:
    parser = argparse.ArgumentParser(prog="huiting-kiosk", description="慧厅 kiosk: one window")
    parser.add_argument("--config", type=Path, default=DEFAULT_CONFIG)
    parser.add_argument("--check-config", action="store_true", help="read the settings and exit")
    return parser


def _now() -> datetime:
    return datetime.now(UTC)  # noqa: TID251 the composition root is where the clock is read


if __name__ == "__main__":
    main()
