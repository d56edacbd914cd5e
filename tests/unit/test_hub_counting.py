"""Ranges of counts hold what they promise, few or many, scattered or not."""

from random import Random

import pytest
from hypothesis import given
from hypothesis import strategies as st

from hub.core.counting import count_range
from tests.unit.hub_arrivals import poisson

MEANS = st.floats(0.01, 5000)
SCATTER = st.floats(0, 1)  # variance relative to the square of the mean, beyond Poisson's


@given(MEANS, SCATTER)
def test_a_range_is_whole_visitors_around_what_is_likely(mean: float, scatter: float) -> None:
    told = count_range(mean, mean + scatter * mean**2)
    assert told.expected == mean
    assert 0 <= told.low <= told.high
    assert told.low == int(told.low)
    assert told.high == int(told.high)
    assert told.low <= mean
    assert told.high >= mean or mean < 1  # hardly anyone may well be nobody, 19 times in 20


@given(MEANS, SCATTER, SCATTER)
def test_more_scatter_never_narrows_a_range_much(mean: float, one: float, other: float) -> None:
    narrow, wide = sorted((one, other))
    calm, wild = (count_range(mean, mean + each * mean**2) for each in (narrow, wide))
    assert wild.low <= calm.low + 1


@pytest.mark.parametrize("mean", [0.3, 4.0, 50.0, 80.0, 400.0])
@pytest.mark.parametrize("shape", [2.0, 10.0])
def test_nine_in_ten_of_such_counts_lie_within(mean: float, shape: float) -> None:
    chance = Random(7)
    told = count_range(mean, mean + mean**2 / shape)
    drawn = [poisson(chance, chance.gammavariate(shape, mean / shape)) for _ in range(4000)]
    within = sum(told.low <= count <= told.high for count in drawn) / len(drawn)
    assert within >= 0.885
    if mean >= 50:
        assert within <= 0.93


def test_without_scatter_it_is_poisson() -> None:
    told = count_range(4.0, 4.0)
    assert (told.low, told.high) == (1.0, 8.0)  # P(N <= 0) = .018, P(N <= 8) = .979


def test_nobody_expected_means_nobody() -> None:
    assert count_range(0.0, 0.0).high == 0
