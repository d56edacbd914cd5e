"""What the hall's waits mean at this moment, by whatever has learned from earlier ones."""

from collections.abc import Mapping
from dataclasses import replace
from datetime import datetime
from typing import Protocol

from hub.core.curve import Curve
from hub.core.outlook import Outlook
from hub.core.plan import HallPlan
from hub.core.sight import Ledger, Sight
from hub.core.standing import State


class Predictor(Protocol):
    """Something that has learned."""

    def curve(self, service: str, sight: Sight) -> Curve:
        """What the formula's waits for a service mean while its queue looks like that."""
        ...


def sights(ledger: Ledger, state: State, outlook: Outlook, now: datetime) -> dict[str, Sight]:
    """How every service's queue looks now, formula and all."""
    return {
        service: replace(sight, formula_min=outlook.newcomer_by_formula(service).p50_s / 60)
        for service, sight in ledger.sights(state, now).items()
    }


def curves(
    predictor: Predictor, plan: HallPlan, state: State, outlook: Outlook, now: datetime
) -> Mapping[str, Curve]:
    """The curve of every service."""
    seen = sights(Ledger.of(plan, state), state, outlook, now)
    return {service: predictor.curve(service, sight) for service, sight in seen.items()}
