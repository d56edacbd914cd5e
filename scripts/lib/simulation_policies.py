"""The policies that can be compared: whom windows call, what is offered, how windows open."""

from collections.abc import Callable, Mapping
from dataclasses import dataclass
from math import inf
from typing import Any, Final

from hub.core.plan import HallPlan, Window
from hub.core.staffing import primary_group

BASELINE: Final = "fcfs-separate"
_IN_CLASSES: Final = {
    "name": "weighted",
    "weight": {"appointment": 3, "priority": 2, "walk_in": 1},
    "guard_min": inf,
}


@dataclass(frozen=True)
class Policy:
    """What a hall does: its plan changed, kiosks and experts offered or not, `elastic` or not."""

    said: str
    changed: Callable[[HallPlan], HallPlan]
    offering: bool = False
    elastic: bool = False


def _with(plan: HallPlan, **changes: Any) -> HallPlan:  # noqa: ANN401 tables of the hall file
    return HallPlan(**{name: getattr(plan, name) for name in HallPlan.model_fields} | changes)


def _rule(**changes: Any) -> Callable[[HallPlan], HallPlan]:  # noqa: ANN401 keys of [policy]
    return lambda plan: _with(plan, policy=plan.policy.model_dump() | changes)


def separate(plan: HallPlan) -> HallPlan:
    """Every window serves its own group alone, appointments first, then priority, then walk-ins.

    A service that would be served nowhere stays where it was.
    """
    own = {window.id: _own(plan, window) for window in plan.windows}
    served = {service for services in own.values() for service in services}
    windows = [
        {
            **{name: getattr(window, name) for name in Window.model_fields},
            "services": own[window.id] + tuple(s for s in window.skills if s not in served),
            "secondary": (),
        }
        for window in plan.windows
    ]
    return _with(plan, windows=windows, policy=plan.policy.model_dump() | _IN_CLASSES)


def _own(plan: HallPlan, window: Window) -> tuple[str, ...]:
    group = primary_group(plan, window)
    return tuple(each for each in window.services if plan.service_by_id[each].group == group)


POLICIES: Final[Mapping[str, Policy]] = {
    BASELINE: Policy(
        "a list per group: appointments, priority, walk-ins, each first come first served",
        separate,
    ),
    "separate-diversion": Policy("the same; kiosks and experts offered", separate, offering=True),
    "fcfs": Policy("first come first served on windows with skills", _rule(name="fcfs")),
    "weighted": Policy("heavier classes first, with the guard", _rule(name="weighted")),
    "accumulating": Policy("priority grows with the wait", _rule(name="accumulating")),
    "gcmu": Policy("generalised c-mu with the guard", _rule(name="gcmu")),
    "gcmu-diversion": Policy(
        "the same; kiosks and experts offered", _rule(name="gcmu"), offering=True
    ),
    "gcmu-elastic": Policy(
        "generalised c-mu; windows opened and closed as elastic advises",
        _rule(name="gcmu"),
        elastic=True,
    ),
    "default": Policy(
        "generalised c-mu; kiosks and experts offered; windows as elastic advises",
        _rule(name="gcmu"),
        offering=True,
        elastic=True,
    ),
}
