"""The kiosk's flow: every state times every event, no dead ends, no second ticket."""

from datetime import UTC, datetime
from uuid import UUID

from hypothesis import given
from hypothesis import strategies as st

from hall.http import Services
from hall.messages import Group, Priority, Service, Text, Ticket, TicketState
from kiosk.core.events import (
    BackTouched,
    CatalogueCame,
    DoneTouched,
    ElderSwitched,
    Event,
    GroupChosen,
    HubLost,
    LanguageChosen,
    NoAnswerCame,
    Refusal,
    RefusalCame,
    RetryTouched,
    ScreenTouched,
    ServiceChosen,
    TicketCame,
    TimePassed,
)
from kiosk.core.flow import (
    ELDER_PATIENCE,
    ISSUE_S,
    SETTLE_S,
    TABLE,
    WHEN_IDLE,
    Screen,
    State,
    seconds_left,
    start,
    step,
)

IDLE_S = 40.0
NAME = Text(zh="发票", en="Invoices")
TICKET = Ticket(
    id=UUID(int=1),
    number="A001",
    service="paper",
    service_name=NAME,
    priority=Priority.NONE,
    state=TicketState.WAITING,
    issued_at=datetime(2026, 1, 5, 1, tzinfo=UTC),
    ahead=3,
    wait_p50_s=600,
    wait_p90_s=900,
    url="http://hub/t/x",
)


def service(name: str, group: str, *, is_open: bool = True) -> Service:
    return Service(
        id=name, name=NAME, group=group, open=is_open, waiting=1, wait_p50_s=1, wait_p90_s=2
    )


CATALOGUE = Services(
    services=(service("paper", "a"), service("shut", "a", is_open=False), service("other", "b")),
    groups=(Group(id="a", name=NAME, prefix="A"), Group(id="b", name=NAME, prefix="B")),
)
WITHOUT_A = Services(services=CATALOGUE.services[2:], groups=CATALOGUE.groups[1:])
EMPTY = Services(services=(), groups=())

KEYS = st.sampled_from(["k1", "k2"])
EVENTS: st.SearchStrategy[Event] = st.one_of(
    st.sampled_from([CATALOGUE, WITHOUT_A, EMPTY]).map(CatalogueCame),
    st.just(HubLost()),
    st.builds(GroupChosen, st.sampled_from(["a", "b", "unknown"])),
    st.builds(ServiceChosen, st.sampled_from(["paper", "shut", "other", "unknown"]), KEYS),
    st.just(BackTouched()),
    st.just(DoneTouched()),
    st.just(RetryTouched()),
    st.builds(TicketCame, KEYS, st.just(TICKET)),
    st.builds(RefusalCame, KEYS, st.just(Refusal("满了", "zh"))),
    st.builds(NoAnswerCame, KEYS),
    st.sampled_from([LanguageChosen("zh"), LanguageChosen("en")]),
    st.just(ElderSwitched()),
    st.just(ScreenTouched()),
    st.just(TimePassed()),
)
STORIES = st.lists(st.tuples(EVENTS, st.floats(0, 60)), max_size=60)


def live(story: list[tuple[Event, float]]) -> tuple[State, float]:
    state, now = start(0, IDLE_S), 0.0
    for event, pause in story:
        now += pause
        state = step(state, event, now).state
    return state, now


def at(*events: Event) -> State:
    """The state after `events`, each a calm second after the one before."""
    return live([(event, 1.0) for event in events])[0]


HOME = (CatalogueCame(CATALOGUE),)
IN_GROUP = (*HOME, GroupChosen("a"))
ASKED = (*IN_GROUP, ServiceChosen("paper", "k1"))
HOLDING = (*ASKED, TicketCame("k1", TICKET))


@given(STORIES, EVENTS)
def test_every_state_takes_every_event_and_lands_on_a_consistent_screen(
    story: list[tuple[Event, float]], event: Event
) -> None:
    state, _ = live([*story, (event, 1.0)])

    assert (state.screen is Screen.TICKET) <= (state.ticket is not None)
    assert (state.screen is Screen.ISSUING) <= (state.press is not None)
    assert (state.screen is Screen.REFUSED) <= (state.refusal is not None)
    assert (state.screen is Screen.HOME) <= (state.hub_answers and state.catalogue is not None)
    if state.screen is Screen.SERVICES:
        assert state.catalogue
        assert state.group in {each.id for each in state.catalogue.groups}


@given(STORIES)
def test_left_alone_every_state_returns_to_its_beginning(story: list[tuple[Event, float]]) -> None:
    state, now = live(story)
    for _ in range(4):
        now += max(ISSUE_S, IDLE_S * ELDER_PATIENCE)
        state = step(state, TimePassed(), now).state

    assert state.screen in {Screen.HOME, Screen.AWAY}
    assert (state.language, state.elder) == ("zh", False)


@given(STORIES)
def test_on_the_first_screen_nothing_of_a_visitor_is_left(story: list[tuple[Event, float]]) -> None:
    state, _ = live(story)

    if state.screen in {Screen.HOME, Screen.AWAY}:
        assert (state.group, state.press, state.ticket, state.refusal) == (None,) * 4


@given(STORIES)
def test_a_visitor_is_never_stuck(story: list[tuple[Event, float]]) -> None:
    state, now = live(story)
    now += SETTLE_S
    ways_out = {screen for screen, event in TABLE if event in {BackTouched, DoneTouched}}
    waits_for_hub = {Screen.STARTING, Screen.ISSUING, Screen.AWAY}

    assert state.screen in ways_out | waits_for_hub | {Screen.HOME}
    for _ in range(2):
        if state.screen in ways_out:
            state = step(state, DoneTouched(), now).state
            state = step(state, BackTouched(), now).state
    assert state.screen in waits_for_hub | {Screen.HOME}


@given(STORIES, KEYS)
def test_the_hub_is_asked_only_on_entering_the_issuing_screen(
    story: list[tuple[Event, float]], key: str
) -> None:
    state, now = start(0, IDLE_S), 0.0
    for event, pause in story:
        now += pause
        taken = step(state, event, now)
        entered = taken.state.screen is Screen.ISSUING and state.screen is not Screen.ISSUING
        assert (taken.ask is not None) == entered
        state = taken.state


def test_each_screen_has_its_idle_end() -> None:
    assert set(WHEN_IDLE) == set(Screen)


def test_a_ticket_takes_three_touches() -> None:
    assert at(*HOME).screen is Screen.HOME
    assert at(*IN_GROUP).screen is Screen.SERVICES
    assert at(*ASKED).screen is Screen.ISSUING
    assert at(*HOLDING).ticket == TICKET
    assert at(*HOLDING, DoneTouched()).screen is Screen.HOME


def test_the_second_half_of_a_double_tap_is_dropped() -> None:
    state = at(*HOME)
    now = state.entered + SETTLE_S

    inside = step(state, GroupChosen("a"), now).state
    hasty = step(inside, ServiceChosen("paper", "k1"), now + SETTLE_S / 2)

    assert hasty.state.screen is Screen.SERVICES
    assert hasty.ask is None


def test_a_second_tap_while_issuing_asks_for_nothing() -> None:
    state = at(*ASKED)

    again = step(state, ServiceChosen("paper", "k2"), state.entered + 1)

    assert again.ask is None
    assert again.state.press == state.press


def test_trying_again_repeats_the_same_press() -> None:
    unanswered = at(*ASKED, NoAnswerCame("k1"))

    again = step(unanswered, RetryTouched(), unanswered.entered + 1)

    assert again.ask == unanswered.press
    assert again.state.screen is Screen.ISSUING


def test_a_late_answer_still_hands_out_the_ticket() -> None:
    assert at(*ASKED, NoAnswerCame("k1"), TicketCame("k1", TICKET)).screen is Screen.TICKET


def test_the_answer_to_an_earlier_visitor_is_not_shown_to_the_next() -> None:
    state = at(*ASKED, NoAnswerCame("k1"), DoneTouched(), GroupChosen("a"))
    state = step(state, ServiceChosen("paper", "k2"), state.entered + 1).state

    assert step(state, TicketCame("k1", TICKET), state.entered + 1).state.screen is Screen.ISSUING


def test_closed_and_unknown_services_cannot_be_chosen() -> None:
    for name in ("shut", "unknown", "other"):
        assert at(*IN_GROUP, ServiceChosen(name, "k1")).screen is Screen.SERVICES


def test_a_ticket_stays_on_the_screen_when_the_hub_goes_away() -> None:
    assert at(*HOLDING, HubLost()).screen is Screen.TICKET
    assert at(*HOLDING, HubLost(), DoneTouched()).screen is Screen.AWAY
    assert at(*HOLDING, HubLost(), DoneTouched(), *HOME).screen is Screen.HOME


def test_a_group_that_vanishes_returns_its_visitor_home() -> None:
    assert at(*IN_GROUP, CatalogueCame(WITHOUT_A)).screen is Screen.HOME


def test_a_touch_and_elder_mode_lengthen_the_time_on_a_screen() -> None:
    state = at(*HOLDING)
    touched = step(state, ScreenTouched(), state.entered + 30).state
    elder = step(state, ElderSwitched(), state.entered + 30).state

    assert seconds_left(state, state.entered + 30) == IDLE_S - 30
    assert seconds_left(touched, state.entered + 30) == IDLE_S
    assert seconds_left(elder, state.entered + 30) == IDLE_S * ELDER_PATIENCE
