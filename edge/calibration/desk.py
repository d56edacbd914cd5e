"""The calibrating of one camera: snapshots, labels, drawing, view and fit, kept consistent."""

from collections.abc import Callable
from dataclasses import dataclass
from datetime import datetime
from typing import Final

import structlog

from edge.calibration.drawing import Drawing, DrawingFile
from edge.calibration.fitting import CannotFit, Example, FitJob
from edge.calibration.labels import Label, Labels
from edge.calibration.proposals import Proposals
from edge.calibration.snapshots import Kept, Snapshots, Unreadable
from edge.calibration.view import Sight
from edge.core.adaptation import NEWEST
from edge.core.snapshots import Snapshot, Spread, spread
from edge.detector import Picture
from edge.watch import Doubt

LABELS_WANTED: Final = 20
AND_MORE: Final = 4  # are proposed to those who have labelled enough
LABELS_LEAST: Final = 6
SNAPSHOTS_LEAST: Final = 8

log = structlog.get_logger()


@dataclass(frozen=True)
class Choice:
    """Which snapshots to label next, and what their spread lacks.

    While the fit is in doubt, `left` of those that show what is seen now are still to be labelled.
    """

    next: list[str]
    wanted: int
    spread: Spread
    doubt: Doubt | None = None
    left: int = 0


class Desk:
    """What the page's routes do. OSError when the disk fails, what was there kept."""

    def __init__(
        self,
        *,
        snapshots: Snapshots,
        labels: Labels,
        drawing: DrawingFile,
        proposals: Proposals,
        fit: FitJob,
        clock: Callable[[], datetime],
    ) -> None:
        self.snapshots, self.labels, self.drawing = snapshots, labels, drawing
        self.proposals, self.fit = proposals, fit
        self._clock = clock
        self.tidy()
        # A run may have ended while it burned masks in.
        self.snapshots.mask(drawing.hidden(), anew=False)

    def keep(self, sight: Sight, *, by_hand: bool) -> Kept | None:
        """Store what is seen; None when it was too much like the others."""
        self.tidy()
        return self.snapshots.add(
            sight.picture,
            sight.at,
            seen=sight.seen,
            by_hand=by_hand,
            labelled=lambda: frozenset(self.labels.all()),
        )

    def tidy(self) -> None:
        """Delete snapshots that are too old, and labels of those that are gone."""
        gone = self.snapshots.forget(self._clock())
        if gone:
            log.info("snapshots_expired", number=len(gone))
        here = {each.id for each in self.snapshots.all()}
        self.labels.drop(set(self.labels.all()) - here)

    def label(self, name: str, label: Label | None) -> bool:
        """Set or forget the label of a snapshot; whether there is one of this id."""
        kept = self.snapshots.get(name)
        if kept is None:
            return False
        if label is None:
            self.labels.drop({kept.id})
        else:
            self.labels.put(kept.id, label)
        return True

    def remove(self, name: str) -> bool:
        """Delete a snapshot and its label; whether it was there."""
        removed = self.snapshots.remove(name)
        self.labels.drop({name})
        return removed

    def clear(self) -> None:
        """Delete all snapshots and labels."""
        for each in self.snapshots.all():
            self.remove(each.id)

    def choice(self) -> Choice:
        """What to label next."""
        known = [Snapshot(each.id, each.at, each.seen) for each in self.snapshots.all()]
        labelled = frozenset(self.labels.all())
        chosen = [each for each in known if each.id in labelled]
        doubt = self.fit.doubt()
        if doubt:
            left = max(0, NEWEST - sum(each.at >= doubt.since for each in chosen))
            wanted = len(labelled) + left
            next_ = self.proposals.next(labelled, wanted, doubt.since)
            return Choice(next_, wanted, spread(chosen or known), doubt, left)
        return Choice(
            self.proposals.next(labelled, max(LABELS_WANTED, len(labelled) + AND_MORE)),
            LABELS_WANTED,
            spread(chosen or known),
        )

    def draw(self, drawing: Drawing) -> None:
        """Draw anew. Raises Mistake.

        New privacy masks are burned into stored snapshots, and end the use of the fit: it was made
        of pictures that looked otherwise, and holds what is now to be hidden.
        """
        before = self.drawing.hidden()
        self.drawing.put(drawing)
        if self.drawing.hidden() != before:
            self.fit.retire()
            self.snapshots.mask(self.drawing.hidden(), anew=True)

    def begin_fit(self) -> bool:
        """Fit to the labels as they are now; false while a fit is running."""
        labels = self.labels.all()
        return self.fit.start(
            [
                Example(each.at, self._reader(each.id), labels.get(each.id))
                for each in self.snapshots.all()
            ]
        )

    def enough_labels(self) -> bool:
        """Whether a fit is worth trying: some snapshots, some labels that differ in people."""
        counts = [label.count for label in self.labels.all().values()]
        some = len(counts) >= LABELS_LEAST and len(set(counts)) > 1
        return some and len(self.snapshots.all()) >= SNAPSHOTS_LEAST

    def _reader(self, name: str) -> Callable[[], Picture]:
        def read() -> Picture:
            try:
                picture = self.snapshots.picture(name)
            except Unreadable as error:
                raise CannotFit("damaged") from error
            if picture is None:
                raise CannotFit("damaged")
            return picture

        return read
