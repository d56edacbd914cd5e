"""Tells other systems of alerts over HTTP: signed, from the journal, until they have it.

Signed as the open specification Standard Webhooks 1.0 has it, for which libraries exist.
"""

import http.client
import ssl
from base64 import b64decode, b64encode
from collections.abc import Callable, Mapping
from dataclasses import dataclass
from datetime import datetime, timedelta
from functools import partial
from hmac import new as hmac
from typing import Final, Literal, Protocol
from urllib.parse import urlsplit
from uuid import UUID

import structlog

from hall.alerts import Alert
from hall.messages import ConfiguredId, Message, Moment
from hub.core.alert_rules import WEBHOOK
from hub.core.events import Record
from hub.outbox import Feed, Outbox
from hub.settings import WebhookSettings
from hub.store import Store

PATIENCE_S: Final = 10.0
FIRST_AGAIN_S: Final = 1.0
LONGEST_AGAIN_S: Final = 300.0
TOO_OLD: Final = timedelta(hours=24)  # a page of yesterday helps nobody
MOST_READ: Final = 4096

log = structlog.get_logger()


class AlertNotice(Message):
    """Body of a webhook: what happened to an alert, and the alert as it stood then.

    `id` is the same each time it is sent: who has it already drops it.
    """

    id: UUID
    at: Moment
    hall: ConfiguredId
    event: Literal[
        "raised",
        "returned",
        "escalated",
        "acknowledged",
        "applied",
        "outcome",
        "dismissed",
        "cleared",
    ]
    alert: Alert


class AlertJournal(Protocol):
    """What is read of the journal."""

    def after(self, seq: int) -> list[tuple[int, Record]]:
        """The next rows about alerts, each with its number; none when there is none."""

    def of(self, alert: UUID, until: int) -> Alert | None:
        """An alert as it stood once that row was written."""


Post = Callable[[str, Mapping[str, str], bytes], int]


def notices(rows: AlertJournal, hall: str, name: str, seq: int) -> list[tuple[int, AlertNotice]]:
    """The next notices for a webhook in rows after `seq`.

    It hears of alerts that it is told of; of those raised in quiet hours only once they escalate.
    """
    while found := rows.after(seq):
        notes = [
            (number, AlertNotice.model_validate(_fields(record, hall, alert)))
            for number, record in found
            for alert in (rows.of(record.event.alert, number),)  # type: ignore[union-attr]
            if alert is not None
            and f"{WEBHOOK}{name}" in alert.told
            and (not alert.quiet or alert.escalated_at is not None)
        ]
        if notes:
            return notes
        seq = found[-1][0]
    return []


def _fields(record: Record, hall: str, alert: Alert) -> Mapping[str, object]:
    event = record.event.kind.removeprefix("alert_")
    return {
        "id": record.id,
        "at": record.at,
        "hall": hall,
        "event": event,
        "alert": alert.nameless(),
    }


def signature(secret: str, message: str, timestamp: int, body: bytes) -> str:
    """`v1,` and the base64 of the HMAC-SHA256 over `id.timestamp.body`."""
    key = b64decode(secret[6:]) if secret.startswith("whsec_") else secret.encode()
    signed = f"{message}.{timestamp}.".encode() + body
    return "v1," + b64encode(hmac(key, signed, "sha256").digest()).decode()


@dataclass(frozen=True, slots=True)
class Webhook:
    """One receiver. Its address and secret are never told, in logs or elsewhere."""

    name: str
    url: str
    secret: str
    clock: Callable[[], datetime]
    post: Post

    def deliver(self, notice: AlertNotice) -> bool:
        """Whether the receiver has it, or it is too old to be worth another try."""
        now = self.clock()
        if now - notice.at > TOO_OLD:
            log.error("webhook_given_up", webhook=self.name, id=str(notice.id))
            return True
        body = notice.model_dump_json().encode()
        timestamp = int(now.timestamp())
        headers = {
            "Content-Type": "application/json",
            "webhook-id": str(notice.id),
            "webhook-timestamp": str(timestamp),
            "webhook-signature": signature(self.secret, str(notice.id), timestamp, body),
        }
        try:
            status = self.post(self.url, headers, body)
        except (OSError, http.client.HTTPException, ValueError) as error:
            log.warning("webhook_failed", webhook=self.name, reason=type(error).__name__)
            return False
        if not http.client.OK <= status < http.client.MULTIPLE_CHOICES:
            log.warning("webhook_refused", webhook=self.name, status=status)
            return False
        log.info("webhook_delivered", webhook=self.name, id=str(notice.id), told=notice.event)
        return True


def post(url: str, headers: Mapping[str, str], body: bytes) -> int:
    """The status with which `url` answers; nothing is followed to anywhere else, nor any proxy."""
    parts = urlsplit(url)
    host, port = parts.hostname or "", parts.port
    connection = (
        http.client.HTTPSConnection(
            host, port, timeout=PATIENCE_S, context=ssl.create_default_context()
        )
        if parts.scheme == "https"
        else http.client.HTTPConnection(host, port, timeout=PATIENCE_S)
    )
    try:
        path = (parts.path or "/") + (f"?{parts.query}" if parts.query else "")
        connection.request("POST", path, body, dict(headers))
        answer = connection.getresponse()
        answer.read(MOST_READ)
        return answer.status
    finally:
        connection.close()


def again_s(failures: int) -> float:
    """Twice as long after each failure, up to five minutes."""
    return min(LONGEST_AGAIN_S, FIRST_AGAIN_S * 2.0 ** min(failures - 1, 16))


def outboxes(
    store: Store,
    hall: str,
    configured: Mapping[str, WebhookSettings],
    clock: Callable[[], datetime],
) -> list[Outbox[AlertNotice]]:
    """One for each webhook, so that one that is away keeps no other waiting.

    A webhook named for the first time hears of what comes, not of what was. Raises StoreFailed.
    """
    made = []
    for name, settings in configured.items():
        cursor = f"{WEBHOOK}{name}"
        store.journal.begin_cursor(cursor)
        webhook = Webhook(name, str(settings.url), settings.key(), clock, post)
        feed = Feed(
            cursor,
            Alert,
            partial(notices, store.alerts, hall, name),
            again_s,
        )
        made.append(Outbox(store.journal, feed, webhook.deliver))
    return made
