"""Brings the tables of a database to what this release works with."""

from pathlib import Path
from typing import Final, NamedTuple

from sqlalchemy import Connection, column, inspect, select
from sqlalchemy import table as sql_table

from hub.store.failures import StoreFailed

STEPS: Final = Path(__file__).with_name("migrations")
HEAD: Final = "0005"  # the newest step


class Chain(NamedTuple):
    """Steps in a folder, up to `head`; `version_table` says how far a database has come."""

    steps: Path
    head: str
    version_table: str


HUB: Final = Chain(STEPS, HEAD, "alembic_version")
# A chain of its own: beside SQLite's hub.db observations have a file of their own.
OBSERVATIONS: Final = Chain(
    Path(__file__).with_name("observation_migrations"), "0001", "alembic_version_observations"
)


def migrate(connection: Connection, chain: Chain = HUB) -> None:
    """Apply the steps that are missing, all or none.

    Raises StoreFailed where a newer release has been at work.
    """
    with connection.begin():
        present = _version(connection, chain.version_table)
        if present != chain.head:
            _upgrade(connection, present, chain)


def _upgrade(connection: Connection, present: str | None, chain: Chain) -> None:
    # Alembic is a tenth of the hub's start, and needed once a release.
    from alembic import command  # noqa: PLC0415
    from alembic.config import Config  # noqa: PLC0415
    from alembic.script import ScriptDirectory  # noqa: PLC0415

    config = Config(attributes={"connection": connection, "version_table": chain.version_table})
    config.set_main_option("script_location", str(chain.steps))
    known = {step.revision for step in ScriptDirectory.from_config(config).walk_revisions()}
    if present is not None and present not in known:
        raise StoreFailed(
            f"a newer Huiting has changed the tables (to version {present}); install that"
            " release again, or restore a backup from before"
        )
    command.upgrade(config, chain.head)


def _version(connection: Connection, table: str) -> str | None:
    if not inspect(connection).has_table(table):
        return None
    found: str | None = connection.execute(
        select(column("version_num")).select_from(sql_table(table))
    ).scalar_one_or_none()
    return found
