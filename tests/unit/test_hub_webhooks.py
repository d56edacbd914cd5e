"""Other systems hear of their alerts at least once, signed and in order, and of no others."""

import base64
import hashlib
import hmac
import json
from datetime import timedelta
from pathlib import Path
from typing import Any, cast
from uuid import UUID

import pytest
from pydantic import ValidationError

from hub.core import commands
from hub.core.alert_changes import told
from hub.core.events import Record
from hub.outbox import Outbox
from hub.settings import WebhookSettings
from hub.store import Store
from hub.webhooks import Webhook, again_s, notices, outboxes, post, signature
from tests.unit.hub_fakes import DEADLINE_S, NOON, Clock
from tests.unit.hub_watch import WatchedHall, plan_with
from tests.unit.webhook_receiver import receiving

SECRET = "a-secret-of-some-length"


class Rows:
    """The rows of a hall's records about alerts, as the journal would give them."""

    def __init__(self, records: list[Record]) -> None:
        self.rows = [
            (seq, record)
            for seq, record in enumerate(records, 1)
            if record.event.kind.startswith("alert_")
        ]

    def after(self, seq: int) -> list[tuple[int, Record]]:
        return [row for row in self.rows if row[0] > seq][:2]

    def of(self, alert: UUID, until: int) -> Any:  # noqa: ANN401 as AlertJournal has it
        about = [r for s, r in self.rows if s <= until and getattr(r.event, "alert", 0) == alert]
        return next(iter(told(about)), None)


def all_notices(rows: Rows, name: str = "duty") -> list[str]:
    seq = 0
    heard: list[str] = []
    while found := notices(rows, "test", name, seq):
        heard += [notice.event for _, notice in found]
        seq = found[-1][0]
    return heard


def a_hall(**changes: object) -> WatchedHall:
    hall = WatchedHall(plan_with(**{"tell": ["dashboard", "webhook:duty"], **changes}))
    hall.see(9, 6)
    hall.do(commands.AcknowledgeAlert(hall.alert.id))
    hall.see(0, 6)
    return hall


def test_a_webhook_hears_of_the_whole_life_of_its_alerts() -> None:
    assert all_notices(Rows(a_hall().records)) == ["raised", "acknowledged", "cleared"]


def test_a_webhook_hears_nothing_of_alerts_that_are_not_for_it() -> None:
    assert all_notices(Rows(a_hall(tell=["dashboard", "webhook:other"]).records)) == []


def test_a_webhook_that_is_escalated_to_hears_from_then_on() -> None:
    hall = WatchedHall(
        plan_with(tell=["dashboard"], escalate={"after_min": 1, "tell": ["webhook:duty"]})
    )
    hall.see(9, 70)
    hall.see(0, 6)
    assert all_notices(Rows(hall.records)) == ["escalated", "cleared"]


def test_nobody_is_paged_in_quiet_hours() -> None:
    assert all_notices(Rows(a_hall(quiet_hours=["00:00-24:00"]).records)) == []


def test_no_name_of_staff_leaves_the_house() -> None:
    rows = Rows(a_hall().records)
    for _, notice in notices(rows, "test", "duty", 0):
        assert "boss" not in notice.model_dump_json()


def webhook(url: str, clock: Clock | None = None, secret: str = SECRET) -> Webhook:
    return Webhook("duty", url, secret, clock or Clock(), post)


def test_a_receiver_can_check_who_sent_it_and_when() -> None:
    clock = Clock()
    _, notice = notices(Rows(a_hall().records), "test", "duty", 0)[0]
    with receiving() as receiver:
        assert webhook(receiver.url, clock).deliver(notice)
    headers, body = receiver.heard[0]
    signed = f"{headers['webhook-id']}.{headers['webhook-timestamp']}.".encode() + body
    expected = hmac.new(SECRET.encode(), signed, hashlib.sha256).digest()
    assert headers["webhook-signature"] == f"v1,{base64.b64encode(expected).decode()}"
    assert headers["webhook-id"] == str(notice.id)
    assert int(headers["webhook-timestamp"]) == int(clock.now.timestamp())
    said = json.loads(body)
    assert (said["event"], said["hall"], said["alert"]["rule"]) == ("raised", "test", "crowded")


def test_the_signature_is_that_of_the_specification_s_own_example() -> None:
    secret = "whsec_MfKQ9r8GKYqrTwjUPD8ILPZIo2LaLaSw"
    body = b'{"test": 2432232314}'
    signed = signature(secret, "msg_p5jXN8AQM9LWM0D4loKWxJek", 1614265330, body)
    assert signed == "v1,g0hM9SsE+OTPJTGt/tmIKtSyZlE3uFJELVlNIOLJ1OE="


@pytest.mark.parametrize("status", [301, 302, 307, 400, 401, 404, 429, 500, 503])
def test_anything_but_a_yes_is_tried_again_and_never_followed_elsewhere(status: int) -> None:
    _, notice = notices(Rows(a_hall().records), "test", "duty", 0)[0]
    with receiving(status) as receiver:
        hook = webhook(receiver.url)
        assert not hook.deliver(notice)
        assert hook.deliver(notice)
    assert [json.loads(body)["id"] for _, body in receiver.heard] == [str(notice.id)] * 2


def test_a_receiver_that_is_away_is_tried_again() -> None:
    _, notice = notices(Rows(a_hall().records), "test", "duty", 0)[0]
    with receiving() as receiver:
        url = receiver.url
    assert not webhook(url).deliver(notice)


def test_what_is_older_than_a_day_is_given_up() -> None:
    _, notice = notices(Rows(a_hall().records), "test", "duty", 0)[0]
    clock = Clock(NOON + timedelta(days=2))
    assert webhook("http://127.0.0.1:1/", clock).deliver(notice)


def test_pauses_between_tries_grow_and_end_at_five_minutes() -> None:
    pauses = [again_s(failures) for failures in range(1, 40)]
    assert pauses[:4] == [1, 2, 4, 8]
    assert pauses == sorted(pauses)
    assert pauses[-1] == 300


def test_neither_address_nor_secret_is_ever_logged(capsys: pytest.CaptureFixture[str]) -> None:
    _, notice = notices(Rows(a_hall().records), "test", "duty", 0)[0]
    with receiving(500) as receiver:
        hook = webhook(f"{receiver.url}secret-path?token=hidden")
        hook.deliver(notice)
        hook.deliver(notice)
    said = "".join(capsys.readouterr())
    assert SECRET not in said
    assert "hidden" not in said


def test_from_the_journal_to_the_receiver_across_a_restart(tmp_path: Path) -> None:
    clock = Clock(NOON + timedelta(minutes=1))
    hall = a_hall()
    with receiving(500) as receiver:
        settings = {"duty": WebhookSettings.model_validate({"url": receiver.url, "secret": SECRET})}
        store = Store.open(tmp_path)
        (before,) = outboxes(store, "test", settings, clock)
        store.journal.commit(hall.records, [])
        assert not before.hand_on()
        store.close()
        store = Store.open(tmp_path)
        (after,) = outboxes(store, "test", settings, clock)
        assert after.hand_on()
        assert after.hand_on()
        store.close()
    heard = [json.loads(body) for _, body in receiver.heard]
    assert [each["event"] for each in heard] == ["raised", "raised", "acknowledged", "cleared"]
    assert heard[0]["id"] == heard[1]["id"]


def test_a_webhook_named_for_the_first_time_hears_nothing_of_the_past(tmp_path: Path) -> None:
    store = Store.open(tmp_path)
    store.journal.commit(a_hall().records, [])
    with receiving() as receiver:
        settings = {"duty": WebhookSettings.model_validate({"url": receiver.url, "secret": SECRET})}
        (outbox,) = cast("list[Outbox[Any]]", outboxes(store, "test", settings, Clock()))
        assert outbox.hand_on()
    store.close()
    assert receiver.heard == []


def test_the_outbox_s_own_thread_delivers_once_told_of_news(tmp_path: Path) -> None:
    store, clock = Store.open(tmp_path), Clock(NOON + timedelta(minutes=1))
    with receiving() as receiver:
        settings = {"duty": WebhookSettings.model_validate({"url": receiver.url, "secret": SECRET})}
        (outbox,) = outboxes(store, "test", settings, clock)
        hall = a_hall()
        store.journal.commit(hall.records, [])
        outbox.start()
        outbox.hear(hall.alert)
        assert receiver.news.wait(DEADLINE_S)
        outbox.stop()
    store.close()
    assert json.loads(receiver.heard[0][1])["event"] == "raised"


@pytest.mark.parametrize(
    "url",
    [
        "http://pager.example.org/",
        "http://10.0.0.8/",
        "http://127.0.0.1.example.org/",
        "ftp://127.0.0.1/",
        "https://user:word@pager.example.org/",
        "file:///etc/passwd",
    ],
)
def test_only_https_or_this_machine_may_be_called(url: str) -> None:
    with pytest.raises(ValidationError):
        WebhookSettings.model_validate({"url": url, "secret": SECRET})


@pytest.mark.parametrize(
    "given", [{}, {"secret": "short"}, {"secret": SECRET, "secret_file": "x"}, {"secret_file": "x"}]
)
def test_a_webhook_without_a_good_secret_is_refused(given: dict[str, str]) -> None:
    settings = WebhookSettings.model_validate({"url": "https://pager.example.org/", **given})
    with pytest.raises(ValueError, match="secret"):
        settings.key()


def test_a_secret_may_come_from_a_credential_file(tmp_path: Path) -> None:
    path = tmp_path / "credential"
    path.write_text(f"{SECRET}\n", encoding="utf-8")
    settings = WebhookSettings.model_validate(
        {"url": "https://pager.example.org/", "secret_file": path}
    )
    assert settings.key() == SECRET
