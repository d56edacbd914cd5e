"""What only HTTP carries: bodies of requests and answers of the hub's routes, as frozen models."""

from typing import Annotated

from pydantic import Field

from hall.messages import Alert, Message, Moment, Role, Seconds, Text, TicketState


class VisitorTicket(Message):
    """A ticket as its holder sees it on the phone page: nothing personal, no identifiers."""

    hall: Text
    number: str
    service_name: Text
    state: TicketState
    issued_at: Moment
    ahead: int
    wait_p50_s: Seconds
    wait_p90_s: Seconds
    window_name: Text | None = None


class Credentials(Message):
    """Body of `POST /api/v1/session`."""

    username: Annotated[str, Field(min_length=1, max_length=64)]
    password: Annotated[str, Field(min_length=1, max_length=256)]


class Session(Message):
    """Answer of `POST /api/v1/session`: a bearer token for programs, `csrf` for pages."""

    token: str
    role: Role
    username: str
    csrf: str


class Whoami(Message):
    """Answer of `GET /api/v1/session`."""

    role: Role
    username: str
    csrf: str


class Readiness(Message):
    """Answer of `GET /readyz`: what the hub needs, and whether it has it."""

    engine: bool
    broker: bool


class Alerts(Message):
    """Answer of `GET /api/v1/alerts`, newest first."""

    alerts: tuple[Alert, ...]
