"""Peak alerts come neither early nor late, never flutter, and do what the manager says."""

from datetime import datetime, timedelta
from uuid import UUID

import pytest
from hypothesis import given, settings
from hypothesis import strategies as st

from hub.core import alert_events, commands
from hub.core.alerts import Verdict, Watch, watch
from hub.core.commands import AlertCommand
from hub.core.situation import Signal
from hub.core.watching import Watches
from tests.unit.hub_fakes import NOON, hall_plan
from tests.unit.hub_watch import WatchedHall, plan_with

RULE = hall_plan().rules[0]

# A value: seconds since the one before, people, and whether a camera vouches for it.
readings = st.lists(
    st.tuples(
        st.sampled_from([0.5, 1.0, 1.0, 3.0, -20.0]),
        st.integers(0, 8),
        st.sampled_from([True, True, True, False]),
    ),
    max_size=60,
)


def watched(signals: list[Signal]) -> list[Verdict | None]:
    """What the rule says to each value in turn."""
    state, raised, verdicts = Watch(), False, []
    for signal in signals:
        state, verdict = watch(RULE, state, signal, raised=raised)
        raised = {"raise": True, "clear": False}.get(verdict or "", raised)
        verdicts.append(verdict)
    return verdicts


@given(readings)
@settings(deadline=None)
def test_a_verdict_needs_its_whole_time_of_fresh_values_beyond_the_level(
    steps: list[tuple[float, int, bool]],
) -> None:
    at, history = NOON, []
    for gap, people, fresh in steps:
        at += timedelta(seconds=gap)
        history.append(Signal(people, at, stale=not fresh))
    verdicts = watched(history)
    for index, verdict in enumerate(verdicts):
        if verdict is None:
            continue
        for_s = RULE.raise_for_s if verdict == "raise" else RULE.clear_for_s
        begin = history[index].at - timedelta(seconds=for_s)
        for signal in reversed(history[: index + 1]):
            assert not signal.stale
            beyond = signal.value > RULE.raise_above, signal.value < RULE.clear_below
            assert beyond[0 if verdict == "raise" else 1]
            if signal.at <= begin:
                break
        else:
            pytest.fail("no verdict before its time has passed")
    told = [verdict for verdict in verdicts if verdict]
    assert told == [("raise", "clear")[index % 2] for index in range(len(told))]


@given(readings)
@settings(deadline=None, max_examples=60)
def test_whatever_cameras_say_alerts_raise_and_clear_in_turn_and_a_replay_is_the_same(
    steps: list[tuple[float, int, bool]],
) -> None:
    hall, kinds = WatchedHall(plan_with()), list[str]()
    for gap, people, fresh in steps:
        hall.now += timedelta(seconds=gap - 1)
        kinds += hall.see(people, fresh=fresh)
        assert len(hall.live) <= 1
    assert kinds == [("alert_raised", "alert_cleared")[i % 2] for i in range(len(kinds))]
    again = WatchedHall(plan_with())
    for record in hall.records:
        again.now = record.at
        again.happen([record.event])
    assert again.state.silences == hall.state.silences
    assert {k: a.state for k, a in again.state.alerts.items()} == {
        k: a.state for k, a in hall.state.alerts.items()
    }


def test_it_raises_when_its_time_is_full_and_clears_when_its_time_is_full() -> None:
    hall = WatchedHall(plan_with())
    assert hall.see(6, 5) == []
    assert hall.see(6) == ["alert_raised"]
    assert hall.see(1, 5) == []
    assert hall.see(1) == ["alert_cleared"]


def test_between_the_levels_nothing_changes() -> None:
    hall = WatchedHall(plan_with())
    hall.see(6, 6)
    assert hall.see(3, 60) == []


def test_a_silent_camera_neither_raises_nor_clears() -> None:
    hall = WatchedHall(plan_with())
    hall.see(9, 4)
    assert hall.pass_time(60) == []
    assert hall.see(9, 4) == []
    assert hall.see(9, 1, fresh=False) == []
    assert hall.see(9, 5) == []
    assert hall.see(9) == ["alert_raised"]
    assert hall.pass_time(600, step_s=5) == []


def test_a_clock_set_back_starts_the_count_anew() -> None:
    hall = WatchedHall(plan_with())
    hall.see(6, 5)
    hall.now -= timedelta(hours=1)
    hall.cameras.clear()
    assert hall.see(6, 5) == []
    assert hall.see(6) == ["alert_raised"]


def test_a_restart_keeps_what_is_raised_and_does_not_raise_it_again() -> None:
    hall = WatchedHall(plan_with())
    hall.see(9, 6)
    hall.watches = Watches()
    assert hall.see(9, 60) == []
    assert hall.see(0, 6) == ["alert_cleared"]


def test_an_alert_that_cleared_rests_for_its_cool_down() -> None:
    hall = WatchedHall(plan_with(cooldown_s=60))
    hall.see(9, 6)
    hall.see(0, 6)
    assert hall.see(9, 59) == []
    assert hall.see(9, 2) == ["alert_raised"]


def test_a_rest_that_began_in_a_wrong_future_is_forgotten() -> None:
    hall = WatchedHall(plan_with(cooldown_s=60))
    hall.see(9, 6)
    hall.see(0, 6)
    hall.now -= timedelta(days=400)
    hall.cameras.clear()
    assert hall.see(9, 6) == ["alert_raised"]


def raised(**changes: object) -> WatchedHall:
    hall = WatchedHall(plan_with(**changes))
    hall.see(9, 6)
    return hall


def test_an_alert_says_what_is_seen_in_both_languages_and_what_to_do() -> None:
    alert = raised().alert
    assert "9" in alert.text.zh
    assert "9" in alert.text.en
    assert [advice.action for advice in alert.advice] == ["open_window", "call_guide"]
    assert (alert.kind, alert.unit, alert.severity) == ("zone", "people", "warning")


def test_applying_opens_the_window_once() -> None:
    hall = raised()
    hall.do(commands.ApplyAlert(hall.alert.id))
    alert = hall.alert
    assert (alert.state, alert.applied, alert.acknowledged_by) == ("acknowledged", True, "boss")
    assert alert.advice[0].taken_by == "boss"
    assert [window.state for window in hall.state.windows.values()] == ["open"]
    assert hall.do(commands.ApplyAlert(alert.id)) == []


def test_each_advice_is_taken_by_itself_and_keeps_its_place() -> None:
    hall = raised()
    kinds = [event.kind for event in hall.do(commands.ApplyAlert(hall.alert.id, 1))]
    assert kinds == ["guide_called", "alert_applied"]
    hall.do(commands.ApplyAlert(hall.alert.id, 0))
    assert all(advice.taken_at for advice in hall.alert.advice)


@pytest.mark.parametrize("index", [2, 9, -1])
def test_an_advice_that_is_not_there_is_refused(index: int) -> None:
    hall = raised()
    assert hall.refusal(commands.ApplyAlert(hall.alert.id, index)) == "no_advice"


def test_a_guide_who_was_not_told_is_told_when_called() -> None:
    hall = raised(tell=["dashboard"])
    hall.do(commands.ApplyAlert(hall.alert.id, 1))
    assert hall.alert.told == ("dashboard", "tablet")


def test_advice_that_others_have_followed_already_is_refused() -> None:
    hall = raised()
    hall.do(commands.OpenWindow(hall.alert.advice[0].window or ""))
    assert hall.refusal(commands.ApplyAlert(hall.alert.id)) == "advice_outdated"


def test_dismissing_takes_the_advice_away_but_not_the_alert() -> None:
    hall = raised()
    hall.do(commands.DismissAlert(hall.alert.id))
    assert hall.live
    assert hall.refusal(commands.ApplyAlert(hall.alert.id)) == "no_advice"


def test_a_dismissed_alert_rings_again_when_its_snooze_is_over_and_it_is_still_so() -> None:
    hall = raised()
    hall.do(commands.DismissAlert(hall.alert.id, 2))
    assert hall.see(9, 119) == []
    assert hall.see(8, 2) == ["alert_returned"]
    assert (hall.alert.state, hall.alert.value) == ("raised", 8)
    assert hall.alert.advice
    assert hall.see(9, 30) == []


def test_a_dismissed_alert_that_clears_is_not_raised_anew_within_its_snooze() -> None:
    hall = raised()
    hall.do(commands.DismissAlert(hall.alert.id, 10))
    assert hall.see(0, 6) == ["alert_cleared"]
    assert hall.see(9, 300) == []
    assert "alert_raised" in hall.see(9, 400)


def test_acknowledging_twice_is_once() -> None:
    hall = raised()
    hall.do(commands.AcknowledgeAlert(hall.alert.id))
    assert hall.alert.advice
    assert hall.do(commands.AcknowledgeAlert(hall.alert.id)) == []


@pytest.mark.parametrize(
    "kind", [commands.AcknowledgeAlert, commands.ApplyAlert, commands.DismissAlert]
)
def test_nothing_can_be_done_about_an_alert_that_cleared(kind: type[AlertCommand]) -> None:
    hall = raised()
    hall.see(0, 6)
    assert hall.refusal(kind(hall.alert.id)) == "alert_cleared"


def test_an_alert_ends_with_its_rule() -> None:
    hall = raised()
    hall.plan = hall_plan(rules=[])
    (ended,) = hall.look()
    assert isinstance(ended, alert_events.AlertCleared)
    assert ended.reason == "abandoned"
    assert not hall.live


def test_an_alert_ends_when_its_rule_watches_another_zone() -> None:
    hall = raised()
    hall.plan = plan_with(zone="door")
    assert [event.kind for event in hall.look()] == ["alert_cleared"]


def at_hour(hour: int) -> datetime:
    return NOON.replace(hour=(hour - 8) % 24)  # the hall is in Shanghai


@pytest.mark.parametrize(
    ("severity", "hour", "quiet"),
    [("warning", 13, True), ("warning", 15, False), ("critical", 13, False), ("info", 12, True)],
)
def test_in_quiet_hours_only_the_critical_is_loud_and_all_is_listed(
    severity: str, hour: int, *, quiet: bool
) -> None:
    plan = plan_with(severity=severity, quiet_hours=["12:00-14:00"])
    hall = WatchedHall(plan, now=at_hour(hour))
    hall.see(9, 6)
    assert hall.alert.quiet is quiet
    assert hall.live


@given(
    minute=st.integers(0, 24 * 60 - 1),
    severity=st.sampled_from(["info", "warning", "critical"]),
    begin=st.integers(0, 23),
    hours=st.integers(1, 24),
)
@settings(deadline=None, max_examples=50)
def test_quiet_hours_are_the_hall_s_own_and_end_as_written(
    minute: int, severity: str, begin: int, hours: int
) -> None:
    end = min(24, begin + hours)
    span = f"{begin:02}:00-{end:02}:00"
    plan = plan_with(severity=severity, quiet_hours=[span], raise_for_s=0)
    hall = WatchedHall(plan, now=at_hour(0) + timedelta(minutes=minute, seconds=-1))
    hall.see(9)
    within = begin * 60 <= plan.local(hall.now).hour * 60 + hall.now.minute < end * 60
    assert hall.alert.quiet is (within and severity != "critical")


ESCALATES = {"escalate": {"after_min": 1, "tell": ["mqtt", "webhook:duty"]}}


def test_what_nobody_notices_is_told_further_once() -> None:
    hall = raised(tell=["dashboard"], **ESCALATES)
    assert hall.see(9, 59) == []
    assert hall.see(9, 200) == ["alert_escalated"]
    assert hall.alert.told == ("dashboard", "mqtt", "webhook:duty")


def test_what_someone_has_noticed_is_not_told_further() -> None:
    hall = raised(**ESCALATES)
    hall.do(commands.AcknowledgeAlert(hall.alert.id))
    assert hall.see(9, 200) == []


def test_in_quiet_hours_nobody_further_is_told() -> None:
    plan = plan_with(quiet_hours=["12:00-12:05"], **ESCALATES)
    hall = WatchedHall(plan)
    hall.see(9, 280)
    assert hall.alert.escalated_at is None
    assert hall.see(9, 30) == ["alert_escalated"]


def test_what_became_of_an_advice_is_measured_once() -> None:
    hall = raised(outcome_min=15)
    hall.take("cards")
    hall.do(commands.ApplyAlert(hall.alert.id, 1))
    assert hall.see(5, 15 * 60 - 1) == []
    assert hall.see(5, 30) == ["alert_outcome"]
    effect = hall.alert.advice[1].effect
    assert effect is not None
    assert (effect.before, effect.became) == (9, 5)


def test_an_outcome_is_measured_though_the_alert_cleared_and_the_day_turned() -> None:
    hall = raised()
    hall.now = at_hour(23) + timedelta(minutes=58)
    hall.do(commands.ApplyAlert(hall.alert.id, 1))
    hall.see(0, 6)
    assert not hall.live
    hall.wait(5)
    assert hall.state.alerts
    hall.see(0, 6)
    assert hall.see(2, 15 * 60) == ["alert_outcome"]
    hall.wait(24 * 60)
    assert not hall.state.alerts


def test_an_outcome_that_nobody_can_measure_is_given_up() -> None:
    hall = raised()
    hall.do(commands.ApplyAlert(hall.alert.id, 1))
    kinds = hall.pass_time(90 * 60, step_s=60)
    assert kinds == ["alert_outcome"]
    assert hall.alert.advice[1].effect is None


BUTTON = commands.SoundDuress("w1", UUID(int=900))


def test_a_duress_button_raises_at_once_in_every_hall_and_never_for_displays() -> None:
    hall = WatchedHall(hall_plan(rules=[]))
    hall.do(BUTTON)
    assert (hall.alert.severity, hall.alert.subject, hall.alert.kind) == (
        "critical",
        "w1",
        "duress",
    )
    assert "display" not in hall.alert.told
    assert "w1" in hall.alert.text.zh
    assert hall.look() == []


def test_pressing_again_rings_again_only_if_someone_had_taken_notice() -> None:
    hall = WatchedHall(hall_plan(rules=[]))
    hall.do(BUTTON)
    again = commands.SoundDuress("w1", UUID(int=901))
    assert hall.do(again) == []
    hall.do(commands.AcknowledgeAlert(hall.alert.id))
    assert [event.kind for event in hall.do(again)] == ["alert_returned"]
    assert hall.alert.state == "raised"


def test_a_duress_alert_ends_by_hand_and_its_button_works_again_at_once() -> None:
    hall = WatchedHall(hall_plan(rules=[]))
    hall.do(BUTTON)
    hall.do(commands.DismissAlert(hall.alert.id))
    assert not hall.live
    hall.do(commands.SoundDuress("w1", UUID(int=902)))
    assert len(hall.live) == 1


def test_a_button_of_no_window_is_refused() -> None:
    hall = WatchedHall(hall_plan(rules=[]))
    assert hall.refusal(commands.SoundDuress("w9", UUID(int=1))) == "unknown_window"
