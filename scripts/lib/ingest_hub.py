"""The hub program, with a note of when it handled each reading; written to a file as it ends."""

import json
import os
import sys
import time
from pathlib import Path
from typing import Final

from hall.messages import Crowd
from hub import __main__ as program
from hub.recorder import Recorder

NOTES: Final = "HUITING_BENCH_NOTES"


class Noting(Recorder):
    """A recorder that knows how old each reading was when the engine had taken it in."""

    ages_ms: Final[list[float]] = []

    def put(self, crowd: Crowd, *, ok: bool) -> None:
        """Keep a reading as ever."""
        self.ages_ms.append((time.time() - crowd.at.timestamp()) * 1e3)  # noqa: TID251 a clock is read
        super().put(crowd, ok=ok)


def main() -> None:
    """Run the hub's own command line."""
    vars(program)["Recorder"] = Noting
    try:
        program.main(sys.argv[1:])
    finally:
        Path(os.environ[NOTES]).write_text(json.dumps(Noting.ages_ms))


if __name__ == "__main__":
    main()
