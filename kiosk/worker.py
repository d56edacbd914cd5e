"""Talks to the hub on a thread of its own and tells the screen by queued signals."""

import asyncio
from collections.abc import Callable
from threading import Thread
from typing import Final, Protocol

import structlog
from PySide6.QtCore import QObject, Signal

from hall.http import Services
from hall.messages import Ticket
from kiosk.core.events import (
    CatalogueCame,
    HubLost,
    Language,
    NoAnswerCame,
    Refusal,
    RefusalCame,
    TicketCame,
)
from kiosk.core.flow import Press
from kiosk.hub_client import HubAway, Refused

MISSED_POLLS: Final = 2
"""A hub that misses one poll may be restarting; after two the visitor is told."""

STOP_S: Final = 5.0

log = structlog.get_logger()


class Hub(Protocol):
    """What the worker needs of a hub client."""

    async def services(self) -> Services:
        """What can be chosen."""

    async def take_ticket(self, service: str, *, key: str, language: str) -> Ticket:
        """A ticket, one for each key."""

    async def close(self) -> None:
        """The end."""


class Worker(QObject):
    """`happened` carries a flow event, `faults` all present faults whenever they change."""

    happened = Signal(object)
    faults = Signal(object)

    def __init__(self, connect: Callable[[], Hub], *, poll_s: float) -> None:
        super().__init__()
        self._connect, self._poll_s = connect, poll_s
        self._loop = asyncio.new_event_loop()
        self._stopping = asyncio.Event()
        self._thread = Thread(target=self._run, name="hub", daemon=True)
        self._faults: frozenset[str] | None = None
        self._missed = MISSED_POLLS - 1  # at the start there is nothing to keep showing
        self._asking: set[str] = set()

    def start(self) -> None:
        """Begin to ask for services, until stopped."""
        self._thread.start()

    def ask(self, press: Press, language: Language) -> None:
        """Ask for a ticket; its fate comes by `happened`."""
        asyncio.run_coroutine_threadsafe(self._ask(press, language), self._loop)

    def stop(self) -> None:
        """End the thread."""
        self._loop.call_soon_threadsafe(self._stopping.set)
        self._thread.join(STOP_S)

    def _run(self) -> None:
        with asyncio.Runner(loop_factory=lambda: self._loop) as runner:
            runner.run(self._live())

    async def _live(self) -> None:
        self._hub = self._connect()
        polling = asyncio.create_task(self._keep_polling())
        try:
            await self._stopping.wait()
        finally:
            polling.cancel()
            await self._hub.close()

    async def _keep_polling(self) -> None:
        while True:
            await self._poll()
            await asyncio.sleep(self._poll_s)

    async def _poll(self) -> None:
        try:
            catalogue = await self._hub.services()
        except HubAway as away:
            self._missed += 1
            if self._missed == MISSED_POLLS:
                log.warning("hub_lost", reason=str(away))
                self._change_faults(add="hub_unreachable")
                self.happened.emit(HubLost())
            return
        if self._missed >= MISSED_POLLS:
            log.info("hub_found")
        self._missed = 0
        self._change_faults(remove="hub_unreachable")
        self.happened.emit(CatalogueCame(catalogue))

    async def _ask(self, press: Press, language: Language) -> None:
        if press.key in self._asking:
            return
        self._asking.add(press.key)
        try:
            self.happened.emit(await self._fate(press, language))
        finally:
            self._asking.discard(press.key)

    async def _fate(
        self, press: Press, language: Language
    ) -> TicketCame | RefusalCame | NoAnswerCame:
        try:
            ticket = await self._hub.take_ticket(press.service, key=press.key, language=language)
        except Refused as refused:
            log.info("ticket_refused", service=press.service, code=refused.code)
            if refused.device_not_welcome:
                self._change_faults(add="token_refused")
            return RefusalCame(press.key, Refusal(refused.sentence, language))
        except HubAway as away:
            log.warning("ticket_unanswered", service=press.service, reason=str(away))
            return NoAnswerCame(press.key)
        log.info("ticket_taken", service=press.service, ticket=str(ticket.id))
        self._change_faults(remove="token_refused")
        return TicketCame(press.key, ticket)

    def _change_faults(self, *, add: str | None = None, remove: str | None = None) -> None:
        faults = ((self._faults or frozenset()) | {add}) - {remove, None}
        named = frozenset(each for each in faults if each)
        if named != self._faults:
            self._faults = named
            self.faults.emit(tuple(sorted(named)))
