"""Keeps the promise "nine in ten wait no longer", whatever the day brings."""

from collections.abc import Mapping
from dataclasses import dataclass, field
from datetime import datetime, timedelta
from math import exp
from typing import Final, Self
from uuid import UUID

from hall.messages import TicketState
from hub.core.outlook import Outlook
from hub.core.standing import State

MISSES: Final = 0.1
GAIN: Final = 0.02
SOFTEST: Final = 0.7


@dataclass(frozen=True, slots=True)
class Coverage:
    """How far 90th percentiles are stretched after the outcomes of late.

    Adaptive conformal inference in its form that tracks the quantile (Gibbs & Candès, NeurIPS 2021;
    Angelopoulos, Candès & Tibshirani, NeurIPS 2023), on the logarithm of the percentile: each wait
    longer than told stretches a little, each other one shrinks nine times less.
    """

    stretch: float = 0.0

    @property
    def factor(self) -> float:
        """What to multiply 90th percentiles by."""
        return exp(self.stretch)

    def after(self, *, longer: bool) -> "Coverage":
        """Once a wait is known to have been `longer` than its percentile, or not."""
        moved = self.stretch + GAIN * (float(longer) - MISSES)
        return Coverage(min(max(moved, -SOFTEST), SOFTEST))


@dataclass(frozen=True, slots=True)
class Promised:
    """By when those who wait were told that nine in ten are called, and how that went.

    `until`: by ticket, as told when it was first seen.
    """

    coverage: Coverage = Coverage()
    until: Mapping[UUID, datetime] = field(default_factory=dict)

    def after(self, state: State, outlook: Outlook, now: datetime) -> Self:
        """With what has become known by now. Whoever left without being called says nothing."""
        coverage, until = self.coverage, {}
        for ticket, promised in self.until.items():
            known = state.tickets.get(ticket)
            if known is None:
                continue
            if known.state is TicketState.WAITING:
                until[ticket] = promised
            elif known.called_at is not None:
                coverage = coverage.after(longer=known.called_at > promised)
        for each in state.tickets.waiting():
            if each.id not in until:
                until[each.id] = now + timedelta(seconds=outlook.wait(each).p90_s)
        return type(self)(coverage, until)
