"""Whatever people ask in whatever order, reports lose no visitor and count none twice."""

from datetime import date

from hypothesis import settings

from hub.core.register import FINAL
from hub.core.report import Beside, Period, report
from hub.core.report_carry import CARRY
from hub.core.report_fold import Fold
from hub.core.report_tally import Tally, total
from hub.core.state import State, apply
from tests.unit.hub_promises import PLAN
from tests.unit.test_hub_core_machine import Hall


class ReportedHall(Hall):
    """The hall of all commands; what happened is counted at the end."""

    def teardown(self) -> None:
        """Count the whole journal, beside the state that it leads to."""
        fold, state, days = Fold(PLAN), State(), dict[date, Tally]()
        for record in self.records:
            if (day := fold.begins(record)) is not None:
                ended, tally = fold.carry.day, fold.turn(day, record)
                if ended is not None:
                    days[ended] = tally
                fold = Fold(PLAN, CARRY.validate_json(CARRY.dump_json(fold.carry)))
            fold.take(record)
            state = apply(PLAN, state, record)
            if state.day != date.min:
                assert fold.carry.day == state.day
        self._adds_up(fold, state, total([*days.values(), fold.tally]))
        if fold.carry.day is not None:
            days[fold.carry.day] = fold.so_far(self.now)
        for day in days:
            for period in (Period.day(day), Period.week(day), Period.month(day)):
                self._is_told(period, days)

    def _adds_up(self, fold: Fold, state: State, tally: Tally) -> None:
        kinds = [each.event.kind for each in self.records]
        living = {ticket.id for ticket in state.tickets.values() if ticket.state not in FINAL}
        assert {k for k, visit in fold.carry.visits.items() if not visit.done} == living
        ended = [tally.count(each) for each in ("left", "no_show", "lapsed")]
        finished = tally.count("finished", "hall")
        assert tally.count("arrived") == kinds.count("ticket_issued")
        assert tally.count("arrived") == finished + sum(ended) + len(living)
        assert tally.count("finished_by") == finished == kinds.count("ticket_finished")
        assert tally.count("rated", "hall") == kinds.count("ticket_rated")
        tried = tally.count("diversion")
        outcomes = [
            tally.count("diversion", to, outcome)
            for to in ("kiosk", "expert")
            for outcome in ("succeeded", "returned")
        ]
        trying = sum(visit.trying is not None for visit in fold.carry.visits.values())
        assert tried - sum(outcomes) == sum(outcomes) + trying
        assert tally.durations("wait").n <= kinds.count("ticket_called")
        hours = [tally.durations("wait_hour", str(hour)).n for hour in range(24)]
        assert sum(hours) == tally.durations("wait").n
        for window, desk in fold.carry.desks.items():
            assert desk.state == state.window(window).state
            assert (desk.busy_since is not None) == (state.window(window).ticket is not None)

    def _is_told(self, period: Period, days: dict[date, Tally]) -> None:
        found = report(
            PLAN,
            period,
            days,
            until=self.now,
            running=False,
            beside=Beside(),
            with_clerks=True,
        )
        assert sum(each.figures.arrivals for each in found.days) == found.figures.arrivals
        assert sum(each.figures.waits.n for each in found.services) == found.figures.waits.n


ReportedHall.TestCase.settings = settings(max_examples=60, stateful_step_count=40, deadline=None)
TestReportedHall = ReportedHall.TestCase
