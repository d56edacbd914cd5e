"""Keeps what the engine tells in step with what was learned, beside the engine's work."""

from collections.abc import Callable, Mapping, Sequence
from datetime import datetime
from threading import Event, Thread
from typing import Final, Protocol

import structlog
from pydantic import ValidationError

from hub.core.coverage import Promised
from hub.core.curve import Curve
from hub.core.outlook import Outlook
from hub.core.plan import HallPlan
from hub.core.predictor import curves
from hub.core.standing import State
from hub.core.wait_model import WAITS_FILE, WaitModel
from hub.store import Learned

EVERY_S: Final = 10.0

log = structlog.get_logger()


class Taught(Protocol):
    """The engine, as far as it is looked at and taught."""

    @property
    def standing(self) -> tuple[State, Outlook]:
        """The hall now, and what is told of it."""
        ...

    def teach(self, curves: Mapping[str, Curve]) -> None:
        """From now on waits are told by these curves."""
        ...


class Foresight:
    """Every EVERY_S seconds: takes up a model that was learned, and works out the waits' curves.

    Trees are evaluated here, per service and not per ticket: what a ticket costs is a straight line
    between two points.
    """

    def __init__(
        self,
        plan: HallPlan,
        engine: Taught,
        learned: Learned,
        clock: Callable[[], datetime],
        also: Sequence[Callable[[], None]] = (),
    ) -> None:
        """`also`: what else is learned and to be taken up at each look."""
        self._also = also
        self._plan, self._engine, self._learned, self._clock = plan, engine, learned, clock
        self._model: WaitModel | None = None
        self._stamp: tuple[int, int] | None = None
        self._promised = Promised()
        self._stopping = Event()
        self._thread = Thread(target=self._run, name="foresight", daemon=True)

    def start(self) -> None:
        """Begin, with a first look at once."""
        self._thread.start()

    def stop(self) -> None:
        """End."""
        self._stopping.set()
        self._thread.join()

    def look(self) -> None:
        """One look: a new model if there is one, then the curves for the hall of now."""
        had = self._model is not None
        self._take_up()
        if self._model is None:
            if had:
                self._engine.teach({})
                self._promised = Promised()
            return
        (state, outlook), now = self._engine.standing, self._clock()
        self._promised = self._promised.after(state, outlook, now)
        factor = self._promised.coverage.factor
        told = curves(self._model, self._plan, state, outlook, now)
        self._engine.teach({service: each.stretched(factor) for service, each in told.items()})

    def _take_up(self) -> None:
        """Read the model's file if it is another than before; one that is bad counts as none."""
        stamp = self._learned.stamp(WAITS_FILE)
        if stamp == self._stamp:
            return
        self._stamp = stamp
        body = self._learned.load(WAITS_FILE)
        try:
            self._model = WaitModel.model_validate_json(body) if body is not None else None
        except ValidationError as error:
            self._model = None
            log.warning("waits_model_refused", reason=error.errors()[0]["msg"])
            return
        log.info("waits_by_model" if self._model else "waits_by_formula")

    def _run(self) -> None:
        while True:
            try:
                for look in (*self._also, self.look):
                    look()
            except Exception:  # the hall goes on by the formula's or the last curves
                log.exception("foresight_failed")
            if self._stopping.wait(EVERY_S):
                return
