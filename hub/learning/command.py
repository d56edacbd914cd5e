"""Runs the trainers over the journal, at the lowest priority, and keeps what they found."""

import os
from collections.abc import Mapping
from datetime import datetime
from typing import Final

from hub.core.plan import HallPlan
from hub.learning.trainers import TRAINERS, Trainer
from hub.store import Learned, ReadJournal

# With it Linux also puts a process behind all others of its class at the disk (ioprio_set(2)).
LOWEST: Final = 19


def yield_to_service() -> None:
    """From here on this process takes what the others leave."""
    os.nice(LOWEST)


def train(
    journal: ReadJournal,
    plan: HallPlan,
    learned: Learned,
    now: datetime,
    trainers: Mapping[str, Trainer] = TRAINERS,
) -> dict[str, str]:
    """Runs each trainer; what each says, by its name.

    Raises StoreFailed when the journal cannot be read, OSError when a file cannot be written.
    """
    said = {}
    for name, trainer in trainers.items():
        trained = trainer(journal.records(), plan, now)
        for file, body in trained.files.items():
            if body is None:
                learned.drop(file)
            else:
                learned.save(file, body)
        said[name] = trained.said
    return said
