"""What can go wrong with the hub's database, each said in one line."""

from collections.abc import Iterator
from contextlib import contextmanager

from sqlalchemy.exc import SQLAlchemyError


class StoreFailed(Exception):
    """The database could not do what was asked: full disk, lost file or server, corruption."""


class StoreInUse(Exception):
    """Another hub works on the same data."""


@contextmanager
def failing(where: str = "") -> Iterator[None]:
    """Turns what the database says into StoreFailed, with `where` in front."""
    try:
        yield
    except SQLAlchemyError as error:
        said = reason(error)
        raise StoreFailed(f"{where}: {said}" if where else said) from error


def reason(error: Exception) -> str:
    """What the database, or the system, says went wrong, in one line."""
    return str(getattr(error, "orig", error)).splitlines()[0]
