"""Peak alerts come neither early nor late, never flutter, and do what the manager says."""

from datetime import datetime, timedelta
from uuid import UUID

import pytest
from hypothesis import given, settings
from hypothesis import strategies as st

from hall.messages import Channel, Priority, Role, Zone
from hub.core import commands
from hub.core.alerts import Verdict, Watch, abandoned, clear_alert, raise_alert, watch
from hub.core.commands import Actor, AlertCommand
from hub.core.decide import decide
from hub.core.events import Event, Record
from hub.core.occupancy import Occupancy, zones
from hub.core.refusals import Refused
from hub.core.state import State, apply
from tests.unit.hub_fakes import NOON, crowd_seen, fresh_ids, hall_plan

PLAN = hall_plan()
RULE = PLAN.rules[0]
MANAGER = Actor("boss", Role.MANAGER)
ALERT = UUID(int=77)

# A reading: seconds since the one before, people, and whether a camera vouches for it.
readings = st.lists(
    st.tuples(
        st.sampled_from([0.5, 1.0, 3.0]),
        st.integers(0, 8),
        st.sampled_from([True, True, True, False]),
    ),
    max_size=60,
)


def zone_at(at: datetime, people: float, *, fresh: bool = True) -> Zone:
    seen = Occupancy({"cam": crowd_seen(people, at, quality="ok" if fresh else "dark")})
    return zones(PLAN, seen, at)["waiting"]


def watched(zone_readings: list[Zone]) -> list[Verdict | None]:
    """What the rule says to each reading in turn."""
    state, raised, verdicts = Watch(), False, []
    for zone in zone_readings:
        state, verdict = watch(RULE, state, zone, raised=raised)
        raised = {"raise": True, "clear": False}.get(verdict or "", raised)
        verdicts.append(verdict)
    return verdicts


def steady(people: int, seconds: int, begin: int = 0) -> list[Zone]:
    return [zone_at(NOON + timedelta(seconds=s), people) for s in range(begin, begin + seconds)]


@given(readings)
@settings(deadline=None)
def test_a_verdict_needs_its_whole_time_of_fresh_readings_beyond_the_level(
    steps: list[tuple[float, int, bool]],
) -> None:
    at, history = NOON, []
    for gap, people, fresh in steps:
        at += timedelta(seconds=gap)
        history.append(zone_at(at, people, fresh=fresh))
    verdicts = watched(history)
    for index, verdict in enumerate(verdicts):
        if verdict is None:
            continue
        for_s = RULE.raise_for_s if verdict == "raise" else RULE.clear_for_s
        end = history[index].at
        assert end is not None
        begin = end - timedelta(seconds=for_s)
        earlier = [zone for zone in history[: index + 1] if zone.at and zone.at > begin]
        before = [zone for zone in history[:index] if zone.at and zone.at <= begin][-1:]
        assert before, "no verdict before its time has passed"
        for zone in (*before, *earlier):
            assert zone.count is not None
            assert not zone.stale
            beyond = zone.count > RULE.raise_above, zone.count < RULE.clear_below
            assert beyond[0 if verdict == "raise" else 1]
    told = [verdict for verdict in verdicts if verdict]
    assert told == [("raise", "clear")[index % 2] for index in range(len(told))]


def test_it_raises_when_its_time_is_full_and_clears_when_its_time_is_full() -> None:
    verdicts = watched([*steady(6, 6), *steady(1, 6, begin=6)])
    assert verdicts.index("raise") == 5
    assert verdicts.index("clear") == 11


def test_between_the_levels_nothing_changes() -> None:
    verdicts = watched([*steady(6, 6), *steady(3, 60, begin=6)])
    assert [verdict for verdict in verdicts if verdict] == ["raise"]


def test_a_silent_camera_neither_raises_nor_clears() -> None:
    same = zone_at(NOON, 9)
    assert not any(watched([same] * 30))
    silent = same.model_copy(update={"stale": True})
    assert not any(watched([*steady(9, 4), silent, *steady(9, 4, begin=5)]))


def test_a_zone_without_a_camera_says_nothing() -> None:
    empty = zones(PLAN, Occupancy(), NOON)["waiting"]
    assert watched([empty]) == [None]


def test_a_clock_set_back_starts_the_count_anew() -> None:
    back = [zone_at(NOON - timedelta(hours=1) + timedelta(seconds=s), 6) for s in range(6)]
    verdicts = watched([*steady(6, 4), *back])
    assert verdicts.index("raise") == len(verdicts) - 1


def happened(state: State, *events: Event) -> State:
    ids = fresh_ids()
    for event in events:
        state = apply(PLAN, state, Record(id=next(ids), at=NOON, actor="hub", event=event))
    return state


def raised(state: State | None = None) -> State:
    state = state or State()
    return happened(state, raise_alert(PLAN, state, RULE, zone_at(NOON, 9), ALERT))


def act(state: State, command: AlertCommand) -> State:
    outcome = decide(PLAN, state, command, MANAGER, NOON)
    assert not isinstance(outcome, Refused)
    return happened(state, *outcome)


def test_an_alert_says_what_is_seen_in_both_languages_and_what_to_do() -> None:
    alert = raised().alerts[ALERT]
    assert "9" in alert.text.zh
    assert "9" in alert.text.en
    assert [advice.action for advice in alert.advice] == ["open_window"]


def test_the_advice_names_the_shut_window_that_helps_most() -> None:
    state = State()
    for number in range(3):
        issued = decide(
            PLAN,
            state,
            commands.IssueTicket(
                UUID(int=number + 1),
                f"t{number}",
                "cards" if number else "taxes",
                Priority.NONE,
                Channel.KIOSK,
            ),
            MANAGER,
            NOON,
        )
        assert not isinstance(issued, Refused)
        state = happened(state, *issued)
    assert raised(state).alerts[ALERT].advice[0].window == "w3"


def test_applying_opens_the_window_once() -> None:
    state = act(raised(), commands.ApplyAlert(ALERT))
    alert = state.alerts[ALERT]
    assert (alert.state, alert.applied, alert.advice) == ("acknowledged", True, ())
    assert [window.state for window in state.windows.values()] == ["open"]
    assert decide(PLAN, state, commands.ApplyAlert(ALERT), MANAGER, NOON) == []


def test_dismissing_takes_the_advice_away_but_not_the_alert() -> None:
    state = act(raised(), commands.DismissAlert(ALERT))
    assert state.live_alerts()
    refused = decide(PLAN, state, commands.ApplyAlert(ALERT), MANAGER, NOON)
    assert refused == Refused("no_advice")


def test_acknowledging_twice_is_once() -> None:
    state = act(raised(), commands.AcknowledgeAlert(ALERT))
    assert state.alerts[ALERT].advice
    assert decide(PLAN, state, commands.AcknowledgeAlert(ALERT), MANAGER, NOON) == []


@pytest.mark.parametrize(
    "command",
    [
        commands.AcknowledgeAlert(ALERT),
        commands.ApplyAlert(ALERT),
        commands.DismissAlert(ALERT),
    ],
)
def test_nothing_can_be_done_about_an_alert_that_cleared(command: AlertCommand) -> None:
    state = raised()
    state = happened(state, clear_alert(state.alerts[ALERT], zone_at(NOON, 0)))
    assert decide(PLAN, state, command, MANAGER, NOON) == Refused("alert_cleared")


def test_an_alert_ends_with_its_rule() -> None:
    state = raised()
    assert abandoned(PLAN, state) == []
    ended = happened(state, *abandoned(hall_plan(rules=[]), state))
    assert not ended.live_alerts()
