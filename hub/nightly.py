"""Starts the training of each night as a process of its own, and notes how it ended."""

import subprocess
from collections.abc import Callable, Sequence
from datetime import date, datetime, timedelta
from subprocess import DEVNULL, Popen
from typing import Final, Protocol

import structlog

from hub.core.plan import HallPlan
from hub.settings import LearningSettings

STOP_WITHIN_S: Final = 5

log = structlog.get_logger()


class Child(Protocol):
    """A process, as far as it is looked after."""

    def poll(self) -> int | None:
        """Its exit code once it has ended."""
        ...

    def terminate(self) -> None:
        """Ask it to end."""
        ...

    def wait(self, timeout: float | None = None) -> int:
        """Its exit code; raises subprocess.TimeoutExpired after `timeout` seconds."""
        ...


def spawn(command: Sequence[str]) -> Child:
    """A process that does not hold the hub's files or ask anybody anything."""
    return Popen(command, stdin=DEVNULL, close_fds=True)  # noqa: S603 the hub's own command


class Nightly:
    """Trains once a night, at its time by the hall's clock. Called about once a second."""

    def __init__(
        self,
        plan: HallPlan,
        settings: LearningSettings,
        command: Sequence[str],
        clock: Callable[[], datetime],
        start: Callable[[Sequence[str]], Child] = spawn,
    ) -> None:
        """`command` trains. A hub that starts after the time waits for the next night."""
        self._plan, self._settings, self._command = plan, settings, command
        self._clock, self._start = clock, start
        self._child: Child | None = None
        self._done = self._night()

    def beat(self) -> None:
        """Start if it is time; notice the end."""
        if self._child is not None and (ended := self._child.poll()) is not None:
            self._child = None
            log.info("training_ended" if ended == 0 else "training_failed", exit_code=ended)
        night = self._night()
        if not self._settings.enabled or night <= self._done or self._child is not None:
            return
        self._done = night
        try:
            self._child = self._start(self._command)
        except OSError as error:
            log.warning("training_not_started", reason=error.strerror)
            return
        log.info("training_started")

    def stop(self) -> None:
        """A training that is at work is given up."""
        if self._child is None:
            return
        self._child.terminate()
        try:
            self._child.wait(STOP_WITHIN_S)
        except subprocess.TimeoutExpired:
            log.warning("training_lingers")

    def _night(self) -> date:
        """The latest day whose time to train has come."""
        now = self._plan.local(self._clock())
        return now.date() - timedelta(days=now.time() < self._settings.at)
