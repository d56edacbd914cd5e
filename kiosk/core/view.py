"""What each screen says: the flow's state turned into the words and lists that QML shows."""

from collections.abc import Mapping
from math import ceil
from typing import Any, Final

from hall.http import Services
from hall.messages import Group, Service, Text
from kiosk.core.events import Language
from kiosk.core.flow import Screen, State, seconds_left
from kiosk.core.wait import wait_words

NOTICE_S: Final = 10
"""Screens other than the ticket mention their end only this shortly before it."""

Sentences = Mapping[str, Text]


def say(sentences: Sentences, language: Language, key: str, **values: object) -> str:
    """The sentence `key` with its blanks filled."""
    sentence = sentences[key]
    return (sentence.zh if language == "zh" else sentence.en).format(**values)


def words(sentences: Sentences, language: Language) -> dict[str, str]:
    """All sentences of one language, blanks unfilled."""
    return {key: text.zh if language == "zh" else text.en for key, text in sentences.items()}


def view(state: State, sentences: Sentences, now: float) -> dict[str, Any]:
    """Every value that QML binds to; the keys are always the same."""
    catalogue = state.catalogue or Services(services=(), groups=())
    return {
        "screen": state.screen.value,
        "language": state.language,
        "elder": state.elder,
        "groups": [_group(each, catalogue, state, sentences) for each in catalogue.groups],
        "group_name": _group_name(catalogue, state),
        "services": [
            _service(each, state, sentences)
            for each in catalogue.services
            if each.group == state.group
        ],
        "pressed_name": _pressed_name(catalogue, state),
        **_ticket(state, sentences),
        "refusal": _refusal(state, sentences),
        "countdown": _countdown(state, sentences, now),
    }


def _name(text: Text, language: Language) -> str:
    return text.zh if language == "zh" else text.en


def _group(group: Group, catalogue: Services, state: State, sentences: Sentences) -> dict[str, Any]:
    members = [each for each in catalogue.services if each.group == group.id]
    is_open = any(each.open for each in members)
    waiting = sum(each.waiting for each in members)
    return {
        "id": group.id,
        "mark": group.prefix,
        "name": _name(group.name, state.language),
        "hint": say(sentences, state.language, "comma").join(
            _name(each.name, state.language) for each in members
        ),
        "status": _waiting(waiting, state.language, sentences)
        if is_open
        else say(sentences, state.language, "closed"),
        "open": is_open,
    }


def _service(service: Service, state: State, sentences: Sentences) -> dict[str, Any]:
    language = state.language
    status, wait = say(sentences, language, "closed"), ""
    if service.open:
        status, wait = _service_queue(service, language, sentences)
    return {
        "id": service.id,
        "name": _name(service.name, language),
        "status": status,
        "wait": wait,
        "open": service.open,
    }


def _service_queue(service: Service, language: Language, sentences: Sentences) -> tuple[str, str]:
    """Who waits for a service and how long it takes; its windows may serve others meanwhile."""
    status = _waiting(service.waiting, language, sentences)
    if wait_words(service.wait_p50_s, service.wait_p90_s).kind == "none":
        return status, say(sentences, language, "service_no_wait")
    if service.waiting == 0:
        status = say(sentences, language, "windows_busy")
    wait = _wait(service.wait_p50_s, service.wait_p90_s, language, sentences)
    return status, say(sentences, language, "service_wait", wait=wait)


def _waiting(people: int, language: Language, sentences: Sentences) -> str:
    key = "nobody_waiting" if people == 0 else "one_waiting" if people == 1 else "waiting"
    return say(sentences, language, key, people=people)


def _wait(p50_s: float, p90_s: float, language: Language, sentences: Sentences) -> str:
    wait = wait_words(p50_s, p90_s)
    return say(sentences, language, f"wait_{wait.kind}", low=f"{wait.low:g}", high=f"{wait.high:g}")


def _group_name(catalogue: Services, state: State) -> str:
    names = [
        _name(each.name, state.language) for each in catalogue.groups if each.id == state.group
    ]
    return names[0] if names else ""


def _pressed_name(catalogue: Services, state: State) -> str:
    if state.press is None:
        return ""
    wanted = state.press.service
    names = [_name(each.name, state.language) for each in catalogue.services if each.id == wanted]
    return names[0] if names else ""


def _ticket(state: State, sentences: Sentences) -> dict[str, str]:
    ticket, language = state.ticket, state.language
    if ticket is None:
        return dict.fromkeys(("number", "service_name", "ahead", "wait", "next_step", "url"), "")
    ahead = {0: "ahead_none", 1: "ahead_one"}.get(ticket.ahead, "ahead_people")
    return {
        "number": ticket.number,
        "service_name": _name(ticket.service_name, language),
        "ahead": say(sentences, language, ahead, people=ticket.ahead),
        "wait": _wait(ticket.wait_p50_s, ticket.wait_p90_s, language, sentences),
        "next_step": say(sentences, language, "next_step", number=ticket.number),
        "url": ticket.url or "",
    }


def _refusal(state: State, sentences: Sentences) -> str:
    """The hub's own sentence, unless the visitor has changed the language since."""
    refusal = state.refusal
    if refusal and refusal.sentence and refusal.language == state.language:
        return refusal.sentence
    return say(sentences, state.language, "refused_sentence")


def _countdown(state: State, sentences: Sentences, now: float) -> str:
    left = seconds_left(state, now)
    if left is None or (left > NOTICE_S and state.screen is not Screen.TICKET):
        return ""
    return say(sentences, state.language, "countdown", seconds=ceil(left))
