"""Routes of coming in with the code and leaving, and the check of every other route."""

import hmac
from typing import Annotated, Final

import structlog
from fastapi import APIRouter, Cookie, Depends, Request, Response
from pydantic import BaseModel, Field

from edge.calibration.access import LASTS, Session, TooManyTries, WrongCode
from edge.calibration.context import Page
from edge.calibration.refusals import Refusal

COOKIE: Final = "huiting_calibration"
CSRF_HEADER: Final = "X-CSRF-Token"
_READING: Final = frozenset({"GET", "HEAD"})

log = structlog.get_logger()

router = APIRouter(tags=["session"])


class Code(BaseModel):
    """The one-time code that the command printed; spaces do not count."""

    code: str = Field(max_length=32)


class Entered(BaseModel):
    """Who is in: nobody has a name here. `csrf` goes into the header of every write."""

    camera: str
    csrf: str


async def inside(
    page: Page,
    request: Request,
    huiting_calibration: Annotated[str | None, Cookie()] = None,
) -> Session:
    """The session that a request belongs to. Raises Refusal."""
    session = page.door.session(huiting_calibration or "")
    if session is None:
        raise Refusal("not_signed_in")
    given = request.headers.get(CSRF_HEADER, "")
    if request.method not in _READING and not hmac.compare_digest(
        given.encode(), session.csrf.encode()
    ):
        raise Refusal("csrf")
    return session


Inside = Annotated[Session, Depends(inside)]


@router.post("/session")
async def enter(given: Code, page: Page, response: Response) -> Entered:
    """Come in with the code that the command printed last."""
    try:
        session = page.door.enter(given.code)
    except WrongCode:
        log.warning("calibration_code_refused")
        raise Refusal("wrong_code") from None
    except TooManyTries:
        log.warning("calibration_code_refused", paused=True)
        raise Refusal("too_many_tries") from None
    log.info("calibration_entered", camera=page.camera)
    response.set_cookie(
        COOKIE,
        session.token,
        max_age=int(LASTS.total_seconds()),
        httponly=True,
        samesite="strict",
    )
    return Entered(camera=page.camera, csrf=session.csrf)


@router.get("/session")
async def who(session: Inside, page: Page) -> Entered:
    """Whether the cookie still opens the door."""
    return Entered(camera=page.camera, csrf=session.csrf)


@router.delete("/session", status_code=204)
async def leave(session: Inside, page: Page, response: Response) -> None:
    """End the session."""
    page.door.leave(session.token)
    response.delete_cookie(COOKIE, httponly=True, samesite="strict")
