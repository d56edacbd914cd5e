"""The first answers to requests that may be repeated, kept for two days."""

from collections.abc import Collection, Mapping, Sequence
from dataclasses import dataclass
from datetime import UTC, datetime, timedelta
from typing import Any, Final

from sqlalchemy import bindparam, delete, select

from hub.store.database import Database
from hub.store.failures import failing
from hub.store.tables import ANSWERS, naive

ANSWERS_KEPT: Final = timedelta(days=2)


# One actor at a time: a list of pairs would make SQLite read the whole table.
_OF_ACTOR: Final = select(ANSWERS).where(
    ANSWERS.c.actor == bindparam("actor"), ANSWERS.c.key.in_(bindparam("keys", expanding=True))
)


@dataclass(frozen=True, slots=True)
class Answer:
    """The first answer to a request with an Idempotency-Key; `fingerprint` is of its content."""

    actor: str
    key: str
    fingerprint: bytes
    body: str
    at: datetime


class Answers:
    """The table of answers; the journal adds to it in the transaction of what they tell of."""

    def __init__(self, database: Database) -> None:
        self._database = database

    def given(self, keys: Collection[tuple[str, str]]) -> Mapping[tuple[str, str], Answer]:
        """The answers already given, by actor and key of the request."""
        if not keys:
            return {}
        by_actor: dict[str, list[str]] = {}
        for actor, key in keys:
            by_actor.setdefault(actor, []).append(key)
        with failing(), self._database.engine.connect() as connection:
            rows = [
                row
                for actor, theirs in by_actor.items()
                for row in connection.execute(_OF_ACTOR, {"actor": actor, "keys": theirs})
            ]
        return {(row.actor, row.key): _answer(row) for row in rows}

    def forget(self, now: datetime) -> None:
        """Drop those that have outlived their use."""
        with self._database.transaction() as connection:
            connection.execute(delete(ANSWERS).where(ANSWERS.c.at < naive(now - ANSWERS_KEPT)))


def rows_of(answers: Sequence[Answer]) -> list[dict[str, Any]]:
    """The rows that keep these answers."""
    return [
        {
            "actor": answer.actor,
            "key": answer.key,
            "fingerprint": answer.fingerprint,
            "body": answer.body,
            "at": naive(answer.at),
        }
        for answer in answers
    ]


def _answer(row: Any) -> Answer:  # noqa: ANN401 a row of the table
    return Answer(row.actor, row.key, row.fingerprint, row.body, row.at.replace(tzinfo=UTC))
