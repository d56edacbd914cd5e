"""The hub's web application on a real engine and store, without sockets, for its tests."""

import asyncio
from collections.abc import Coroutine, Iterator, Mapping
from concurrent.futures import Future
from contextlib import contextmanager
from hashlib import sha256
from pathlib import Path
from threading import Thread
from typing import Any, TypeVar
from uuid import UUID

import httpx
from fastapi import FastAPI

from hall.messages import Role
from hub import accounts
from hub.core.commands import Actor, Command
from hub.core.plan import HallPlan
from hub.engine import Engine
from hub.planning.__main__ import work_of
from hub.planning.planner import Planner
from hub.reporting import Reporter
from hub.store import Account, Store
from hub.thumbnails import Thumbnails
from hub.web.access import COOKIE, CSRF_HEADER
from hub.web.app import create_app
from hub.web.context import Context
from hub.web.stream import Stream
from tests.unit.hub_fakes import DEADLINE_S, Clock, fresh_ids, hall_plan

T = TypeVar("T")

ANYONE, DEVICE = "anyone", "device"
SENDERS = (ANYONE, DEVICE, *Role)
API = "/api/v1"


class Client:
    """A browser for an application in this process, whose event loop runs on another thread."""

    def __init__(
        self, app: FastAPI, loop: asyncio.AbstractEventLoop, url: str, address: str
    ) -> None:
        transport = httpx.ASGITransport(app, client=(address, 50000))
        self._client = httpx.AsyncClient(transport=transport, base_url=url)
        self._loop = loop

    def start(self, work: Coroutine[Any, Any, T]) -> Future[T]:
        """Begin something on the application's loop."""
        return asyncio.run_coroutine_threadsafe(work, self._loop)

    def request(self, method: str, url: str, **options: Any) -> httpx.Response:  # noqa: ANN401 httpx's own
        """The answer to a request."""
        return self.start(self._client.request(method, url, **options)).result(DEADLINE_S)

    def get(self, url: str, **options: Any) -> httpx.Response:  # noqa: ANN401 httpx's own
        """The answer to a GET."""
        return self.request("GET", url, **options)

    def post(self, url: str, **options: Any) -> httpx.Response:  # noqa: ANN401 httpx's own
        """The answer to a POST."""
        return self.request("POST", url, **options)


@contextmanager
def browsing(
    app: FastAPI, url: str = "http://hall.test", address: str = "127.0.0.1"
) -> Iterator[Client]:
    """A client at `address` that knows the application by `url`, while its lifespan lasts."""
    loop = asyncio.new_event_loop()
    thread = Thread(target=loop.run_forever, daemon=True)
    thread.start()
    client = Client(app, loop, url, address)
    lifespan = app.router.lifespan_context(app)
    client.start(lifespan.__aenter__()).result(DEADLINE_S)
    try:
        yield client
    finally:
        client.start(lifespan.__aexit__(None, None, None)).result(DEADLINE_S)
        client.start(loop.shutdown_default_executor()).result(DEADLINE_S)
        loop.call_soon_threadsafe(loop.stop)
        thread.join()
        loop.close()


class Web:
    """A running hub as its clients see it."""

    def __init__(self, client: Client, context: Context, clock: Clock) -> None:
        self.client, self.context, self.clock = client, context, clock
        self.engine = context.engine

    def ask(
        self,
        method: str,
        path: str,
        sender: str = ANYONE,
        *,
        headers: Mapping[str, str] | None = None,
        **options: Any,  # noqa: ANN401 httpx's own
    ) -> httpx.Response:
        """A request of the API with the sender's bearer token."""
        sent = {**({} if sender == ANYONE else bearer(sender)), **(headers or {})}
        return self.client.request(method, f"{API}{path}", headers=sent, **options)

    def take_ticket(self, service: str = "cards") -> dict[str, Any]:
        """A ticket as the kiosk gets it."""
        answer = self.ask("POST", "/tickets", DEVICE, json={"service": service})
        assert answer.status_code == 201, answer.text
        ticket: dict[str, Any] = answer.json()
        return ticket

    def do(self, command: Command, actor: Actor) -> object:
        """What a command leads to, past the web."""
        return self.engine.submit(command, actor).result(DEADLINE_S)


def token_of(sender: str) -> str:
    """The bearer token of a role's member of staff, or of the device."""
    return f"token-of-{sender}"


def bearer(sender: str) -> dict[str, str]:
    return {"Authorization": f"Bearer {token_of(sender)}"}


def cookie(role: Role, *, csrf: bool = True) -> dict[str, str]:
    """The headers of a page where `role` is signed in."""
    headers = {"Cookie": f"{COOKIE}={token_of(role)}"}
    return {**headers, **({CSRF_HEADER: accounts.csrf_of(token_of(role))} if csrf else {})}


def problem_of(answer: httpx.Response) -> tuple[int, str]:
    """Status and code of a refusal, which must be problem details."""
    assert answer.headers["content-type"] == "application/problem+json", answer.text
    body = answer.json()
    assert body["status"] == answer.status_code
    assert body["type"] == "about:blank"
    assert body["title"]
    assert body["detail"]
    return answer.status_code, body["code"]


@contextmanager
def running_web(
    folder: Path,
    *,
    public_url: str | None = None,
    plan: HallPlan | None = None,
    thumbnails: Thumbnails | None = None,
) -> Iterator[Web]:
    """A hub with an account for each role, named after it, and the device "kiosk-1".

    Without `thumbnails` no edge box answers.
    """
    clock, ids = Clock(), fresh_ids()

    def new_id() -> UUID:
        return next(ids)

    store = Store.open(folder)
    for role in Role:
        store.credentials.put_account(Account(role, role, "no password opens this"))
        store.credentials.put_session(
            sha256(token_of(role).encode()).digest(), role, clock() + accounts.SESSION_LASTS
        )
    accounts.add_device(store, "kiosk-1", token_of(DEVICE))
    engine = Engine(plan or hall_plan(), store, clock=clock, new_id=new_id, told_every_s=0)
    stream = Stream(epoch="epoch")
    engine.subscribe(stream.put)
    context = Context(
        engine=engine,
        store=store,
        stream=stream,
        clock=clock,
        new_id=new_id,
        broker_connected=lambda: True,
        thumbnails=thumbnails or Thumbnails(lambda node, request: None),
        reporter=Reporter(engine.plan, store.journal, store.reports, clock=clock),
        public_url=public_url,
        planner=Planner(lambda name, arguments, within_s: work_of(name)(*arguments)),
    )
    engine.start()
    try:
        with browsing(create_app(context, "1.2.3")) as client:
            yield Web(client, context, clock)
    finally:
        context.planner.stop()
        engine.stop()
        store.close()
