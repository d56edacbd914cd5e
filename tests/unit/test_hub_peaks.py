"""Peaks begin once, warnings come before them, and glances are what tickets tell."""

from datetime import date, timedelta
from itertools import pairwise

import pytest
from hypothesis import given
from hypothesis import strategies as st

from hub.core import commands
from hub.core.glances import glances
from hub.core.peaks import (
    AFTER,
    GLANCE_MIN,
    HALF_HOURS,
    Glance,
    PeakModel,
    UsualDay,
    begins,
    features,
)
from hub.core.trees import Forest, Tree
from tests.unit.hub_fakes import NOON, busy_plan
from tests.unit.hub_hall import Hall

QUIET = UsualDay(
    waiting=(2.0,) * HALF_HOURS,
    busy=(4.0,) * HALF_HOURS,
    came=(1.0,) * HALF_HOURS,
    begins=(0.0,) * HALF_HOURS,
    most=8.0,
)
LEVEL = 10.0
NOW = 3  # the feature "waiting now", in multiples of the level
# Twice as many within half an hour as wait now, once half the level waits.
TWICE = Forest(
    trees=(Tree(feature=(NOW,), threshold=(0.5,), left=(-1,), right=(-2,), leaf=(0.6, 1.2)),)
)
MODEL = PeakModel(level=LEVEL, usual=QUIET, most_ahead=TWICE, warn_at=1.0)


def day(*waiting: float) -> list[Glance]:
    return [Glance(540.0 + GLANCE_MIN * n, each) for n, each in enumerate(waiting)]


@given(st.lists(st.floats(0, 30), max_size=60))
def test_a_peak_begins_at_the_level_after_half_an_hour_below_it(waiting: list[float]) -> None:
    begun = begins(waiting, LEVEL)
    for index in begun:
        assert waiting[index] >= LEVEL
        assert all(each < LEVEL for each in waiting[max(0, index - AFTER) : index])
    assert all(b - a > AFTER for a, b in pairwise(begun))


@given(st.lists(st.integers(0, 60), min_size=1, max_size=80), st.floats(1, 50))
def test_features_are_figures_and_of_one_width(waiting: list[int], level: float) -> None:
    row = features(day(*map(float, waiting)), QUIET, level)
    assert len(row) == len(features(day(0.0), QUIET, level))
    assert all(abs(each) < 1e6 for each in row)


def test_it_warns_when_the_most_ahead_reaches_the_level() -> None:
    assert not MODEL.warns(day(0, 0, 1, 2, 3, 4, 5))
    assert MODEL.warns(day(0, 0, 1, 2, 3, 4, 6))
    assert MODEL.most(day(6)) == pytest.approx(12)


def test_it_does_not_warn_of_a_peak_that_is_on_or_just_over() -> None:
    assert not MODEL.warns(day(0, 0, 1, 2, 3, 4, 12))
    assert not MODEL.warns(day(0, 0, 12, 2, 3, 4, 6))


def test_it_does_not_warn_before_it_has_seen_half_an_hour() -> None:
    assert not MODEL.warns(day(6, 6, 6))


def test_glances_tell_who_waited_came_and_was_called() -> None:
    hall = Hall(now=NOON + timedelta(minutes=1))
    hall.open("w1")
    hall.take("cards")
    hall.take("cards")
    gone = hall.take("taxes")
    hall.now = NOON + timedelta(minutes=7)
    hall.call("w1")
    hall.now = NOON + timedelta(minutes=12)
    hall.do(commands.CancelTicket(gone))
    seen = glances(hall.plan, hall.state.tickets.values(), date(2026, 3, 2), hall.now)
    assert [(each.minute, each.waiting, each.came, each.called) for each in seen] == [
        (725.0, 3.0, 3.0, 0.0),
        (730.0, 2.0, 0.0, 1.0),
    ]
    assert [each.windows for each in seen] == [0.0, 1.0]
    assert seen[0].longest == 2.0
    hall.now = NOON + timedelta(minutes=16)
    later = glances(hall.plan, hall.state.tickets.values(), date(2026, 3, 2), hall.now)
    assert later[:2] == seen
    assert later[2].waiting == 1.0


def test_without_visitors_there_are_no_glances() -> None:
    hall = Hall(plan=busy_plan(), now=NOON)
    assert glances(hall.plan, (), date(2026, 3, 2), hall.now) == ()
