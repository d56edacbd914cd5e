"""Rows about alerts get an index of their own, which costs nothing where tickets are written."""

import sqlalchemy as sa
from alembic import op

revision = "0003"
down_revision = "0002"

ABOUT_ALERTS = "substr(kind, 1, 6) = 'alert_'"


def upgrade() -> None:
    """An index of a few rows among many."""
    op.create_index(
        "ix_journal_alerts",
        "journal",
        ["seq"],
        sqlite_where=sa.text(ABOUT_ALERTS),
        postgresql_where=sa.text(ABOUT_ALERTS),
    )
