"""The tables of the hub's database, in which times are naive UTC, and of the observations."""

from datetime import datetime

from sqlalchemy import (
    REAL,
    BigInteger,
    Boolean,
    Column,
    Date,
    DateTime,
    Index,
    Integer,
    LargeBinary,
    MetaData,
    String,
    Table,
    UniqueConstraint,
    text,
)

TABLES = MetaData()
JOURNAL = Table(
    "journal",
    TABLES,
    Column("seq", Integer, primary_key=True, autoincrement=False),
    Column("id", String(36), unique=True, nullable=False),
    Column("kind", String(32), nullable=False),
    Column("body", String, nullable=False),
    Column("v", Integer, nullable=False, server_default="1"),
)
ABOUT_ALERTS = text("substr(kind, 1, 6) = 'alert_'")  # the very words by which the index serves
Index(
    "ix_journal_alerts",
    JOURNAL.c.seq,
    sqlite_where=ABOUT_ALERTS,
    postgresql_where=ABOUT_ALERTS,
)
_BEGINS_A_DAY = text("kind = 'day_begun'")
Index("journal_days", JOURNAL.c.seq, sqlite_where=_BEGINS_A_DAY, postgresql_where=_BEGINS_A_DAY)
CURSORS = Table(
    "cursors",
    TABLES,
    Column("name", String(32), primary_key=True),
    Column("seq", Integer, nullable=False),
)
ANSWERS = Table(
    "answers",
    TABLES,
    Column("actor", String(64), primary_key=True),
    Column("key", String(255), primary_key=True),
    Column("fingerprint", LargeBinary(32), nullable=False),
    Column("body", String, nullable=False),
    Column("at", DateTime, nullable=False, index=True),
)
STAFF = Table(
    "staff",
    TABLES,
    Column("username", String(64), primary_key=True),
    Column("role", String(16), nullable=False),
    Column("password_hash", String(255), nullable=False),
)
SESSIONS = Table(
    "sessions",
    TABLES,
    Column("token_hash", LargeBinary(32), primary_key=True),
    Column("username", String(64), nullable=False),
    Column("expires_at", DateTime, nullable=False),
)
DEVICES = Table(
    "devices",
    TABLES,
    Column("id", String(32), primary_key=True),
    Column("token_hash", LargeBinary(32), unique=True, nullable=False),
)
REPORTS = Table(
    "reports",
    TABLES,
    Column("day", Date, primary_key=True),
    Column("version", Integer, nullable=False),
    Column("seq", Integer, nullable=False),
    Column("at", DateTime, nullable=False),
    Column("body", String, nullable=False),
    Column("carry", String),
)


# Observations: times are seconds or milliseconds since 1970, zone "" is a camera's whole picture.
OBSERVATIONS = MetaData()
SERIES = Table(
    "series",
    OBSERVATIONS,
    Column("id", Integer, primary_key=True, autoincrement=False),
    Column("camera", String(32), nullable=False),
    Column("zone", String(32), nullable=False),
    UniqueConstraint("camera", "zone"),
)
READINGS = Table(
    "readings",
    OBSERVATIONS,
    Column("at_ms", BigInteger, primary_key=True, autoincrement=False),
    Column("series", Integer, primary_key=True, autoincrement=False),
    Column("seq", BigInteger, primary_key=True, autoincrement=False),
    Column("ok", Boolean, nullable=False),
    Column("count", REAL, nullable=False),
    Column("low", REAL, nullable=False),
    Column("high", REAL, nullable=False),
    Column("density", REAL),
    sqlite_with_rowid=False,
)


def _rollup(name: str) -> Table:
    """Of `readings`, `ok` could be believed; all other figures are of these alone."""
    return Table(
        name,
        OBSERVATIONS,
        Column("series", Integer, primary_key=True, autoincrement=False),
        Column("at_s", BigInteger, primary_key=True, autoincrement=False),
        Column("readings", Integer, nullable=False),
        Column("ok", Integer, nullable=False),
        Column("mean", REAL),
        Column("most", REAL),
        Column("low", REAL),
        Column("high", REAL),
        Column("density", REAL),
        sqlite_with_rowid=False,
    )


MINUTES = _rollup("minutes")
QUARTERS = _rollup("quarters")
PROGRESS = Table(
    "rolled_up",
    OBSERVATIONS,
    Column("name", String(16), primary_key=True),
    Column("until_s", BigInteger, nullable=False),
)


def naive(at: datetime) -> datetime:
    """A time in UTC as the tables hold it."""
    return at.replace(tzinfo=None)
