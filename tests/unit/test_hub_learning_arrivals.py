"""What is usual is learned from the journal, and days that tell nothing teach nothing."""

from datetime import UTC, date, datetime, timedelta
from random import Random
from uuid import UUID

import pytest

from hub.core.arrivals import STEPS, DayForecast, Dynamics, day_forecast
from hub.core.dates import Dated, Dates
from hub.core.events import AppointmentMissed, Record
from hub.core.expected import ARRIVALS_FILE, Patterns
from hub.core.plan import HallPlan
from hub.learning.arrivals import Book, known_days, learn, outages, read, train_arrivals
from hub.learning.dynamics import fitted, half_hours
from hub.learning.patterns import Usual, rolled
from tests.unit.hub_arrivals import (
    CLOSES,
    MONDAY,
    OPENS,
    issued,
    journal_of,
    one_day,
    usual,
    workdays,
)
from tests.unit.hub_fakes import hall_plan, named

PLAN = hall_plan()
A_DAY = 240.0


def days_of(number: int, seed: int = 1, a_day: float = A_DAY) -> dict[date, list[int]]:
    chance = Random(seed)
    return {day: one_day(chance, a_day) for day in workdays(number)}


def learned_from(days: dict[date, list[int]], plan: HallPlan = PLAN) -> Patterns:
    after = max(days) + timedelta(days=1)
    now = datetime(after.year, after.month, after.day, 4, tzinfo=UTC)
    trained = train_arrivals(iter(journal_of(plan, days)), plan, now)
    body = trained.files[ARRIVALS_FILE]
    assert body is not None
    return Patterns.model_validate_json(body)


def test_what_is_usual_is_found_again_in_all_and_by_service() -> None:
    found = learned_from(days_of(40))
    assert found.hall.days == 40
    assert sum(found.hall.rates[0]) == pytest.approx(A_DAY, rel=0.15)
    for service, share in (("cards", 0.6), ("papers", 0.3), ("taxes", 0.1)):
        assert sum(found.services[service].rates[2]) == pytest.approx(share * A_DAY, rel=0.25)
    morning = sum(found.hall.rates[1][OPENS + 4 : OPENS + 12])
    assert morning == pytest.approx(sum(usual(OPENS + 4 + n, A_DAY) for n in range(8)), rel=0.2)


@pytest.mark.parametrize("a_day", [30.0, 240.0, 1200.0])
def test_nine_half_hours_in_ten_of_later_days_lie_within_their_range(a_day: float) -> None:
    days = days_of(60, a_day=a_day)
    judged = [each for _, each in rolled(days, Dates()) if each]
    dynamics = fitted(judged[:-20])
    within = total = 0
    for day in judged[-20:]:
        for step, came, forecast in half_hours(day, dynamics):
            told = forecast.between(step, step + 2)
            within, total = within + (told.low <= came <= told.high), total + 1
    assert 0.85 <= within / total <= 0.98  # of few visitors whole numbers cover more


def test_a_busy_day_is_noticed_through_the_day() -> None:
    days = days_of(40)
    judged = [each for _, each in rolled(days, Dates()) if each]
    dynamics = fitted(judged)
    chance = Random(3)
    before = DayForecast(judged[-1].usual, dynamics)
    live = before.after(one_day(chance, A_DAY, level=1.6), 48)
    assert live.between(48, 52).expected > 1.2 * before.between(48, 52).expected


def test_a_hall_that_opened_yesterday_says_a_wide_range_for_each_service() -> None:
    found = learned_from(days_of(1))
    for service in ("cards", "taxes"):
        told = day_forecast(found.services[service], Dates(), MONDAY + timedelta(days=1))
        day = told.between(0, STEPS)
        assert day.expected > 0
        assert day.high > 1.3 * day.expected


def test_a_service_that_nobody_asked_for_yet_may_be_asked_for() -> None:
    plan = hall_plan()
    rare = learned_from(
        {day: [min(count, 1) for count in came] for day, came in days_of(3).items()}, plan
    ).services["taxes"]
    told = day_forecast(rare, Dates(), date(2026, 7, 2)).between(0, STEPS)
    assert told.expected > 0
    assert told.high >= 1


def test_a_day_without_data_is_not_a_day_without_visitors() -> None:
    days = days_of(30)
    gap = dict(days)
    for day in list(gap)[10:13]:
        del gap[day]
    whole, holed = learned_from(days), learned_from(gap)
    assert sum(holed.hall.rates[0]) == pytest.approx(sum(whole.hall.rates[0]), rel=0.1)


def test_half_a_day_without_the_system_does_not_halve_what_is_expected() -> None:
    days = days_of(20)
    struck = {**days, max(days): [0] * 52 + days[max(days)][52:]}
    calm, after = learned_from(days), learned_from(struck)
    morning = slice(OPENS, 52)
    assert sum(after.hall.rates[4][morning]) == pytest.approx(
        sum(calm.hall.rates[4][morning]), rel=0.25
    )


def test_a_quiet_hour_is_no_outage() -> None:
    few = [1 if OPENS <= step < CLOSES and step % 8 == 0 else 0 for step in range(STEPS)]
    assert not outages([0] * STEPS, [few] * 5)
    busy = [3 if OPENS <= step < CLOSES else 0 for step in range(STEPS)]
    assert outages([0] * STEPS, [busy] * 5) >= set(range(OPENS, CLOSES))


def test_a_deadlines_crowd_is_learned_and_kept_apart_from_plain_days() -> None:
    days = days_of(60)
    due = [day for index, day in enumerate(days) if index % 20 == 12]
    crowded = {day: [2 * n for n in came] if day in due else came for day, came in days.items()}
    deadlines = tuple(
        Dated.model_validate({"day": day, "opens": day, "kind": "deadline", "name": named("Due")})
        for day in due
    )
    found = learned_from(crowded, hall_plan(special_days=deadlines)).hall
    assert found.seen["last"] == 3
    assert 1.3 < found.effects["last"] < 2.2  # drawn towards a plain day: three are not many
    assert sum(found.rates[due[0].weekday()]) == pytest.approx(A_DAY, rel=0.25)


def test_today_and_what_is_long_past_are_not_learned_from() -> None:
    days = days_of(10)
    now = datetime.combine(max(days), datetime.min.time(), PLAN.zone) + timedelta(hours=20)
    assert max(read(journal_of(PLAN, days), PLAN, now).came) == sorted(days)[-2]
    assert not read(journal_of(PLAN, days), PLAN, now + timedelta(days=500)).came


def test_without_a_whole_day_nothing_is_learned() -> None:
    trained = train_arrivals(iter(()), PLAN, datetime(2026, 7, 1, tzinfo=UTC))
    assert trained.files == {ARRIVALS_FILE: None}


def test_who_books_is_learned_apart_and_how_many_come() -> None:
    at = datetime(2026, 7, 1, 2, tzinfo=UTC)
    came = [issued(at, "cards", UUID(int=n), appointment=UUID(int=100 + n)) for n in range(30)]
    walked = [issued(at, "cards", UUID(int=50 + n)) for n in range(10)]
    lost = [
        Record(
            id=UUID(int=200 + n),
            at=at,
            actor="hub",
            event=AppointmentMissed(appointment=UUID(int=n)),
        )
        for n in range(30)
    ]
    book = read([*came, *walked, *lost], PLAN, at + timedelta(days=1))
    assert book.shows == pytest.approx((17 + 30) / 80)
    found = learn(known_days(book, PLAN), PLAN, book.shows)
    assert sum(found.hall.rates[2]) == pytest.approx(10, abs=0.01)
    assert sum(found.hall.booked[2]) == pytest.approx(30, abs=0.01)


def test_with_few_days_the_dynamics_stay_as_they_are_elsewhere() -> None:
    judged = [each for _, each in rolled(days_of(8), Dates()) if each]
    assert fitted(judged) == Dynamics()


def test_an_empty_book_knows_no_days() -> None:
    assert known_days(Book(), PLAN) == {}


def test_a_weekday_never_seen_goes_like_the_days_alike() -> None:
    learned = Usual()
    learned.learn(MONDAY, Dates(), [2] * STEPS)
    for rates in (learned.rates(3, works=True), learned.rates(5, works=False)):
        assert rates[10:-10] == pytest.approx([2.0] * (STEPS - 20), rel=0.05)
