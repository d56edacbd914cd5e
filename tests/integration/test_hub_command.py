"""The hub as a program: what it promised survives a kill, and each mistake is one line."""

import json
import signal
import socket
from collections.abc import Iterator
from pathlib import Path
from queue import SimpleQueue
from subprocess import CompletedProcess
from threading import Thread

import httpx
import pytest

from tests.integration.brokers import DEADLINE_S, ROOT
from tests.integration.hub_process import DEMO, TOKEN, RunningHub, run_hub


@pytest.fixture
def hub(tmp_path: Path) -> Iterator[RunningHub]:
    """A hub without a broker."""
    running = RunningHub(tmp_path / "data")
    running.start()
    yield running
    running.close()


def one_line(ended: CompletedProcess[str]) -> str:
    """What a program said in its one line before it ended for a mistake."""
    assert ended.returncode == 2, ended.stderr
    (line,) = ended.stderr.splitlines()
    return line


def test_a_killed_hub_has_lost_no_ticket_and_reuses_no_number(hub: RunningHub) -> None:
    first = hub.take_ticket()
    assert hub.end(signal.SIGKILL) == -signal.SIGKILL
    hub.start()
    boss = hub.sign_in()
    again = hub.get(f"/tickets/{first['id']}", Authorization=f"Bearer {boss}").json()
    assert (again["number"], again["state"]) == (first["number"], "waiting")
    second = hub.take_ticket()
    assert (first["number"], second["number"]) == ("D001", "D002")
    assert hub.post("/windows/w8/open", boss).status_code == 200
    called = hub.post("/windows/w8/call-next", boss)
    assert called.json()["number"] == first["number"]
    visitor = hub.client.get(first["url"] + "/state").json()
    assert visitor["state"] == "called"
    assert hub.end(signal.SIGKILL)
    hub.start()
    assert hub.post("/windows/w8/finish", boss).json()["number"] == first["number"]


def test_a_second_hub_on_the_same_data_is_told_in_one_line(hub: RunningHub) -> None:
    ended = run_hub("--config", str(DEMO), HUITING_HUB__DATA=str(hub.data))
    assert one_line(ended) == f"{hub.data} is used by another hub; stop it first"


def test_a_port_in_use_is_told_in_one_line(tmp_path: Path) -> None:
    with socket.create_server(("127.0.0.1", 0)) as taken:
        port = taken.getsockname()[1]
        ended = run_hub(
            "--config",
            str(DEMO),
            HUITING_HUB__DATA=str(tmp_path / "data"),
            HUITING_HUB__HTTP__PORT=str(port),
        )
    line = one_line(ended)
    assert str(port) in line
    assert "http.port" in line


def test_each_mistake_in_the_settings_is_one_line_with_file_and_key(tmp_path: Path) -> None:
    config = tmp_path / "hub.toml"
    config.write_text(
        'hall_file = "hall.toml"\ndata = "data"\ncolour = "red"\n[http]\nport = 70000\n'
    )
    ended = run_hub("--config", str(config))
    assert ended.returncode == 2
    keys = [line.removeprefix(f"{config}: ").split(":")[0] for line in ended.stderr.splitlines()]
    assert sorted(keys) == ["colour", "http.port"]


@pytest.mark.parametrize("content", [None, b"id = ", b"\xff\xfe"])
def test_a_hall_file_that_cannot_be_read_is_one_line(tmp_path: Path, content: bytes | None) -> None:
    config, hall = tmp_path / "hub.toml", tmp_path / "hall.toml"
    config.write_text('hall_file = "hall.toml"\ndata = "data"\n')
    if content is not None:
        hall.write_bytes(content)
    assert one_line(run_hub("--config", str(config))).startswith(f"{hall}: ")


def test_a_service_with_waiting_tickets_may_not_vanish_from_the_hall_file(
    hub: RunningHub, tmp_path: Path
) -> None:
    hub.take_ticket()
    assert hub.end() == 0
    hall = (ROOT / "config" / "demo" / "hall.toml").read_text()
    hall = hall.replace('id = "tax-certificate"', 'id = "renamed"').replace(
        '"tax-certificate"', '"renamed"'
    )
    hall = hall.replace("../calendar-2026.toml", str(ROOT / "config" / "calendar-2026.toml"))
    (tmp_path / "hall.toml").write_text(hall)
    (tmp_path / "hub.toml").write_text('hall_file = "hall.toml"\ndata = "data"\n')
    ended = run_hub("--config", str(tmp_path / "hub.toml"), HUITING_HUB__HTTP__PORT="0")
    line = ended.stderr.splitlines()[-1]
    assert ended.returncode == 2
    assert "hall.toml: services: tax-certificate is gone" in line


def test_check_config_says_ok(tmp_path: Path) -> None:
    ended = run_hub("--config", str(DEMO), "--check-config")
    assert (ended.returncode, ended.stderr) == (0, "")
    assert ": ok, 12 services, 8 windows" in ended.stdout


def test_staff_and_devices_are_added_from_the_command_line(tmp_path: Path) -> None:
    environ = {"HUITING_HUB__DATA": str(tmp_path / "data")}
    added = run_hub("--config", str(DEMO), "add-device", "kiosk-2", **environ)
    assert len(added.stdout.strip()) >= 32
    assert added.stderr == ""


def test_sigterm_ends_open_streams_and_the_hub_with_status_0(hub: RunningHub) -> None:
    ticket = hub.take_ticket()
    boss = hub.sign_in()
    begun: SimpleQueue[str] = SimpleQueue()
    ended: SimpleQueue[str] = SimpleQueue()

    def read(path: str, headers: dict[str, str]) -> None:
        with httpx.stream(
            "GET", path, headers=headers, timeout=DEADLINE_S, trust_env=False
        ) as answer:
            for line in answer.iter_lines():
                if line.startswith("event:"):
                    begun.put(path)
        ended.put(path)

    root = str(hub.client.base_url).rstrip("/")
    streams = [
        (f"{root}/api/v1/events", {}),
        (f"{root}/api/v1/events", {"Authorization": f"Bearer {boss}"}),
        (f"{ticket['url']}/events", {}),
    ]
    readers = [Thread(target=read, args=stream, daemon=True) for stream in streams]
    for reader in readers:
        reader.start()
    for _ in streams:
        begun.get(timeout=DEADLINE_S)
    assert hub.end() == 0
    for _ in streams:
        ended.get(timeout=DEADLINE_S)
    said = [json.loads(line)["event"] for line in hub.printed.read_text().splitlines()]
    assert said[-1] == "hub_stopped"


def test_no_token_reaches_the_log(hub: RunningHub) -> None:
    ticket = hub.take_ticket()
    boss = hub.sign_in()
    hub.client.get(f"{ticket['url']}/state")
    hub.client.post(f"{ticket['url']}/cancel")
    hub.client.get(f"{ticket['url']}x/state")
    hub.end()
    said = hub.printed.read_text()
    assert "ticket_cancelled" in said
    for secret in (ticket["url"].rsplit("/", 1)[1], boss, TOKEN):
        assert secret not in said


def events_of(
    hub: RunningHub, count: int, last_id: str | None = None, token: str | None = None
) -> list[tuple[str, str, dict[str, object]]]:
    """Id, name and data of the next events of a fresh connection."""
    headers = {"Last-Event-ID": last_id} if last_id else {}
    headers |= {"Authorization": f"Bearer {token}"} if token else {}
    found, block = [], {}
    with hub.client.stream("GET", "/api/v1/events", headers=headers) as answer:
        for line in answer.iter_lines():
            if line:
                name, _, value = line.partition(": ")
                block[name] = value
            elif "event" in block:
                found.append((block["id"], block["event"], json.loads(block["data"])))
                block = {}
            if len(found) == count:
                return found
    return found


def test_a_stream_resumes_where_it_was_and_begins_anew_after_a_restart(hub: RunningHub) -> None:
    ((first, name, hall),) = events_of(hub, 1)
    assert name == "hall"
    assert "crowd" not in hall
    hub.take_ticket()
    ((second, name, queues),) = events_of(hub, 1, first)
    assert name == "queues"
    assert queues["services"]["tax-certificate"]["waiting"] == 1  # type: ignore[index]
    ((_, name, hall),) = events_of(hub, 1, token=hub.sign_in())
    assert name == "hall"
    assert {"crowd", "nodes", "alerts"} <= set(hall)
    hub.end(signal.SIGKILL)
    hub.start()
    ((_, name, _),) = events_of(hub, 1, second)
    assert name == "hall"


def test_without_a_broker_tickets_work_and_readiness_says_so(hub: RunningHub) -> None:
    ready = hub.client.get("/readyz")
    assert (ready.status_code, ready.json()) == (503, {"engine": True, "broker": False})
    assert hub.take_ticket()["number"] == "D001"
