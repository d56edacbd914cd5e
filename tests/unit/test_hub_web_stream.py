"""Readers of the event stream miss nothing, and see only what is theirs."""

import asyncio
from collections.abc import AsyncIterator, Callable, Coroutine, Iterable

import pytest
from fastapi.sse import ServerSentEvent

from hall.http import Services
from hall.messages import Call, Node, Text
from hub.bulletin import Change
from hub.core.state import State
from hub.core.views import View
from hub.web.stream import KEPT, PUBLIC, Stream
from tests.unit.hub_fakes import DEADLINE_S, NOON, crowd_seen, hall_plan

VIEW = View(hall_plan(), State(), NOON)
SNAPSHOT = Services(services=(), groups=())
NODE = Node.model_validate(
    {"program": "edge", "id": "e1", "state": "online", "at": NOON, "version": "1"}
)
CALL = Call.model_validate(
    {
        "id": crowd_seen(1, NOON).id,
        "at": NOON,
        "number": "A001",
        "window": "w1",
        "speech": Text(zh="请", en="go"),
    }
)
WINDOW, QUEUES, CROWD = VIEW.window("w1"), VIEW.queues, crowd_seen(3, NOON)


class Reader:
    """One connection, read event by event."""

    def __init__(self, stream: Stream, last_id: str | None = None, *, public: bool = False) -> None:
        self._events: AsyncIterator[ServerSentEvent] = stream.follow(
            last_id, public=public, snapshot=lambda: SNAPSHOT
        )

    async def take(self, count: int) -> list[ServerSentEvent]:
        """The next events, which must come."""
        return [await asyncio.wait_for(anext(self._events), DEADLINE_S) for _ in range(count)]

    async def rest(self) -> list[ServerSentEvent]:
        """What is left of a stream that was closed."""
        return [event async for event in self._events]


def names(events: Iterable[ServerSentEvent]) -> list[str | None]:
    return [event.event for event in events]


async def put(stream: Stream, *changes: Change) -> None:
    for change in changes:
        stream.put(change)
    await asyncio.sleep(0)


def streaming(test: Callable[[Stream], Coroutine[None, None, None]]) -> None:
    """Run a test with a stream on its own loop."""

    async def run() -> None:
        stream = Stream("epoch")
        stream.bind(asyncio.get_running_loop())
        await test(stream)

    asyncio.run(run())


def test_a_fresh_reader_gets_the_hall_and_then_each_change_once() -> None:
    async def test(stream: Stream) -> None:
        await put(stream, CROWD)
        reader = Reader(stream)
        assert names(await reader.take(1)) == ["hall"]
        await put(stream, WINDOW, NODE)
        assert names(await reader.take(2)) == ["window", "node"]

    streaming(test)


def test_a_reader_who_was_away_gets_just_what_it_missed() -> None:
    async def test(stream: Stream) -> None:
        (hall,) = await Reader(stream).take(1)
        await put(stream, CROWD, WINDOW, CALL)
        reader = Reader(stream, hall.id)
        missed = await reader.take(3)
        assert names(missed) == ["crowd", "window", "call"]
        assert names(await Reader(stream, missed[1].id).take(1)) == ["call"]

    streaming(test)


def test_a_reader_who_was_away_too_long_gets_the_hall_again() -> None:
    async def test(stream: Stream) -> None:
        (hall,) = await Reader(stream).take(1)
        slow = Reader(stream, hall.id)
        await put(stream, *[CROWD] * (KEPT + 1))
        assert names(await slow.take(1)) == ["hall"]
        await put(stream, WINDOW)
        assert names(await slow.take(1)) == ["window"]

    streaming(test)


@pytest.mark.parametrize(
    "last_id",
    [
        "",
        "x",
        "epoch",
        "epoch-",
        "epoch-9",
        "epoch--1",
        "other-1",
        "epoch-" + "9" * 6000,
        "epoch-½",
    ],
)
def test_an_id_that_is_not_ours_gets_the_hall(last_id: str) -> None:
    async def test(stream: Stream) -> None:
        await put(stream, CROWD)
        assert names(await Reader(stream, last_id).take(1)) == ["hall"]

    streaming(test)


def test_the_public_is_told_of_queues_calls_and_announcements_and_nothing_else() -> None:
    async def test(stream: Stream) -> None:
        reader = Reader(stream, public=True)
        await reader.take(1)
        await put(stream, CROWD, WINDOW, NODE, QUEUES, CROWD, CALL)
        assert names(await reader.take(2)) == ["queues", "call"]

    streaming(test)
    assert {"queues", "call", "announcements"} == PUBLIC


def test_closing_ends_every_stream() -> None:
    async def test(stream: Stream) -> None:
        readers = [Reader(stream), Reader(stream, public=True)]
        for reader in readers:
            await reader.take(1)
        waiting = [asyncio.create_task(reader.rest()) for reader in readers]
        await asyncio.sleep(0)
        stream.close()
        ended = await asyncio.wait_for(asyncio.gather(*waiting), DEADLINE_S)
        assert ended == [[], []]

    streaming(test)


def test_changes_before_anyone_can_listen_are_left_to_the_snapshot() -> None:
    stream = Stream("epoch")
    stream.put(CROWD)
    stream.close()
