"""How many people stand in a drawn line, and how long that takes."""

from collections import deque
from collections.abc import Collection, Mapping
from typing import Final, NamedTuple

from edge.core.lines import Floats, nearest
from edge.core.stays import STANDING_MAX, Changes, Stay, Stays
from edge.core.tracks import Track

GAP_MAX_M: Final = 2.0
SWAY_M: Final = 0.5
HIDDEN_MAX_S: Final = 20.0
APPEARED_MAX_S: Final = 1.5
HEIR_NEAR: Final = 1.0  # heights; a line moves up while somebody in it is hidden
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
        self._stays = Stays(HEIR_NEAR, of_walkers=True)
        self._joined: deque[Stay] = deque()  # the stays of those in line, as they began
        self._hidden_s: deque[float] = deque()  # when some of them were given up as lost
        self._along_m: dict[int, float] = {}  # where everybody was last seen

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
        changes = self._stays.update(tracks, along_m, now_s)
        self._note(changes, max(along_m.values(), default=0.0), now_s)
        self._along_m |= along_m
        going_on = {stay.track for stay in self._stays.unfinished()}
        self._along_m = {each: at for each, at in self._along_m.items() if each in going_on}
        members = _connected(along_m)
        return Waiting(
            length=len(members),
            waiting_s=self._waiting_s(len(members), now_s),
            unserved=len(standing - set(members)),
        )

    def forget(self) -> None:
        """Begin anew after a gap."""
        self._stays.forget()
        self._joined.clear()
        self._hidden_s.clear()
        self._along_m.clear()

    def _note(self, changes: Changes, tail_m: float, now_s: float) -> None:
        """Keep the times of joining.

        Who has left is taken to be who joined first, whatever the tracks say: when a line moves up,
        each is taken for the one before, and it is the last who seems to vanish. Who was lost while
        others stand behind may be hidden, and who is first seen standing in line was hidden.
        """
        for stay in changes.ended:
            is_last = self._along_m.get(stay.track, 0.0) > tail_m - SWAY_M
            if stay.left or is_last:
                self._joined.popleft()
            else:
                self._hidden_s.append(now_s)
        while self._hidden_s and now_s - self._hidden_s[0] > HIDDEN_MAX_S:
            self._hidden_s.popleft()
            self._joined.popleft()
        for stay in changes.begun:
            if self._hidden_s and stay.began_s - stay.came_s <= APPEARED_MAX_S:
                self._hidden_s.pop()
            else:
                self._joined.append(stay)

    def _waiting_s(self, length: int, now_s: float) -> float | None:
        """Time that who joins now will stand in line, None where unknown.

        As long as the head has stood there by now (Ibrahim and Whitt 2009). Where the head was
        there before we watched: length over the rate at which people leave (Little 1961).
        """
        if not length:
            return 0.0
        if self._joined and self._joined[0].is_whole:
            return now_s - self._joined[0].began_s
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
