"""Routes of the hall as a whole: its snapshot and the stream of its changes."""

from collections.abc import AsyncIterator
from typing import Annotated, Literal

from fastapi import APIRouter, Header
from fastapi.sse import EventSourceResponse, ServerSentEvent

from hall.overview import Hall, PublicHall
from hub.core.commands import Actor
from hub.web.access import PERMISSIONS, Anyone
from hub.web.context import Context, Hub

router = APIRouter(tags=["hall"])

# A display shows the public part also in a browser in which staff are signed in.
View = Literal["public"]


@router.get("/hall")
def hall(actor: Anyone, hub: Hub, view: View | None = None) -> Hall | PublicHall:
    """The hall now: all of it for staff, the public part for anyone else or who asks for it."""
    return _snapshot(hub, public=view == "public" or not _sees_all(actor))


@router.get("/events", response_class=EventSourceResponse)
async def events(
    actor: Anyone,
    hub: Hub,
    view: View | None = None,
    last_event_id: Annotated[str | None, Header()] = None,
) -> AsyncIterator[ServerSentEvent]:
    """Changes as they happen; `Last-Event-ID` resumes, else a `hall` snapshot comes first."""
    public = view == "public" or not _sees_all(actor)
    async for event in hub.stream.follow(
        last_event_id, public=public, snapshot=lambda: _snapshot(hub, public=public)
    ):
        yield event


def _sees_all(actor: Actor | None) -> bool:
    return actor is not None and actor.role in PERMISSIONS["see_hall"]


def _snapshot(hub: Context, *, public: bool) -> Hall | PublicHall:
    view = hub.engine.view()
    return view.public_hall() if public else view.hall(hub.engine.seen, hub.engine.nodes)
