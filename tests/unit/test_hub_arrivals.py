"""The level of a day follows who came, and forecasts stay figures that make sense."""

from dataclasses import replace
from datetime import date
from math import isfinite

import pytest
from hypothesis import given
from hypothesis import strategies as st

from hub.core.arrivals import STEPS, DayForecast, Dynamics, Pattern, day_forecast
from hub.core.dates import Dates
from tests.unit.test_hub_dates import CALENDAR

DYNAMICS = Dynamics()
counts = st.lists(st.none() | st.integers(0, 500), min_size=STEPS, max_size=STEPS)
rates = st.lists(st.floats(0, 200), min_size=STEPS, max_size=STEPS)


def flat(rate: float = 4.0) -> DayForecast:
    return DayForecast((rate,) * STEPS, DYNAMICS)


def pattern(days: int = 30, rate: float = 4.0, **changes: object) -> Pattern:
    week = ((rate,) * STEPS,) * 7
    return Pattern.model_validate(
        {
            "days": days,
            "rates": week,
            "make_up": (rate,) * STEPS,
            "booked": ((0.0,) * STEPS,) * 7,
            **changes,
        }
    )


@given(rates, counts, st.floats(0, STEPS), st.floats(0, 40))
def test_whatever_came_the_forecast_is_a_figure_within_its_range(
    usual: list[float], came: list[int | None], now: float, span: float
) -> None:
    live = DayForecast(tuple(usual), DYNAMICS).after(came, now)
    told = live.between(now, min(now + span, STEPS))
    assert all(isfinite(each) for each in (told.expected, told.low, told.high))
    assert 0 <= told.low <= told.high
    assert told.expected >= 0


@given(st.integers(1, STEPS - 8), st.floats(0.5, 100))
def test_a_day_as_usual_stays_as_usual(step: int, rate: float) -> None:
    live = flat(rate).after([rate] * STEPS, step)
    assert live.between(step, step + 4).expected == pytest.approx(4 * rate)


@given(st.integers(1, STEPS - 4), st.lists(st.integers(0, 40), min_size=STEPS, max_size=STEPS))
def test_one_more_visitor_never_means_fewer_to_come(step: int, came: list[int]) -> None:
    more = [*came[: step - 1], came[step - 1] + 5, *came[step:]]
    live, busier = (flat().after(each, step) for each in (came, more))
    assert busier.between(step, step + 4).expected >= live.between(step, step + 4).expected


@given(st.floats(0, STEPS - 12), st.floats(0.1, 5), st.floats(0.1, 5))
def test_two_spans_add_up_to_one(now: float, one: float, other: float) -> None:
    live = flat(7.0).after([9] * STEPS, now)
    parts = live.moments(now, now + one)[0] + live.moments(now + one, now + one + other)[0]
    assert live.moments(now, now + one + other)[0] == pytest.approx(parts)


def test_a_busy_morning_lifts_the_next_hour_more_than_the_evening() -> None:
    live = flat(20.0).after([30] * STEPS, 40)
    soon, late = live.between(40, 44).expected, live.between(88, 92).expected
    assert 80 < late < soon <= 120


def test_a_busy_morning_makes_the_day_surer() -> None:
    before, live = flat(20.0), flat(20.0).after([20] * STEPS, 40)
    wide, narrow = before.between(40, 44), live.between(40, 44)
    assert narrow.high - narrow.low < wide.high - wide.low


def test_hours_of_which_nobody_knows_change_nothing_but_time() -> None:
    live = flat().after([None] * STEPS, 40)
    assert live.between(40, 44).expected == pytest.approx(16.0)


def test_a_single_burst_in_an_empty_hour_is_no_reason_to_expect_a_crowd() -> None:
    came = [0] * STEPS
    came[30] = 12  # a group, where one visitor in ten quarters of an hour is usual
    live = flat(0.1).after(came, 31)
    assert live.between(31, 35).expected < 2


def test_the_further_ahead_a_day_is_the_wider_its_range() -> None:
    dates = Dates()
    near, far = (day_forecast(pattern(), dates, date(2026, 3, 3), n) for n in (0, 14))
    soon, later = near.between(40, 60), far.between(40, 60)
    assert later.expected == soon.expected
    assert later.high - later.low > soon.high - soon.low


def test_a_hall_that_opened_yesterday_says_a_wide_range() -> None:
    young, old = (
        day_forecast(pattern(days), Dates(), date(2026, 3, 3)).between(36, 68) for days in (1, 60)
    )
    assert young.expected == old.expected
    assert young.high - young.low > 1.5 * (old.high - old.low)
    assert young.low < 0.6 * young.expected


def test_a_kind_of_day_never_seen_is_told_like_a_plain_one_but_less_surely() -> None:
    usual = day_forecast(pattern(), CALENDAR, date(2026, 7, 20)).between(40, 44)
    last = day_forecast(pattern(), CALENDAR, date(2026, 7, 15)).between(40, 44)
    assert last.expected == usual.expected
    assert last.high > usual.high


def test_a_deadline_seen_before_is_told_as_it_was() -> None:
    learned = pattern(effects={"last": 1.8}, seen={"last": 6})
    assert day_forecast(learned, CALENDAR, date(2026, 7, 15)).usual[40] == pytest.approx(7.2)


def test_nobody_is_expected_on_a_holiday_unless_people_came_on_one() -> None:
    spring = date(2026, 2, 17)
    assert sum(day_forecast(pattern(), CALENDAR, spring).usual) == 0
    some = pattern(effects={"holiday": 0.2}, seen={"holiday": 5})
    assert day_forecast(some, CALENDAR, spring).usual[40] == pytest.approx(0.8)


def test_a_make_up_saturday_goes_like_a_working_day() -> None:
    week = ((4.0,) * STEPS,) * 5 + ((0.0,) * STEPS,) * 2
    told = day_forecast(pattern(rates=week), CALENDAR, date(2026, 2, 28))
    assert told.usual[40] == 4.0
    assert replace(told, doubt=0.0).between(40, 41).expected == 4.0
