"""Takes up what was learned of arrivals and peaks, and hands it to the engine."""

from typing import Generic, Protocol, TypeVar

import structlog
from pydantic import BaseModel, ValidationError

from hub.core.expected import ARRIVALS_FILE, Patterns
from hub.core.peaks import PEAKS_FILE, PeakModel
from hub.store import Learned

log = structlog.get_logger()

M = TypeVar("M", bound=BaseModel)


class Expecting(Protocol):
    """The engine, as far as it is told what to expect."""

    def expect(self, patterns: Patterns | None, peaks: PeakModel | None) -> None:
        """From now on this is expected."""
        ...


class Expectation:
    """Looks whether a file was replaced; one that is bad counts as not learned."""

    def __init__(self, engine: Expecting, learned: Learned) -> None:
        self._engine = engine
        self._patterns = _Kept(learned, ARRIVALS_FILE, Patterns)
        self._peaks = _Kept(learned, PEAKS_FILE, PeakModel)

    def look(self) -> None:
        """Tell the engine, if there is anything new."""
        if any([self._patterns.renewed(), self._peaks.renewed()]):
            self._engine.expect(self._patterns.model, self._peaks.model)


class _Kept(Generic[M]):
    """A learned file as a model."""

    def __init__(self, learned: Learned, name: str, form: type[M]) -> None:
        self._learned, self._name, self._form = learned, name, form
        self._stamp: tuple[int, int] | None = None
        self.model: M | None = None

    def renewed(self) -> bool:
        """Whether the file is another than before, which is then read."""
        stamp = self._learned.stamp(self._name)
        if stamp == self._stamp:
            return False
        self._stamp = stamp
        body = self._learned.load(self._name)
        try:
            self.model = None if body is None else self._form.model_validate_json(body)
        except ValidationError as error:
            self.model = None
            log.warning("learned_refused", file=self._name, reason=error.errors()[0]["msg"])
        else:
            log.info("learned_taken_up", file=self._name, known=self.model is not None)
        return True
