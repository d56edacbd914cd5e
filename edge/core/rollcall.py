"""Tells when everyone has reported since the last time that everyone had."""

from collections.abc import Iterable


class RollCall:
    """Names of those who must report; one who hangs keeps the call open for ever."""

    def __init__(self, names: Iterable[str]) -> None:
        self._names = frozenset(names)
        self._missing = set(self._names)

    def answer(self, name: str) -> bool:
        """Whether `name` was the last one missing; if so the next call begins."""
        self._missing.discard(name)
        if self._missing:
            return False
        self._missing |= self._names
        return True
