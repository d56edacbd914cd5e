"""What every route works with, put on the application by `create_app`."""

import asyncio
from collections.abc import Callable, Iterable
from dataclasses import dataclass, field
from datetime import datetime
from json import dumps
from typing import Annotated
from uuid import UUID

from fastapi import Depends, Request, Response

from hub.core.commands import Actor, Command
from hub.core.refusals import Refused
from hub.engine import Engine
from hub.inbox import Idempotency
from hub.planning.planner import Planner
from hub.reporting import Reporter
from hub.store import Store
from hub.thumbnails import Thumbnails
from hub.web.doorkeeper import Doorkeeper
from hub.web.problems import Refusal, granted
from hub.web.stream import Stream

MAX_KEY = 255


@dataclass(frozen=True, slots=True)
class Context:
    """The hub's parts as the web sees them. `public_url` is where phones find the hub, if set."""

    engine: Engine
    store: Store
    stream: Stream
    clock: Callable[[], datetime]
    new_id: Callable[[], UUID]
    broker_connected: Callable[[], bool]
    thumbnails: Thumbnails
    reporter: Reporter
    public_url: str | None
    doorkeeper: Doorkeeper = field(default_factory=Doorkeeper)
    planner: Planner = field(default_factory=Planner)
    calls_passed_over: Callable[[], int] = lambda: 0


async def context(request: Request) -> Context:
    """The context of the application that serves this request."""
    found: Context = request.app.state.context
    return found


Hub = Annotated[Context, Depends(context)]


async def carry_out(hub: Context, request: Request, command: Command, actor: Actor) -> str | None:
    """Submit a command; its answer as JSON once it is durable, None for nothing to say.

    Raises Refusal as the engine refuses.
    """
    repeat = await _idempotency(request)
    return granted(await asyncio.wrap_future(hub.engine.submit(command, actor, repeat)))


async def carry_out_each(
    hub: Context, given: Iterable[Command], actor: Actor
) -> list[str | Refused | None]:
    """Submit commands of which each may be refused by itself; their answers in the same order."""
    submitted = [hub.engine.submit(command, actor) for command in given]
    return await asyncio.gather(*map(asyncio.wrap_future, submitted))


async def _idempotency(request: Request) -> Idempotency | None:
    key = request.headers.get("idempotency-key", "").strip()
    if not key:
        return None
    if len(key) > MAX_KEY:
        raise Refusal("invalid_request")
    return Idempotency(key, request.scope["path"].encode() + b"\0" + await request.body())


def whole(hub: Context, request: Request, answer: str) -> str:
    """The answer as JSON whose own `url` is a whole address, as phones open it."""
    base = hub.public_url or str(request.base_url).rstrip("/")
    # Only there can JSON hold `"url":"/`: quotes inside strings are escaped.
    return answer.replace('"url":"/', f'"url":{dumps(base)[:-1]}/', 1)


def json(body: str | None, status: int = 200) -> Response:
    """An answer that is JSON already; 204 for None."""
    if body is None:
        return Response(status_code=204)
    return Response(body, status, media_type="application/json")
