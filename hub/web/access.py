"""Who asks, and what they may do: one table of permissions."""

from typing import Annotated, Final, Literal

from fastapi import Depends, Request

from hall.messages import Role
from hub import accounts
from hub.core.commands import Actor
from hub.web.context import Hub
from hub.web.problems import Refusal

COOKIE: Final = "huiting_session"
CSRF_HEADER: Final = "X-CSRF-Token"

Permission = Literal[
    "see_hall",
    "issue_ticket",
    "see_ticket",
    "move_ticket",
    "divert_ticket",
    "merge_paper",
    "export_tickets",
    "book",
    "see_appointments",
    "import_bookings",
    "run_window",
    "handle_alert",
    "handle_callback",
    "see_advice",
    "see_thumbnail",
    "see_observations",
    "see_reports",
    "see_clerk_figures",
]
DEVICE: Final = "device"
_STAFF: Final = frozenset(Role)
_MANAGERS: Final = frozenset({Role.MANAGER, Role.ADMIN})
_FLOOR: Final = _MANAGERS | {Role.GUIDE, Role.CLERK}

PERMISSIONS: Final[dict[Permission, frozenset[str]]] = {
    "see_hall": _STAFF,
    "issue_ticket": _FLOOR | {DEVICE},
    "see_ticket": _STAFF,
    "move_ticket": _FLOOR,
    "divert_ticket": _FLOOR | {Role.EXPERT, DEVICE},
    "merge_paper": _MANAGERS | {Role.GUIDE},
    "export_tickets": _MANAGERS,
    "book": _FLOOR | {DEVICE},
    "see_appointments": _STAFF,
    "import_bookings": _MANAGERS,
    "run_window": _MANAGERS | {Role.CLERK},
    "handle_alert": _MANAGERS,
    "handle_callback": _MANAGERS,
    "see_advice": _MANAGERS,
    "see_thumbnail": frozenset({Role.MANAGER}),
    "see_observations": _MANAGERS,
    "see_reports": _MANAGERS,
    "see_clerk_figures": frozenset({Role.MANAGER}),
}

_READING: Final = frozenset({"GET", "HEAD", "OPTIONS"})


async def identify(request: Request, hub: Hub) -> Actor | None:
    """Who sent a request; None for an anonymous one.

    A bearer token proves its sender. A cookie is sent by the browser itself, so that a write with
    it must carry the session's CSRF value and anything with it must come from our own pages.
    """
    token = bearer(request)
    if token is not None:
        actor = accounts.which_device(hub.store, token) or accounts.who(
            hub.store, token, hub.clock()
        )
        if actor is None:
            raise Refusal("not_signed_in")
        return actor
    cookie = request.cookies.get(COOKIE)
    actor = accounts.who(hub.store, cookie, hub.clock()) if cookie else None
    if cookie is None or actor is None:
        return None
    if _foreign(request):
        raise Refusal("foreign_origin")
    if request.method not in _READING and not accounts.same(
        request.headers.get(CSRF_HEADER, ""), accounts.csrf_of(cookie)
    ):
        raise Refusal("csrf")
    return actor


def bearer(request: Request) -> str | None:
    """The bearer token that a request carries."""
    scheme, _, token = request.headers.get("authorization", "").partition(" ")
    return token if scheme.lower() == "bearer" else None


def _foreign(request: Request) -> bool:
    origin = request.headers.get("origin")
    if origin is None:
        return False
    _, separator, host = origin.partition("://")
    return not separator or host != request.headers.get("host")


Anyone = Annotated[Actor | None, Depends(identify)]


class May:
    """A dependency: the sender, who has `permission`."""

    def __init__(self, permission: Permission) -> None:
        self._allowed = PERMISSIONS[permission]

    async def __call__(self, actor: Anyone) -> Actor:
        """Refuse the anonymous with 401 and others without the permission with 403."""
        if actor is None:
            raise Refusal("not_signed_in")
        if (actor.role or DEVICE) not in self._allowed:
            raise Refusal("forbidden")
        return actor
