"""What a hall learns from its journal: one table of trainers."""

from collections.abc import Mapping
from typing import Final

from hub.learning.trained import Trained, Trainer
from hub.learning.waits import train_waits

__all__ = ["TRAINERS", "Trained", "Trainer"]

TRAINERS: Final[Mapping[str, Trainer]] = {"waits": train_waits}
