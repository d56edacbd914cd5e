"""Brings the tables of a database to what this release works with."""

from pathlib import Path
from typing import Final

from alembic import command
from alembic.config import Config
from alembic.script import ScriptDirectory
from sqlalchemy import Connection, inspect, text

from hub.store.failures import StoreFailed

STEPS: Final = Path(__file__).with_name("migrations")


def migrate(connection: Connection) -> None:
    """Apply the steps that are missing, each whole or not at all.

    Raises StoreFailed where a newer release has been at work.
    """
    config = Config()
    config.set_main_option("script_location", str(STEPS))
    script = ScriptDirectory.from_config(config)
    with connection.begin():
        present = _version(connection)
        if present == script.get_current_head():
            return
        if present is not None and present not in {s.revision for s in script.walk_revisions()}:
            raise StoreFailed(
                f"a newer Huiting has changed the tables (to version {present}); install that"
                " release again, or restore a backup from before"
            )
        config.attributes["connection"] = connection
        command.upgrade(config, "head")


def _version(connection: Connection) -> str | None:
    if not inspect(connection).has_table("alembic_version"):
        return None
    found: str | None = connection.execute(
        text("SELECT version_num FROM alembic_version")
    ).scalar_one_or_none()
    return found
