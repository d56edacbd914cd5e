"""How many people stand in a drawn line, and how long that takes."""

from collections.abc import Collection, Mapping, Sequence
from typing import Final, NamedTuple

from edge.core.lines import Floats, nearest
from edge.core.stays import STANDING_MAX, Stay, Stays
from edge.core.tracks import Track

GAP_MAX_M: Final = 2.0
SERVED_MIN: Final = 3
WATCHED_MIN_S: Final = 60.0


class Waiting(NamedTuple):
    """A line of people: `unserved` stand about without being part of it."""

    length: int
    waiting_s: float | None
    unserved: int


class Queue:
    """One line, from its head at the counter to where its tail may reach."""

    def __init__(self, line_m: Floats, width_m: float) -> None:
        self._line_m, self._half_m = line_m, width_m / 2
        self._stays = Stays()

    def update(
        self, tracks: Collection[Track], places_m: Mapping[int, Floats], now_s: float
    ) -> Waiting:
        """Take in everybody followed; `places_m` says where on the floor those in the zone are.

        Part of the line is who came to stand within its width, until he leaves it, and as far as no
        gap of more than two metres parts him from the head.
        """
        along_m: dict[int, float] = {}
        standing = set()
        for track in tracks:
            if track.id in places_m:
                is_standing = track.speed <= STANDING_MAX
                if is_standing:
                    standing.add(track.id)
                away_m, at_m = nearest(places_m[track.id], self._line_m)
                if away_m <= self._half_m and (is_standing or track.id in self._stays.here):
                    along_m[track.id] = at_m
        self._stays.update(tracks, along_m, now_s)
        members = _connected(along_m)
        stays = [self._stays.here[each] for each in members if each in self._stays.here]
        return Waiting(
            length=len(members),
            waiting_s=self._waiting_s(stays, len(members), now_s),
            unserved=len(standing - set(members)),
        )

    def forget(self) -> None:
        """Begin anew after a gap."""
        self._stays.forget()

    def _waiting_s(self, stays: Sequence[Stay], length: int, now_s: float) -> float | None:
        """Time that who joins now will stand in line, None where unknown.

        As long as the head has stood there by now (Ibrahim and Whitt 2009): nobody overtakes in a
        line, so the longest stay of all is the head's, also when the head was lost and found as
        somebody else. Where that one was there before we watched, length over the rate at which
        people leave (Little 1961).
        """
        if not length:
            return 0.0
        longest = min(stays, key=lambda stay: stay.began_s, default=None)
        if longest is not None and longest.is_whole:
            return now_s - longest.began_s
        served = sum(1 for _ in self._stays.lately(now_s))
        watched_s = self._stays.watched_s(now_s)
        if served < SERVED_MIN or watched_s < WATCHED_MIN_S:
            return None
        return length * watched_s / served


def _connected(along_m: Mapping[int, float]) -> list[int]:
    """Those from the head on, up to the first gap."""
    members: list[int] = []
    reached_m = 0.0
    for number in sorted(along_m, key=lambda each: (along_m[each], each)):
        if along_m[number] - reached_m > GAP_MAX_M:
            break
        members.append(number)
        reached_m = along_m[number]
    return members
