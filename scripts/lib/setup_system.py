"""System packages that Huiting needs from Debian: which are missing, and installing them."""

import importlib.util
import os
import shlex
import shutil
import subprocess
from collections.abc import Sequence
from pathlib import Path

from setup_command import Trouble, run

PYTHON = ("python3-venv",)
WINDOW = (  # the kiosk window: libraries that Qt loads, and a font with Chinese
    "fonts-noto-cjk",
    "libdbus-1-3",
    "libegl1",
    "libfontconfig1",
    "libgl1",
    "libglib2.0-0",
    "libgomp1",  # not the window's: LightGBM asks for it, and without it a hub goes on unlearned
    "libwayland-cursor0",
    "libwayland-egl1",
    "libxcb-cursor0",
    "libxcb-icccm4",
    "libxcb-image0",
    "libxcb-keysyms1",
    "libxcb-randr0",
    "libxcb-render-util0",
    "libxcb-shape0",
    "libxcb-sync1",
    "libxcb-xfixes0",
    "libxcb-xkb1",
    "libxkbcommon-x11-0",
    "libxkbcommon0",
)
TESTS = (
    "chromium",
    "coturn",
    "gir1.2-gst-rtsp-server-1.0",  # the simulated camera, with the four below
    "gstreamer1.0-plugins-bad",
    "gstreamer1.0-plugins-good",
    "gstreamer1.0-plugins-ugly",
    "libatomic1",  # the driver of Playwright
    "mosquitto",
    "openssl",
    "postgresql",
    "python3-gi",
    "wrk",
    "xauth",
    "xvfb",
)
SERVICES = ("coturn", "mosquitto", "postgresql")

# Debian starts a service as soon as it is installed unless policy-rc.d says no.
INSTALL = """
policy=/usr/sbin/policy-rc.d
if [ ! -e "$policy" ]; then
    trap 'rm -f "$policy"' EXIT
    printf '#!/bin/sh\\nexit 101\\n' > "$policy"
    chmod 755 "$policy"
fi
export DEBIAN_FRONTEND=noninteractive
apt="apt-get -o DPkg::Lock::Timeout=600 -o Acquire::Retries=3"
$apt update && $apt install -y --no-install-recommends "$@"
"""
# What we brought only for the tests must not start with the machine either.
DISABLE = 'command -v systemctl >/dev/null || exit 0; systemctl disable "$@"'


def wanted(*, window: bool, tests: bool) -> tuple[str, ...]:
    """The Debian packages for a way of running."""
    has_venv = all(importlib.util.find_spec(name) for name in ("venv", "ensurepip"))
    return (
        (() if has_venv else PYTHON)
        + (WINDOW if window or tests else ())
        + (TESTS if tests else ())
    )


def missing(packages: Sequence[str]) -> tuple[str, ...]:
    """Those packages that are not installed; Debian 13 has renamed some to NAMEt64."""
    if not packages:
        return ()
    answer = subprocess.run(
        ["dpkg-query", "-W", "-f", "${db:Status-Status} ${Package}\n"]
        + [name for package in packages for name in (package, f"{package}t64")],
        capture_output=True,
        text=True,
        check=False,
    )
    installed = {
        line.removeprefix("installed ").removesuffix("t64")
        for line in answer.stdout.splitlines()
        if line.startswith("installed ")
    }
    return tuple(package for package in packages if package not in installed)


def root_prefix() -> tuple[str, ...] | None:
    """What makes a command run as root without asking, or None."""
    if os.geteuid() == 0:
        return ()
    sudo = shutil.which("sudo")
    if (
        sudo
        and not subprocess.run([sudo, "-n", "true"], capture_output=True, check=False).returncode
    ):
        return (sudo, "-n")
    return None


def install(packages: Sequence[str], log: Path) -> None:
    """Install packages without starting their services.

    Raises Trouble with the exact line to type where this may not be done.
    """
    root = root_prefix()
    if root is None:
        line = "sudo apt-get update && sudo apt-get install -y --no-install-recommends "
        less = (
            " (--headless needs fewer, but opens no kiosk window)"
            if {*WINDOW} & {*packages}
            else ""
        )
        raise Trouble(
            "system packages are missing and installing them needs root. Type this line, then run"
            f" scripts/setup again{less}:\n{line}{shlex.join(packages)}"
        )
    run([*root, "sh", "-c", INSTALL, "sh", *packages], log)
    services = [package for package in packages if package in SERVICES]
    if services:
        run([*root, "sh", "-c", DISABLE, "sh", *services], log)


def provide(*, window: bool, tests: bool, log: Path) -> str:
    """See to the system packages and say in a few words how that went.

    Raises Trouble when Python itself cannot make environments and nothing can be done about it.
    """
    packages = wanted(window=window, tests=tests)
    if not shutil.which("apt-get") or not shutil.which("dpkg-query"):
        if any(package in PYTHON for package in packages):
            raise Trouble(
                "this machine has no apt, and its Python lacks the modules venv and ensurepip:"
                " install them with its own package tool and run scripts/setup again"
            )
        return (
            "no apt here: see yourself to Qt's xcb libraries and a Chinese font for the kiosk"
            " window" + (", and to " + ", ".join(TESTS) if tests else "")
        )
    lacking = missing(packages)
    if not lacking:
        return "all there"
    install(lacking, log)
    return f"installed {len(lacking)}"
