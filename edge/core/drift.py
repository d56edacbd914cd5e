"""Tells when a camera's fit no longer describes what the camera sees.

A fit knows what its pictures were like: how strange they looked, how far density and boxes were
apart, how many people there were. Each sight is inside or outside of that. What is watched is the
share of sights outside, forgotten with a time constant of an hour: a share above one half says
that the median of the last hour is outside, whatever single sights do, and is one number.
"""

from enum import StrEnum
from math import exp, inf
from typing import Final, NamedTuple

from edge.core.interval import interval
from edge.core.sight import Array, Sight
from edge.core.site import Site, Strangeness, gap

WINDOW_S: Final = 3600.0
STEP_MOST_S: Final = 60.0  # that one sight stands for, however long the camera was away
NOT_STRANGE: Final = Strangeness(0.22, 0.09)  # pictures of one minute are more alike than any later
DRIFTED_FROM: Final = 0.5  # of the last hour; scenes that did not change stayed under 0.35
STEADY_BELOW: Final = 0.3
CALM_S: Final = 24 * 3600.0  # light has the period of a day
MARGIN: Final = (
    1.1  # on strangeness: pictures that made the scene look less strange than later ones
)


class Reason(StrEnum):
    """Why a fit is in doubt."""

    APPEARANCE = "appearance"  # light, colour, sharpness or furniture
    DISAGREEMENT = "disagreement"  # density and boxes have come apart
    CROWD = "crowd"  # far more or fewer people than in any label


class Signs(NamedTuple):
    """What one sight tells about the fit: see `Strangeness` and `gap`; `people` as counted."""

    strangeness: Strangeness
    gap: float
    people: float


def signs(site: Site, sight: Sight, watched: Array) -> Signs:
    """What a sight tells; `watched` [30, 40] is the share of each cell that is not ignored."""
    learned, counted = (site.learned(sight) * watched).sum(), (site.counted(sight) * watched).sum()
    return Signs(
        strangeness=site.scene.strangeness(sight),
        gap=float(gap(learned, counted)),
        people=max(0.0, float(site.share * learned + (1 - site.share) * counted)),
    )


class Drift:
    """Watches one fit. `now` is seconds of a clock that only goes forward.

    `reason` is why the fit is in doubt, None while it is not. Doubt begins when most of an hour was
    outside of what the fit knows, and ends after a day in which hardly anything was.
    """

    def __init__(self, site: Site, reason: Reason | None = None) -> None:
        self._quiet_most, self._shift_most = (
            max(least, MARGIN * most)
            for least, most in zip(NOT_STRANGE, site.scene.strangest, strict=True)
        )
        self._gaps = site.gaps
        fewest, most = site.people
        self._fewest = interval(fewest, site.bounds)[0] if fewest > -inf else fewest
        self._most = interval(most, site.bounds)[1] if most < inf else most
        self._shares = [0.0] * 4
        self._last_s: float | None = None
        self._doubtful_s = 0.0
        self.reason = reason

    def see(self, seen: Signs, now: float) -> Reason | None:
        """Why the fit is in doubt after one more sight."""
        if self._last_s is None:
            self._last_s = self._doubtful_s = now
        kept = exp(-min(now - self._last_s, STEP_MOST_S) / WINDOW_S)
        self._last_s = now
        self._shares = [
            kept * share + (1 - kept) * outside
            for share, outside in zip(self._shares, self._outside(seen), strict=True)
        ]
        most = max(self._shares)
        if most >= STEADY_BELOW:
            self._doubtful_s = now
        if self.reason is None and most >= DRIFTED_FROM:
            self.reason = _REASONS[self._shares.index(most)]
        elif now - self._doubtful_s >= CALM_S:
            self.reason = None
        return self.reason

    def _outside(self, seen: Signs) -> tuple[bool, ...]:
        """Of each sign, whether it is outside of what the fit knows; in order of `_REASONS`."""
        return (
            seen.strangeness.quiet > self._quiet_most,
            seen.strangeness.shift > self._shift_most,
            not self._gaps.low <= seen.gap <= self._gaps.high,
            not self._fewest <= seen.people <= self._most,
        )


_REASONS: Final = (Reason.APPEARANCE, Reason.APPEARANCE, Reason.DISAGREEMENT, Reason.CROWD)
