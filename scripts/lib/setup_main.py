"""Sets up a clone: system packages, Python, front end, models and demo clip, one line for each.

Runs on the system's bare Python, before anything of ours is installed: standard library only.
"""

import argparse
import hashlib
import json
import shutil
import sys
import time
import tomllib
import venv
from collections.abc import Callable
from pathlib import Path
from typing import Any

import clip
import front_end
import setup_system
from setup_command import Trouble, run

ROOT = Path(__file__).resolve().parents[2]
CACHE = ROOT / "var" / "cache"
STAMP = CACHE / "setup.json"
LOG = ROOT / "var" / "log" / "setup.log"
ENVIRONMENT = ROOT / ".venv"
CLIP = CACHE / "clips" / "vtest.avi"
BUILT_PAGES = ROOT / "hub" / "web" / "static"
UV_VERSION = "0.13.9"
NEEDED_BYTES = 2_500_000_000
MISTAKE = 2


def fingerprint() -> str:
    """Digest of all that decides what setting up makes: lock, folder, front end, these programs."""
    digest = hashlib.sha256(f"{ROOT}\n{sys.version_info[:2]}\n".encode())
    digest.update(front_end.fingerprint(ROOT).encode())
    own = Path(__file__).parent
    for path in (
        ROOT / "uv.lock",
        ROOT / "pyproject.toml",
        ROOT / "models" / "manifest.toml",
        own / "clip.py",
        *sorted(own.glob("setup_*.py")),
    ):
        digest.update(path.read_bytes())
    return digest.hexdigest()


def stamped() -> dict[str, Any]:
    """What the last completed run left; empty when nothing or something else stands here."""
    try:
        stamp = json.loads(STAMP.read_text())
    except (OSError, ValueError):
        return {}
    whole = (ENVIRONMENT / "bin" / "python").exists() and BUILT_PAGES.exists()
    return stamp if isinstance(stamp, dict) and whole else {}


def check_disk() -> str:
    """Refuse to begin what the disk cannot hold."""
    free = shutil.disk_usage(ROOT).free
    if not ENVIRONMENT.exists() and free < NEEDED_BYTES:
        raise Trouble(
            f"the disk is too full: {ROOT} has {free / 1e9:.1f} GB free and"
            f" {NEEDED_BYTES / 1e9:.1f} GB are needed; make room and run scripts/setup again"
        )
    return f"{free / 1e9:.0f} GB free"


def sync_python(*, tests: bool) -> str:
    """Bring `.venv` to exactly what uv.lock says."""
    tool = CACHE / f"uv-{UV_VERSION}"
    uv = tool / "bin" / "uv"
    if not uv.exists():
        venv.create(tool, with_pip=True, clear=True)
        pip = [str(tool / "bin" / "python"), "-m", "pip", "install", "--quiet"]
        run([*pip, "--disable-pip-version-check", f"uv=={UV_VERSION}"], LOG)
    groups = ["--group", "build", *(["--group", "dev"] if tests else [])]
    run(
        [
            *(str(uv), "sync", "--frozen", "--no-install-project", "--all-extras", *groups),
            *("--python", sys.executable, "--no-python-downloads"),
        ],
        LOG,
        env={"VIRTUAL_ENV": "", "UV_PROJECT_ENVIRONMENT": str(ENVIRONMENT)},
        cwd=ROOT,
    )
    return "matches uv.lock"


def build_pages() -> str:
    """Build the web pages with the Node that the environment carries."""
    if front_end.is_built(ROOT, front_end.fingerprint(ROOT)):
        return "all there"
    run([str(ENVIRONMENT / "bin" / "python"), str(Path(front_end.__file__))], LOG, cwd=ROOT)
    return "built"


def check_models() -> str:
    """Compare every model file with its digest in the manifest."""
    manifest = ROOT / "models" / "manifest.toml"
    models = tomllib.loads(manifest.read_text(encoding="utf-8"))["model"]
    for model in models:
        path = manifest.parent / model["file"]
        if not path.is_file():
            raise Trouble(f"{path} is missing: get it back with git checkout -- models")
        if clip.sha256(path) != model["sha256"]:
            raise Trouble(f"{path} is damaged: get it back with git checkout -- models")
    return f"{len(models)} as in models/manifest.toml"


def report(number: int, steps: int, title: str, step: Callable[[], str]) -> None:
    """Do one step with its line of progress."""
    print(f"[{number}/{steps}] {title} … ", end="", flush=True)
    started = time.monotonic()
    try:
        outcome = step()
    except Trouble:
        print("failed", flush=True)
        raise
    print(f"{outcome} ({time.monotonic() - started:.0f} s)")


def set_up(*, window: bool, tests: bool) -> None:
    """All steps in their order; the stamp is written only when every one succeeded."""
    steps: tuple[tuple[str, Callable[[], str]], ...] = (
        ("Disk", check_disk),
        (
            "System packages",
            lambda: setup_system.provide(window=window, tests=tests, log=LOG),
        ),
        ("Python environment, about 1 GB", lambda: sync_python(tests=tests)),
        ("Web pages", build_pages),
        ("Models", check_models),
        ("Demo clip, 96 MB to fetch", lambda: clip.fetch(CLIP, LOG)),
    )
    for number, (title, step) in enumerate(steps, start=1):
        report(number, len(steps), title, step)
    CACHE.mkdir(parents=True, exist_ok=True)
    STAMP.write_text(json.dumps({"of": fingerprint(), "window": window, "tests": tests}))


def main() -> int:
    """Set up as the command line asks, unless it was done already."""
    parser = argparse.ArgumentParser(prog="scripts/setup", description="Prepare this clone to run.")
    parser.add_argument("--dev", action="store_true", help="also what the tests need")
    parser.add_argument(
        "--headless", action="store_true", help="leave out what only the kiosk window needs"
    )
    options = parser.parse_args()
    stamp = stamped()
    tests = options.dev or bool(stamp.get("tests"))
    window = not options.headless or bool(stamp.get("window"))
    if stamp == {"of": fingerprint(), "window": window, "tests": tests}:
        print("Set up already.")
        return 0
    try:
        set_up(window=window, tests=tests)
    except Trouble as trouble:
        print(f"scripts/setup: {trouble}", file=sys.stderr)
        return MISTAKE
    except KeyboardInterrupt:
        print("\nscripts/setup: stopped; run it again to go on.", file=sys.stderr)
        return 130
    print("Set up.")
    return 0


if __name__ == "__main__":
    sys.exit(main())
