"""Asks the hub over HTTP for services and tickets; a repeated press never makes a second ticket."""

import asyncio
import ssl
from collections.abc import Awaitable, Callable
from http import HTTPStatus
from pathlib import Path
from typing import Final, TypeVar
from urllib.parse import urljoin

import httpx
from pydantic import ValidationError

from hall.http import Problem, Services, TicketRequest
from hall.messages import Channel, Message, Priority, Ticket

TIMEOUT_S: Final = 3.0
RETRY_DELAYS_S: Final = (0.2, 0.5, 1.0, 2.0)
"""Pauses between attempts at one press: with the time-outs it stays under the flow's patience."""

DEVICE_NOT_WELCOME: Final = {HTTPStatus.UNAUTHORIZED, HTTPStatus.FORBIDDEN}

M = TypeVar("M", bound=Message)


class HubAway(Exception):
    """The hub did not answer, or not with anything that can be understood."""


class Refused(Exception):
    """The hub answered no. `sentence` is for the visitor, None where it has nothing for them."""

    def __init__(self, status: int, code: str, sentence: str | None) -> None:
        super().__init__(code)
        self.status, self.code, self.sentence = status, code, sentence

    @property
    def device_not_welcome(self) -> bool:
        """Whether this kiosk is refused, rather than this visitor's wish."""
        return self.status in DEVICE_NOT_WELCOME


class HubClient:
    """One connection pool to the hub at `url`, used from one event loop."""

    def __init__(
        self,
        url: str,
        token: str,
        *,
        ca_file: Path | None = None,
        transport: httpx.AsyncBaseTransport | None = None,
        pause: Callable[[float], Awaitable[None]] = asyncio.sleep,
    ) -> None:
        self._root = url.rstrip("/") + "/"
        self._pause = pause
        self._http = httpx.AsyncClient(
            base_url=urljoin(self._root, "api/v1/"),
            headers={"Authorization": f"Bearer {token}"},
            timeout=TIMEOUT_S,
            transport=transport,
            # A hall's network has no proxy between kiosk and hub, whatever the environment says.
            trust_env=False,
            verify=ssl.create_default_context(cafile=str(ca_file)) if ca_file else True,
        )

    async def close(self) -> None:
        """Give the connections back."""
        await self._http.aclose()

    async def services(self) -> Services:
        """What can be chosen now. Raises HubAway."""
        try:
            answer = await self._http.get("services")
        except httpx.HTTPError as error:
            raise HubAway(type(error).__name__) from error
        if not answer.is_success:
            raise HubAway(f"status {answer.status_code}")
        return _read(Services, answer)

    async def take_ticket(self, service: str, *, key: str, language: str) -> Ticket:
        """A ticket for `service`, asked for again with the same `key` until the hub answers.

        Raises Refused, or HubAway when the last attempt failed too.
        """
        for delay_s in RETRY_DELAYS_S:
            try:
                return await self._take_once(service, key, language)
            except HubAway:
                await self._pause(delay_s)
        return await self._take_once(service, key, language)

    async def _take_once(self, service: str, key: str, language: str) -> Ticket:
        body = TicketRequest(service=service, priority=Priority.NONE, channel=Channel.KIOSK)
        try:
            answer = await self._http.post(
                "tickets",
                json=body.model_dump(mode="json", exclude_unset=True),
                headers={"Idempotency-Key": key, "Accept-Language": language},
            )
        except httpx.HTTPError as error:
            raise HubAway(type(error).__name__) from error
        if answer.is_server_error:
            raise HubAway(f"status {answer.status_code}")
        if not answer.is_success:
            raise _refusal(answer)
        ticket = _read(Ticket, answer)
        if ticket.url is None:
            return ticket
        return ticket.model_copy(update={"url": urljoin(self._root, ticket.url)})


def _read(model: type[M], answer: httpx.Response) -> M:
    try:
        return model.model_validate_json(answer.content)
    except ValidationError as error:
        raise HubAway(f"{model.__name__}: {error.error_count()} invalid fields") from error


def _refusal(answer: httpx.Response) -> Refused:
    try:
        problem = Problem.model_validate_json(answer.content)
    except ValidationError:
        return Refused(answer.status_code, f"status_{answer.status_code}", None)
    refused = Refused(answer.status_code, problem.code, problem.detail)
    if refused.device_not_welcome:  # such a sentence is for staff who sign in
        refused.sentence = None
    return refused
