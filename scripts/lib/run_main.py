"""Runs the whole hall on this machine until Ctrl-C, SIGTERM or the end of one of its processes."""

import fcntl
import os
import signal
import socket
import sys
import time
from argparse import Namespace
from pathlib import Path
from threading import Event
from typing import Final

import httpx
from children import Children
from demo_access import (
    EDGE_IDENTITY,
    HUB_IDENTITY,
    KIOSK_IDENTITY,
    TEST_IDENTITY,
    Access,
    write_private,
)
from run_options import CLIP, ROOT, parse

from hall.process import EXIT_MISTAKE
from hub.store import StoreFailed, StoreInUse

CONFIG: Final = ROOT / "config" / "demo"
LOOK_EVERY_S: Final = 0.2
READY_WITHIN_S: Final = 60
LOOPBACK: Final = "127.0.0.1"


class Trouble(Exception):
    """Why the demo cannot run, as one sentence for a person; `code` is the exit status."""

    def __init__(self, sentence: str, code: int = EXIT_MISTAKE) -> None:
        super().__init__(sentence)
        self.code = code


def main() -> int:
    """Run the demo; the exit status."""
    options = parse()
    stopping = Event()
    for number in (signal.SIGINT, signal.SIGTERM):
        signal.signal(number, lambda *_: stopping.set())
    try:
        options.clip = check_clip(options.clip)
        data = lock(options.data.resolve())
        run(options, data, stopping)
    except Trouble as trouble:
        print(f"scripts/run: {trouble}", file=sys.stderr)
        return trouble.code
    return 0


def run(options: Namespace, data: Path, stopping: Event) -> None:
    """Start everything, say where it is, and wait."""
    demo = data / "demo.json"
    demo.unlink(missing_ok=True)
    port, mqtt_port = usable_port(options.port), usable_port(0)
    url = f"http://{LOOPBACK}:{port}"
    access = Access.of(data)
    logs, accounts = data / "log", data / "keys" / "broker-accounts"
    logs.mkdir(exist_ok=True)
    try:
        access.grant(data / "hub", accounts)
    except (StoreInUse, StoreFailed) as error:
        raise Trouble(str(error)) from error
    children = Children(logs)
    try:
        start_core(children, access, data, options.clip, (port, mqtt_port))
        if not options.headless:
            start_kiosk(children, access, url, mqtt_port)
        await_ready(children, access, url, stopping)
        if not stopping.is_set():
            write_private(demo, access.as_demo(url, mqtt_port))
            welcome(access, url)
        while not stopping.wait(LOOK_EVERY_S):
            look(children)
    finally:
        demo.unlink(missing_ok=True)
        children.stop()


def start_core(
    children: Children, access: Access, data: Path, clip: str, ports: tuple[int, int]
) -> None:
    """Start broker, hub and camera node."""
    port, mqtt_port = ports
    accounts = data / "keys" / "broker-accounts"
    children.start(
        "broker",
        [*module("hub.broker"), "--port", str(mqtt_port), "--accounts", str(accounts)],
        {},
    )
    children.start(
        "hub",
        [*module("hub"), "--config", str(CONFIG / "hub.toml")],
        {
            "HUITING_HUB__DATA": str(data / "hub"),
            "HUITING_HUB__HTTP__PORT": str(port),
            **mqtt_environment("HUB", HUB_IDENTITY, access, mqtt_port),
        },
    )
    children.start(
        "edge",
        [*module("edge"), "--config", str(CONFIG / "edge.toml"), "--source", f"lobby={clip}"],
        {
            "HUITING_EDGE__DATA": str(data / "edge"),
            **mqtt_environment("EDGE", EDGE_IDENTITY, access, mqtt_port),
        },
    )


def start_kiosk(children: Children, access: Access, url: str, mqtt_port: int) -> None:
    """Start the kiosk window."""
    children.start(
        "kiosk",
        [*module("kiosk"), "--config", str(CONFIG / "kiosk.toml")],
        {
            "HUITING_KIOSK__HUB_URL": url,
            "HUITING_KIOSK__TOKEN": access.kiosk_token,
            **mqtt_environment("KIOSK", KIOSK_IDENTITY, access, mqtt_port),
        },
    )


def module(name: str) -> list[str]:
    """The command that runs a program of ours from this checkout."""
    return [sys.executable, "-m", name]


def mqtt_environment(program: str, identity: str, access: Access, port: int) -> dict[str, str]:
    """The variables that tell a program where the broker is and who it is there."""
    return {
        f"HUITING_{program}__MQTT__PORT": str(port),
        f"HUITING_{program}__MQTT__USERNAME": identity,
        f"HUITING_{program}__MQTT__PASSWORD": access.mqtt[identity],
    }


def await_ready(children: Children, access: Access, url: str, stopping: Event) -> None:
    """Return when the hub is ready and a first crowd message has come in."""
    deadline = time.monotonic() + READY_WITHIN_S
    with httpx.Client(base_url=url, trust_env=False, timeout=2) as client:
        while not stopping.wait(LOOK_EVERY_S):
            look(children)
            if is_ready(client, access):
                return
            if time.monotonic() > deadline:
                raise Trouble(
                    f"the hall was not ready within {READY_WITHIN_S} s; see {children.logs}", code=1
                )


def is_ready(client: httpx.Client, access: Access) -> bool:
    """Whether the hub answers, has its broker, and has heard from the camera."""
    try:
        if client.get("/readyz").status_code != httpx.codes.OK:
            return False
        if "authorization" not in client.headers:
            login = {"username": "manager", "password": access.staff["manager"]}
            token = client.post("/api/v1/session", json=login).json()["token"]
            client.headers["authorization"] = f"Bearer {token}"
        return any(name != TEST_IDENTITY for name in client.get("/api/v1/hall").json()["crowd"])
    except httpx.TransportError:
        return False


def look(children: Children) -> None:
    """End the run if a process has ended; only the kiosk window may be closed, or not appear."""
    name = children.ended()
    if name is None:
        return
    code = children.forget(name)
    lines = children.last_lines(name)
    if name == "kiosk" and code in {0, EXIT_MISTAKE}:
        print(f"No kiosk window: {lines[-1] if code and lines else 'it was closed'}", flush=True)
        return
    why = "\n".join(f"  {line}" for line in lines)
    raise Trouble(f"{name} ended with status {code}; its last lines:\n{why}", code=1)


def welcome(access: Access, url: str) -> None:
    """Say where everything is and how to get in."""
    print(f"""
慧厅 is open. Ctrl-C closes it.

  Dashboard          {url}/
  Window terminals   {url}/window/w1 … /window/w8
  Calling display    {url}/display
""")
    for name, word in access.staff.items():
        print(f"  Log-in   {name:<8}  {word}")
    print(flush=True)


def check_clip(clip: str) -> str:
    """The clip, a file by its full path; one that is not there is told before anything starts."""
    if "://" in clip:
        return clip
    if Path(clip).is_file():
        return str(Path(clip).resolve())
    fetch = " or run scripts/setup to fetch the demo clip" if clip == str(CLIP) else ""
    raise Trouble(f"there is no clip {clip}: pass --clip FILE_OR_RTSP{fetch}")


def lock(data: Path) -> Path:
    """The data folder, held against a second run until this process ends."""
    try:
        data.mkdir(parents=True, exist_ok=True)
        held = os.open(data / "run.lock", os.O_RDWR | os.O_CREAT | os.O_CLOEXEC, 0o600)
    except OSError as error:
        raise Trouble(f"{data}: {error.strerror}; choose another with --data DIR") from error
    try:
        fcntl.flock(held, fcntl.LOCK_EX | fcntl.LOCK_NB)
    except OSError as error:
        raise Trouble(f"{data} is used by another run: stop it, or pass --data DIR") from error
    return data


def usable_port(wanted: int) -> int:
    """`wanted` if it is free, any free one for 0."""
    with socket.socket() as probe:
        probe.setsockopt(socket.SOL_SOCKET, socket.SO_REUSEADDR, 1)
        try:
            probe.bind((LOOPBACK, wanted))
        except OSError as error:
            raise Trouble(
                f"port {wanted}: {error.strerror}; choose another with --port N"
            ) from error
        port: int = probe.getsockname()[1]
        return port


if __name__ == "__main__":
    sys.exit(main())
