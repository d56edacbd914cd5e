"""The hub's database: journal, answers to repeated requests, staff, sessions and devices.

The only home of SQLAlchemy.
"""

from hub.store.answers import ANSWERS_KEPT, Answer
from hub.store.credentials import Account
from hub.store.failures import StoreFailed, StoreInUse
from hub.store.journal import Journal
from hub.store.journal_reader import ReadJournal, reading
from hub.store.learned import Learned
from hub.store.snapshots import Snapshot, Snapshots
from hub.store.store import Store

__all__ = [
    "ANSWERS_KEPT",
    "Account",
    "Answer",
    "Journal",
    "Learned",
    "ReadJournal",
    "Snapshot",
    "Snapshots",
    "Store",
    "StoreFailed",
    "StoreInUse",
    "reading",
]
