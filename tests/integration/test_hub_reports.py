"""Reports of a hub as a process that is killed, and on PostgreSQL."""

import signal
import sqlite3
import tomllib
from collections.abc import Iterator, Mapping
from contextlib import closing
from dataclasses import dataclass
from datetime import UTC, datetime, timedelta
from pathlib import Path
from typing import Final

import pytest
import tomli_w
from postgres_server import PostgresServer

from hub.core.report import Period
from hub.core.report_tally import load
from hub.reporting import Reporter
from hub.store import Store
from tests.integration.brokers import ROOT, until
from tests.integration.hub_process import RunningHub
from tests.unit.hub_fakes import Clock, hall_plan
from tests.unit.test_hub_reporting import TODAY, YESTERDAY, caught_up, played

NOON: Final = 12


@dataclass
class ClosedHub(RunningHub):
    """A hub whose hall has closed: it was open in the first minute of the day, hours ago."""

    def environ(self) -> Mapping[str, str]:
        """With a hall file of its own, in a time zone where it is about noon."""
        hall = tomllib.loads((ROOT / "config" / "demo" / "hall.toml").read_text(encoding="utf-8"))
        hall["calendar"] = str(ROOT / "config" / "calendar-2026.toml")
        hall["hours"] = {day: ["00:00-00:01"] for day in hall["hours"]}
        # The sign of such a zone is that of POSIX: Etc/GMT-3 is three hours ahead of UTC.
        hall["timezone"] = f"Etc/GMT{datetime.now(UTC).hour - NOON:+d}"  # noqa: TID251 the real hub's
        file = self.data.with_suffix(".toml")
        file.write_text(tomli_w.dumps(hall), encoding="utf-8")
        return {**super().environ(), "HUITING_HUB__HALL_FILE": str(file)}

    def reports(self) -> list[str]:
        """Bodies of the days that are kept."""
        with closing(sqlite3.connect(f"file:{self.data}/hub.db?mode=ro", uri=True)) as found:
            return [str(body) for (body,) in found.execute("SELECT body FROM reports")]


@pytest.fixture
def hub(tmp_path: Path) -> Iterator[ClosedHub]:
    running = ClosedHub(tmp_path / "data")
    yield running
    running.close()


def test_a_hub_killed_before_it_wrote_the_report_of_closing_writes_it_after_its_next_start(
    hub: ClosedHub,
) -> None:
    hub.start()
    hub.end(signal.SIGKILL)
    with closing(sqlite3.connect(hub.data / "hub.db")) as killed, killed:
        killed.execute("DELETE FROM reports")  # as if it had died a moment sooner
    hub.start()
    until(lambda: bool(hub.reports()), what="the report")
    hub.end(signal.SIGKILL)
    hub.start()
    assert hub.end() == 0
    (body,) = hub.reports()
    assert load(body).count("arrived") == 0


def test_days_are_counted_and_kept_on_postgresql(
    tmp_path: Path, postgresql: PostgresServer
) -> None:
    url = postgresql.create("reports")
    store = Store.open(tmp_path, url)
    try:
        hall = played(store, hall_plan(), days=3)
        reporter = caught_up(
            Reporter(hall.plan, store.journal, store.reports, clock=Clock(hall.now))
        )
        before = store.reports.days([YESTERDAY, YESTERDAY - timedelta(days=1)])
        assert len(before) == 2
        assert reporter.report(Period.month(TODAY), with_clerks=True).figures.arrivals == 2
        reporter.recount(YESTERDAY)
        assert store.reports.days([YESTERDAY])[YESTERDAY] == before[YESTERDAY]
    finally:
        store.close()
