"""What a hall learns from its journal: one table of trainers."""

from collections.abc import Mapping
from typing import Final

from hub.learning.arrivals import train_arrivals
from hub.learning.peak_trainer import train_peaks
from hub.learning.trained import Trained, Trainer
from hub.learning.waits import train_waits

__all__ = ["TRAINERS", "Trained", "Trainer"]

TRAINERS: Final[Mapping[str, Trainer]] = {
    "waits": train_waits,
    "arrivals": train_arrivals,
    "peaks": train_peaks,
}
