"""Each kind of rule measures what it says, and what it advises is what playing forward gives."""

from datetime import timedelta
from typing import Any
from uuid import UUID

import pytest
from hypothesis import given, settings
from hypothesis import strategies as st
from pydantic import ValidationError

from hall.messages import Advice, Alert, Crowd, Fault, Level, Role
from hub.core import commands
from hub.core.commands import Actor
from hub.core.outlook import Outlook
from hub.core.remedies import opened
from tests.unit.hub_fakes import (
    NOON,
    busy_plan,
    crowd_seen,
    every_kind_of_rule,
    hall_plan,
    hall_tables,
)
from tests.unit.hub_watch import RULE, WatchedHall, node, plan_with

AT_ONCE = {"raise_for_s": 0, "clear_for_s": 0}


def advice_of(alert: Alert, action: str) -> Advice:
    (found,) = [advice for advice in alert.advice if advice.action == action]
    return found


def test_density_is_measured_per_square_metre() -> None:
    hall = WatchedHall(plan_with(measure="density", raise_above=0.5, clear_below=0.4, **AT_ONCE))
    assert hall.see(5) == []
    assert hall.see(6) == ["alert_raised"]
    assert (hall.alert.value, hall.alert.unit) == (0.6, "per_m2")
    assert "0.6" in hall.alert.text.zh


def levelled(level: str, hall: WatchedHall) -> list[str]:
    crowd = crowd_seen(3, hall.now)
    (zone,) = crowd.zones
    zone = zone.model_copy(update={"level": Level(level)})
    hall.cameras["cam"] = Crowd.model_validate({**crowd.model_dump(), "zones": [zone.model_dump()]})
    return [event.kind for event in hall.look()]


def test_a_level_of_service_raises_beyond_its_letter() -> None:
    hall = WatchedHall(plan_with(kind="level", raise_above="D", clear_below="D", **AT_ONCE))
    assert levelled("D", hall) == []
    assert levelled("E", hall) == ["alert_raised"]
    assert "E 级" in hall.alert.text.zh
    assert levelled("D", hall) == []
    assert levelled("C", hall) == ["alert_cleared"]


def test_people_without_tickets_are_those_seen_less_those_with_one() -> None:
    hall = WatchedHall(plan_with(kind="unticketed", raise_above=5, clear_below=3, **AT_ONCE))
    for _ in range(4):
        hall.take("cards")
    assert hall.see(9) == []
    assert hall.see(10) == ["alert_raised"]
    assert (hall.alert.subject, hall.alert.value) == ("test", 5.2)  # a ticket stands for 1.2 people
    assert "在场约 10 人，其中 3–7 人没有号" in hall.alert.text.zh
    assert [advice.action for advice in hall.alert.advice] == ["call_guide"]


def test_without_a_good_picture_nobody_is_taken_for_a_crowd_without_tickets() -> None:
    hall = WatchedHall(plan_with(kind="unticketed", raise_above=5, clear_below=3, **AT_ONCE))
    assert hall.see(50, fresh=False) == []
    assert hall.pass_time(60) == []


def test_a_long_wait_is_told_of_its_group_with_what_opening_a_window_would_give() -> None:
    hall = WatchedHall(plan_with(kind="wait", raise_above=20, clear_below=10, **AT_ONCE))
    hall.open("w1")
    for _ in range(8):
        hall.take("cards")
    assert [event.kind for event in hall.look()] == ["alert_raised"]
    alert = hall.alert
    assert (alert.subject, alert.unit) == ("people", "minutes")
    advice = advice_of(alert, "open_window")
    effect = advice.effect
    assert effect is not None
    assert effect.service == "cards"
    played = Outlook(hall.plan, opened(hall.state, advice.window or ""))
    assert effect.expected == round(played.newcomer("cards").p90_s / 60)
    assert effect.expected < effect.before == round(alert.value)
    assert f"降到 {effect.expected:.0f} 分钟" in advice.text.zh


@given(
    waiting=st.lists(st.sampled_from(["cards", "papers", "taxes"]), max_size=25),
    staffed=st.sets(st.sampled_from(["w1", "w2", "w3"])),
)
@settings(deadline=None, max_examples=60)
def test_advice_is_always_possible_and_never_promises_what_would_not_be_better(
    waiting: list[str], staffed: set[str]
) -> None:
    hall = WatchedHall(plan_with(**AT_ONCE))
    hall.open(*sorted(staffed))
    for service in waiting:
        hall.take(service)
    hall.see(9)
    for index, advice in enumerate(hall.alert.advice):
        effect = advice.effect
        assert effect is not None
        assert effect.expected is None or effect.expected < effect.before
        assert advice.window not in staffed
        before = len(hall.records)
        hall.do(commands.ApplyAlert(hall.alert.id, index))
        assert len(hall.records) > before
    if staffed == {"w1", "w2", "w3"}:
        assert "open_window" not in {advice.action for advice in hall.alert.advice}


THREE = ["cards", "papers", "taxes"]


def test_what_most_services_share_is_one_alert_of_the_hall() -> None:
    plan = plan_with(kind="wait", services=THREE, raise_above=20, clear_below=10, **AT_ONCE)
    hall = WatchedHall(plan)
    hall.open("w3")
    for service in THREE * 3:
        hall.take(service)
    assert [event.kind for event in hall.look()] == ["alert_raised"]
    assert (hall.alert.subject, "多数业务" in hall.alert.text.zh) == ("test", True)
    assert hall.pass_time(30) == []


def test_a_long_wait_of_one_service_among_several_is_its_own() -> None:
    plan = plan_with(kind="wait", services=THREE, raise_above=40, clear_below=20, **AT_ONCE)
    hall = WatchedHall(plan)
    hall.open("w1", "w2")
    for _ in range(12):
        hall.take("taxes")
    hall.look()
    assert hall.alert.subject == "taxes"


def test_where_nobody_waits_no_wait_is_too_long() -> None:
    hall = WatchedHall(plan_with(kind="wait", raise_above=1, clear_below=1, **AT_ONCE))
    assert hall.pass_time(60) == []


def test_a_rule_may_watch_single_services() -> None:
    plan = plan_with(kind="wait", services=["taxes"], raise_above=5, clear_below=4, **AT_ONCE)
    hall = WatchedHall(plan)
    for _ in range(5):
        hall.take("cards")
    assert hall.look() == []
    for _ in range(5):
        hall.take("taxes")
    hall.now += timedelta(seconds=1)
    hall.look()
    assert hall.alert.subject == "taxes"


def test_the_window_that_is_opened_makes_the_wait_as_short_as_was_said() -> None:
    hall = WatchedHall(plan_with(kind="wait", raise_above=20, clear_below=10, **AT_ONCE))
    hall.open("w1")
    for _ in range(8):
        hall.take("cards")
    hall.look()
    hall.do(commands.ApplyAlert(hall.alert.id))
    hall.pass_time(15 * 60, step_s=10)
    effect = hall.alert.advice[0].effect
    assert effect is not None
    assert effect.became == effect.expected


def test_the_load_of_the_next_half_hour_counts_those_who_wait_and_those_who_come() -> None:
    hall = WatchedHall(plan_with(kind="load", raise_above=60, clear_below=40, **AT_ONCE))
    for _ in range(4):
        hall.take("papers")
    hall.look()
    # 4 wait and, as of the last 20 minutes, 6 come in 30: 10 visits of 10 minutes at 3 windows.
    assert hall.alert.value == pytest.approx(100 * (4 + 6) * 10 / 30 / 3)
    assert "可开的共 3 个" in hall.alert.text.zh
    assert {"open_window", "shift_bookings"} <= {a.action for a in hall.alert.advice}


def test_shifting_bookings_closes_the_nearest_slots_and_keeps_those_booked() -> None:
    hall = WatchedHall(plan_with(kind="load", raise_above=60, clear_below=40, **AT_ONCE))
    soon, later = NOON + timedelta(hours=1), NOON + timedelta(hours=3)
    hall.do(commands.BookAppointment(UUID(int=500), "cards", soon, "p1"))
    for _ in range(8):
        hall.take("papers")
    hall.look()
    place = [advice.action for advice in hall.alert.advice].index("shift_bookings")
    hall.do(commands.ApplyAlert(hall.alert.id, place))
    booking = commands.BookAppointment(UUID(int=501), "papers", soon)
    assert hall.refusal(booking) == "slot_full"
    hall.do(commands.BookAppointment(UUID(int=502), "papers", later))
    assert hall.state.appointments[UUID(int=500)].state == "booked"


def test_urged_diversion_is_offered_to_all_who_gain_and_only_for_a_while() -> None:
    plan = plan_with(kind="wait", raise_above=10, clear_below=5, **AT_ONCE)
    rules = plan.diversion.model_copy(update={"kiosk_gain_min": 999, "expert_gain_min": 999})
    hall = WatchedHall(plan.model_copy(update={"diversion": rules}))
    hall.open("w1")
    tickets = [hall.take("cards") for _ in range(8)]
    hall.look()
    advice = advice_of(hall.alert, "divert")
    assert advice.effect is not None
    assert advice.effect.expected is not None
    assert advice.effect.expected < advice.effect.before
    assert not hall.view.ticket(hall[tickets[-1]]).offers
    hall.do(commands.ApplyAlert(hall.alert.id, hall.alert.advice.index(advice)))
    assert hall.view.ticket(hall[tickets[-1]]).offers
    hall.now += timedelta(minutes=31)
    assert not hall.view.ticket(hall[tickets[-1]]).offers


def devices(**changes: object) -> WatchedHall:
    levels = {"raise_above": 0.5, "clear_below": 0.5, "raise_for_s": 10, "clear_for_s": 5}
    hall = WatchedHall(plan_with(kind="device", **levels, **changes))
    for camera in ("cam-1", "cam-2", "cam-3"):
        hall.cameras[camera] = crowd_seen(1, hall.now, camera=camera)
    hall.nodes = {name: node(name) for name in ("edge-1", "edge-2")}
    return hall


def all_speak(hall: WatchedHall, seconds: int, *, but: tuple[str, ...] = ()) -> list[str]:
    kinds: list[str] = []
    for _ in range(seconds):
        hall.now += timedelta(seconds=1)
        for camera in hall.cameras:
            if camera not in but:
                hall.cameras[camera] = crowd_seen(1, hall.now, camera=camera)
        kinds += [event.kind for event in hall.look()]
    return kinds


def test_a_camera_that_falls_silent_is_told_by_its_name_and_clears_when_it_speaks() -> None:
    hall = devices()
    assert all_speak(hall, 60) == []
    assert all_speak(hall, 30, but=("cam-2",)) == ["alert_raised"]
    assert hall.alert.subject == "cam-2"
    assert "cam-2 没有新的画面" in hall.alert.text.zh
    assert all_speak(hall, 7) == ["alert_cleared"]


def test_a_bad_picture_an_offline_node_and_a_faulty_kiosk_are_told() -> None:
    hall = devices()
    hall.cameras["cam-1"] = crowd_seen(1, hall.now, camera="cam-1", quality="blocked")
    hall.nodes["edge-2"] = node("edge-2", "offline")
    hall.faults["kiosk-1"] = Fault(at=NOON, faults=("printer",))
    hall.nodes |= {f"kiosk-{n}": node(f"kiosk-{n}", program="kiosk") for n in range(1, 5)}
    kinds: list[str] = []
    for _ in range(12):
        hall.now += timedelta(seconds=1)
        for camera in hall.cameras:
            quality = "blocked" if camera == "cam-1" else "ok"
            hall.cameras[camera] = crowd_seen(1, hall.now, camera=camera, quality=quality)
        kinds += [event.kind for event in hall.look()]
    assert kinds == ["alert_raised"] * 3
    told = {alert.subject: alert.text.zh for alert in hall.live}
    assert told.keys() == {"cam-1", "edge-2", "kiosk-1"}
    assert "printer" in told["kiosk-1"]
    assert "blocked" in told["cam-1"]


def test_what_fails_together_is_one_alert() -> None:
    hall = devices()
    all_speak(hall, 5)
    everything = tuple(hall.cameras)
    assert all_speak(hall, 300, but=everything) == ["alert_raised"]
    assert hall.alert.subject == "test"
    assert "3 个设备" in hall.alert.text.zh
    assert all_speak(hall, 30) == ["alert_cleared"]


def test_a_broker_that_is_away_is_one_alert_and_no_device_is_blamed() -> None:
    hall = devices()
    all_speak(hall, 5)
    hall.broker = False
    assert hall.pass_time(300) == ["alert_raised"]
    assert "消息服务器" in hall.alert.text.zh
    hall.broker = True
    assert all_speak(hall, 30) == ["alert_cleared"]


def test_one_that_stays_away_after_all_others_came_back_is_told_of_by_itself() -> None:
    hall = devices()
    all_speak(hall, 5)
    all_speak(hall, 60, but=tuple(hall.cameras))
    assert sorted(all_speak(hall, 30, but=("cam-3",))) == ["alert_cleared", "alert_raised"]
    (live,) = hall.live
    assert live.subject == "cam-3"


def test_a_device_known_to_be_ill_is_put_off_by_hand_and_told_again_later() -> None:
    hall = devices()
    all_speak(hall, 30, but=("cam-2",))
    hall.do(commands.DismissAlert(hall.alert.id, 10))
    assert not hall.live
    assert all_speak(hall, 9 * 60, but=("cam-2",)) == []
    assert all_speak(hall, 90, but=("cam-2",)) == ["alert_raised"]


def test_a_camera_taken_away_long_ago_is_no_news_whatever_the_broker_still_has() -> None:
    hall = devices()
    hall.cameras["old"] = crowd_seen(1, hall.now - timedelta(days=2), camera="old")
    hall.nodes["older"] = node("older", "offline", at=hall.now - timedelta(days=3))
    assert all_speak(hall, 60, but=("old",)) == []


def test_displays_are_told_the_public_words_of_alerts_that_are_for_them() -> None:
    words = {"zh": "大厅较挤，请稍候", "en": "The hall is crowded"}
    for tell, said in ((["dashboard"], False), (["dashboard", "display"], True)):
        hall = WatchedHall(plan_with(tell=tell, public=words, **AT_ONCE))
        hall.see(9)
        texts = [text.zh for text in hall.view.public_hall().announcements]
        assert (words["zh"] in texts) is said
        assert not any("9" in text for text in texts)


def test_a_hall_file_of_release_0_1_means_what_it_meant() -> None:
    rule = hall_plan().rules[0]
    assert (rule.kind, rule.measure, rule.tell) == (
        "zone",
        "count",
        ("dashboard", "tablet", "mqtt"),
    )


@pytest.mark.parametrize(
    ("mistake", "why"),
    [
        ({"clear_below": 9}, "flutter"),
        ({"kind": "load"}, "zone is needed by"),
        ({"zone": None}, "zone is needed by"),
        ({"zone": "attic"}, "unknown zone"),
        ({"kind": "weather"}, "duress"),
        ({"kind": "level"}, "letters"),
        ({"kind": "level", "raise_above": "Z", "clear_below": "D"}, "letters"),
        ({"services": ["cards"]}, "for the kind wait"),
        ({"kind": "wait", "zone": None, "services": ["golf"]}, "unknown service"),
        ({"kind": "wait", "zone": None, "groups": ["golf"]}, "unknown group"),
        ({"tell": ["pager"]}, "pattern"),
        ({"tell": []}, "at least 1"),
        ({"tell": ["display"]}, "public"),
        ({"quiet_hours": ["22:00-06:00"]}, "ends before it begins"),
        ({"escalate": {"after_min": 0, "tell": ["mqtt"]}}, "greater than 0"),
        ({"kind": "duress", "zone": None, "quiet_hours": ["12:00-13:00"]}, "no quiet hours"),
        ({"id": "duress"}, "duress"),
        ({"loud": True}, "Extra inputs"),
    ],
)
def test_a_mistake_in_a_rule_is_told(mistake: dict[str, Any], why: str) -> None:
    with pytest.raises(ValidationError, match=why):
        busy_plan(rules=[{**RULE, **mistake}])


def test_every_kind_can_be_raised_by_its_rule_in_one_hall() -> None:
    rules = every_kind_of_rule()
    hall = WatchedHall(busy_plan(rules=rules))
    hall.cameras["cam"] = crowd_seen(60, NOON)
    hall.faults["kiosk-1"] = Fault(at=NOON, faults=("printer",))
    for _ in range(30):
        hall.take("papers")
    hall.do(commands.SoundDuress("w1", UUID(int=900)), Actor("li", Role.CLERK))
    levelled("F", hall)
    hall.faults["kiosk-1"] = Fault(at=NOON, faults=("printer",))
    hall.now += timedelta(seconds=2)
    hall.look()
    kinds = {alert.kind for alert in hall.live}
    assert kinds >= {"level", "wait", "load", "device", "duress"}
    assert all(alert.text.zh.endswith("。") for alert in hall.live)
    assert {rule["kind"] for rule in rules} >= kinds
    assert hall_tables()["rules"]
