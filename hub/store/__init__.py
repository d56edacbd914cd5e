"""The hub's database: journal, answers to repeated requests, staff, sessions and devices.

The only home of SQLAlchemy.
"""

from hub.store.answers import ANSWERS_KEPT, Answer
from hub.store.credentials import Account
from hub.store.failures import StoreFailed, StoreInUse
from hub.store.journal import Journal
from hub.store.reports import DayKept, Reports
from hub.store.snapshots import Snapshot, Snapshots
from hub.store.store import Store

__all__ = [
    "ANSWERS_KEPT",
    "Account",
    "Answer",
    "DayKept",
    "Journal",
    "Reports",
    "Snapshot",
    "Snapshots",
    "Store",
    "StoreFailed",
    "StoreInUse",
]
