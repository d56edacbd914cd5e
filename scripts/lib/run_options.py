"""The command line of scripts/run; standard library only, so that --help needs no set-up."""

import argparse
from pathlib import Path

ROOT = Path(__file__).resolve().parents[2]
CLIP = ROOT / "var" / "cache" / "clips" / "vtest.avi"
LAST_PORT = 65535


def parse(argv: list[str] | None = None) -> argparse.Namespace:
    """The options, checked as far as they can be without starting anything."""
    parser = argparse.ArgumentParser(
        prog="scripts/run",
        description="Run the whole hall on this machine: broker, hub, one camera node on the demo"
        " clip, one kiosk window. Ctrl-C ends it.",
    )
    parser.add_argument("--headless", action="store_true", help="no kiosk window")
    parser.add_argument(
        "--data", type=Path, default=ROOT / "var", metavar="DIR", help="data folder (var/)"
    )
    parser.add_argument(
        "--port", type=_port, default=8000, metavar="N", help="web port (8000; 0 takes a free one)"
    )
    parser.add_argument(
        "--clip", default=str(CLIP), metavar="FILE_OR_RTSP", help="what the camera sees"
    )
    return parser.parse_args(argv)


def _port(text: str) -> int:
    if not (text.isdecimal() and int(text) <= LAST_PORT):
        raise argparse.ArgumentTypeError(f"{text} is not a port between 0 and {LAST_PORT}")
    return int(text)


if __name__ == "__main__":
    parse()
