"""What a report counts, as sums that merge: a week is the sum of its days."""

import json
from collections import Counter
from dataclasses import dataclass, field
from typing import Any, Final, Literal

from hub.core.durations import Durations

# What is counted, by which words. DIM is hall, service, window or clerk, and then which one.
Counted = Literal[
    "arrived",  # service, quarter-hour of the day
    "expected",  # hour of the day: tenths of visitors that were forecast
    "channel",  # channel
    "visit",  # class
    "served",  # DIM: services done
    "finished",  # DIM: visits done
    "finished_by",  # window, kiosk, expert or paper
    "after_hours",  # visits done when the hall was closed
    "over_target",  # service: first waits longer than the target of their class
    "over_30_min",  # service
    "over_60_min",  # service
    "left",  # service
    "no_show",  # service
    "lapsed",  # service
    "second_chance",  # service: sent back in line after a no-show
    "second_chance_served",  # service
    "held",  # service
    "returned",  # service: came back to a held number
    "transferred",  # from service, to service
    "picked",  # window, reason
    "overtaken",  # window, reason
    "appointment",  # booked, cancelled, came, late, no_show, to_come
    "diversion",  # kiosk or expert; taken, succeeded, returned
    "rated",  # DIM, level
    "callback",  # opened, done
    "open_ms",  # DIM
    "busy_ms",  # DIM
    "paused_ms",  # window, reason
    "paused",  # window, reason
    "alert",  # rule, subject; raised, acknowledged, applied, dismissed, measured, helped, cleared
]
Measured = Literal[
    "wait",  # service: until the first call
    "wait_hour",  # hour of the call
    "wait_visit",  # class
    "wait_again",  # service: after a transfer, for a next service, or back from an errand
    "service",  # DIM without hall
    "alert_answered",  # rule, subject
    "alert_lasted",  # rule, subject
]
Words = tuple[str, ...]

VERSION: Final = 1  # of what is counted and how; reports of another one are made anew


@dataclass(slots=True)
class Tally:
    """Counts and durations by what they are of. Merging is associative and commutative."""

    counts: dict[str, Counter[Words]] = field(default_factory=dict)
    spans: dict[str, dict[Words, Durations]] = field(default_factory=dict)

    def add(self, counted: Counted, *words: str, n: int = 1) -> None:
        """Count `n` more."""
        if n:
            if counted not in self.counts:
                self.counts[counted] = Counter()
            self.counts[counted][words] += n

    def took(self, measured: Measured, *words: str, seconds: float) -> None:
        """One more duration."""
        spans = self.spans.setdefault(measured, {})
        if words not in spans:
            spans[words] = Durations()
        spans[words].add(seconds)

    def merge(self, other: "Tally") -> None:
        """Take in all that another one counted."""
        for counted, counts in other.counts.items():
            self.counts.setdefault(counted, Counter()).update(counts)
        for measured, spans in other.spans.items():
            mine = self.spans.setdefault(measured, {})
            for words, durations in spans.items():
                mine.setdefault(words, Durations()).merge(durations)

    def count(self, counted: Counted, *words: str) -> int:
        """The sum over all whose words begin with these."""
        counts = self.counts.get(counted, Counter())
        return sum(n for each, n in counts.items() if each[: len(words)] == words)

    def next_words(self, counted: Counted, *words: str) -> set[str]:
        """Which words come after these."""
        at = len(words)
        return {each[at] for each in self.counts.get(counted, ()) if each[:at] == words}

    def durations(self, measured: Measured, *words: str) -> Durations:
        """Those of all whose words begin with these, as a new one."""
        found = Durations()
        for each, durations in self.spans.get(measured, {}).items():
            if each[: len(words)] == words:
                found.merge(durations)
        return found


def total(tallies: list[Tally]) -> Tally:
    """The sum, as a new one."""
    found = Tally()
    for tally in tallies:
        found.merge(tally)
    return found


def dump(tally: Tally) -> str:
    """The same text for the same tally, whatever the order in which it was counted."""
    counts = {
        counted: sorted([*words, n] for words, n in rows.items())
        for counted, rows in sorted(tally.counts.items())
    }
    spans = {
        measured: sorted(
            (
                [*words, [d.n, d.total_ms, d.most_ms, sorted(d.buckets.items())]]
                for words, d in rows.items()
            ),
            key=lambda row: row[:-1],
        )
        for measured, rows in sorted(tally.spans.items())
    }
    body = {"counts": counts, "spans": spans}
    return json.dumps(body, ensure_ascii=False, separators=(",", ":"))


def load(body: str) -> Tally:
    """What `dump` wrote. Raises ValueError, LookupError or TypeError on anything else."""
    said: dict[str, dict[str, list[Any]]] = json.loads(body)
    return Tally(
        {
            counted: Counter({tuple(words): n for *words, n in rows})
            for counted, rows in said["counts"].items()
        },
        {
            measured: {
                tuple(words): Durations(n, total_ms, most_ms, Counter(dict(buckets)))
                for *words, (n, total_ms, most_ms, buckets) in rows
            }
            for measured, rows in said["spans"].items()
        },
    )
