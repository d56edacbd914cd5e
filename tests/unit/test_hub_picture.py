"""Cameras and tickets together tell how many people are in the hall, and what nobody knows."""

from collections.abc import Sequence
from datetime import datetime, timedelta
from itertools import pairwise
from uuid import UUID

import pytest
from hypothesis import given
from hypothesis import strategies as st

from hall.messages import Channel, Crowd, Priority, TicketState
from hall.overview import Estimate
from hub.core import occupancy
from hub.core.estimates import aged, of_camera, together, without
from hub.core.occupancy import MAX_AGE, MOST_PER_M2, HallPicture, Occupancy
from hub.core.plan import HallPlan
from hub.core.register import Register, TicketNow
from hub.core.state import State
from tests.unit.hub_fakes import NOON, crowd_seen, hall_plan

PLAN = hall_plan()
SECOND = timedelta(seconds=1)
COUNTS = st.floats(0, 200)


def camera_seen(
    name: str, people: float, zones: dict[str, float], *, error: float = 0, at: datetime = NOON
) -> Crowd:
    """A reading that may be off by `error` either way."""
    readings = [
        {"zone": zone, "count": count, "density_per_m2": count / 1000, "level": "A"}
        for zone, count in zones.items()
    ]
    seen = crowd_seen(people, at, camera=name).model_dump()
    bounds = {"count_low": max(0.0, people - error), "count_high": people + error}
    return Crowd.model_validate({**seen, **bounds, "zones": readings})


def tickets(count: int, state: TicketState = TicketState.WAITING) -> State:
    """A hall with so many living tickets."""
    return State(
        tickets=Register.of(
            TicketNow(
                id=UUID(int=number + 1),
                number=f"A{number:03d}",
                token=str(number),
                service="cards",
                priority=Priority.NONE,
                channel=Channel.KIOSK,
                state=state,
                issued_at=NOON,
                place=(NOON, 0, number),
            )
            for number in range(count)
        )
    )


def taken_in(readings: Sequence[Crowd], plan: HallPlan = PLAN) -> Occupancy:
    seen = Occupancy()
    for crowd in readings:
        after = occupancy.observe(plan, seen, crowd, max(NOON, crowd.at))
        assert isinstance(after, Occupancy)
        seen = after
    return seen


def picture(
    *readings: Crowd, state: State | None = None, plan: HallPlan = PLAN, now: datetime = NOON
) -> HallPicture:
    return occupancy.hall_picture(plan, taken_in(readings, plan), state or State(), now)


def test_without_a_camera_nothing_is_said() -> None:
    seen = picture()
    assert (seen.present, seen.unticketed, dict(seen.cameras)) == (None, None, {})
    assert seen.complete


def test_cameras_of_places_apart_are_added_with_their_bounds() -> None:
    seen = picture(
        camera_seen("a", 10, {"waiting": 8}, error=2), camera_seen("b", 5, {"door": 5}, error=1)
    )
    assert seen.present == Estimate(value=15, low=12, high=18)


def test_people_whom_two_cameras_see_in_one_zone_count_once() -> None:
    seen = picture(camera_seen("a", 8, {"waiting": 8}), camera_seen("b", 7, {"waiting": 7}))
    assert seen.present == Estimate(value=8, low=8, high=8)


def test_whom_overlapping_cameras_see_outside_of_their_zones_may_be_the_same() -> None:
    seen = picture(camera_seen("a", 10, {"waiting": 8}), camera_seen("b", 9, {"waiting": 5}))
    assert seen.present == Estimate(value=13, low=12, high=14)


def test_cameras_that_are_linked_by_a_third_are_one_group() -> None:
    seen = picture(
        camera_seen("a", 4, {"waiting": 4}),
        camera_seen("b", 6, {"door": 6}),
        camera_seen("c", 10, {"waiting": 4, "door": 6}),
    )
    assert seen.present == Estimate(value=10, low=10, high=10)


@given(st.lists(st.tuples(COUNTS, COUNTS, st.floats(0, 20)), min_size=1, max_size=5))
def test_an_estimate_of_overlapping_cameras_is_between_the_most_and_the_sum(
    seen: list[tuple[float, float, float]],
) -> None:
    cameras = [
        camera_seen(str(number), count + outside, {"waiting": count}, error=error)
        for number, (count, outside, error) in enumerate(seen)
    ]
    total = together(cameras)
    counts = [crowd.count for crowd in cameras]
    assert max(counts) - 0.1 <= total.value <= sum(counts) + 0.1
    assert 0 <= total.low <= total.value + 0.1
    assert total.value <= total.high + 0.1


@pytest.mark.parametrize("quality", ["dark", "blocked", "frozen", "moved", "of-the-future"])
def test_a_bad_picture_is_left_out_and_named_and_only_raises_the_upper_bound(quality: str) -> None:
    good = camera_seen("a", 10, {"waiting": 8}, error=1)
    before = camera_seen("b", 6, {"door": 6}, error=1)
    bad = crowd_seen(6, NOON + SECOND, camera="b", zone="door", quality=quality)
    bad = bad.model_copy(update={"count_low": 1.0, "count_high": 13.0})
    seen = picture(good, before, bad, now=NOON + SECOND)
    assert seen.cameras["b"].why == quality
    assert not seen.complete
    assert seen.present is not None
    assert (seen.present.value, seen.present.low) == (10, 9)
    assert seen.present.high >= 11 + 13


def test_a_silent_camera_is_left_out_and_the_longer_so_the_less_is_known() -> None:
    later = [NOON + MAX_AGE + SECOND * age for age in (1, 30, 300, 3000)]
    highs = []
    for now in later:
        fresh = camera_seen("a", 10, {"waiting": 8}, at=now)
        seen = picture(camera_seen("b", 6, {"door": 6}), fresh, now=now)
        assert seen.cameras["b"].why == "silent"
        assert seen.present is not None
        assert seen.present.value == 10
        highs.append(seen.present.high)
    assert all(sooner < later for sooner, later in pairwise(highs))
    assert highs[-1] <= PLAN.occupancy.capacity


def test_a_camera_that_is_gone_for_days_is_no_part_of_the_hall() -> None:
    now = NOON + timedelta(days=2)
    seen = picture(camera_seen("b", 6, {}), camera_seen("a", 1, {}, at=now), now=now)
    assert set(seen.cameras) == {"a"}
    assert seen.present == Estimate(value=1, low=1, high=1)


def test_when_no_camera_is_left_nothing_is_said_of_the_present() -> None:
    seen = picture(crowd_seen(6, NOON, quality="dark"), state=tickets(3))
    assert seen.present is None
    assert seen.unticketed is None


def test_a_zone_tells_its_bounds_and_they_widen_while_it_is_stale() -> None:
    reading = camera_seen("a", 10, {"waiting": 10}, error=2)
    zone = picture(reading).zones["waiting"]
    assert (zone.count_low, zone.count, zone.count_high, zone.stale) == (8, 10, 12, False)
    old = picture(reading, now=NOON + timedelta(minutes=2)).zones["waiting"]
    assert old.stale
    assert old.count == 10
    assert (old.count_low, old.count_high or 0) < (8, 12)
    assert (old.count_high or 0) > 12


def test_ten_thousand_people_in_a_hundred_square_metres_are_shown_but_not_believed() -> None:
    crazy = crowd_seen(10_000, NOON, camera="b").model_copy(
        update={
            "zones": tuple(
                reading.model_copy(update={"density_per_m2": 100.0})
                for reading in crowd_seen(10_000, NOON).zones
            )
        }
    )
    seen = picture(camera_seen("a", 3, {"door": 3}), crazy, plan=roomy())
    assert seen.cameras["b"].why == "impossible"
    assert seen.cameras["b"].refused == 1
    assert seen.zones["waiting"].stale
    assert seen.present is not None
    assert seen.present.value == 3


def roomy() -> HallPlan:
    return hall_plan(occupancy={"capacity": 20_000})


def test_more_people_than_the_hall_holds_are_not_believed() -> None:
    most = PLAN.occupancy.capacity
    assert occupancy.is_possible(PLAN, camera_seen("a", most, {}))
    assert not occupancy.is_possible(PLAN, camera_seen("a", most + 1, {}))


def test_the_densest_crowd_ever_measured_is_still_believed() -> None:
    dense = crowd_seen(10 * MOST_PER_M2, NOON)
    assert dense.zones[0].density_per_m2 == MOST_PER_M2
    assert occupancy.is_possible(PLAN, dense)


def test_a_camera_of_which_nothing_can_be_read_is_named() -> None:
    seen = occupancy.hall_picture(PLAN, occupancy.blame(Occupancy(), "x"), State(), NOON)
    assert (seen.cameras["x"].why, seen.cameras["x"].refused) == ("unreadable", 1)


def test_people_without_tickets_are_those_whom_tickets_do_not_explain() -> None:
    rules = {"people_per_ticket": {"low": 1, "mean": 1, "high": 1}}
    seen = picture(
        camera_seen("a", 30, {}, error=4), state=tickets(18), plan=hall_plan(occupancy=rules)
    )
    assert seen.unticketed == Estimate(value=12, low=8, high=16)


def test_companions_and_those_who_wait_outside_make_it_less_certain() -> None:
    seen = picture(camera_seen("a", 30, {}), state=tickets(10)).unticketed
    assert seen is not None
    assert (seen.value, seen.low, seen.high) == (18, 12, 23)


def test_tickets_that_are_kept_or_over_explain_nobody() -> None:
    for state in (TicketState.HELD, TicketState.DONE, TicketState.NO_SHOW, TicketState.CANCELLED):
        seen = picture(camera_seen("a", 9, {}), state=tickets(8, state)).unticketed
        assert seen == Estimate(value=9, low=9, high=9)


def test_nobody_seen_but_thirty_waiting_is_a_contradiction_and_not_believed() -> None:
    seen = picture(camera_seen("a", 0, {}, error=1), state=tickets(30))
    assert seen.doubt == "tickets"
    assert seen.unticketed is None
    assert seen.present == Estimate(value=0, low=0, high=1)


def test_it_is_no_contradiction_while_a_camera_is_blind() -> None:
    dark = crowd_seen(0, NOON, camera="b", zone="door", quality="dark")
    seen = picture(camera_seen("a", 0, {}), dark, state=tickets(30))
    assert seen.doubt == ""


def test_where_cameras_see_a_part_of_the_hall_nobody_is_said_to_have_no_ticket() -> None:
    seen = picture(
        camera_seen("a", 30, {}), state=tickets(30), plan=hall_plan(occupancy={"sees_all": False})
    )
    assert seen.unticketed is None
    assert seen.doubt == ""


@given(COUNTS, COUNTS, COUNTS, st.floats(0, 50), st.floats(0, 50))
def test_what_is_left_keeps_its_order_and_is_never_negative(
    present: float, ticketed: float, error: float, below: float, above: float
) -> None:
    rest = without(
        Estimate(value=present, low=max(0, present - error), high=present + error),
        Estimate(value=ticketed, low=max(0, ticketed - below), high=ticketed + above),
    )
    assert 0 <= rest.low <= rest.value <= rest.high


@given(COUNTS, st.floats(0, 30), st.floats(-100, 1e6), st.floats(0, 1e6))
def test_silence_only_widens(count: float, error: float, age_s: float, more_s: float) -> None:
    seen = of_camera(camera_seen("a", count, {}, error=error))
    sooner, later = aged(seen, age_s), aged(seen, age_s + more_s)
    assert later.low <= sooner.low <= seen.low
    assert seen.high <= sooner.high <= later.high
