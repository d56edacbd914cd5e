"""Changed copies of what the hall is made of."""

from dataclasses import replace as slowly
from datetime import timedelta

import pytest
from hypothesis import given
from hypothesis import strategies as st

from hub.core.appointments import _is_slot, slots
from hub.core.replacing import replace
from hub.core.standing import WindowNow
from tests.unit.hub_fakes import NOON, busy_plan


@given(
    state=st.sampled_from(["open", "paused"]), clerk=st.none() | st.text(), closing=st.booleans()
)
def test_a_copy_is_what_dataclasses_makes_and_leaves_the_first_alone(
    state: str, clerk: str | None, *, closing: bool
) -> None:
    before = WindowNow(reason="lunch")
    changes = {"state": state, "clerk": clerk, "closing": closing}
    after = replace(before, **changes)
    assert after == slowly(before, **changes)  # type: ignore[arg-type]
    assert before == WindowNow(reason="lunch")


def test_a_field_that_is_none_is_refused() -> None:
    with pytest.raises(TypeError, match="WindowNow has no field for one of colour"):
        replace(WindowNow(), colour="red")


@given(st.integers(-600, 600), st.sampled_from([0, 30]))
def test_a_slot_is_known_without_listing_them(minutes: int, seconds: int) -> None:
    plan = busy_plan()
    at = NOON + timedelta(minutes=minutes, seconds=seconds)
    assert _is_slot(plan, at) == (at in slots(plan, plan.local(at).date()))
