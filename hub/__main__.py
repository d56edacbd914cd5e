"""The hub program: puts settings, store, engine, broker connection and web together."""

import argparse
import gc
import getpass
import socket
import sys
from collections.abc import Mapping, Sequence
from datetime import UTC, datetime
from pathlib import Path
from uuid import UUID

import structlog
import uuid_utils.compat
import uvicorn

from hall.bus import Bus
from hall.messages import Call, Role
from hall.process import EXIT_MISTAKE, configure_logging, fail, notify, settle, version
from hub import accounts, mqtt, webhooks
from hub.core.plan import HallPlan
from hub.core.state import broken_promises
from hub.crowding import Crowding
from hub.engine import Engine, Keep
from hub.expectation import Expectation
from hub.foresight import Foresight
from hub.nightly import Nightly
from hub.outbox import Outbox, calls
from hub.recorder import Recorder
from hub.recovery import Recovery
from hub.reporting import Reporter
from hub.settings import HubSettings, read
from hub.store import Learned, ReadJournal, Snapshots, Store, StoreFailed, StoreInUse, reading
from hub.web.app import create_app
from hub.web.context import Context
from hub.web.stream import Stream

log = structlog.get_logger()

_AnyOutbox = Outbox[Call] | Outbox[webhooks.AlertNotice]

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
    recorder = Recorder(store.observations, plan, _now)
    engine = _recovered(settings, plan, store, lambda crowd, ok: recorder.put(crowd, ok=ok))
    bus = Bus(settings.mqtt, hall=plan.id, program="hub", node="hub", version=version(), clock=_now)
    stream = Stream(epoch=_new_id().hex)
    mqtt.connect(bus, engine)
    announcer = mqtt.Announcer(bus, _now)
    handing_on = _outboxes(settings, engine, store, announcer)
    engine.subscribe(stream.put)
    engine.on_beat(lambda: notify("WATCHDOG=1"))
    foresight, nightly = _learning(config, settings, plan, engine)
    reporter = _reporter(plan, store)
    context = Context(
        engine=engine,
        store=store,
        stream=stream,
        clock=_now,
        new_id=_new_id,
        broker_connected=lambda: bus.connected,
        thumbnails=mqtt.thumbnails(bus),
        calls_passed_over=lambda: announcer.passed_over,
        reporter=reporter,
        public_url=str(settings.http.public_url).rstrip("/") if settings.http.public_url else None,
    )
    server = _Server(context)
    _keep_pauses_short()
    for part in (bus, engine, *handing_on, foresight, recorder, reporter):
        part.start()
    host, port = settings.http.host, listening.getsockname()[1]
    log.info("hub_listening", host=host, port=port, hall=plan.id)
    notify("READY=1")
    server.run(sockets=[listening])
    failed = not engine.alive
    for ending in (context.planner, foresight, nightly, engine, *handing_on, reporter):
        ending.stop()
    bus.close()
    recorder.stop()
    log.info("hub_stopped")
    return 1 if failed else 0


def _reporter(plan: HallPlan, store: Store) -> Reporter:
    crowding = Crowding(plan, store.observations, _now)
    return Reporter(plan, store.journal, store.reports, clock=_now, beside=crowding)


def _learning(
    config: Path, settings: HubSettings, plan: HallPlan, engine: Engine
) -> tuple[Foresight, Nightly]:
    """What takes up the models, and what has it trained by the same settings each night."""
    train = [sys.executable, "-m", "hub", "--config", str(config), "train"]
    nightly = Nightly(plan, settings.learning, train, _now)
    engine.on_beat(nightly.beat)
    learned = Learned(settings.data, plan.id)
    expectation = Expectation(engine, learned)
    return Foresight(plan, engine, learned, _now, also=[expectation.look]), nightly


def _outboxes(
    settings: HubSettings, engine: Engine, store: Store, announcer: mqtt.Announcer
) -> list[_AnyOutbox]:
    """What is handed on from the journal: calls to the broker, alerts to other systems."""
    try:
        told = webhooks.outboxes(store, engine.plan.id, settings.webhooks, _now)
    except StoreFailed as failure:
        fail([f"{settings.data}: {failure}"])
    handing_on: list[_AnyOutbox]
    handing_on = [Outbox(store.journal, calls(store.journal), announcer), *told]
    for outbox in handing_on:
        engine.subscribe(outbox.hear)
    return handing_on


def _recovered(settings: HubSettings, plan: HallPlan, store: Store, keep: Keep) -> Engine:
    """The engine as the journal left it, or the end of the program with what stands against it."""
    snapshots = Snapshots(settings.data, plan.timezone)
    recovery = Recovery(plan, store.journal, snapshots, lambda: notify(MORE_TIME))
    try:
        engine = Engine(plan, store, clock=_now, new_id=_new_id, recovery=recovery, keep=keep)
    except StoreFailed as failure:
        fail([f"{settings.data}: {failure}"])
    if broken := broken_promises(plan, engine.state):
        fail([f"{settings.hall_file}: {line}" for line in broken])
    return engine


def _keep_pauses_short() -> None:
    """Spare visitors pauses: a search of 80 ms for cycles in the state, which has none.

    A thread that works keeps others waiting for half a millisecond instead of five.
    """
    gc.collect()
    gc.freeze()
    gc.set_threshold(20_000, 20, 1_000)
    sys.setswitchinterval(0.0005)


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
