"""The tables of the hub's database. Times in them are naive UTC."""

from datetime import datetime

from sqlalchemy import Column, Date, DateTime, Integer, LargeBinary, MetaData, String, Table

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


def naive(at: datetime) -> datetime:
    """A time in UTC as the tables hold it."""
    return at.replace(tzinfo=None)
