"""The kiosk's screens as a table: which follows which event, and when one ends by itself.

`now` is monotonic seconds. The shell performs what a `Step` asks for and feeds back what happened.
"""

from collections.abc import Mapping
from dataclasses import dataclass, replace
from enum import StrEnum
from typing import Final

from hall.http import Services
from hall.messages import Ticket
from kiosk.core.events import (
    FROM_THE_HUB,
    Answer,
    BackTouched,
    CatalogueCame,
    Choice,
    DoneTouched,
    ElderSwitched,
    Event,
    GroupChosen,
    HubLost,
    Language,
    LanguageChosen,
    NoAnswerCame,
    Refusal,
    RefusalCame,
    RetryTouched,
    ServiceChosen,
    TicketCame,
    TimePassed,
)

SETTLE_S: Final = 0.5
"""A tap this soon after a screen appeared was meant for the screen before: a double tap's tail."""

ISSUE_S: Final = 20.0
"""The longest that a visitor watches "taking your number"."""

ELDER_PATIENCE: Final = 2.0
"""Elder mode waits this many times as long before a screen ends by itself."""


class Screen(StrEnum):
    """What the visitor sees."""

    STARTING = "starting"
    HOME = "home"
    SERVICES = "services"
    ISSUING = "issuing"
    TICKET = "ticket"
    REFUSED = "refused"
    UNANSWERED = "unanswered"
    AWAY = "away"


@dataclass(frozen=True, slots=True)
class Press:
    """One wish for a ticket. `key` makes all its repetitions one ticket."""

    key: str
    service: str


# HOME stands for the way out; while the hub is away it leads to AWAY instead.
TABLE: Final[Mapping[tuple[Screen, type[Event]], Screen]] = {
    (Screen.STARTING, CatalogueCame): Screen.HOME,
    (Screen.STARTING, HubLost): Screen.AWAY,
    (Screen.HOME, GroupChosen): Screen.SERVICES,
    (Screen.HOME, HubLost): Screen.AWAY,
    (Screen.SERVICES, ServiceChosen): Screen.ISSUING,
    (Screen.SERVICES, BackTouched): Screen.HOME,
    (Screen.SERVICES, HubLost): Screen.AWAY,
    (Screen.ISSUING, TicketCame): Screen.TICKET,
    (Screen.ISSUING, RefusalCame): Screen.REFUSED,
    (Screen.ISSUING, NoAnswerCame): Screen.UNANSWERED,
    (Screen.TICKET, DoneTouched): Screen.HOME,
    (Screen.REFUSED, BackTouched): Screen.SERVICES,
    (Screen.REFUSED, DoneTouched): Screen.HOME,
    (Screen.UNANSWERED, RetryTouched): Screen.ISSUING,
    (Screen.UNANSWERED, TicketCame): Screen.TICKET,
    (Screen.UNANSWERED, RefusalCame): Screen.REFUSED,
    (Screen.UNANSWERED, DoneTouched): Screen.HOME,
    (Screen.AWAY, CatalogueCame): Screen.HOME,
}

WHEN_IDLE: Final[Mapping[Screen, Screen]] = {
    Screen.STARTING: Screen.AWAY,
    Screen.HOME: Screen.HOME,
    Screen.SERVICES: Screen.HOME,
    Screen.ISSUING: Screen.UNANSWERED,
    Screen.TICKET: Screen.HOME,
    Screen.REFUSED: Screen.HOME,
    Screen.UNANSWERED: Screen.HOME,
    Screen.AWAY: Screen.HOME,
}


@dataclass(frozen=True, slots=True)
class State:
    """All that the kiosk knows. What belongs to a visitor is forgotten on HOME and AWAY."""

    entered: float
    touched: float
    idle_s: float
    screen: Screen = Screen.STARTING
    catalogue: Services | None = None
    hub_answers: bool = True
    language: Language = "zh"
    elder: bool = False
    group: str | None = None
    press: Press | None = None
    ticket: Ticket | None = None
    refusal: Refusal | None = None


@dataclass(frozen=True, slots=True)
class Step:
    """The new state, and the press that the hub must now be asked to fulfil, if any."""

    state: State
    ask: Press | None = None


def start(now: float, idle_s: float) -> State:
    """The kiosk before the hub has answered. `idle_s`: how long a screen waits for a touch."""
    return State(entered=now, touched=now, idle_s=idle_s)


def step(state: State, event: Event, now: float) -> Step:
    """What follows from `event`; an event that means nothing here changes nothing."""
    if isinstance(event, TimePassed):
        return Step(state if now < _ends_at(state) else _idle(state, now))
    if _is_meaningless(state, event, now):
        return Step(state)
    known = _learn(state, event, now)
    target = TABLE.get((state.screen, type(event)))
    if target is None:
        return Step(_leave_vanished_group(known, now))
    moved = _go(known, target, now)
    return Step(moved, ask=moved.press if moved.screen is Screen.ISSUING else None)


def seconds_left(state: State, now: float) -> float | None:
    """How long until the screen ends by itself; None where nobody would notice."""
    if state.screen in {Screen.STARTING, Screen.HOME, Screen.ISSUING, Screen.AWAY}:
        return None
    return max(0.0, _ends_at(state) - now)


def _ends_at(state: State) -> float:
    if state.screen is Screen.ISSUING:
        return state.entered + ISSUE_S
    return state.touched + state.idle_s * (ELDER_PATIENCE if state.elder else 1)


def _idle(state: State, now: float) -> State:
    target = WHEN_IDLE[state.screen]
    if target is not Screen.HOME:
        return _go(state, target, now)
    return _go(replace(state, language="zh", elder=False), target, now)


def _is_meaningless(state: State, event: Event, now: float) -> bool:
    if isinstance(event, Choice | Answer) and (state.screen, type(event)) not in TABLE:
        return True
    if isinstance(event, Choice):
        if now - state.entered < SETTLE_S:
            return True
        if isinstance(event, GroupChosen):
            return not _has_group(state.catalogue, event.group)
        if isinstance(event, ServiceChosen):
            return not _is_open(state, event.service)
    if isinstance(event, Answer):
        return state.press is None or state.press.key != event.key
    return False


def _learn(state: State, event: Event, now: float) -> State:
    """What the event tells, before any change of screen."""
    known = state
    match event:
        case CatalogueCame():
            known = replace(state, catalogue=event.catalogue, hub_answers=True)
        case HubLost():
            known = replace(state, hub_answers=False)
        case GroupChosen():
            known = replace(state, group=event.group)
        case ServiceChosen():
            known = replace(state, press=Press(event.key, event.service))
        case TicketCame():
            known = replace(state, ticket=event.ticket)
        case RefusalCame():
            known = replace(state, refusal=event.refusal)
        case LanguageChosen():
            known = replace(state, language=event.language)
        case ElderSwitched():
            known = replace(state, elder=not state.elder)
    return known if isinstance(event, FROM_THE_HUB) else replace(known, touched=now)


def _go(state: State, target: Screen, now: float) -> State:
    """Enter `target`, forgetting what no longer belongs to the visitor in front."""
    if target is Screen.HOME and not (state.hub_answers and state.catalogue):
        target = Screen.AWAY
    if target is Screen.SERVICES and not (
        state.hub_answers and _has_group(state.catalogue, state.group)
    ):
        return _go(state, Screen.HOME, now)
    moved = replace(state, screen=target, entered=now, touched=now)
    if target in {Screen.HOME, Screen.AWAY}:
        return replace(moved, group=None, press=None, ticket=None, refusal=None)
    if target is Screen.SERVICES:
        return replace(moved, press=None, refusal=None)
    return moved


def _leave_vanished_group(state: State, now: float) -> State:
    vanished = state.screen is Screen.SERVICES and not _has_group(state.catalogue, state.group)
    return _go(state, Screen.HOME, now) if vanished else state


def _has_group(catalogue: Services | None, group: str | None) -> bool:
    return catalogue is not None and any(each.id == group for each in catalogue.groups)


def _is_open(state: State, service: str) -> bool:
    return state.catalogue is not None and any(
        each.id == service and each.group == state.group and each.open
        for each in state.catalogue.services
    )
