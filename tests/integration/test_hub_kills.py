"""A hub that is killed under load has lost no ticket and gives none twice; the short form."""

from pathlib import Path

from postgres_server import PostgresServer
from soak_kills import kill_often

KILLS = 3


def test_kills_on_sqlite_lose_and_double_nothing(tmp_path: Path) -> None:
    assert kill_often(tmp_path / "data", KILLS)["tickets"]


def test_kills_on_postgresql_lose_and_double_nothing(
    tmp_path: Path, postgresql: PostgresServer
) -> None:
    environ = {"HUITING_HUB__STORE__URL": postgresql.create("kills")}
    assert kill_often(tmp_path / "data", KILLS, environ=environ)["tickets"]
