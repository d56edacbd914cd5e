"""Expected waits grow with the queue and shrink with the windows."""

from hypothesis import given, settings
from hypothesis import strategies as st

from hub.core.forecast import Forecast, Wait

MINUTES = {"cards": 300.0, "papers": 600.0, "taxes": 480.0}
WINDOWS = ("w1", "w2", "w3", "w4")
services = st.sampled_from(sorted(MINUTES))
lines = st.lists(services, max_size=12)
skills = st.fixed_dictionaries(
    {service: st.sets(st.sampled_from(WINDOWS), min_size=1) for service in MINUTES}
)


def waits(forecast: Forecast, line: list[str]) -> list[Wait]:
    return [forecast.join(service) for service in line]


@given(skills, lines, services, services)
@settings(deadline=None)
def test_one_more_in_line_never_shortens_the_wait(
    able: dict[str, set[str]], line: list[str], more: str, mine: str
) -> None:
    forecast = Forecast(able, MINUTES, {})
    waits(forecast, line)
    before = forecast.newcomer(mine)
    forecast.join(more)
    assert forecast.newcomer(mine).p50_s >= before.p50_s


@given(lines, services, st.integers(1, 3))
@settings(deadline=None)
def test_one_more_window_for_all_never_lengthens_the_wait(
    line: list[str], mine: str, opened: int
) -> None:
    few, many = (
        Forecast(dict.fromkeys(MINUTES, WINDOWS[:count]), MINUTES, {})
        for count in (opened, opened + 1)
    )
    for shorter, longer in zip(waits(many, line), waits(few, line), strict=True):
        assert shorter.p50_s <= longer.p50_s
    assert many.newcomer(mine).p50_s <= few.newcomer(mine).p50_s


@given(skills, lines, st.sets(st.sampled_from(WINDOWS)))
@settings(deadline=None)
def test_the_ninetieth_percentile_is_no_less_than_the_median(
    able: dict[str, set[str]], line: list[str], shut: set[str]
) -> None:
    for wait in waits(Forecast(able, MINUTES, {}, shut=shut), line):
        assert 0 <= wait.p50_s <= wait.p90_s


@given(skills, lines, services)
@settings(deadline=None)
def test_asking_changes_nothing(able: dict[str, set[str]], line: list[str], mine: str) -> None:
    forecast = Forecast(able, MINUTES, {})
    waits(forecast, line)
    assert forecast.newcomer(mine) == forecast.newcomer(mine) == forecast.join(mine)


def test_a_free_window_means_no_wait() -> None:
    assert Forecast({"cards": ["w1"]}, MINUTES, {}).newcomer("cards") == Wait()


def test_a_busy_window_means_the_rest_of_its_visitor() -> None:
    forecast = Forecast({"cards": ["w1"]}, MINUTES, {"w1": "papers"})
    assert forecast.newcomer("cards").p50_s == 600


def test_a_shut_window_is_taken_to_open_after_one_visitor() -> None:
    forecast = Forecast({"cards": ["w1"]}, MINUTES, {}, shut={"w1"})
    assert [wait.p50_s for wait in waits(forecast, ["cards", "cards"])] == [300, 600]
