"""The journal of events, and the first answers to requests that may be repeated."""

from collections.abc import Collection, Iterator, Mapping, Sequence
from dataclasses import dataclass
from datetime import UTC, datetime, timedelta
from itertools import count
from typing import Any

from sqlalchemy import Connection, and_, delete, func, insert, or_, select
from sqlalchemy.exc import SQLAlchemyError

from hub.core.events import Record
from hub.store.database import Database, StoreFailed, naive, reason
from hub.store.tables import ANSWERS, JOURNAL

ANSWERS_KEPT = timedelta(days=2)


@dataclass(frozen=True, slots=True)
class Answer:
    """The first answer to a request with an Idempotency-Key; `fingerprint` is of its content."""

    actor: str
    key: str
    fingerprint: bytes
    body: str
    at: datetime


class JournalMoved(Exception):
    """The journal holds more than this hub has written: its state is no longer the journal's."""


class Journal:
    """Rows numbered from 1 without a gap, added by one thread over a connection of its own."""

    def __init__(self, database: Database) -> None:
        """Raises StoreFailed when the journal cannot be read."""
        self._database = database
        self._writer: Connection | None = None
        try:
            with database.engine.connect() as connection:
                self.last = _last(connection)
        except SQLAlchemyError as error:
            raise StoreFailed(f"journal: {reason(error)}") from error

    def close(self) -> None:
        """Let the writing connection go."""
        if self._writer is not None:
            self._writer.close()

    def records(self) -> Iterator[Record]:
        """Every record, oldest first. Raises StoreFailed on a row that cannot be read."""
        try:
            with self._database.engine.connect() as connection:
                rows = select(JOURNAL.c.seq, JOURNAL.c.body).order_by(JOURNAL.c.seq)
                for seq, body in connection.execute(rows):
                    yield _record(seq, body)
        except SQLAlchemyError as error:
            raise StoreFailed(f"journal: {reason(error)}") from error

    def commit(self, records: Sequence[Record], answers: Sequence[Answer]) -> None:
        """Keep all of it durably, or raise StoreFailed having kept nothing.

        Where the database went away just as it was to say that all is kept, the next commit
        raises JournalMoved if it was.
        """
        rows = [
            {"seq": seq, "id": str(r.id), "kind": r.event.kind, "body": r.model_dump_json()}
            for seq, r in zip(count(self.last + 1), records, strict=False)
        ]
        try:
            writer = self._writer = self._writer or self._connect()
            with writer.begin():
                if rows:
                    writer.execute(insert(JOURNAL), rows)
                if answers:
                    writer.execute(insert(ANSWERS), [_answer_row(answer) for answer in answers])
        except SQLAlchemyError as error:
            self._disconnect()
            raise StoreFailed(reason(error)) from error
        self.last += len(rows)

    def answers(self, keys: Collection[tuple[str, str]]) -> Mapping[tuple[str, str], Answer]:
        """The answers already given, by actor and key of the request."""
        if not keys:
            return {}
        by_actor: dict[str, list[str]] = {}
        for actor, key in keys:
            by_actor.setdefault(actor, []).append(key)
        mine = or_(  # a list of pairs would make SQLite read the whole table
            *(
                and_(ANSWERS.c.actor == actor, ANSWERS.c.key.in_(his))
                for actor, his in by_actor.items()
            )
        )
        try:
            with self._database.engine.connect() as connection:
                rows = connection.execute(select(ANSWERS).where(mine)).all()
        except SQLAlchemyError as error:
            raise StoreFailed(reason(error)) from error
        return {(row.actor, row.key): _answer(row) for row in rows}

    def forget_answers(self, now: datetime) -> None:
        """Drop answers that have outlived their use."""
        with self._database.transaction() as connection:
            connection.execute(delete(ANSWERS).where(ANSWERS.c.at < naive(now - ANSWERS_KEPT)))

    def _connect(self) -> Connection:
        connection = self._database.engine.connect()
        with connection.begin():
            last = _last(connection)
        if last != self.last:
            connection.close()
            raise JournalMoved(f"row {last} is there, row {self.last} was the last one written")
        return connection

    def _disconnect(self) -> None:
        if self._writer is not None:
            self._writer.invalidate()
            self._writer.close()
            self._writer = None


def _last(connection: Connection) -> int:
    last: int = connection.execute(select(func.coalesce(func.max(JOURNAL.c.seq), 0))).scalar_one()
    return last


def _answer(row: Any) -> Answer:  # noqa: ANN401 a row of the table
    return Answer(row.actor, row.key, row.fingerprint, row.body, row.at.replace(tzinfo=UTC))


def _answer_row(answer: Answer) -> dict[str, Any]:
    return {
        "actor": answer.actor,
        "key": answer.key,
        "fingerprint": answer.fingerprint,
        "body": answer.body,
        "at": naive(answer.at),
    }


def _record(seq: int, body: str) -> Record:
    try:
        return Record.model_validate_json(body)
    except ValueError as error:
        raise StoreFailed(
            f"row {seq} of the journal cannot be read; restore hub.db from a backup"
        ) from error
