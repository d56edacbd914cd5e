"""The kiosk's hub client: a press is one ticket however the network behaves."""

import asyncio
import json
from collections.abc import Awaitable, Callable
from typing import TypeVar

import httpx
import pytest

from kiosk.hub_client import RETRY_DELAYS_S, HubAway, HubClient, Refused

T = TypeVar("T")
TICKET = {
    "id": "00000000-0000-0000-0000-000000000001",
    "number": "A001",
    "service": "vat",
    "service_name": {"zh": "增值税申报", "en": "VAT return"},
    "priority": "none",
    "state": "waiting",
    "issued_at": "2026-11-24T01:00:00.000Z",
    "ahead": 0,
    "wait_p50_s": 60,
    "wait_p90_s": 120,
    "url": "/t/secret",
    "added_later": True,
}
PROBLEM = {
    "title": "Conflict",
    "status": 409,
    "detail": "大厅已经下班",
    "code": "hall_closed",
}


class Network:
    """Answers in order; remembers what was asked and how long the client paused."""

    def __init__(self, *answers: httpx.Response | Exception) -> None:
        self._answers = list(answers)
        self.requests: list[httpx.Request] = []
        self.pauses: list[float] = []

    def handle(self, request: httpx.Request) -> httpx.Response:
        self.requests.append(request)
        answer = self._answers.pop(0)
        if isinstance(answer, Exception):
            raise answer
        return answer

    async def pause(self, delay_s: float) -> None:
        self.pauses.append(delay_s)

    def run(self, ask: Callable[[HubClient], Awaitable[T]], url: str = "http://hub:8000") -> T:
        async def ask_once() -> T:
            transport = httpx.MockTransport(self.handle)
            client = HubClient(url, "device-secret", transport=transport, pause=self.pause)
            try:
                return await ask(client)
            finally:
                await client.close()

        return asyncio.run(ask_once())


def take(client: HubClient) -> Awaitable[object]:
    return client.take_ticket("vat", key="press-1", language="en")


def test_a_ticket_is_asked_for_as_the_contract_says() -> None:
    network = Network(httpx.Response(201, json=TICKET))

    ticket = network.run(lambda client: client.take_ticket("vat", key="press-1", language="en"))

    asked = network.requests[0]
    assert (asked.method, str(asked.url)) == ("POST", "http://hub:8000/api/v1/tickets")
    assert json.loads(asked.content) == {"service": "vat", "priority": "none", "channel": "kiosk"}
    assert asked.headers["Authorization"] == "Bearer device-secret"
    assert asked.headers["Idempotency-Key"] == "press-1"
    assert asked.headers["Accept-Language"] == "en"
    assert ticket.url == "http://hub:8000/t/secret"


def test_a_hub_below_a_path_is_reached_there() -> None:
    network = Network(httpx.Response(201, json=TICKET))

    network.run(take, url="https://city.example.org/halls/7")

    asked = str(network.requests[0].url)
    assert asked == "https://city.example.org/halls/7/api/v1/tickets"


@pytest.mark.parametrize(
    "trouble",
    [
        httpx.ReadError("connection dropped"),
        httpx.ReadTimeout("slow"),
        httpx.Response(503, json=PROBLEM),
        httpx.Response(201, text="<html>not a ticket"),
    ],
)
def test_trouble_is_met_by_asking_again_with_the_same_key(
    trouble: httpx.Response | Exception,
) -> None:
    network = Network(trouble, httpx.Response(201, json=TICKET))

    network.run(take)

    assert [each.headers["Idempotency-Key"] for each in network.requests] == ["press-1"] * 2
    assert network.pauses == [RETRY_DELAYS_S[0]]


def test_after_the_last_attempt_the_hub_counts_as_away() -> None:
    network = Network(*(httpx.ConnectError("refused") for _ in range(len(RETRY_DELAYS_S) + 1)))

    with pytest.raises(HubAway):
        network.run(take)
    assert network.pauses == list(RETRY_DELAYS_S)


def test_a_refusal_carries_the_hubs_sentence_and_is_not_repeated() -> None:
    network = Network(httpx.Response(409, json=PROBLEM))

    with pytest.raises(Refused) as refused:
        network.run(take)
    assert (refused.value.code, refused.value.sentence) == ("hall_closed", "大厅已经下班")
    assert not refused.value.device_not_welcome


def test_a_refused_device_has_nothing_to_say_to_the_visitor() -> None:
    network = Network(httpx.Response(401, json={**PROBLEM, "status": 401}))

    with pytest.raises(Refused) as refused:
        network.run(take)
    assert refused.value.sentence is None
    assert refused.value.device_not_welcome


def test_a_refusal_in_no_known_form_is_still_a_refusal() -> None:
    network = Network(httpx.Response(404, text="nginx"))

    with pytest.raises(Refused) as refused:
        network.run(take)
    assert refused.value.sentence is None


@pytest.mark.parametrize(
    "answer",
    [
        httpx.ConnectError("refused"),
        httpx.Response(500),
        httpx.Response(200, text="{}"),
        httpx.Response(200, content=b"\xff\xfe"),
    ],
)
def test_services_that_cannot_be_had_mean_that_the_hub_is_away(
    answer: httpx.Response | Exception,
) -> None:
    with pytest.raises(HubAway):
        Network(answer).run(lambda client: client.services())
