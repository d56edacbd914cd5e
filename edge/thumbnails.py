"""Answers a manager's requests to see one camera: the next frame in blocks, or that it is too soon.

Why nobody can be recognised in them: docs/adr/0010-pixelated-thumbnail.md.
"""

from collections.abc import Callable
from datetime import datetime, timedelta
from queue import SimpleQueue
from typing import Final, Literal

import numpy as np

from edge.camera import Frame
from edge.core.blocks import blocks
from hall.thumbnails import ASPECT_MAX, ASPECT_MIN, Thumbnail, ThumbnailRequest
from hall.topics import THUMBNAIL_REQUEST

PAUSE_S: Final = 10.0
VOID_AFTER: Final = THUMBNAIL_REQUEST.max_age or timedelta.max


class Thumbnails:
    """The requests for one camera of `node`. `answer` sends, `clock` tells the time of day."""

    def __init__(
        self, node: str, answer: Callable[[Thumbnail], None], clock: Callable[[], datetime]
    ) -> None:
        self.node = node
        self._answer, self._clock = answer, clock
        self._asked: SimpleQueue[ThumbnailRequest] = SimpleQueue()
        self._shown: float | None = None

    def ask(self, request: ThumbnailRequest) -> None:
        """Keep a request until the next frame; called on any thread."""
        self._asked.put(request)

    def see(self, frame: Frame, now: float) -> None:
        """Answer with this frame whoever has asked; `now` in monotonic seconds.

        A request that nobody waits for any more is dropped.
        """
        while not self._asked.empty():
            request = self._asked.get()
            if abs(self._clock() - request.at) <= VOID_AFTER:
                self._answer(self._respond(request, frame, now))

    def _respond(self, request: ThumbnailRequest, frame: Frame, now: float) -> Thumbnail:
        if self._shown is not None and now - self._shown < PAUSE_S:
            return refusal(request, "too_often", frame.at)
        height, width, _ = frame.picture.shape
        try:
            seen = blocks(np.asarray(frame.picture, np.uint8))
        except ValueError:  # too small for blocks to hide anything
            return refusal(request, "off", frame.at)
        self._shown = now
        return Thumbnail(
            id=request.id,
            at=frame.at,
            camera=request.camera,
            blocks=seen[:, :, ::-1].tobytes(),
            aspect=min(max(width / height, ASPECT_MIN), ASPECT_MAX),
        )


def refusal(request: ThumbnailRequest, why: Literal["off", "too_often"], at: datetime) -> Thumbnail:
    """The answer that shows nothing."""
    return Thumbnail(id=request.id, at=at, camera=request.camera, refused=why)
