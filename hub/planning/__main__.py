"""The process that works one thing out: asked on standard input, answered on standard output."""

import os
import pickle
import sys
from collections.abc import Callable
from typing import Any, Final

# Service goes before: this process gets a tenth of what one of equal rank would.
BEHIND: Final = 10


def work_of(name: str) -> Callable[..., Any]:
    """What answers a question; each brings along only the libraries that it needs itself."""
    if name == "shifts":
        from hub.planning.solver import solve  # noqa: PLC0415

        return solve
    if name == "what-if":
        from hub.planning.what_if import compare  # noqa: PLC0415

        return compare
    raise ValueError(name)


def main() -> None:
    """Answer one question."""
    os.nice(BEHIND)
    name, arguments = pickle.load(sys.stdin.buffer)  # noqa: S301 written by hub.planning.planner
    pickle.dump(work_of(name)(*arguments), sys.stdout.buffer)


if __name__ == "__main__":
    main()
