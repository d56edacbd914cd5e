"""The hub's database as the rest of the hub sees it."""

from datetime import datetime
from pathlib import Path
from typing import Self

from hub.store.credentials import Credentials
from hub.store.database import Database, StoreFailed
from hub.store.journal import Journal


class Store:
    """The database in a data folder, held by one hub at a time."""

    def __init__(self, database: Database) -> None:
        """Raises StoreFailed when the database cannot be read."""
        self._database = database
        self.credentials = Credentials(database)
        self.journal = Journal(database)

    @classmethod
    def open(cls, folder: Path) -> Self:
        """Open or create the database.

        Raises StoreInUse when another hub holds the folder, StoreFailed when it cannot be used.
        """
        database = Database.open(folder)
        try:
            return cls(database)
        except StoreFailed:
            database.close()
            raise

    def close(self) -> None:
        """Give the folder back."""
        self.journal.close()
        self._database.close()

    def forget(self, now: datetime) -> None:
        """Drop answers and sessions that have outlived their use."""
        self.journal.forget_answers(now)
        self.credentials.forget_sessions(now)
