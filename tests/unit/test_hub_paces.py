"""Paces of clerks are learned per service, slowly where little is known, and told in forecasts."""

from datetime import date, timedelta
from random import Random

import pytest
from hypothesis import given
from hypothesis import strategies as st

from hub.core import commands
from hub.core.paces import MEMORY, PRIOR_RANGE, PRIOR_VISITS, RATIO_RANGE, Pace, Paces
from tests.unit.hub_fakes import busy_plan
from tests.unit.hub_hall import BOSS, Hall

DAY = date(2026, 3, 2)
VISITS = st.lists(
    st.tuples(
        st.sampled_from(["li", "wang"]),
        st.sampled_from(["cards", "taxes"]),
        st.floats(0, 20),
    ),
    max_size=60,
)


def seen(*visits: tuple[str, str, float], paces: Paces | None = None) -> Paces:
    paces = paces or Paces()
    for clerk, service, ratio in visits:
        paces = paces.after(clerk, service, ratio, DAY)
    return paces


@pytest.fixture
def hall() -> Hall:
    hall = Hall()
    hall.open("w1")
    return hall


def test_a_clerk_s_pace_is_learned_slowly_and_told_in_forecasts(hall: Hall) -> None:
    assert hall.state.pace_at("w1", ["cards"]) == {"cards": 1}
    for _ in range(20):
        hall.take("cards")
        hall.serve("w1", minutes=10)  # twice the planned five
    assert hall.state.pace_at("w1", ["cards"])["cards"] == pytest.approx(1.5)
    hall.take("cards")
    assert hall.view.queues.services["cards"].wait_p50_s == pytest.approx(450, abs=1)
    hall.do(commands.CloseWindow("w1"))
    hall.do(commands.OpenWindow("w1"), BOSS)
    assert hall.state.pace_at("w1", ["cards"]) == {"cards": 1}


def test_who_is_slow_at_one_service_is_not_taken_to_be_so_at_another(hall: Hall) -> None:
    for _ in range(60):
        hall.take("cards")
        hall.serve("w1", minutes=10)
        hall.take("papers")
        hall.serve("w1", minutes=10)  # as planned
    pace = hall.state.pace_at("w1", ["cards", "papers"])
    assert pace["cards"] > 1.7
    assert pace["papers"] < 1.25
    hall.take("papers")
    waits = hall.view.queues.services["cards"].wait_p50_s
    assert waits == pytest.approx(600 * pace["papers"], abs=1)


def test_a_service_never_done_is_expected_at_the_clerk_s_pace_in_others() -> None:
    paces = seen(*[("li", "cards", 2.0)] * 20)
    assert paces.of("li", ["taxes"])["taxes"] == pytest.approx(1.5)
    assert paces.of("wang", ["taxes"]) == {"taxes": 1}
    assert paces.of(None, ["taxes"]) == {"taxes": 1}


def test_few_visits_say_little_about_a_pace() -> None:
    once = seen(("li", "cards", 5.0))
    expected = (PRIOR_VISITS + 5) / (PRIOR_VISITS + 1)
    assert once.of("li", ["cards"])["cards"] == pytest.approx(expected)
    often = seen(*[("li", "cards", 0.5)] * 1000, paces=once)
    assert often.of("li", ["cards"])["cards"] == pytest.approx(0.55, abs=0.01)
    assert often.cells["li"]["cards"].visits == MEMORY


def test_a_forgotten_button_does_not_spoil_a_pace(hall: Hall) -> None:
    hall.take("cards")
    hall.serve("w1", minutes=600)
    assert hall.state.pace_at("w1", ["cards"])["cards"] < 1.25


def test_helping_out_takes_longer_and_forecasts_know_it() -> None:
    hall = Hall(busy_plan(policy={"secondary_slowdown": 2}))
    hall.open("w2")  # for taxes, helping out with cards
    hall.take("cards")
    assert hall.view.queues.services["taxes"].wait_p50_s == 2 * 5 * 60


@given(VISITS)
def test_what_is_counted_on_lies_between_what_was_seen_and_the_hall_s_own_times(
    visits: list[tuple[str, str, float]],
) -> None:
    paces = seen(*visits).since(DAY)
    low, high = RATIO_RANGE
    ratios = [min(max(ratio, low), high) for _, _, ratio in visits]
    for clerk in ("li", "wang"):
        for ratio in paces.of(clerk, ["cards", "taxes", "papers"]).values():
            assert min(1.0, *ratios, 1.0) - 1e-9 <= ratio <= max(1.0, *ratios, 1.0) + 1e-9
    for prior in (paces.clerk_prior, paces.service_prior):
        assert PRIOR_RANGE[0] <= prior <= PRIOR_RANGE[1]


def drawn(between_clerks: float, between_services: float) -> Paces:
    """Thirty clerks at six services whose paces differ by so much, each visit by 0.4."""
    chance, paces = Random(5), Paces()
    for clerk in range(30):
        theirs = chance.gauss(1.2, between_clerks)
        for service in range(6):
            pace = theirs + chance.gauss(0, between_services)
            for _ in range(30):
                ratio = chance.gauss(pace, 0.4)
                paces = paces.after(f"clerk-{clerk}", f"service-{service}", ratio, DAY)
    return paces.since(DAY)


def test_the_weight_of_few_visits_is_what_the_data_say_it_is() -> None:
    found = drawn(between_clerks=0.2, between_services=0.2)
    assert found.service_prior == pytest.approx(0.4**2 / 0.2**2, rel=0.5, abs=3)
    alike = drawn(between_clerks=0.2, between_services=0)
    assert alike.service_prior > 5 * found.service_prior
    assert Paces().since(DAY).service_prior == PRIOR_VISITS


def test_what_nobody_has_added_to_is_forgotten() -> None:
    old = seen(("li", "cards", 2.0), ("li", "taxes", 2.0), ("wang", "cards", 2.0))
    day = DAY + timedelta(days=9)
    paces = old.after("li", "cards", 2.0, day).since(day)
    assert {clerk: set(theirs) for clerk, theirs in paces.cells.items()} == {"li": {"cards"}}
    assert Pace().after(1.0, day).last == day
