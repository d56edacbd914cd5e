"""Brings the tables of a database to what this release works with."""

from pathlib import Path
from typing import Final

from sqlalchemy import Connection, inspect, text

from hub.store.failures import StoreFailed

STEPS: Final = Path(__file__).with_name("migrations")
HEAD: Final = "0003"  # the newest step


def migrate(connection: Connection) -> None:
    """Apply the steps that are missing, all or none.

    Raises StoreFailed where a newer release has been at work.
    """
    with connection.begin():
        present = _version(connection)
        if present != HEAD:
            _upgrade(connection, present)


def _upgrade(connection: Connection, present: str | None) -> None:
    # Alembic is a tenth of the hub's start, and needed once a release.
    from alembic import command  # noqa: PLC0415
    from alembic.config import Config  # noqa: PLC0415
    from alembic.script import ScriptDirectory  # noqa: PLC0415

    config = Config(attributes={"connection": connection})
    config.set_main_option("script_location", str(STEPS))
    known = {step.revision for step in ScriptDirectory.from_config(config).walk_revisions()}
    if present is not None and present not in known:
        raise StoreFailed(
            f"a newer Huiting has changed the tables (to version {present}); install that"
            " release again, or restore a backup from before"
        )
    command.upgrade(config, HEAD)


def _version(connection: Connection) -> str | None:
    if not inspect(connection).has_table("alembic_version"):
        return None
    found: str | None = connection.execute(
        text("SELECT version_num FROM alembic_version")
    ).scalar_one_or_none()
    return found
