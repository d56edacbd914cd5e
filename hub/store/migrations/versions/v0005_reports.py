"""Reports of days, each with what the next day begins with."""

import sqlalchemy as sa
from alembic import op

revision = "0005"
down_revision = "0004"


def upgrade() -> None:
    """None are there: the hub makes those of days that were."""
    op.create_table(
        "reports",
        sa.Column("day", sa.Date, primary_key=True),
        sa.Column("version", sa.Integer, nullable=False),
        sa.Column("seq", sa.Integer, nullable=False),
        sa.Column("at", sa.DateTime, nullable=False),
        sa.Column("body", sa.String, nullable=False),
        sa.Column("carry", sa.String),
    )
