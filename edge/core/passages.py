"""Counts who passes a drawn line, in and out."""

from collections.abc import Iterable
from typing import Final

from edge.core.lines import Floats, crossings, distance
from edge.core.tracks import Place, Track

SWAY: Final = 0.15  # heights of the person: feet seem to move by so much while standing


class Passages:
    """Running counts across one line, from 0 at the start of the process.

    Walking along the line from its first point to its last, `entered` are those who passed from the
    left hand to the right, `left` those who passed back. Somebody has passed who was seen on one
    side, farther away than people sway, and then on the other; so who stands on the line, however
    long, is not counted, and who turns round on it neither.
    """

    def __init__(self) -> None:
        self.entered = 0
        self.left = 0
        self._sure_places: dict[int, Place] = {}

    def update(self, tracks: Iterable[Track], line: Floats) -> None:
        """Take in everybody followed; `line` has a point a row, in heights of the picture."""
        places: dict[int, Place] = {}
        for track in tracks:
            sway = SWAY * track.height
            before = self._sure_places.get(track.id, track.origin)
            is_sure = track.is_seen and distance(track.feet, line) > sway
            if is_sure and distance(before, line) > sway:
                net = crossings(before, track.feet, line)
                self.entered += net > 0
                self.left += net < 0
            places[track.id] = track.feet if is_sure else before
        self._sure_places = places

    def forget(self) -> None:
        """Follow nobody across a gap; the counts stand."""
        self._sure_places = {}
