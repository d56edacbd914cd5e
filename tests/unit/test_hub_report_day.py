"""What a report counts, of small days that the hall's own decisions made."""

from datetime import date, timedelta
from uuid import UUID

from hall.alerts import Advice, Effect
from hall.messages import Channel, Priority, RatingLevel, Text
from hall.reports import Report
from hub.core import commands
from hub.core.alert_events import AlertAcknowledged, AlertCleared, AlertOutcome, AlertRaised
from hub.core.events import DayBegun
from hub.core.report import Beside, Period, report
from hub.core.report_carry import CARRY
from hub.core.report_fold import Fold
from hub.core.report_tally import Tally, dump
from tests.unit.hub_fakes import NOON
from tests.unit.hub_hall import BOSS, LI, VISITOR, WANG, Hall

TODAY = date(2026, 3, 2)
DAY_MIN = 24 * 60


def counted(hall: Hall) -> dict[date, Tally]:
    """Every day of the hall's journal; the last as it is now."""
    fold, days = Fold(hall.plan), {}
    for record in hall.records:
        if (day := fold.begins(record)) is not None:
            ended, tally = fold.carry.day, fold.turn(day, record)
            if ended is not None:
                days[ended] = tally
        fold.take(record)
    assert fold.carry.day is not None
    return {**days, fold.carry.day: fold.so_far(hall.now)}


def told(hall: Hall, period: Period | None = None, *, with_clerks: bool = True) -> Report:
    return report(
        hall.plan,
        period or Period.day(TODAY),
        counted(hall),
        until=hall.now,
        running=True,
        beside=Beside(),
        with_clerks=with_clerks,
    )


def open_hall() -> Hall:
    """Noon on a day that has begun, with nothing open."""
    hall = Hall()
    hall.wait(0)
    return hall


def test_a_small_day_is_told_as_it_was() -> None:
    hall = open_hall()
    hall.open("w1")
    first = hall.take("cards")
    second = hall.take("cards")
    hall.take("papers", Priority.ELDERLY)
    left = hall.take("cards")
    hall.wait(10)
    called = [hall.serve("w1", 6), hall.serve("w1", 4)]
    hall.do(commands.CancelTicket(left), VISITOR)
    hall.wait(20)
    called.append(hall.serve("w1", 5))
    assert set(called[:2]) < {first, second, *called}
    found = told(hall)
    key = found.figures
    assert (key.arrivals, key.served, key.left, key.no_show) == (4, 3, 1, 0)
    assert key.left_share == 0.25
    assert key.waits.n == 3
    assert key.waits.max_s == 40 * 60
    assert key.waits.mean_s == (10 + 16 + 40) * 60 / 3
    assert key.waits.over_30_min == round(1 / 3, 4)
    assert key.waits.over_60_min == 0
    assert key.service.mean_s == 5 * 60
    services = {each.service: each for each in found.services}
    assert services["cards"].arrivals[48] == 3
    assert sum(services["cards"].arrivals) == services["cards"].figures.arrivals == 3
    (desk,) = [each for each in found.windows if each.window == "w1"]
    assert desk.served == 3
    assert desk.busy_s == 15 * 60
    assert desk.open_s == 45 * 60
    assert desk.utilisation == round(1 / 3, 4)
    assert {each.visit: each.arrivals for each in found.classes} == {
        "walk_in": 3,
        "priority": 1,
        "appointment": 0,
    }
    assert found.clerks is not None
    assert [(each.clerk, each.served) for each in found.clerks] == [("li", 3)]


def test_hours_and_services_add_up_to_the_day() -> None:
    hall = open_hall()
    hall.open("w1", "w2")
    for service in ("cards", "taxes", "papers", "taxes"):
        hall.take(service)
        hall.wait(25)
        hall.serve("w1", 7)
        hall.serve("w2", 9)
    found = told(hall)
    assert len(found.hours) > 1
    assert sum(each.arrivals for each in found.hours) == found.figures.arrivals
    assert sum(each.waits.n for each in found.hours) == found.figures.waits.n
    assert sum(each.figures.waits.n for each in found.services) == found.figures.waits.n
    assert sum(each.served for each in found.windows) == found.figures.served


def test_time_away_is_no_wait_and_a_return_is_a_wait_of_its_own() -> None:
    hall = open_hall()
    hall.open("w1")
    ticket = hall.take()
    hall.wait(5)
    hall.do(commands.HoldTicket(ticket), VISITOR)
    hall.wait(60)
    hall.do(commands.ResumeTicket(ticket), VISITOR)
    hall.wait(3)
    hall.call("w1")
    hall.do(commands.StartService("w1"), LI)
    hall.do(commands.HoldTicket(ticket, "paper missing"), LI)
    hall.wait(30)
    hall.do(commands.ResumeTicket(ticket), BOSS)
    hall.wait(2)
    hall.serve("w1", 4)
    found = told(hall)
    assert found.figures.waits.mean_s == 8 * 60
    assert (found.further_waits.n, found.further_waits.mean_s) == (1, 2 * 60)
    assert (found.held, found.returned) == (2, 2)


def test_second_chances_no_shows_and_picks_are_told_apart() -> None:
    hall = open_hall()
    hall.open("w1")
    missing, waiting = hall.take(), hall.take()
    hall.call("w1")
    hall.do(commands.MarkNoShow("w1"), LI)
    hall.do(commands.CallNext("w1", waiting), LI)
    hall.do(commands.FinishService("w1"), LI)
    hall.call("w1")
    hall.do(commands.MarkNoShow("w1"), LI)
    assert hall[missing].missed == 2
    third, fourth = hall.take(), hall.take()
    hall.do(commands.CallNext("w1", fourth, "带着小孩"), LI)
    hall.do(commands.FinishService("w1"), LI)
    hall.do(commands.TransferTicket(third, "taxes"), BOSS)
    found = told(hall)
    assert (found.second_chances, found.second_chances_served) == (1, 0)
    assert found.figures.no_show == 1
    assert [(each.window, each.reason, each.overtaken) for each in found.picks] == [
        ("w1", "带着小孩", 1)
    ]
    assert found.transferred == 1
    assert {each.service: each.transferred_away for each in found.services}["cards"] == 1


def test_a_kiosk_that_was_tried_helped_or_sent_back() -> None:
    hall = open_hall()
    one, two = hall.take(), hall.take()
    for ticket in (one, two):
        hall.do(commands.DivertTicket(ticket, "kiosk"), VISITOR)
    hall.wait(4)
    hall.do(commands.CompleteDiversion(one), VISITOR)
    hall.do(commands.ResumeTicket(two), VISITOR)
    (found,) = told(hall).diversions
    assert (found.to, found.taken, found.succeeded, found.returned) == ("kiosk", 2, 1, 1)


def test_appointments_are_counted_by_what_came_of_them() -> None:
    hall = open_hall()
    slots = {
        service: NOON + timedelta(hours=hours)
        for service, hours in (("cards", 1), ("papers", 2), ("taxes", 3))
    }
    booked = {service: hall.ids() for service in slots}
    for service, slot in slots.items():
        hall.do(commands.BookAppointment(booked[service], service, slot, None))
    hall.wait(55)
    check_in = commands.CheckIn(booked["cards"], hall.ids(), "t1", Priority.NONE, Channel.KIOSK)
    hall.do(check_in)
    hall.open("w1")
    hall.wait(15)
    hall.serve("w1", 5)
    hall.wait(80)
    late = commands.CheckIn(booked["papers"], hall.ids(), "t2", Priority.NONE, Channel.KIOSK)
    hall.do(late)
    before = told(hall).appointments
    assert (before.booked, before.came, before.late, before.to_come) == (3, 1, 1, 1)
    assert told(hall).classes[2].waits.mean_s == 10 * 60, "from the slot on"
    hall.wait(DAY_MIN)
    after = told(hall).appointments
    assert (after.came, after.late, after.no_show, after.to_come) == (1, 1, 1, 0)


def test_windows_are_counted_until_midnight_and_on_from_there() -> None:
    hall = open_hall()
    hall.do(commands.OpenWindow("w1"), LI)
    hall.wait(60)
    hall.do(commands.PauseWindow("w1", "吃饭"), LI)
    hall.wait(30)
    hall.do(commands.OpenWindow("w1"), LI)
    hall.wait(10.5 * 60)  # the clock strikes twelve
    hall.wait(90)
    today, tomorrow = told(hall), told(hall, Period.day(TODAY + timedelta(days=1)))
    (pause,) = today.windows[0].pauses
    assert (pause.reason, pause.times, pause.total_s) == ("吃饭", 1, 30 * 60)
    assert today.windows[0].open_s == 11.5 * 3600
    assert tomorrow.windows[0].open_s == 90 * 60
    week = told(hall, Period.week(TODAY))
    assert week.windows[0].open_s == 13 * 3600
    assert [each.day for each in week.days] == [TODAY, TODAY + timedelta(days=1)]


def test_a_hub_that_was_away_at_midnight_counts_no_open_night() -> None:
    hall = open_hall()
    hall.open("w1")
    hall.wait(60)
    hall.take()
    hall.now += timedelta(hours=20)  # nobody was there to notice midnight
    hall.wait(0)
    hall.wait(30)
    assert told(hall).windows[0].open_s == 3600
    tomorrow = told(hall, Period.day(TODAY + timedelta(days=1)))
    assert tomorrow.windows[0].open_s == 30 * 60


def test_ratings_go_to_service_window_and_clerk_and_no_comment_is_told() -> None:
    hall = open_hall()
    hall.open("w1")
    for _ in range(6):
        ticket = hall.take()
        hall.serve("w1", 2)
        hall.do(commands.RateTicket(ticket, RatingLevel.DISSATISFIED, "王先生很慢"), VISITOR)
    hall.do(commands.FinishCallback(ticket, "done"))
    found = told(hall)
    assert found.figures.ratings.levels == (0, 0, 0, 6, 0)
    assert found.windows[0].ratings.levels == (0, 0, 0, 6, 0)
    assert found.clerks is not None
    assert found.clerks[0].ratings.answered == 6
    assert (found.callbacks_opened, found.callbacks_done) == (6, 1)
    assert "王先生" not in found.model_dump_json()


def test_alerts_tell_how_soon_they_were_answered_and_how_long_they_lasted() -> None:
    hall = open_hall()
    alert = UUID(int=9)
    words = Text(zh="人多", en="crowded")
    hall.happen(
        [
            AlertRaised(
                alert=alert,
                rule="crowded",
                subject="waiting",
                value=9,
                threshold=4,
                text=words,
                advice=(
                    Advice(
                        action="open_window",
                        window="w1",
                        text=words,
                        effect=Effect(unit="minutes", before=38, expected=24),
                    ),
                ),
            )
        ]
    )
    hall.wait(2)
    hall.happen([AlertAcknowledged(alert=alert)])
    hall.wait(8)
    hall.happen([AlertCleared(alert=alert, value=1)])
    hall.wait(5)
    hall.happen([AlertOutcome(alert=alert, action=0, became=26)])
    (found,) = told(hall).alerts
    assert (found.raised, found.acknowledged, found.applied, found.cleared) == (1, 1, 0, 1)
    assert (found.measured, found.helped) == (1, 1)
    assert (found.answered.mean_s, found.lasted.mean_s) == (120, 600)


def test_who_may_not_see_clerks_is_told_of_none() -> None:
    hall = open_hall()
    hall.do(commands.OpenWindow("w1"), WANG)
    hall.wait(1)
    body = told(hall, with_clerks=False).model_dump_json()
    assert "wang" not in body
    assert "wang" in told(hall).model_dump_json()


def test_no_token_and_no_person_is_kept_or_told() -> None:
    hall = open_hall()
    hall.given(hall.taking(person="person-7", acting_for="firm-8"))
    fold = Fold(hall.plan)
    for record in hall.records:
        if day := fold.begins(record):
            fold.turn(day, record)
        fold.take(record)
    kept = dump(fold.so_far(hall.now)) + CARRY.dump_json(fold.carry).decode()
    for secret in ("token-", "person-7", "firm-8"):
        assert secret not in kept + told(hall).model_dump_json()


def test_a_day_without_data_says_so() -> None:
    hall = open_hall()
    found = told(hall, Period.day(TODAY - timedelta(days=1)))
    assert found.state == "none"
    assert found.figures.arrivals == 0
    assert found.until is None


def test_periods_are_compared_with_those_before() -> None:
    hall = open_hall()
    hall.take()
    hall.wait(DAY_MIN)
    found = told(hall, Period.day(TODAY + timedelta(days=1)))
    assert [(each.first, each.figures.arrivals) for each in found.compared] == [(TODAY, 1)]


def test_weeks_begin_on_monday_and_months_end_where_the_calendar_says() -> None:
    assert Period.week(date(2026, 3, 1)).first == date(2026, 2, 23)
    assert Period.week(date(2026, 3, 2)).dates()[-1] == date(2026, 3, 8)
    assert Period.month(date(2028, 2, 9)).last == date(2028, 2, 29)
    assert Period.month(date(2026, 12, 31)).last == date(2026, 12, 31)


def test_a_forecast_is_held_against_what_came() -> None:
    hall = open_hall()
    for _ in range(3):
        hall.take()
    assert told(hall).forecast is None
    expected = tuple([0.0] * 12 + [2.0] + [0.0] * 11)
    hall.records = [
        record.model_copy(update={"event": event.model_copy(update={"expected": expected})})
        if isinstance(event := record.event, DayBegun)
        else record
        for record in hall.records
    ]
    found = told(hall)
    assert found.forecast is not None
    assert found.forecast.expected == expected
    assert found.forecast.off == round(1 / 3, 4)
    assert found.crowding is None


def test_counting_on_from_what_was_carried_gives_the_same_as_counting_at_once() -> None:
    hall = open_hall()
    hall.open("w1")
    hall.take()
    hall.call("w1")
    hall.take()
    hall.wait(DAY_MIN)
    hall.do(commands.FinishService("w1"), LI)
    hall.serve("w1", 5)
    whole = counted(hall)
    middle = [n for n, each in enumerate(hall.records) if each.event.kind == "day_begun"][1]
    fold = Fold(hall.plan)
    for record in hall.records[:middle]:
        if day := fold.begins(record):
            fold.turn(day, record)
        fold.take(record)
    day = fold.begins(hall.records[middle])
    assert day is not None
    assert dump(fold.turn(day, hall.records[middle])) == dump(whole[TODAY])
    fold = Fold(hall.plan, CARRY.validate_json(CARRY.dump_json(fold.carry)))
    for record in hall.records[middle:]:
        assert fold.begins(record) is None
        fold.take(record)
    assert dump(fold.so_far(hall.now)) == dump(whole[TODAY + timedelta(days=1)])
