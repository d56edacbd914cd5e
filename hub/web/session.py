"""Routes of signing in and out."""

import asyncio
from typing import Annotated, Final

import structlog
from fastapi import APIRouter, Cookie, Depends, Request, Response

from hall.http import Credentials, Session, Whoami
from hub import accounts
from hub.core.commands import Actor
from hub.web.access import COOKIE, Anyone, May, bearer
from hub.web.context import Hub
from hub.web.problems import Refusal

log = structlog.get_logger()

router = APIRouter(tags=["session"])

_checks: Final = asyncio.Semaphore(2)  # argon2 takes 64 MiB a check: a flood may not take the host


@router.post("/session")
async def sign_in(given: Credentials, request: Request, response: Response, hub: Hub) -> Session:
    """Begin a session: the token for programs, a cookie for pages."""
    async with _checks:
        signed = await asyncio.to_thread(
            accounts.sign_in, hub.store, given.username, given.password, hub.clock()
        )
    if signed is None or signed.actor.role is None:
        log.warning("sign_in_refused", username=given.username)
        raise Refusal("wrong_credentials")
    log.info("signed_in", username=signed.actor.name, role=signed.actor.role)
    response.set_cookie(
        COOKIE,
        signed.token,
        max_age=int(accounts.SESSION_LASTS.total_seconds()),
        httponly=True,
        samesite="strict",
        secure=request.url.scheme == "https",
    )
    return Session(
        token=signed.token,
        role=signed.actor.role,
        username=signed.actor.name,
        csrf=signed.csrf,
    )


@router.get("/session")
def whoami(
    actor: Annotated[Actor, Depends(May("see_hall"))],
    huiting_session: Annotated[str | None, Cookie()] = None,
) -> Whoami:
    """Who is signed in here."""
    if actor.role is None:
        raise Refusal("forbidden")
    csrf = accounts.csrf_of(huiting_session) if huiting_session else ""
    return Whoami(role=actor.role, username=actor.name, csrf=csrf)


@router.delete("/session", status_code=204)
def sign_out(actor: Anyone, request: Request, response: Response, hub: Hub) -> None:
    """End the session of this cookie or token."""
    token = bearer(request) or request.cookies.get(COOKIE)
    if actor is not None and token:
        log.info("signed_out", username=actor.name)
        accounts.sign_out(hub.store, token)
    response.delete_cookie(COOKIE, httponly=True, samesite="strict")
