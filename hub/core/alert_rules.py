"""A hall's alert rules: what each watches, when it raises and clears, and whom it tells."""

from typing import Annotated, Any, Final, Literal, Self

from pydantic import AfterValidator, Field, StringConstraints, model_validator

from hall.alerts import Severity
from hall.messages import ConfiguredId, Level, Text
from hub.core.rules import NotNegative, Part, Positive

KindName = Literal["zone", "level", "unticketed", "wait", "load", "device", "duress"]
LEVELS: Final = {level: float(number) for number, level in enumerate(Level, 1)}
MOST_SILENT_MIN: Final = 24 * 60
WELL_BELOW: Final = 0.5  # a faulty device counts 1, one that is well 0


def _in_order(span: str) -> str:
    start, end = span.split("-")
    if start >= end:
        raise ValueError(f"{span} ends before it begins; write 22:00-24:00 and 00:00-06:00")
    return span


Span = Annotated[
    str,
    StringConstraints(pattern=r"^([01]\d|2[0-3]):[0-5]\d-(([01]\d|2[0-3]):[0-5]\d|24:00)$"),
    AfterValidator(_in_order),
]
Target = Annotated[
    str, StringConstraints(pattern=r"^(dashboard|tablet|display|mqtt|webhook:[a-z][a-z0-9]{0,23})$")
]
WEBHOOK: Final = "webhook:"


class Escalation(Part):
    """Whom else to tell once nobody has taken notice for `after_min` minutes."""

    after_min: Positive
    tell: Annotated[tuple[Target, ...], Field(min_length=1)]


class Rule(Part):
    """Raises an alert when its signal was above `raise_above` for `raise_for_s` seconds.

    It clears when the signal was below `clear_below` for `clear_for_s` seconds, and is silent about
    the same subject for `cooldown_s` after that, or for `snooze_min` minutes once its advice was
    declined. What the signal is, and its unit, follows from `kind`; docs/alerts.md has the table.
    `zone` is for the kinds zone and level, `measure` for zone; `services` and `groups` are for
    wait, all groups if absent. `public` is what displays may say, if they are told.
    """

    id: ConfiguredId
    kind: KindName = "zone"
    zone: ConfiguredId | None = None
    measure: Literal["count", "density"] = "count"
    services: tuple[ConfiguredId, ...] = ()
    groups: tuple[ConfiguredId, ...] = ()
    raise_above: NotNegative
    raise_for_s: NotNegative = 30
    clear_below: Positive
    clear_for_s: NotNegative = 60
    cooldown_s: Annotated[float, Field(ge=0, le=MOST_SILENT_MIN * 60)] = 60
    snooze_min: Annotated[float, Field(gt=0, le=MOST_SILENT_MIN)] = 30
    outcome_min: Positive = 15
    severity: Severity = "warning"
    quiet_hours: tuple[Span, ...] = ()
    tell: Annotated[tuple[Target, ...], Field(min_length=1)] = ("dashboard", "tablet", "mqtt")
    escalate: Escalation | None = None
    public: Text | None = None

    @model_validator(mode="before")
    @classmethod
    def _levels(cls, tables: Any) -> Any:  # noqa: ANN401 whatever the file holds
        """Devices and buttons are ill or well and need no levels; levels of service are letters."""
        kind = tables.get("kind") if isinstance(tables, dict) else None
        if kind in {"device", "duress"}:
            return {"raise_above": WELL_BELOW, "clear_below": WELL_BELOW, **tables}
        if kind == "level":
            letters = {key: tables[key] for key in ("raise_above", "clear_below") if key in tables}
            if not all(isinstance(each, str) and each in LEVELS for each in letters.values()):
                raise ValueError("levels of service are letters: A (free) to F (packed)")
            return {**tables, **{key: LEVELS[Level(each)] for key, each in letters.items()}}
        return tables

    @model_validator(mode="after")
    def _sensible(self) -> Self:
        if self.clear_below > self.raise_above:
            raise ValueError("clear_below may not exceed raise_above, or the alert would flutter")
        if (self.kind in {"zone", "level"}) != (self.zone is not None):
            raise ValueError("zone is needed by the kinds zone and level, and by no other")
        if self.kind != "wait" and (self.services or self.groups):
            raise ValueError("services and groups are for the kind wait")
        told = {*self.tell, *(self.escalate.tell if self.escalate else ())}
        if "display" in told and self.public is None:
            raise ValueError("displays are told only the words in public, which are missing")
        if "display" in told and self.kind in {"device", "duress"}:
            raise ValueError(f"the kind {self.kind} is never told to displays")
        if self.kind == "duress" and self.quiet_hours:
            raise ValueError("a duress button knows no quiet hours")
        if self.id == "duress" and self.kind != "duress":
            raise ValueError("the id duress is for the rule of clerks' duress buttons")
        return self

    @property
    def webhooks(self) -> frozenset[str]:
        """Names of the webhooks that it may tell."""
        told = (*self.tell, *(self.escalate.tell if self.escalate else ()))
        return frozenset(each.removeprefix(WEBHOOK) for each in told if each.startswith(WEBHOOK))


DURESS: Final = Rule.model_validate({"id": "duress", "kind": "duress", "severity": "critical"})
