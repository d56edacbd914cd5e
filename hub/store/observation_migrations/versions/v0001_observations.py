"""Readings of cameras, their rollups, and how far these have come."""

import sqlalchemy as sa
from alembic import op

revision = "0001"
down_revision = None


def upgrade() -> None:
    """Make the tables; nothing is rolled up yet."""
    op.create_table(
        "series",
        sa.Column("id", sa.Integer, primary_key=True, autoincrement=False),
        sa.Column("camera", sa.String(32), nullable=False),
        sa.Column("zone", sa.String(32), nullable=False),
        sa.UniqueConstraint("camera", "zone"),
    )
    op.create_table(
        "readings",
        sa.Column("at_ms", sa.BigInteger, primary_key=True, autoincrement=False),
        sa.Column("series", sa.Integer, primary_key=True, autoincrement=False),
        sa.Column("seq", sa.BigInteger, primary_key=True, autoincrement=False),
        sa.Column("ok", sa.Boolean, nullable=False),
        sa.Column("count", sa.REAL, nullable=False),
        sa.Column("low", sa.REAL, nullable=False),
        sa.Column("high", sa.REAL, nullable=False),
        sa.Column("density", sa.REAL),
        sqlite_with_rowid=False,
    )
    for table in ("minutes", "quarters"):
        op.create_table(
            table,
            sa.Column("series", sa.Integer, primary_key=True, autoincrement=False),
            sa.Column("at_s", sa.BigInteger, primary_key=True, autoincrement=False),
            sa.Column("readings", sa.Integer, nullable=False),
            sa.Column("ok", sa.Integer, nullable=False),
            *(sa.Column(name, sa.REAL) for name in ("mean", "most", "low", "high", "density")),
            sqlite_with_rowid=False,
        )
    progress = op.create_table(
        "rolled_up",
        sa.Column("name", sa.String(16), primary_key=True),
        sa.Column("until_s", sa.BigInteger, nullable=False),
    )
    op.bulk_insert(progress, [{"name": name, "until_s": 0} for name in ("minutes", "quarters")])
