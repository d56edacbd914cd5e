"""How long people have been somewhere, also where the follower of people loses them for a while."""

from collections import deque
from collections.abc import Collection, Iterable, Iterator, Mapping, Sequence
from dataclasses import dataclass, replace
from itertools import chain
from typing import Final, NamedTuple

import numpy as np

from edge.core.tracks import Place, Track

AWAY_MAX_S: Final = 3.0  # longer outside has left
HEIR_MAX_S: Final = 10.0  # lost and found again
HEIR_NEAR: Final = 0.5  # heights of the person
STANDING_MAX: Final = 0.3  # heights a second, half a metre
HEIR_WALK: Final = 0.2  # heights more for every second
REMEMBERED_S: Final = 900.0
REMEMBERED: Final = 1000


@dataclass(frozen=True, slots=True)
class Stay:
    """Somebody's time in one place.

    Whose beginning was not seen (`is_whole` false) has been there longer. So has who has not
    `left`: is still there, or was hidden while standing.
    """

    began_s: float
    last_s: float
    is_whole: bool
    place: Place  # feet, in heights of the picture
    is_walking: bool
    left: bool = False
    came_s: float = 0.0  # when first seen anywhere
    track: int = 0  # whose id it was last seen under

    @property
    def length_s(self) -> float:
        """Time from the first to the last sighting."""
        return self.last_s - self.began_s


class Changes(NamedTuple):
    """Stays that began and that are known to have ended since the last update."""

    begun: Sequence[Stay]
    ended: Sequence[Stay]


class Stays:
    """Everybody's stay in one place, by track.

    A person who appears where another was lost shortly before is taken for the same one: standing
    people are hidden and found again under a new id more often than they take another's place.
    `heir_near` heights apart at most, and some more for every second between; `of_walkers` if who
    was lost may have been walking.
    """

    def __init__(self, heir_near: float = HEIR_NEAR, *, of_walkers: bool = False) -> None:
        self._near, self._of_walkers = heir_near, of_walkers
        self.here: dict[int, Stay] = {}
        self._lost: list[Stay] = []
        self._ended: deque[Stay] = deque(maxlen=REMEMBERED)
        self._began_s: float | None = None

    def update(self, tracks: Iterable[Track], present: Collection[int], now_s: float) -> Changes:
        """Take in everybody followed, and the ids of those who are present."""
        if self._began_s is None:
            self._began_s = now_s
        known = {track.id: track for track in tracks}
        ended = self._part(known, now_s)
        self._ended += ended
        while self._ended and now_s - self._ended[0].last_s > REMEMBERED_S:
            self._ended.popleft()
        met = [track for track in known.values() if track.is_seen and track.id in present]
        begun = [self._begin(track, now_s) for track in met if not self._goes_on(track, now_s)]
        return Changes(begun, ended)

    def unfinished(self) -> Iterator[Stay]:
        """Stays that go on, as far as is known."""
        return chain(self.here.values(), self._lost)

    def lately(self, now_s: float) -> Iterator[Stay]:
        """Stays that ended in the last quarter of an hour."""
        return (stay for stay in self._ended if now_s - stay.last_s <= REMEMBERED_S)

    def watched_s(self, now_s: float) -> float:
        """For how much of the last quarter of an hour there was a picture without a gap."""
        return 0.0 if self._began_s is None else min(now_s - self._began_s, REMEMBERED_S)

    def forget(self) -> None:
        """Begin anew after a gap; who is there then has been there for an unknown time."""
        self.here, self._lost, self._began_s = {}, [], None
        self._ended.clear()

    def _part(self, known: Mapping[int, Track], now_s: float) -> list[Stay]:
        """End the stays of those who are elsewhere, and of those long lost."""
        ended = []
        for number, stay in list(self.here.items()):
            track = known.get(number)
            if track is None:
                self._lost.append(self.here.pop(number))
            elif track.is_seen and now_s - stay.last_s > AWAY_MAX_S:
                ended.append(replace(self.here.pop(number), left=True))
        ended += [
            replace(stay, left=stay.is_walking)  # out of the picture or through a door
            for stay in self._lost
            if now_s - stay.last_s > HEIR_MAX_S
        ]
        self._lost = [stay for stay in self._lost if now_s - stay.last_s <= HEIR_MAX_S]
        return ended

    def _goes_on(self, track: Track, now_s: float) -> bool:
        """Prolong the stay of somebody known, or of whoever was lost where this one appeared."""
        stay = self.here.get(track.id) or self._inherited(track)
        if stay is None:
            return False
        self.here[track.id] = replace(
            stay,
            last_s=now_s,
            place=track.feet,
            is_walking=track.speed > STANDING_MAX,
            track=track.id,
        )
        return True

    def _begin(self, track: Track, now_s: float) -> Stay:
        watched_s = track.since_s - (now_s if self._began_s is None else self._began_s)
        stay = Stay(
            began_s=now_s,
            last_s=now_s,
            is_whole=watched_s > HEIR_MAX_S,
            place=track.feet,
            is_walking=track.speed > STANDING_MAX,
            came_s=track.since_s,
            track=track.id,
        )
        self.here[track.id] = stay
        return stay

    def _inherited(self, track: Track) -> Stay | None:
        """The stay of whoever was lost nearest to where this person appeared."""
        near = [
            (float(np.hypot(stay.place[0] - track.origin[0], stay.place[1] - track.origin[1])), i)
            for i, stay in enumerate(self._lost)
            if stay.last_s <= track.since_s and (self._of_walkers or not stay.is_walking)
        ]
        for away, index in sorted(near):
            gone_s = track.since_s - self._lost[index].last_s
            if away <= (self._near + HEIR_WALK * gone_s) * track.height:
                return self._lost.pop(index)
        return None
