"""Managers are told what is to come, from what the hub learned or without."""

from collections.abc import Iterator
from datetime import timedelta
from pathlib import Path

import pytest
from structlog.testing import capture_logs

from hall.forecasts import ArrivalsForecast, LoadForecast
from hall.messages import Role
from hub.core.expected import ARRIVALS_FILE, Patterns
from hub.core.peaks import PEAKS_FILE, PeakModel
from hub.expectation import Expectation
from hub.learning.arrivals import train_arrivals
from hub.store import Learned
from tests.unit.hub_arrivals import journal_of
from tests.unit.hub_fakes import NOON, hall_plan
from tests.unit.hub_web import Web, problem_of, running_web
from tests.unit.test_hub_learning_arrivals import days_of
from tests.unit.test_hub_peaks import MODEL

PLAN = hall_plan()


@pytest.fixture
def web(tmp_path: Path) -> Iterator[Web]:
    with running_web(tmp_path) as running:
        yield running


def learn(learned: Learned, web: Web) -> None:
    days = days_of(10)
    moved = {day - timedelta(days=140): came for day, came in days.items()}  # two weeks of February
    trained = train_arrivals(iter(journal_of(PLAN, moved)), PLAN, NOON)
    for name, body in trained.files.items():
        assert body is not None
        learned.save(name, body)
    Expectation(web.engine, learned).look()


def test_before_anything_was_learned_the_answer_says_so(web: Web) -> None:
    web.take_ticket()
    answer = web.ask("GET", "/forecast/arrivals", Role.MANAGER)
    told = ArrivalsForecast.model_validate_json(answer.content)
    assert (told.learned_days, told.through, told.total, told.steps) == (0, None, None, ())
    assert told.came == 1
    load = LoadForecast.model_validate_json(web.ask("GET", "/forecast/load", Role.MANAGER).content)
    assert load.waiting == 1
    assert load.windows == 3
    assert (load.peak, load.most, load.warns) == (None, None, None)


def test_what_was_learned_is_told_for_today_and_two_weeks(web: Web, tmp_path: Path) -> None:
    learn(Learned(tmp_path, PLAN.id), web)
    web.take_ticket("taxes")
    today = ArrivalsForecast.model_validate_json(
        web.ask("GET", "/forecast/arrivals?service=taxes", Role.MANAGER).content
    )
    assert today.learned_days == 10
    assert sum(step.came or 0 for step in today.steps) == today.came == 1
    assert today.total is not None
    assert today.total.low <= today.total.expected <= today.total.high
    later = ArrivalsForecast.model_validate_json(
        web.ask("GET", "/forecast/arrivals?day=2026-03-16", Role.MANAGER).content
    )
    assert later.total is not None
    assert later.total.expected > 150
    assert all(step.came is None for step in later.steps)


def test_staffing_advice_follows_what_is_expected(web: Web, tmp_path: Path) -> None:
    before = web.ask("GET", "/advice/staffing", Role.MANAGER).json()["groups"]["people"]["load"]
    learn(Learned(tmp_path, PLAN.id), web)
    after = web.ask("GET", "/advice/staffing", Role.MANAGER).json()["groups"]["people"]["load"]
    assert before == 0
    assert after > 0


def test_days_beyond_two_weeks_and_unknown_services_are_refused(web: Web) -> None:
    for day in ("2026-03-01", "2026-03-17"):
        answer = web.ask("GET", f"/forecast/arrivals?day={day}", Role.MANAGER)
        assert problem_of(answer) == (404, "no_forecast")
    answer = web.ask("GET", "/forecast/arrivals?service=cakes", Role.MANAGER)
    assert problem_of(answer) == (404, "unknown_service")
    assert web.ask("GET", "/forecast/arrivals?day=soon", Role.MANAGER).status_code == 422


@pytest.mark.parametrize("path", ["/forecast/arrivals", "/forecast/load"])
def test_forecasts_are_for_managers(web: Web, path: str) -> None:
    assert problem_of(web.ask("GET", path, Role.CLERK)) == (403, "forbidden")
    assert problem_of(web.ask("GET", path)) == (401, "not_signed_in")


def test_a_learned_peak_model_is_told(web: Web, tmp_path: Path) -> None:
    learned = Learned(tmp_path, PLAN.id)
    learned.save(PEAKS_FILE, MODEL.model_dump_json().encode())
    Expectation(web.engine, learned).look()
    quiet = web.ask("GET", "/forecast/load", Role.MANAGER).json()
    assert (quiet["peak"], quiet["most"], quiet["warns"]) == (10.0, None, False)
    web.take_ticket()
    web.clock.forward(600)
    assert web.ask("GET", "/forecast/load", Role.MANAGER).json()["most"] == 6.0


class Listener:
    def __init__(self) -> None:
        self.told: list[tuple[Patterns | None, PeakModel | None]] = []

    def expect(self, patterns: Patterns | None, peaks: PeakModel | None) -> None:
        self.told.append((patterns, peaks))


def test_a_file_is_taken_up_when_it_is_replaced_and_dropped_when_it_goes(tmp_path: Path) -> None:
    learned, listener = Learned(tmp_path, "test"), Listener()
    expectation = Expectation(listener, learned)
    expectation.look()
    learned.save(PEAKS_FILE, MODEL.model_dump_json().encode())
    expectation.look()
    expectation.look()
    learned.drop(PEAKS_FILE)
    expectation.look()
    assert listener.told == [(None, MODEL), (None, None)]


def test_a_learned_file_that_makes_no_sense_is_refused(tmp_path: Path) -> None:
    learned, listener = Learned(tmp_path, "test"), Listener()
    learned.save(ARRIVALS_FILE, b'{"through": "2026-03-01", "services": {}}')
    with capture_logs() as logs:
        Expectation(listener, learned).look()
    assert listener.told == [(None, None)]
    assert [each["event"] for each in logs] == ["learned_refused"]
