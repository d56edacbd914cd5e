"""What can happen to the kiosk: touches, answers of the hub, time."""

from dataclasses import dataclass
from typing import Final, Literal

from hall.http import Services
from hall.messages import Ticket

Language = Literal["zh", "en"]


@dataclass(frozen=True, slots=True)
class Refusal:
    """Why the hub gives no ticket, as one sentence in the language that was asked for, if any."""

    sentence: str | None
    language: Language


@dataclass(frozen=True, slots=True)
class CatalogueCame:
    """The hub answered with what can be chosen."""

    catalogue: Services


@dataclass(frozen=True, slots=True)
class HubLost:
    """The hub no longer answers."""


@dataclass(frozen=True, slots=True)
class TicketCame:
    """The hub issued a ticket for the press `key`."""

    key: str
    ticket: Ticket


@dataclass(frozen=True, slots=True)
class RefusalCame:
    """The hub refused the press `key`."""

    key: str
    refusal: Refusal


@dataclass(frozen=True, slots=True)
class NoAnswerCame:
    """The hub did not answer the press `key`, though it was asked several times."""

    key: str


@dataclass(frozen=True, slots=True)
class GroupChosen:
    """The visitor touched a group of services."""

    group: str


@dataclass(frozen=True, slots=True)
class ServiceChosen:
    """The visitor touched a service. `key` is fresh for every touch."""

    service: str
    key: str


@dataclass(frozen=True, slots=True)
class BackTouched:
    """One screen back."""


@dataclass(frozen=True, slots=True)
class DoneTouched:
    """Finished: the screen is free for the next visitor."""


@dataclass(frozen=True, slots=True)
class RetryTouched:
    """Ask the hub again for the same press."""


@dataclass(frozen=True, slots=True)
class LanguageChosen:
    """The visitor reads this language."""

    language: Language


@dataclass(frozen=True, slots=True)
class ElderSwitched:
    """Elder mode on or off."""


@dataclass(frozen=True, slots=True)
class ScreenTouched:
    """Someone is there."""


@dataclass(frozen=True, slots=True)
class TimePassed:
    """The clock moved on."""


Choice = GroupChosen | ServiceChosen | BackTouched | DoneTouched | RetryTouched
Answer = TicketCame | RefusalCame | NoAnswerCame
Event = (
    Choice
    | Answer
    | CatalogueCame
    | HubLost
    | LanguageChosen
    | ElderSwitched
    | ScreenTouched
    | TimePassed
)

FROM_THE_HUB: Final = (CatalogueCame, HubLost, TicketCame, RefusalCame, NoAnswerCame)
"""Events that do not show that anyone is there."""
