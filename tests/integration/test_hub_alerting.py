"""Alerts in a hub as it really runs: told to others though it was killed, kept on PostgreSQL."""

import json
import signal
from datetime import timedelta
from pathlib import Path

import pytest
from postgres_server import PostgresServer

from hub.store import Store
from tests.integration.brokers import DEADLINE_S, ROOT, until
from tests.integration.hub_process import RunningHub, run_hub
from tests.unit.hub_fakes import NOON
from tests.unit.hub_watch import WatchedHall, plan_with
from tests.unit.webhook_receiver import receiving

SECRET = "a-secret-of-some-length"
DUTY = 'id = "duress"\ntell = ["dashboard", "webhook:duty"]\n'


def hall_file(folder: Path) -> Path:
    """The demo hall, whose duress buttons tell a webhook."""
    path = folder / "hall.toml"
    demo = (ROOT / "config" / "demo" / "hall.toml").read_text(encoding="utf-8")
    demo = demo.replace('calendar = "..', f'calendar = "{ROOT}/config')
    path.write_text(demo.replace('id = "duress"\n', DUTY), encoding="utf-8")
    return path


def test_a_hub_killed_between_commit_and_delivery_tells_it_after_its_restart(
    tmp_path: Path,
) -> None:
    with receiving(otherwise=503) as receiver:
        hub = RunningHub(
            tmp_path / "data",
            more={
                "HUITING_HUB__HALL_FILE": str(hall_file(tmp_path)),
                "HUITING_HUB__WEBHOOKS__DUTY__URL": receiver.url,
                "HUITING_HUB__WEBHOOKS__DUTY__SECRET": SECRET,
            },
        )
        try:
            hub.start()
            pressed = hub.post("/windows/w1/duress", token=hub.sign_in())
            assert pressed.status_code == 204
            assert receiver.news.wait(DEADLINE_S)
            hub.end(signal.SIGKILL)
            refused, receiver.otherwise = len(receiver.heard), 200
            hub.start()
            until(lambda: len(receiver.heard) > refused, what="the webhook")
        finally:
            hub.close()
    told = [json.loads(body) for _, body in receiver.heard]
    assert {(each["event"], each["alert"]["subject"]) for each in told} == {("raised", "w1")}
    assert len({each["id"] for each in told}) == 1
    assert SECRET not in hub.printed.read_text()


def test_a_restart_raises_nothing_twice(tmp_path: Path) -> None:
    hub = RunningHub(tmp_path / "data")
    try:
        hub.start()
        hub.post("/windows/w1/duress", token=hub.sign_in())
        hub.end(signal.SIGKILL)
        hub.start()
        token = {"Authorization": f"Bearer {hub.sign_in()}"}
        (alert,) = hub.get("/alerts", **token).json()["alerts"]
        assert (alert["kind"], alert["state"]) == ("duress", "raised")
    finally:
        hub.close()


def test_a_rule_that_tells_an_unknown_webhook_is_a_mistake_of_one_line(tmp_path: Path) -> None:
    hall = hall_file(tmp_path)
    (tmp_path / "hub.toml").write_text('hall_file = "hall.toml"\ndata = "data"\n')
    checked = run_hub("--config", str(tmp_path / "hub.toml"), "--check-config")
    assert checked.returncode == 2
    assert f"{hall}: rules: duress tells the unknown webhook duty" in checked.stderr


@pytest.mark.parametrize(
    ("given", "why"),
    [
        ({"URL": "http://pager.example.org/"}, "https://"),
        ({"URL": "https://pager.example.org/"}, "either secret or secret_file"),
        ({"URL": "https://pager.example.org/", "SECRET": "short"}, "at least 16"),
    ],
)
def test_a_webhook_that_cannot_be_used_is_a_mistake_of_one_line(
    given: dict[str, str], why: str
) -> None:
    environ = {f"HUITING_HUB__WEBHOOKS__DUTY__{key}": value for key, value in given.items()}
    checked = run_hub("--config", str(ROOT / "config/demo/hub.toml"), "--check-config", **environ)
    assert checked.returncode == 2
    assert why in checked.stderr
    assert "short" not in checked.stderr


def test_postgresql_tells_the_history_of_alerts(tmp_path: Path, postgresql: PostgresServer) -> None:
    hall = WatchedHall(plan_with())
    hall.see(9, 6)
    hall.take("cards")
    hall.see(0, 6)
    store = Store.open(tmp_path, postgresql.create("alerting"))
    store.journal.commit(hall.records, [])
    (alert,) = store.alerts.raised_between(NOON, NOON + timedelta(hours=1))
    assert (alert.state, alert.id) == ("cleared", hall.alert.id)
    rows = store.alerts.after(0)
    assert [record.event.kind for _, record in rows] == ["alert_raised", "alert_cleared"]
    raised = store.alerts.of(alert.id, rows[0][0])
    assert raised is not None
    assert raised.state == "raised"
    store.close()
