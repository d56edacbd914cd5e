"""Proposes which snapshots to label next, from what the network sees in each of them."""

from datetime import datetime
from threading import Event
from typing import Final

import numpy as np
import structlog
from numpy.typing import NDArray

from edge.calibration.adapting import Looker
from edge.calibration.snapshots import Snapshots, Unreadable
from edge.core.proposal import propose, summary
from hall.settings import Mistake

LOOK_AGAIN_S: Final = 1.0
LEAST: Final = 2  # pictures between which there is a choice

log = structlog.get_logger()


class Proposals:
    """Looks once at every snapshot, in `run` on a thread of its own."""

    def __init__(self, looker: Looker, snapshots: Snapshots) -> None:
        self._looker, self._snapshots = looker, snapshots
        self._summaries: dict[str, NDArray[np.float32]] = {}

    def run(self, stopping: Event) -> None:
        """Look at new snapshots until `stopping` is set, or the model shows that it cannot."""
        try:
            while not stopping.wait(LOOK_AGAIN_S):
                self.look(stopping)
        except Mistake as mistake:
            log.warning("no_proposals", why=mistake.lines)

    def look(self, stopping: Event) -> None:
        """Look at those that were not looked at yet, forget those that are gone. Raises Mistake."""
        here = {each.id for each in self._snapshots.all()}
        for gone in self._summaries.keys() - here:
            del self._summaries[gone]
        for name in sorted(here - self._summaries.keys()):
            if stopping.is_set():
                return
            try:
                picture = self._snapshots.picture(name)
            except Unreadable:
                continue
            if picture is not None:
                self._summaries[name] = summary(self._looker.look(picture))

    def next(
        self, labelled: frozenset[str], wanted: int, since: datetime | None = None
    ) -> list[str]:
        """Ids to label, most instructive first, until `wanted` are; at first the busiest.

        `since` leaves out what was taken before, because it no longer shows what is seen now.
        """
        known = [
            each
            for each in self._snapshots.all()
            if each.id in self._summaries
            and (each.id in labelled or since is None or each.at >= since)
        ]
        if len(known) < LEAST:
            return [each.id for each in known if each.id not in labelled]
        chosen = propose(
            [self._summaries[each.id] for each in known],
            [each.at.timestamp() for each in known],
            max(0, wanted - len(labelled)),
            [index for index, each in enumerate(known) if each.id in labelled],
            first=max(range(len(known)), key=lambda index: known[index].seen),
        )
        return [known[index].id for index in chosen]
