"""A body is read whole or refused early, told again to the application, and headers are added."""

import asyncio
from collections.abc import Iterator

import pytest
from hypothesis import given
from hypothesis import strategies as st

from hall.asgi import Disconnected, Message, Receive, adding, replaying, whole_body

CHUNKS = st.lists(st.binary(max_size=5), min_size=1, max_size=8)


def sent_in(chunks: list[bytes], read: list[int] | None = None) -> Receive:
    """A client that sends a body in pieces, and then waits for the answer until it goes."""
    pieces: Iterator[tuple[int, bytes]] = iter(enumerate(chunks, 1))

    async def receive() -> Message:
        number, piece = next(pieces, (0, b""))
        if not number:
            return {"type": "http.disconnect"}
        if read is not None:
            read.append(number)
        return {"type": "http.request", "body": piece, "more_body": number < len(chunks)}

    return receive


@given(CHUNKS, st.integers(0, 30))
def test_a_body_is_whole_or_refused_as_soon_as_it_is_too_large(
    chunks: list[bytes], most: int
) -> None:
    read: list[int] = []
    body = asyncio.run(whole_body(sent_in(chunks, read), most))
    lengths = [sum(map(len, chunks[:count])) for count in range(1, len(chunks) + 1)]
    first_over = next((n for n, length in enumerate(lengths, 1) if length > most), None)
    assert body == (None if first_over else b"".join(chunks))
    assert len(read) == (first_over or len(chunks))


def test_a_client_that_goes_before_its_body_ends_is_told_apart() -> None:
    async def gone() -> Message:
        return {"type": "http.disconnect"}

    with pytest.raises(Disconnected):
        asyncio.run(whole_body(gone, 10))


def test_an_application_reads_the_body_again_and_then_whether_the_client_is_there() -> None:
    async def read() -> list[Message]:
        receive = sent_in([b"a", b"b"])
        body = await whole_body(receive, 10) or b""
        again = replaying(body, receive)
        return [await again(), await again()]

    first, then = asyncio.run(read())
    assert (first["body"], first["more_body"]) == (b"ab", False)
    assert then["type"] == "http.disconnect"


def test_headers_are_added_unless_the_answer_has_its_own() -> None:
    told: list[Message] = []

    async def send(message: Message) -> None:
        told.append(message)

    async def answer() -> None:
        added = adding({"Cache-Control": "no-store", "Referrer-Policy": "no-referrer"}, send)
        start = {"type": "http.response.start", "headers": [(b"Cache-Control", b"max-age=9")]}
        await added(start)
        await added({"type": "http.response.start"})
        await added({"type": "http.response.body", "body": b"x"})

    asyncio.run(answer())
    own, none, body = told
    assert own["headers"] == [
        (b"Cache-Control", b"max-age=9"),
        (b"referrer-policy", b"no-referrer"),
    ]
    assert len(none["headers"]) == 2
    assert body == {"type": "http.response.body", "body": b"x"}
