"""Journal rows say in which version their event was written; cursors say what was handed on."""

import sqlalchemy as sa
from alembic import op

revision = "0002"
down_revision = "0001"


def upgrade() -> None:
    """Rows there are of version 1, and what they tell was told by the release that wrote them."""
    op.add_column("journal", sa.Column("v", sa.Integer, nullable=False, server_default="1"))
    cursors = op.create_table(
        "cursors",
        sa.Column("name", sa.String(32), primary_key=True),
        sa.Column("seq", sa.Integer, nullable=False),
    )
    last = op.get_bind().execute(sa.text("SELECT coalesce(max(seq), 0) FROM journal")).scalar_one()
    op.bulk_insert(cursors, [{"name": "mqtt", "seq": last}])
