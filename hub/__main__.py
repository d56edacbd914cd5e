"""The hub program: puts settings, store, engine, broker connection and web together."""

import argparse
import gc
import getpass
import socket
import sys
from collections.abc import Mapping, Sequence
from datetime import UTC, datetime
from functools import partial
from pathlib import Path
from uuid import UUID

import structlog
import uuid_utils.compat
import uvicorn

from hall.bus import Bus
from hall.messages import Role
from hall.process import EXIT_MISTAKE, configure_logging, fail, notify, settle, version
from hub import accounts, mqtt
from hub.core.plan import HallPlan
from hub.core.state import broken_promises
from hub.engine import Engine
from hub.foresight import Foresight
from hub.nightly import Nightly
from hub.outbox import Outbox
from hub.recovery import Recovery
from hub.settings import HubSettings, read
from hub.store import Learned, ReadJournal, Snapshots, Store, StoreFailed, StoreInUse, reading
from hub.web.app import create_app
from hub.web.context import Context
from hub.web.stream import Stream

log = structlog.get_logger()

DEFAULT_CONFIG = Path("config/hub.toml")
GRACE_S = 3
MORE_TIME = "EXTEND_TIMEOUT_USEC=30000000"  # systemd waits 30 s more for the start


def main(argv: Sequence[str] | None = None) -> None:
    """Run the command line."""
    arguments = _parser().parse_args(argv)
    configure_logging()
    settings, plan = settle(read, arguments.config)
    if arguments.check_config:
        print(f"{arguments.config}: ok, {len(plan.services)} services, {len(plan.windows)} windows")
        return
    if arguments.command == "train":
        _train(settings, plan)
        return
    store = _open(settings)
    try:
        if arguments.command == "add-staff":
            accounts.add_staff(store, arguments.username, _password(), Role(arguments.role))
        elif arguments.command == "add-device":
            print(accounts.add_device(store, arguments.id))
        else:
            sys.exit(_serve(arguments.config, settings, plan, store))
    finally:
        store.close()


def _train(settings: HubSettings, plan: HallPlan) -> None:
    """Learn beside the hub that is at work."""
    url = settings.store.url
    try:
        with reading(settings.data, url.get_secret_value() if url else None) as journal:
            said = _learned(journal, plan, Learned(settings.data, plan.id))
    except StoreFailed as failure:
        fail([str(failure)])
    except OSError as error:
        fail([f"{settings.data / 'learned'}: {error.strerror or error}"])
    for name, sentence in said.items():
        log.info("trained", trainer=name, said=sentence)


def _learned(journal: ReadJournal, plan: HallPlan, learned: Learned) -> Mapping[str, str]:
    # What learning brings along takes a second and 100 MB that the hub itself never needs.
    try:
        from hub.learning.command import train, yield_to_service  # noqa: PLC0415
    except OSError as error:  # LightGBM's own library
        fail([f"learning needs a library of the system (apt-get install libgomp1): {error}"])

    yield_to_service()
    return train(journal, plan, learned, _now())


class _Server(uvicorn.Server):
    """uvicorn, ending event streams as soon as it is told to stop, so that nobody keeps it waiting.

    uvicorn's own handler would raise the signal again after serving, and end the process before
    the engine and the bus have stopped.
    """

    def __init__(self, context: Context) -> None:
        super().__init__(
            uvicorn.Config(
                create_app(context, version()),
                log_config=None,
                access_log=False,
                timeout_graceful_shutdown=GRACE_S,
            )
        )
        self._stream = context.stream

    def handle_exit(self, sig: int, frame: object) -> None:
        """A signal to stop came; a second one drops open requests."""
        self._stream.close()
        self.force_exit = self.should_exit
        self.should_exit = True


def _serve(config: Path, settings: HubSettings, plan: HallPlan, store: Store) -> int:
    listening = _listen(settings)
    port = listening.getsockname()[1]
    engine = _recovered(settings, plan, store)
    bus = Bus(settings.mqtt, hall=plan.id, program="hub", node="hub", version=version(), clock=_now)
    stream = Stream(epoch=_new_id().hex)
    mqtt.connect(bus, engine)
    outbox = Outbox(store.journal, partial(mqtt.deliver, bus))
    engine.subscribe(outbox.hear)
    engine.subscribe(stream.put)
    engine.on_beat(lambda: notify("WATCHDOG=1"))
    foresight, nightly = _learning(config, settings, plan, engine)
    context = Context(
        engine=engine,
        store=store,
        stream=stream,
        clock=_now,
        new_id=_new_id,
        broker_connected=lambda: bus.connected,
        thumbnails=mqtt.thumbnails(bus),
        public_url=str(settings.http.public_url).rstrip("/") if settings.http.public_url else None,
    )
    server = _Server(context)
    _collect_rarely()
    bus.start()
    engine.start()
    outbox.start()
    foresight.start()
    log.info("hub_listening", host=settings.http.host, port=port, hall=plan.id)
    notify("READY=1")
    server.run(sockets=[listening])
    failed = not engine.alive
    foresight.stop()
    nightly.stop()
    engine.stop()
    outbox.stop()
    bus.close()
    log.info("hub_stopped")
    return 1 if failed else 0


def _learning(
    config: Path, settings: HubSettings, plan: HallPlan, engine: Engine
) -> tuple[Foresight, Nightly]:
    """What takes up the model, and what has it trained by the same settings each night."""
    train = [sys.executable, "-m", "hub", "--config", str(config), "train"]
    nightly = Nightly(plan, settings.learning, train, _now)
    engine.on_beat(nightly.beat)
    return Foresight(plan, engine, Learned(settings.data, plan.id), _now), nightly


def _recovered(settings: HubSettings, plan: HallPlan, store: Store) -> Engine:
    """The engine as the journal left it, or the end of the program with what stands against it."""
    snapshots = Snapshots(settings.data, plan.timezone)
    recovery = Recovery(plan, store.journal, snapshots, lambda: notify(MORE_TIME))
    try:
        engine = Engine(plan, store, clock=_now, new_id=_new_id, recovery=recovery)
    except StoreFailed as failure:
        fail([f"{settings.data}: {failure}"])
    if broken := broken_promises(plan, engine.state):
        fail([f"{settings.hall_file}: {line}" for line in broken])
    return engine


def _collect_rarely() -> None:
    """Spare visitors pauses of 80 ms: the state holds many objects and no cycles to look for."""
    gc.collect()
    gc.freeze()
    gc.set_threshold(20_000, 20, 1_000)


def _open(settings: HubSettings) -> Store:
    url = settings.store.url
    try:
        return Store.open(settings.data, url.get_secret_value() if url else None)
    except (StoreInUse, StoreFailed) as error:
        fail([str(error)])


def _listen(settings: HubSettings) -> socket.socket:
    http = settings.http
    family = socket.AF_INET6 if ":" in http.host else socket.AF_INET
    listening = socket.socket(family, socket.SOCK_STREAM)
    listening.setsockopt(socket.SOL_SOCKET, socket.SO_REUSEADDR, 1)
    try:
        listening.bind((http.host, http.port))
    except OSError as error:
        fail([f"port {http.port} on {http.host}: {error.strerror}; choose another with http.port"])
    return listening


def _parser() -> argparse.ArgumentParser:
    parser = argparse.ArgumentParser(prog="huiting-hub", description="慧厅 hub: the hall's centre")
    parser.add_argument("--config", type=Path, default=DEFAULT_CONFIG)
    parser.add_argument("--check-config", action="store_true", help="read the settings and exit")
    commands = parser.add_subparsers(
        dest="command", title="administration (add-… with the hub stopped)"
    )
    staff = commands.add_parser("add-staff", help="add someone or change their password and role")
    staff.add_argument("username")
    staff.add_argument("--role", choices=list(Role), required=True)
    device = commands.add_parser("add-device", help="add a kiosk and print its new token")
    device.add_argument("id")
    commands.add_parser("train", help="learn from the journal; the hub may go on meanwhile")
    return parser


def _password() -> str:
    """From the keyboard unseen, or a line on standard input."""
    if sys.stdin.isatty():
        return getpass.getpass()
    return sys.stdin.readline().rstrip("\n") or sys.exit(EXIT_MISTAKE)


def _now() -> datetime:
    return datetime.now(UTC)  # noqa: TID251 the composition root is where the clock is read


def _new_id() -> UUID:
    return uuid_utils.compat.uuid7()


if __name__ == "__main__":
    main()
