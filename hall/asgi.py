"""What the pages of hub and edge keep to alike, whatever framework serves them: ASGI, unwrapped."""

from collections.abc import Awaitable, Callable, Mapping, MutableMapping
from typing import Any

Message = MutableMapping[str, Any]
Receive = Callable[[], Awaitable[Message]]
Send = Callable[[Message], Awaitable[None]]


class Disconnected(Exception):
    """The client went away before its request was complete."""


async def whole_body(receive: Receive, most_bytes: int) -> bytes | None:
    """The body of a request, or None as soon as it is larger; never more is held.

    Raises Disconnected when the client goes meanwhile.
    """
    body = b""
    while True:
        message = await receive()
        if message["type"] == "http.disconnect":
            raise Disconnected
        body += bytes(message.get("body", b""))
        if len(body) > most_bytes:
            return None
        if not message.get("more_body", False):
            return body


def replaying(body: bytes, receive: Receive) -> Receive:
    """Gives the body that was read once more, and then what comes after it."""
    left = [body]

    async def replay() -> Message:
        if left:
            return {"type": "http.request", "body": left.pop(), "more_body": False}
        return await receive()

    return replay


def adding(headers: Mapping[str, str], send: Send) -> Send:
    """Adds to an answer those of `headers` that it does not have."""
    ours = [
        (name.lower().encode("latin-1"), value.encode("latin-1")) for name, value in headers.items()
    ]

    async def added(message: Message) -> None:
        if message["type"] == "http.response.start":
            theirs = list(message.get("headers", ()))
            names = {bytes(name).lower() for name, _ in theirs}
            theirs += [(name, value) for name, value in ours if name not in names]
            message = {**message, "headers": theirs}
        await send(message)

    return added
