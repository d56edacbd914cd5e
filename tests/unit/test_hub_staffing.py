"""How many windows are needed, which to open or close, and when to offer something else."""

from math import ceil, sqrt

import pytest
from hypothesis import given
from hypothesis import strategies as st

from hub.core import commands
from hub.core.diversion import offers, queue_min, work_ahead_min
from hub.core.staffing import (
    as_advice,
    changes_to,
    needed,
    offered_load,
    open_windows,
    primary_group,
    recent_arrivals,
)
from tests.unit.hub_fakes import busy_plan
from tests.unit.hub_hall import VISITOR, Hall

PLAN = busy_plan()
LOADS = st.dictionaries(st.sampled_from(["a", "b", "c"]), st.floats(0, 30), min_size=1)


@given(LOADS)
def test_windows_needed_are_the_load_and_its_safety_shared_out(load: dict[str, float]) -> None:
    total = sum(load.values())
    counts = needed(PLAN, load)
    assert sum(counts.values()) == (ceil(total + 0.8 * sqrt(total)) if total else 0)
    for group, each in load.items():
        share = each / total * sum(counts.values()) if total else 0
        assert abs(counts[group] - share) < 1 + 1e-9


def test_load_is_the_work_that_waits_and_that_will_come() -> None:
    hall = Hall()
    for _ in range(4):
        hall.take("cards")
    hall.take("taxes")
    load = offered_load(hall.plan, hall.state, {"taxes": 0.5})
    assert load == {"people": pytest.approx(4 * 5 / 20), "money": pytest.approx(8 / 20 + 4)}


def test_recent_arrivals_are_those_of_the_last_horizon() -> None:
    hall = Hall()
    hall.take("cards")
    hall.wait(20)
    hall.take("taxes")
    hall.take("taxes")
    assert recent_arrivals(hall.plan, hall.state, hall.now) == {"taxes": 0.1}


def test_windows_open_where_most_wait_and_close_where_fewest_do() -> None:
    hall = Hall()
    for _ in range(3):
        hall.take("taxes")
    opening = changes_to(hall.plan, hall.state, 2)
    assert [window.id for window in opening.to_open] == ["w2", "w1"]
    hall.open("w1", "w2")
    assert changes_to(hall.plan, hall.state, 2) == changes_to(hall.plan, hall.state, 2)
    closing = changes_to(hall.plan, hall.state, 1)
    assert [window.id for window in closing.to_close] == ["w1"]
    assert not closing.to_open


def test_a_busy_window_closes_after_idle_ones_and_the_last_that_takes_cash_never() -> None:
    hall = Hall()
    hall.open("w1", "w3")
    hall.take("cards")
    hall.call("w1")
    assert [w.id for w in changes_to(hall.plan, hall.state, 1).to_close] == ["w1"]
    assert [w.id for w in changes_to(hall.plan, hall.state, 0).to_close] == ["w1"]


def test_a_window_that_closes_after_its_visitor_counts_as_closed() -> None:
    hall = Hall()
    hall.open("w1")
    hall.take("cards")
    hall.call("w1")
    hall.do(commands.CloseWindow("w1", after_current=True))
    assert open_windows(hall.plan, hall.state) == []


def test_advice_names_the_window_and_its_group() -> None:
    hall = Hall()
    (advice,) = as_advice(hall.plan, changes_to(hall.plan, hall.state, 1))
    window = hall.plan.window_by_id[advice.window or ""]
    assert advice.action == "open_window"
    assert hall.plan.group_by_id[primary_group(hall.plan, window)].name.en in advice.text.en


def test_a_kiosk_or_expert_is_offered_when_it_saves_enough() -> None:
    hall = Hall()
    assert offers(hall.plan, hall.state, "cards", 5) == ()
    (kiosk,) = offers(hall.plan, hall.state, "cards", 6)
    assert (kiosk.to, kiosk.saves_min) == ("kiosk", 6)
    assert [offer.to for offer in offers(hall.plan, hall.state, "cards", 9)] == ["kiosk", "expert"]


def test_those_who_try_a_kiosk_already_make_it_worth_less() -> None:
    hall = Hall()
    for _ in range(3):
        hall.do(commands.DivertTicket(hall.take(), "kiosk"), VISITOR)
    saves = {o.to: o.saves_min for o in offers(hall.plan, hall.state, "cards", 10)}
    assert saves["kiosk"] == 10 - 2 * 4 / 2
    assert queue_min(0, 2, 4) == 0


def test_what_the_hall_or_the_service_lacks_is_not_offered() -> None:
    hall = Hall(busy_plan(diversion={"kiosks": 0, "experts": 0}))
    assert offers(hall.plan, hall.state, "cards", 60) == ()
    assert hall.refusal(commands.DivertTicket(hall.take(), "kiosk"), VISITOR) == "no_diversion"


def test_a_quick_estimate_shares_the_waiting_work_among_open_windows() -> None:
    hall = Hall()
    hall.open("w1", "w2")
    hall.take("cards")
    hall.take("taxes")
    assert work_ahead_min(hall.plan, hall.state) == (5 + 8) / 2
