"""Durations counted in buckets that grow by a constant ratio: merged without loss of accuracy."""

from collections import Counter
from dataclasses import dataclass, field
from math import ceil, exp, log
from typing import Final

ERROR: Final = 0.01
SECOND_MS: Final = 1000
_RATIO: Final = log((1 + ERROR) / (1 - ERROR))


@dataclass(slots=True)
class Durations:
    """A DDSketch (Masson, Rim & Lee, VLDB 2019) of durations, in whole milliseconds.

    Counts are integers, so that merging is exact, associative and commutative: the percentiles of
    a month are those that one sketch of the month would have given. A percentile is within ERROR of
    the duration of its rank; durations under a second share one bucket.
    """

    n: int = 0
    total_ms: int = 0
    most_ms: int = 0
    buckets: Counter[int] = field(default_factory=Counter)

    def add(self, seconds: float) -> None:
        """One more; a clock that was set back makes none shorter than nothing."""
        ms = max(0, round(seconds * SECOND_MS))
        self.n += 1
        self.total_ms += ms
        self.most_ms = max(self.most_ms, ms)
        self.buckets[_bucket(ms)] += 1

    def merge(self, other: "Durations") -> None:
        """Take in all that another one counted."""
        self.n += other.n
        self.total_ms += other.total_ms
        self.most_ms = max(self.most_ms, other.most_ms)
        self.buckets.update(other.buckets)

    @property
    def mean_s(self) -> float:
        """The mean, exact; there must be some."""
        return self.total_ms / self.n / SECOND_MS

    def quantile_s(self, q: float) -> float:
        """The shortest duration that a share `q` of them did not exceed; there must be some."""
        rank = max(1, ceil(q * self.n))
        for bucket in sorted(self.buckets):
            rank -= self.buckets[bucket]
            if rank <= 0:
                return min(_middle_s(bucket), self.most_ms / SECOND_MS)
        return self.most_ms / SECOND_MS


def _bucket(ms: int) -> int:
    """0 below a second, else i for durations in (r^(i-1), r^i] seconds, counted from i = 1."""
    return 0 if ms < SECOND_MS else max(1, ceil(log(ms / SECOND_MS) / _RATIO))


def _middle_s(bucket: int) -> float:
    """The value whose relative distance to both ends of the bucket is the same."""
    return 0.0 if bucket == 0 else 2 * exp(bucket * _RATIO) / (exp(_RATIO) + 1)
