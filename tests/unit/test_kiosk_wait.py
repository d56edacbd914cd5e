"""Waits said as ranges."""

import json
from pathlib import Path
from typing import Any

import pytest
from hypothesis import given
from hypothesis import strategies as st

from kiosk.core.wait import wait_words

# The hub's pages are held to the same examples: a visitor reads one wait on every screen.
EXAMPLES = json.loads((Path(__file__).parents[1] / "waits.json").read_text())
SECONDS = st.floats(0, 24 * 3600)
UNITS_S = {"under": 60, "about": 60, "range": 60, "hours": 3600}


@pytest.mark.parametrize("example", EXAMPLES, ids=lambda each: f"{each['p50_s']}-{each['p90_s']}")
def test_examples(example: dict[str, Any]) -> None:
    said = wait_words(example["p50_s"], example["p90_s"])
    assert said.kind == example["key"]
    assert said.low == example.get("low", example.get("n", 0))
    assert said.high == example.get("high", example.get("n", 0))


@given(SECONDS, SECONDS)
def test_a_range_covers_what_was_predicted(p50_s: float, p90_s: float) -> None:
    said = wait_words(p50_s, p90_s)
    if said.kind == "none":
        assert p90_s < 1
        return
    unit_s = UNITS_S[said.kind]
    assert said.low <= said.high
    assert said.low * unit_s <= max(p50_s, 60) or said.kind == "under"
    assert said.high * unit_s >= p90_s
