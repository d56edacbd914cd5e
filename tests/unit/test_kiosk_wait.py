"""Waits said as ranges."""

import pytest
from hypothesis import given
from hypothesis import strategies as st

from kiosk.core.wait import LONG_MIN, SHORT_MIN, WaitWords, wait_words

SECONDS = st.floats(0, 24 * 3600)


@pytest.mark.parametrize(
    ("p50_s", "p90_s", "said"),
    [
        (0, 0, WaitWords("short", 0, 5)),
        (120, 290, WaitWords("short", 0, 5)),
        (12 * 60, 18 * 60, WaitWords("range", 12, 18)),
        (30, 8 * 60, WaitWords("range", 1, 8)),
        (22 * 60, 41 * 60, WaitWords("range", 20, 45)),
        (12 * 60, 12 * 60, WaitWords("range", 12, 13)),
        (200 * 60, 300 * 60, WaitWords("long", 3, 3)),
    ],
)
def test_examples(p50_s: float, p90_s: float, said: WaitWords) -> None:
    assert wait_words(p50_s, p90_s) == said


@given(SECONDS, SECONDS)
def test_a_range_covers_what_was_predicted(p50_s: float, p90_s: float) -> None:
    said = wait_words(p50_s, p90_s)

    if said.kind == "range":
        assert said.low < said.high
        assert said.low * 60 <= max(p50_s, 60)
        assert said.high * 60 >= p90_s
    elif said.kind == "short":
        assert max(p50_s, p90_s) <= SHORT_MIN * 60
    else:
        assert max(p50_s, p90_s) >= LONG_MIN * 60
