"""What every request must keep to before a route sees it, and what every answer carries."""

import ipaddress
import socket
from typing import Final

from starlette.requests import Request
from starlette.types import ASGIApp, Receive, Scope, Send

from edge.calibration.refusals import Code, problem
from hall.asgi import Disconnected, adding, replaying, whole_body

MAX_BODY_BYTES: Final = 256 * 1024
HEADERS: Final = {
    "Content-Security-Policy": (
        "default-src 'none'; script-src 'self'; style-src 'self'; img-src 'self' blob:; "
        "connect-src 'self'; frame-ancestors 'none'; base-uri 'none'; form-action 'none'"
    ),
    "Cache-Control": "no-store",
    "Cross-Origin-Opener-Policy": "same-origin",
    "Cross-Origin-Resource-Policy": "same-origin",
    "Referrer-Policy": "no-referrer",
    "X-Content-Type-Options": "nosniff",
}


class Guard:
    """ASGI middleware around the whole page."""

    def __init__(self, app: ASGIApp) -> None:
        self._app = app
        name = socket.gethostname().lower()
        self._names = {"localhost", name, f"{name}.local"}

    async def __call__(self, scope: Scope, receive: Receive, send: Send) -> None:
        """Pass a request on unless it is foreign or too large; add the headers to its answer."""
        if scope["type"] != "http":
            await self._app(scope, receive, send)
            return

        guarded = adding(HEADERS, send)
        request = Request(scope, receive)
        refused = self._refused(request)
        body = None
        if refused is None:
            try:
                body = await whole_body(receive, MAX_BODY_BYTES)
            except Disconnected:
                return
        if body is None:
            await problem(request, refused or "too_large")(scope, receive, guarded)
            return
        await self._app(scope, replaying(body, receive), guarded)

    def _refused(self, request: Request) -> Code | None:
        """Strangers by address, by the name they know us by, and by the page they come from."""
        client = request.client
        if client is None or not _is_local(client.host):
            return "not_local"
        # A foreign name that was made to point here (DNS rebinding) is not one of ours.
        host = request.headers.get("host", "")
        if not self._is_ours(host.rpartition(":")[0] if _has_port(host) else host):
            return "not_local"
        origin = request.headers.get("origin")
        if origin is not None and origin.partition("://")[2] != host:
            return "foreign_origin"
        return None

    def _is_ours(self, name: str) -> bool:
        return name.lower() in self._names or _address(name.strip("[]")) is not None


def _has_port(host: str) -> bool:
    return host.rpartition(":")[2].isdecimal() and not host.endswith("]")


def _is_local(text: str) -> bool:
    address = _address(text)
    mapped = getattr(address, "ipv4_mapped", None)
    found = mapped or address
    return found is not None and (found.is_private or found.is_loopback or found.is_link_local)


def _address(text: str) -> ipaddress.IPv4Address | ipaddress.IPv6Address | None:
    try:
        return ipaddress.ip_address(text)
    except ValueError:
        return None
