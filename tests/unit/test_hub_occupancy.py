"""What cameras report is believed only as far as it can be."""

from datetime import timedelta

import pytest

from hall.messages import Crowd
from hub.core.occupancy import MAX_AGE, MAX_AHEAD, Occupancy, observe, zones
from hub.core.refusals import Refused
from tests.unit.hub_fakes import NOON, crowd_seen, hall_plan

PLAN = hall_plan()
SECOND, HOUR = timedelta(seconds=1), timedelta(hours=1)


def seen(*readings: Crowd) -> Occupancy:
    return Occupancy({each.camera: each for each in readings})


def test_a_newer_reading_takes_the_place_of_the_last() -> None:
    before = seen(crowd_seen(3, NOON))
    after = observe(PLAN, before, crowd_seen(4, NOON + SECOND), NOON + SECOND)
    assert isinstance(after, Occupancy)
    assert after.cameras["cam"].count == 4
    assert before.cameras["cam"].count == 3


@pytest.mark.parametrize("late", [timedelta(), -SECOND], ids=["repeat", "late"])
def test_repeats_and_late_comers_are_refused(late: timedelta) -> None:
    outcome = observe(PLAN, seen(crowd_seen(3, NOON)), crowd_seen(9, NOON + late), NOON + SECOND)
    assert outcome == Refused("old_reading")


def test_a_time_to_come_is_refused_beyond_what_clocks_differ() -> None:
    ahead = crowd_seen(3, NOON + MAX_AHEAD + SECOND)
    assert observe(PLAN, Occupancy(), ahead, NOON) == Refused("future_reading")
    assert isinstance(observe(PLAN, Occupancy(), crowd_seen(3, NOON + MAX_AHEAD), NOON), Occupancy)


def test_a_camera_clock_set_back_is_forgiven_once_its_last_reading_is_stale() -> None:
    later = NOON + MAX_AGE + SECOND
    outcome = observe(PLAN, seen(crowd_seen(3, NOON)), crowd_seen(5, NOON - HOUR), later)
    assert isinstance(outcome, Occupancy)
    assert zones(PLAN, outcome, later)["waiting"].stale


def test_after_the_whole_machine_is_set_back_an_hour_readings_count_at_once() -> None:
    before, now = seen(crowd_seen(3, NOON)), NOON - HOUR
    assert zones(PLAN, before, now)["waiting"].stale
    after = observe(PLAN, before, crowd_seen(5, now), now)
    assert isinstance(after, Occupancy)
    zone = zones(PLAN, after, now)["waiting"]
    assert (zone.count, zone.stale) == (5, False)


def test_a_reading_goes_stale() -> None:
    assert not zones(PLAN, seen(crowd_seen(3, NOON)), NOON + MAX_AGE)["waiting"].stale
    assert zones(PLAN, seen(crowd_seen(3, NOON)), NOON + MAX_AGE + SECOND)["waiting"].stale


@pytest.mark.parametrize("quality", ["dark", "blocked", "moved", "a-word-of-the-future", ""])
def test_a_picture_that_is_not_well_is_shown_but_not_believed(quality: str) -> None:
    zone = zones(PLAN, seen(crowd_seen(3, NOON, quality=quality)), NOON)["waiting"]
    assert (zone.count, zone.stale) == (3, True)


def test_of_two_cameras_on_one_zone_the_one_that_sees_most_is_believed() -> None:
    both = seen(crowd_seen(3, NOON, camera="a"), crowd_seen(7, NOON, camera="b"))
    assert zones(PLAN, both, NOON)["waiting"].camera == "b"


def test_a_fresh_camera_is_believed_before_a_blind_one_that_saw_more() -> None:
    both = seen(crowd_seen(3, NOON, camera="a"), crowd_seen(7, NOON, camera="b", quality="dark"))
    assert zones(PLAN, both, NOON)["waiting"].camera == "a"


def test_every_zone_of_the_plan_is_told_and_no_other() -> None:
    strange = seen(crowd_seen(10_000, NOON, zone="nowhere"))
    told = zones(PLAN, strange, NOON)
    assert set(told) == {"waiting", "door"}
    assert all(zone.stale and zone.count is None for zone in told.values())
