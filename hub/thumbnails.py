"""Asks edge boxes what their cameras see, and hands each answer to the one who asked."""

import asyncio
from collections.abc import Callable
from concurrent.futures import Future
from typing import Final
from uuid import UUID

from hall.thumbnails import Thumbnail, ThumbnailRequest

WITHIN_S: Final = 5.0


class Thumbnails:
    """Requests that await their answer. `send(node, request)` puts one to an edge box."""

    def __init__(
        self, send: Callable[[str, ThumbnailRequest], None], within_s: float = WITHIN_S
    ) -> None:
        self._send, self._within_s = send, within_s
        self._awaited: dict[tuple[UUID, str, str], Future[Thumbnail]] = {}

    async def ask(self, node: str, request: ThumbnailRequest) -> Thumbnail | None:
        """The box's answer, or None if it gives none in time."""
        reply: Future[Thumbnail] = Future()
        reply.set_running_or_notify_cancel()  # who asks may go away; the answer finds nobody then
        key = (request.id, node, request.camera)
        self._awaited[key] = reply
        try:
            self._send(node, request)
            return await asyncio.wait_for(asyncio.wrap_future(reply), self._within_s)
        except TimeoutError:
            return None
        finally:
            self._awaited.pop(key, None)

    def take(self, node: str, answer: Thumbnail) -> None:
        """Hand on what a box said; called on any thread. What nobody awaits is dropped."""
        if reply := self._awaited.pop((answer.id, node, answer.camera), None):
            reply.set_result(answer)
