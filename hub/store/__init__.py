"""The hub's database: journal, answers to repeated requests, staff, sessions and devices.

The only home of SQLAlchemy.
"""

from hub.store.credentials import Account
from hub.store.database import StoreFailed, StoreInUse
from hub.store.journal import ANSWERS_KEPT, Answer
from hub.store.store import Store

__all__ = ["ANSWERS_KEPT", "Account", "Answer", "Store", "StoreFailed", "StoreInUse"]
