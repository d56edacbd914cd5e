"""The hub's database: journal, answers to repeats, staff, sessions, devices, observations.

The only home of SQLAlchemy.
"""

from hub.store.alert_rows import AlertRows
from hub.store.answers import ANSWERS_KEPT, Answer
from hub.store.credentials import Account
from hub.store.failures import StoreFailed, StoreInUse
from hub.store.journal import Journal
from hub.store.journal_reader import ReadJournal, reading
from hub.store.learned import Learned
from hub.store.observations import MOST_POINTS, Observations, Seen
from hub.store.past import Past
from hub.store.reports import DayKept, Reports
from hub.store.snapshots import Snapshot, Snapshots
from hub.store.store import Store

__all__ = [
    "ANSWERS_KEPT",
    "MOST_POINTS",
    "Account",
    "AlertRows",
    "Answer",
    "DayKept",
    "Journal",
    "Learned",
    "Observations",
    "Past",
    "ReadJournal",
    "Reports",
    "Seen",
    "Snapshot",
    "Snapshots",
    "Store",
    "StoreFailed",
    "StoreInUse",
    "reading",
]
