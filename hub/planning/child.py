"""Runs what takes long as a process of its own, one at a time, that is ended when it is late."""

import os
import pickle
import subprocess
import sys
from collections import OrderedDict
from collections.abc import Callable
from concurrent.futures import Future, ThreadPoolExecutor
from contextlib import suppress
from subprocess import PIPE, Popen
from threading import Lock
from typing import Any, Final

import structlog

KEPT: Final = 32
_ONE_THREAD: Final = {"OMP_NUM_THREADS": "1", "OPENBLAS_NUM_THREADS": "1"}

log = structlog.get_logger()

# What a question's name and arguments lead to within so many seconds; raises NotWorkedOut.
Run = Callable[[str, tuple[Any, ...], float], Any]


class NotWorkedOut(Exception):
    """There was no answer in time, or the process failed."""


class Child:
    """A process for each question: one that fails or lingers takes nothing along."""

    def __init__(self, command: tuple[str, ...] = (sys.executable, "-m", "hub.planning")) -> None:
        self._command = command
        self._process: Popen[bytes] | None = None

    def __call__(self, name: str, arguments: tuple[Any, ...], within_s: float) -> Any:  # noqa: ANN401 as asked
        """The answer."""
        question = pickle.dumps((name, arguments))
        try:
            self._process = Popen(  # noqa: S603 the hub's own command
                self._command, stdin=PIPE, stdout=PIPE, env={**os.environ, **_ONE_THREAD}
            )
        except OSError as error:
            raise NotWorkedOut(str(error)) from error
        with self._process as process:
            try:
                answer, _ = process.communicate(question, within_s)
            except subprocess.TimeoutExpired as late:
                process.kill()
                raise NotWorkedOut(f"not within {within_s:g} s") from late
        if process.returncode:
            raise NotWorkedOut(f"exit code {process.returncode}")
        return pickle.loads(answer)  # noqa: S301 written by hub.planning.__main__

    def stop(self) -> None:
        """Give up what is at work."""
        if self._process is not None:
            with suppress(ProcessLookupError):
                self._process.kill()


class Worker:
    """Questions in their order; an answer is kept for who asks the same again."""

    def __init__(self, run: Run) -> None:
        self._run = run
        self._pool = ThreadPoolExecutor(1, "planning")
        self._kept: OrderedDict[tuple[Any, ...], Future[Any]] = OrderedDict()
        self._lock = Lock()

    def ask(self, name: str, *arguments: Any, within_s: float) -> Future[Any]:  # noqa: ANN401 as the work takes them
        """The answer to come; the arguments must be hashable. What failed is tried anew."""
        key = (name, *arguments)
        with self._lock:
            known = self._kept.get(key)
            if known is None or (known.done() and known.exception() is not None):
                known = self._kept[key] = self._pool.submit(self._work, name, arguments, within_s)
            self._kept.move_to_end(key)
            while len(self._kept) > KEPT:
                self._kept.popitem(last=False)
            return known

    def ask_once(self, name: str, *arguments: Any, within_s: float) -> Future[Any]:  # noqa: ANN401 as the work takes them
        """The answer to come, kept for nobody else."""
        return self._pool.submit(self._work, name, arguments, within_s)

    def stop(self) -> None:
        """What has not begun does not begin any more."""
        self._pool.shutdown(wait=False, cancel_futures=True)

    def _work(self, name: str, arguments: tuple[Any, ...], within_s: float) -> Any:  # noqa: ANN401 as asked
        try:
            return self._run(name, arguments, within_s)
        except NotWorkedOut as failure:
            log.warning("not_worked_out", what=name, reason=str(failure))
            raise
