"""The hub's database as the rest of the hub sees it."""

from datetime import datetime
from pathlib import Path
from typing import Self

from hub.store.alert_rows import AlertRows
from hub.store.answers import Answers
from hub.store.credentials import Credentials
from hub.store.database import Database
from hub.store.journal import Journal
from hub.store.observations import Observations
from hub.store.past import Past
from hub.store.reports import Reports


class Store:
    """Journal, past, answers, credentials, reports and observations, held by one hub at a time.

    Observations may fail without anything else: they are prepared when they are first used.
    """

    def __init__(self, database: Database, folder: Path) -> None:
        """Raises StoreFailed when the database cannot be read, StoreInUse when another has it."""
        self._database, self.folder = database, folder
        self.journal = Journal(database)
        self.alerts = AlertRows(database)
        self.past = Past(database)
        self.answers = Answers(database)
        self.credentials = Credentials(database)
        self.observations = Observations(database)
        self.reports = Reports(database)

    @classmethod
    def open(cls, folder: Path, url: str | None = None) -> Self:
        """Open or create the database: hub.db in `folder`, or the one of PostgreSQL at `url`.

        Raises StoreInUse when another hub holds it, StoreFailed when it cannot be used.
        """
        database = Database.open(folder, url)
        try:
            return cls(database, folder)
        except BaseException:
            database.close()
            raise

    def close(self) -> None:
        """Give the folder back."""
        self.journal.close()
        self._database.close()

    def forget(self, now: datetime) -> None:
        """Drop answers and sessions that have outlived their use."""
        self.answers.forget(now)
        self.credentials.forget_sessions(now)
