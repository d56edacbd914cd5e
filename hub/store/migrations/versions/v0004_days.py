"""Days are found in the journal without reading all of it."""

import sqlalchemy as sa
from alembic import op

revision = "0004"
down_revision = "0003"


def upgrade() -> None:
    """Rows that begin a day have an index of their own: some hundred of them a year."""
    begins = sa.text("kind = 'day_begun'")
    op.create_index(
        "journal_days", "journal", ["seq"], sqlite_where=begins, postgresql_where=begins
    )
