"""When a fit is said to be in doubt: the rule over hours, and the signs of single pictures."""

import pickle
from dataclasses import replace
from math import inf
from random import Random

import numpy as np
import pytest
from hypothesis import given
from hypothesis import strategies as st

from edge.core.adaptation import fit, survey
from edge.core.drift import (
    CALM_S,
    STEP_MOST_S,
    WINDOW_S,
    Drift,
    Reason,
    Signs,
    signs,
)
from edge.core.sight import COLUMNS, ROWS, Sight
from edge.core.site import ANYTHING, NOTHING_IS_STRANGE, Limits, Site, Strangeness
from tests.unit.site_scenes import hidden_crowd
from tests.unit.test_edge_adapted import site as plain_site

NUMBERS = (0, 3, 9, 14, 6, 20, 11, 2, 17, 8, 12, 5)
EVERYWHERE = np.ones((ROWS, COLUMNS), np.float32)
EVERY_S = 10.0
USUAL = Signs(Strangeness(0.5, 0.5), gap=0.0, people=4.0)
ODD = {
    "quiet": USUAL._replace(strangeness=Strangeness(3.0, 0.5)),
    "shift": USUAL._replace(strangeness=Strangeness(0.5, 3.0)),
    "gap above": USUAL._replace(gap=2.0),
    "gap below": USUAL._replace(gap=-2.0),
    "crowd": USUAL._replace(people=30.0),
}
REASONS = {
    "quiet": Reason.APPEARANCE,
    "shift": Reason.APPEARANCE,
    "gap above": Reason.DISAGREEMENT,
    "gap below": Reason.DISAGREEMENT,
    "crowd": Reason.CROWD,
}


def known() -> Site:
    """A fit that knows what its pictures were like."""
    bare = plain_site()
    scene = replace(bare.scene, strangest=Strangeness(1.0, 1.0))
    return replace(bare, scene=scene, gaps=Limits(-1, 1), people=Limits(2, 9))


def watched(*stretches: tuple[Signs, float], drift: Drift | None = None) -> list[Reason | None]:
    """What is said at the end of each stretch of so many hours."""
    drift, now, said = drift or Drift(known()), 0.0, []
    for seen, hours in stretches:
        end = now + 3600 * hours
        while now < end:
            drift.see(seen, now)
            now += EVERY_S
        said.append(drift.reason)
    return said


@pytest.mark.parametrize("odd", ODD)
def test_what_lasts_for_most_of_an_hour_is_told_with_its_reason(odd: str) -> None:
    assert watched((USUAL, 5), (ODD[odd], 0.5), (ODD[odd], 0.5)) == [None, None, REASONS[odd]]


def test_a_busy_quarter_of_an_hour_is_no_drift() -> None:
    assert watched(*[(ODD["crowd"], 0.25), (USUAL, 1)] * 10) == [None] * 20


def test_one_picture_in_three_outside_is_no_drift() -> None:
    drift = Drift(known())
    for index in range(10_000):
        seen = ODD["shift"] if index % 3 == 0 else USUAL
        assert drift.see(seen, index * EVERY_S) is None


def test_doubt_ends_after_a_day_without_and_not_before() -> None:
    day = CALM_S / 3600
    said = watched((ODD["quiet"], 1), (USUAL, day - 1), (USUAL, 3))
    assert said == [Reason.APPEARANCE, Reason.APPEARANCE, None]


def test_a_scene_that_looks_otherwise_every_night_stays_in_doubt() -> None:
    said = watched(*[(ODD["quiet"], 10), (USUAL, 14)] * 4)
    assert said == [Reason.APPEARANCE] * 8


def test_doubt_from_before_a_restart_goes_on() -> None:
    drift = Drift(known(), Reason.CROWD)
    assert watched((USUAL, 2), drift=drift) == [Reason.CROWD]


def test_a_camera_that_was_away_for_days_is_judged_by_what_it_shows_then() -> None:
    drift = Drift(known())
    drift.see(USUAL, 0.0)
    assert drift.see(ODD["quiet"], 5 * CALM_S) is None


def test_a_fit_to_one_minute_is_not_alarmed_by_the_next() -> None:
    site = known()
    alike = replace(site, scene=replace(site.scene, strangest=Strangeness(0.01, 0.01)))
    later = USUAL._replace(strangeness=Strangeness(0.2, 0.08))
    assert watched((later, 5), drift=Drift(alike)) == [None]
    assert watched((USUAL, 5), drift=Drift(alike)) == [Reason.APPEARANCE]


def test_what_an_old_file_does_not_tell_is_never_outside() -> None:
    drift = Drift(plain_site())
    wild = Signs(Strangeness(1e9, 1e9), gap=-1e9, people=1e9)
    assert watched((wild, 5), drift=drift) == [None]
    assert (plain_site().people, plain_site().watchable) == (ANYTHING, False)


outside = st.lists(st.booleans(), min_size=1, max_size=400)
steps = st.floats(0.1, 2 * STEP_MOST_S)


@given(outside, st.sets(st.integers(0, 399)), steps)
def test_one_more_odd_picture_never_makes_the_alarm_later(
    odd: list[bool], more: set[int], step_s: float
) -> None:
    few, many = Drift(known()), Drift(known())
    for index, each in enumerate(odd):
        now = index * step_s
        said = few.see(ODD["quiet"] if each else USUAL, now)
        other = many.see(ODD["quiet"] if each or index in more else USUAL, now)
        assert other or not said


@given(outside, st.randoms(use_true_random=False))
def test_within_a_minute_the_order_of_pictures_hardly_matters(
    odd: list[bool], chance: Random
) -> None:
    shuffled = list(odd)
    chance.shuffle(shuffled)
    step_s = 60.0 / len(odd)
    one, other = Drift(known()), Drift(known())
    for index, (first, second) in enumerate(zip(odd, shuffled, strict=True)):
        one.see(ODD["quiet"] if first else USUAL, index * step_s)
        other.see(ODD["quiet"] if second else USUAL, index * step_s)
    assert one._shares[0] == pytest.approx(other._shares[0], abs=60 / WINDOW_S)


@given(steps, st.integers(0, 300))
def test_nothing_is_said_before_half_an_hour_of_pictures(step_s: float, number: int) -> None:
    drift = Drift(known())
    for index in range(number):
        said = drift.see(ODD["gap above"], index * step_s)
        assert said is None or index * step_s > WINDOW_S / 2


def test_memory_does_not_grow_with_time() -> None:
    drift = Drift(known())
    watched((USUAL, 1), (ODD["crowd"], 1), drift=drift)
    before = len(pickle.dumps(drift))
    watched((USUAL, 30), (ODD["crowd"], 1), drift=drift)
    assert len(pickle.dumps(drift)) <= before + 16


@pytest.fixture(scope="module")
def fitted() -> Site:
    scene = survey(each.sight for each in hidden_crowd(NUMBERS, seed=500))
    return fit(scene, hidden_crowd(NUMBERS), threshold=0.45).site


def said_of(site: Site, sights: list[Sight], *, hours: float = 3) -> Reason | None:
    """What is said after these pictures came again and again."""
    drift, told = Drift(site), [signs(site, each, EVERYWHERE) for each in sights]
    for index in range(int(3600 * hours / EVERY_S)):
        drift.see(told[index % len(told)], index * EVERY_S)
    return drift.reason


def test_a_fit_knows_what_its_pictures_were_like(fitted: Site) -> None:
    assert fitted.watchable
    assert fitted.scene.strangest < NOTHING_IS_STRANGE
    assert fitted.people == Limits(min(NUMBERS), max(NUMBERS))
    assert -inf < fitted.gaps.low < fitted.gaps.high < inf


def test_the_pictures_of_the_fit_are_no_drift(fitted: Site) -> None:
    assert said_of(fitted, [each.sight for each in hidden_crowd(NUMBERS)]) is None


def test_later_pictures_of_the_same_scene_are_no_drift(fitted: Site) -> None:
    assert said_of(fitted, [each.sight for each in hidden_crowd(NUMBERS, seed=900)]) is None


def test_another_light_is_a_drift_of_appearance(fitted: Site) -> None:
    lit = [
        replace(each.sight, features=1.5 * each.sight.features + 0.2)
        for each in hidden_crowd(NUMBERS, seed=900)
    ]
    assert said_of(fitted, lit) is Reason.APPEARANCE


def test_many_more_people_than_in_any_label_are_a_drift(fitted: Site) -> None:
    crowded = [each.sight for each in hidden_crowd((60, 70, 65), seed=40)]
    assert said_of(fitted, crowded) is not None
    told = signs(fitted, crowded[0], EVERYWHERE)
    assert told.people == pytest.approx(60, rel=0.15)


def test_what_is_ignored_tells_nothing_about_people(fitted: Site) -> None:
    [seen] = hidden_crowd([20], seed=3)
    told = signs(fitted, seen.sight, np.zeros_like(EVERYWHERE))
    assert (told.people, told.gap) == (0, 0)


def test_strangeness_grows_with_the_distance_to_the_usual(fitted: Site) -> None:
    [seen] = hidden_crowd([6], seed=77)
    strange = [
        fitted.scene.strangeness(replace(seen.sight, features=seen.sight.features + far))
        for far in (0, 0.05, 0.2)
    ]
    assert strange[0] < strange[1] < strange[2]
    assert [each.shift for each in strange] == sorted(each.shift for each in strange)
