"""What every answer carries and every request must keep to: security headers, a size limit."""

from typing import Final

from starlette.requests import Request
from starlette.types import ASGIApp, Receive, Scope, Send

from hall.asgi import Disconnected, adding, replaying, whole_body
from hub.web.problems import problem

MAX_BODY_BYTES: Final = 64 * 1024
HEADERS: Final = {
    "Content-Security-Policy": (
        "default-src 'self'; img-src 'self' data:; style-src 'self' 'unsafe-inline'; "
        "frame-ancestors 'none'; base-uri 'none'; form-action 'self'"
    ),
    "Cross-Origin-Opener-Policy": "same-origin",
    "Referrer-Policy": "no-referrer",
    "X-Content-Type-Options": "nosniff",
}


class Guard:
    """ASGI middleware around the whole application."""

    def __init__(self, app: ASGIApp) -> None:
        self._app = app

    async def __call__(self, scope: Scope, receive: Receive, send: Send) -> None:
        """Pass a request on unless it is too large; add the headers to its answer."""
        if scope["type"] != "http":
            await self._app(scope, receive, send)
            return

        guarded = adding(HEADERS, send)
        try:
            body = await whole_body(receive, MAX_BODY_BYTES)
        except Disconnected:
            return
        if body is None:
            await problem(Request(scope), "too_large")(scope, receive, guarded)
            return
        await self._app(scope, replaying(body, receive), guarded)
