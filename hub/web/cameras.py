"""Route by which a manager looks through a camera, in blocks; each request is in the journal."""

import asyncio
from typing import Annotated

from fastapi import APIRouter, Depends, Response

from hall.messages import Crowd
from hall.thumbnails import Thumbnail, ThumbnailRequest
from hub.core.commands import Actor, RequestThumbnail
from hub.core.mosaic import png
from hub.core.occupancy import is_current
from hub.web.access import May
from hub.web.context import Context, Hub
from hub.web.problems import Refusal, granted

router = APIRouter(prefix="/cameras", tags=["cameras"])

Onlooker = Annotated[Actor, Depends(May("see_thumbnail"))]


class Png(Response):
    """A picture that nobody may keep."""

    media_type = "image/png"


@router.post("/{camera}/thumbnail", response_class=Png)
async def thumbnail(camera: str, actor: Onlooker, hub: Hub) -> Png:
    """What the camera sees now, in 32 x 24 blocks; asked only once the request is on record.

    An Idempotency-Key is ignored: no picture is kept to be told again.
    """
    crowd = hub.engine.seen.cameras.get(camera)
    if crowd is None:
        raise Refusal("unknown_camera")
    granted(await asyncio.wrap_future(hub.engine.submit(RequestThumbnail(camera), actor)))
    answer = await _ask(hub, crowd)
    if answer.refused == "too_often":
        raise Refusal("thumbnail_too_often")
    if answer.refused == "off":
        raise Refusal("thumbnail_off")
    if answer.blocks is None:
        raise Refusal("thumbnail_unanswered")
    return Png(png(answer.blocks, answer.aspect), headers={"Cache-Control": "no-store"})


async def _ask(hub: Context, crowd: Crowd) -> Thumbnail:
    """The answer of the camera's node. Raises Refusal where there is nobody to ask, or none."""
    if crowd.thumbnail is None:
        raise Refusal("thumbnail_off")
    if not (is_current(crowd, hub.clock()) and hub.broker_connected()):
        raise Refusal("camera_away")
    request = ThumbnailRequest(id=hub.new_id(), at=hub.clock(), camera=crowd.camera)
    answer = await hub.thumbnails.ask(crowd.thumbnail, request)
    if answer is None:
        raise Refusal("thumbnail_unanswered")
    return answer
