"""`huiting-hub train` as a program: beside the hub at work, which takes up what it finds."""

from pathlib import Path

from hub.core.wait_model import WAITS_FILE
from hub.store import Learned
from tests.integration.brokers import until
from tests.integration.hub_process import DEMO, RunningHub, run_hub
from tests.unit.test_hub_foresight import TWICE


def test_training_beside_the_hub_takes_up_and_drops_without_a_restart(tmp_path: Path) -> None:
    hub = RunningHub(tmp_path / "data")
    learned = Learned(hub.data, "demo")
    learned.save(WAITS_FILE, TWICE.model_dump_json().encode())
    hub.start()
    try:
        until(lambda: "waits_by_model" in hub.printed.read_text(), what="the model")
        first, second = hub.take_ticket(), hub.take_ticket()
        assert second["ahead"] == first["ahead"] + 1
        trained = run_hub("--config", str(DEMO), "train", **hub.environ())
        assert trained.returncode == 0, trained.stderr
        assert "the formula goes on" in trained.stdout + trained.stderr
        assert learned.load(WAITS_FILE) is None
        assert hub.take_ticket()["ahead"] == second["ahead"] + 1
    finally:
        hub.close()


def test_without_data_training_says_so_in_one_line(tmp_path: Path) -> None:
    ended = run_hub("--config", str(DEMO), "train", HUITING_HUB__DATA=str(tmp_path))
    assert ended.returncode == 2
    assert ended.stderr.splitlines() == [
        f"{tmp_path}/hub.db: there is nothing to read yet; start the hub once"
    ]
